"""Data packs: strict file schemas in, model values out; verification; digests."""

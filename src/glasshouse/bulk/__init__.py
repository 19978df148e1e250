"""Bulk work on record batches: pure functions from batch to batch, which any engine may call."""

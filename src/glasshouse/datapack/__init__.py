"""Data packs: strict file schemas in, model values out; verification; digests."""

from glasshouse.datapack.pack import DataPack, compile_packs, identification_digest, load, verify
from glasshouse.datapack.problem import PackError, Problem

__all__ = ["DataPack", "PackError", "Problem", "compile_packs", "identification_digest", "load", "verify"]

"""Data packs: strict file schemas in, model values out; verification; digests."""

from glasshouse.datapack.pack import DataPack, load, verify
from glasshouse.datapack.problem import PackError, Problem

__all__ = ["DataPack", "PackError", "Problem", "load", "verify"]

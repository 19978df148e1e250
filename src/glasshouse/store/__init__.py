"""The store: the only SQL of the program. Evidence, results, decisions and the event log, safe against a kill."""

from glasshouse.store.errors import StoreError
from glasshouse.store.merkle import InclusionProof, verify_proof
from glasshouse.store.problem import StoreProblem
from glasshouse.store.reviews import Result, ReviewRecord
from glasshouse.store.seals import Opening, verify_opening
from glasshouse.store.store import DEFAULT_FOLDER, Store, open_store
from glasshouse.store.tombstones import Tombstone

__all__ = [
    "DEFAULT_FOLDER",
    "InclusionProof",
    "Opening",
    "Result",
    "ReviewRecord",
    "Store",
    "StoreError",
    "StoreProblem",
    "Tombstone",
    "open_store",
    "verify_opening",
    "verify_proof",
]

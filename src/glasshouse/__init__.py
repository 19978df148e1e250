"""Glasshouse: the review of an organisation's video-surveillance equipment.

`import glasshouse as gh`, then `gh.identify`, `gh.judge`, `gh.assess`, `gh.scan`, `gh.open_store` and the value types.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasshouse.api import assess, identify, judge, open_store, scan
    from glasshouse.model.identity import Attribution, Contradiction, Decision, Identity
    from glasshouse.model.merit import Merit, Posture
    from glasshouse.model.observation import DocumentLine, Endpoint, Interface, Observation, SaidBy, Sighting
    from glasshouse.model.place import PropertyFact, PropertyFacts
    from glasshouse.model.restriction import Outcome
    from glasshouse.model.signal import DeviceClass, Facet, Signal
    from glasshouse.model.strength import Strength
    from glasshouse.model.time import AsOf, DateRange
    from glasshouse.model.truth import Truth
    from glasshouse.model.verdict import JudgedDevice, Judgement, Query, QueryFacts, Verdict

__version__ = "0.1.0"

# Public name -> module. Loaded when first used: a command that needs one verb does not pay for all.
_HOMES = {
    **dict.fromkeys(("assess", "identify", "judge", "open_store", "scan"), "glasshouse.api"),
    **dict.fromkeys(("Attribution", "Contradiction", "Decision", "Identity"), "glasshouse.model.identity"),
    **dict.fromkeys(("Merit", "Posture"), "glasshouse.model.merit"),
    **dict.fromkeys(
        ("DocumentLine", "Endpoint", "Interface", "Observation", "SaidBy", "Sighting"), "glasshouse.model.observation"
    ),
    **dict.fromkeys(("PropertyFact", "PropertyFacts"), "glasshouse.model.place"),
    "Outcome": "glasshouse.model.restriction",
    **dict.fromkeys(("DeviceClass", "Facet", "Signal"), "glasshouse.model.signal"),
    "Strength": "glasshouse.model.strength",
    **dict.fromkeys(("AsOf", "DateRange"), "glasshouse.model.time"),
    "Truth": "glasshouse.model.truth",
    **dict.fromkeys(("JudgedDevice", "Judgement", "Query", "QueryFacts", "Verdict"), "glasshouse.model.verdict"),
}

__all__ = [
    "AsOf",
    "Attribution",
    "Contradiction",
    "DateRange",
    "Decision",
    "DeviceClass",
    "DocumentLine",
    "Endpoint",
    "Facet",
    "Identity",
    "Interface",
    "JudgedDevice",
    "Judgement",
    "Merit",
    "Observation",
    "Outcome",
    "Posture",
    "PropertyFact",
    "PropertyFacts",
    "Query",
    "QueryFacts",
    "SaidBy",
    "Sighting",
    "Signal",
    "Strength",
    "Truth",
    "Verdict",
    "__version__",
    "assess",
    "identify",
    "judge",
    "open_store",
    "scan",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'glasshouse' has no attribute {name!r}; public names are in glasshouse.__all__")
    return getattr(import_module(_HOMES[name]), name)

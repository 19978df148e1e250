"""Questions to the judge and its answers, with the whole evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from glasshouse.model.restriction import Authority, Citation, Outcome
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message, Title
from glasshouse.model.time import AsOf
from glasshouse.model.truth import Truth

__all__ = [
    "ACTS",
    "COMPONENT_KINDS",
    "PURPOSES",
    "ROLES",
    "SITE_CLASSES",
    "Approval",
    "Certificate",
    "Component",
    "JudgedDevice",
    "Judgement",
    "Query",
    "QueryFacts",
    "Trace",
    "Verdict",
]

ROLES = (
    "federal_department",
    "crown_corporation",
    "federal_agency",
    "federal_contractor",
    "federal_grantee",
    "state_agency",
    "quebec_public_body",
    "municipality",
    "local_government",
    "central_government",
    "local_authority",
    "commonwealth_entity",
    "usf_recipient",
    "applicant",
    "importer",
    "seller",
    "private",
    "order_subject",
    "defense_department",
)
ACTS = (
    "purchase",
    "use",
    "install",
    "deploy",
    "keep_in_service",
    "enter_contract",
    "renew_service_contract",
    "purchase_with_award_funds",
    "purchase_with_subsidy",
    "authorise",
    "import",
    "sell",
    "provide",
    "operate",
)
PURPOSES = (
    "public_safety",
    "government_facility_security",
    "critical_infrastructure_security",
    "national_security",
    "none",
    "unknown",
)
SITE_CLASSES = ("sensitive", "ordinary", "critical_core", "critical_edge")
COMPONENT_KINDS = ("soc", "modular-transmitter", "sensor", "storage", "power", "mechanical", "other")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the device; maker "none" says: looked at, there is none of this kind."""

    kind: str
    maker: str | None
    strength: Strength = Strength.NONE
    authorised_on: date | None = None


@dataclass(frozen=True, slots=True)
class JudgedDevice:
    """What the judge may know of a device. None = unknown; `components` None = not looked at, () = nothing."""

    brand: str | None = None
    maker: str | None = None
    maker_strength: Strength = Strength.NONE
    model: str | None = None
    device_class: str | None = None
    components: tuple[Component, ...] | None = None
    maker_contradicted: tuple[str, ...] = ()  # the values of a contradiction about the maker
    made_on: date | None = None
    acquired_on: date | None = None
    authorised_on: date | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval on file."""

    kind: str
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate on file."""

    kind: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """Facts about the transaction and the use. None = unknown; False for approval and certificate = none exists."""

    award_funds: bool | None = None
    contract_awarded_on: date | None = None
    service_contract: bool | None = None
    supplier: str | None = None
    approval: Approval | bool | None = None
    certificate: Certificate | bool | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One question: may a body in these roles do this act with this device here, on this day?

    `purposes` () = unknown, ("none",) = none of the four.
    """

    id: str | None
    as_of: AsOf
    jurisdiction: str
    roles: tuple[str, ...]
    act: str
    device: JudgedDevice
    site_class: str | None = None
    purposes: tuple[str, ...] = ()
    facts: QueryFacts = field(default_factory=QueryFacts)
    regimes: tuple[str, ...] | None = None  # None = all that apply to the jurisdiction


@dataclass(frozen=True, slots=True)
class Trace:
    """A node of the evaluation tree a lawyer can read: criterion, value, the fact it looked at, the clause."""

    criterion: Message
    value: Truth
    fact: Message | None = None
    strength: Strength | None = None
    clause: Citation | None = None  # None where the text was not seen
    children: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One regime's answer."""

    regime: str
    title: Title
    outcome: Outcome
    act: str
    reason_codes: tuple[str, ...]
    missing_facts: tuple[Message, ...]
    authority: Authority
    text_seen: bool
    citations: tuple[Citation, ...]
    because: tuple[Trace, ...]
    sentence: Message  # the reason in words; says first if it rests on a statement or on a text not seen
    reviewed: Message | None = None  # "not reviewed by counsel" until it is

    def __post_init__(self) -> None:
        if not self.reason_codes:
            raise ValueError(
                f"verdict of {self.regime} has no reason code; an empty list of reasons never means success"
            )


@dataclass(frozen=True, slots=True)
class Judgement:
    """All regimes' answers; `overall` is the most severe."""

    query: Query
    overall: Outcome
    verdicts: tuple[Verdict, ...]
    reason_codes: tuple[str, ...]
    missing_facts: tuple[Message, ...]
    rules_version: str

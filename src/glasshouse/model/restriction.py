"""Restrictions as data: dated versions of legal texts, their citations, and the criteria that encode them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum
from typing import Literal

from glasshouse.model.provenance import Basis
from glasshouse.model.text import Title
from glasshouse.model.time import DateRange
from glasshouse.model.truth import Truth

__all__ = [
    "Authority",
    "Citation",
    "ComponentRule",
    "Condition",
    "Counsel",
    "Duty",
    "Limb",
    "ListedParty",
    "Outcome",
    "Regime",
    "Remark",
    "RestrictionEvent",
    "Rules",
    "Waiver",
]


class Outcome(IntEnum):
    """Ordered by severity: prohibited > needs_review > conditional > advisory > not_restricted."""

    NOT_RESTRICTED = 0
    ADVISORY = 1
    CONDITIONAL = 2
    NEEDS_REVIEW = 3
    PROHIBITED = 4

    @property
    def word(self) -> str:
        """The lower-case word used in files and JSON."""
        return self.name.lower()

    @property
    def flagged(self) -> bool:
        """Whether somebody has to act on it."""
        return self >= Outcome.CONDITIONAL

    @classmethod
    def parse(cls, word: str) -> Outcome:
        """The outcome called `word`; raises ValueError naming the accepted words."""
        try:
            return cls[word.upper()]
        except KeyError:
            accepted = ", ".join(member.word for member in reversed(cls))
            raise ValueError(f"outcome {word!r} is unknown; accepted: {accepted}") from None


class Authority(Enum):
    """What an outcome rests on."""

    STATUTE = "statute"
    REGULATION = "regulation"
    ORDER = "order"
    POLICY = "policy"
    STATEMENT = "statement"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a text, and whether its wording was read."""

    title: str
    pinpoint: str
    url: str
    on: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class RestrictionEvent:
    """A dated event in the life of a regime. `on` covers a window where only the month or year is known.

    `known_on`: the day it became public, where that is not its date. `key` is how duties refer to it.
    """

    on: DateRange
    event: Literal[
        "announced",
        "in-force",
        "amended",
        "stayed",
        "vacated-in-part",
        "removal-deadline",
        "expired",
        "proposed",
        "challenged",
        "stay-denied",
        "suspended-by-agreement",
        "waiver",
    ]
    note: Title
    citation: Citation
    known_on: date | None = None
    extra: tuple[tuple[str, str], ...] = field(default=())
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListedParty:
    """A party that a regime names; `since` covers its first day on the list (None = as long as the regime runs)."""

    party: str
    since: DateRange | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """What a limb does with parts of a device.

    `covered` kinds are equipment of the limb beyond doubt, `excluded` kinds are not; every other kind is unsettled.
    `decisive` kinds have to be looked at before a device of another maker can pass.
    """

    covered: tuple[str, ...] = ()
    covered_reason: str = "COMPONENT_LISTED_GROUP"
    excluded: tuple[str, ...] = ()
    excluded_reason: str = "NOT_TELECOM_OR_VIDEO"
    decisive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limb:
    """A group of makers with the products and purposes for which the text names them.

    `countries`: the text reaches every maker of these countries instead of a list; "!US" = goods produced abroad.
    `classes` () = any product; `unclear` classes may or may not be meant; a class in neither is outside.
    `purpose_rule`: "any" no purpose test; "required" one of `purposes`; "plan" barred unless a plan was approved.
    `struck_definition`: key of the event that struck the definition of critical infrastructure without replacing it.
    """

    id: str
    parties: tuple[ListedParty, ...] = ()
    countries: tuple[str, ...] = ()
    everyone: bool = False
    reason: str = "ENTITY_NAMED"
    classes: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    purpose_rule: Literal["any", "required", "plan"] = "any"
    purposes: tuple[str, ...] = ()
    struck_definition: str | None = None
    since: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A further criterion of a duty: a kind the engine knows, with the day or the values it compares to."""

    kind: Literal[
        "acquired-after",
        "acquired-by",
        "not-authorised-before",
        "award-funds",
        "awarded-from",
        "service-contract",
        "site",
        "no-certificate",
        "made-before",
        "made-from",
    ]
    day: date | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """What a regime says about some acts of some roles, from one event to another.

    `roles` () = every bound role; `limbs` () = every limb. `begins` is an event key; the day of the event is inside,
    unless `begins_after`. `ends` is the key of the event with which it stops (that day is outside).
    `subject`: whether the maker of the product or the supplier is compared with the limbs; "none" = nobody is.
    `parts` False: components are not looked at for this duty. `control`: whose equipment it is matters.
    """

    id: str
    acts: tuple[str, ...]
    outcome: Outcome
    begins: str
    citation: Citation
    note: Title
    roles: tuple[str, ...] = ()
    limbs: tuple[str, ...] = ()
    subject: Literal["maker", "supplier", "none"] = "maker"
    begins_after: bool = False
    ends: str | None = None
    conditions: tuple[Condition, ...] = ()
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: bool = True
    control: bool = False
    waivable: bool = True


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approval that turns a prohibition into a condition: its kind, and the days on which it can hold.

    `last_day`: no approval of this kind holds after it, whatever the paper says. `lapse_reason` names that case.
    """

    approval: str
    reason: str
    citation: Citation
    first_day: date | None = None
    last_day: date | None = None
    lapse_reason: str = "WAIVER_EXPIRED"
    limbs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Reason codes to add where something often misread is true. Every given selector has to hold; () = any.

    `parties` select by maker (or its group), `component_of` by the maker of a component, `begins` from an event on.
    """

    reasons: tuple[str, ...]
    roles: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    component_of: tuple[str, ...] = ()
    component_kinds: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    begins: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counsel:
    """Who reviewed the encoding of a regime, when, and in what capacity."""

    by: str
    on: date
    qualification: str


@dataclass(frozen=True, slots=True)
class Regime:
    """One legal instrument or policy as it is encoded. Truth.UNKNOWN in it means: the text does not say, or was not seen.

    `jurisdictions`: codes; a sub-jurisdiction gets its parent's. `outside_acts`: acts that cannot be reached even
    though the text was not seen. `subsidiaries`: whether owned companies are reached; `group`: parents and sisters;
    `threshold`: percent of ownership that makes an affiliate. `brand_counts`: the brand on the box may decide alone.
    `closed`: although the text was not seen, a source says outright whom it names, and nobody else can be meant.
    """

    id: str
    jurisdictions: tuple[str, ...]
    title: Title
    instrument: Title
    authority: Authority
    text_seen: bool
    bound: tuple[str, ...]
    not_bound: tuple[str, ...]
    events: tuple[RestrictionEvent, ...]
    citations: tuple[Citation, ...]
    uncertainties: tuple[Title, ...]
    except_jurisdictions: tuple[str, ...] = ()
    subsidiaries: Truth = Truth.UNKNOWN
    group: Truth = Truth.UNKNOWN
    threshold: float = 50.0
    components: Truth = Truth.UNKNOWN
    component_rule: ComponentRule = field(default_factory=ComponentRule)
    limbs: tuple[Limb, ...] = ()
    duties: tuple[Duty, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outside_acts: tuple[str, ...] = ()
    brand_counts: bool = False
    closed: bool = False
    unseen_reason: str = "INSTRUMENT_UNSEEN"
    counsel: Counsel | None = None

    def event(self, key: str) -> RestrictionEvent:
        """The event called `key`; raises KeyError naming regime and key."""
        for event in self.events:
            if event.key == key:
                return event
        raise KeyError(f"{self.id} has no event {key!r}")

    def applies_in(self, jurisdiction: str) -> bool:
        """Whether the regime is recorded for `jurisdiction` or a parent of it."""
        return _within(jurisdiction, self.jurisdictions) and not _within(jurisdiction, self.except_jurisdictions)


def _within(jurisdiction: str, codes: tuple[str, ...]) -> bool:
    """`US-TX` is within `US` and `US-TX`; `US-*` means the parts of `US` but not `US` itself."""
    for code in codes:
        parent = code.removesuffix("-*")
        if jurisdiction.startswith(f"{parent}-") or (jurisdiction == code):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Rules:
    """All regimes of a pack. `known_until`: the last day about which the pack knows what the law was."""

    version: str
    digest: str
    known_until: date
    regimes: tuple[Regime, ...]

    def applicable(self, jurisdiction: str) -> tuple[Regime, ...]:
        """The regimes recorded for `jurisdiction`, parents included, in the order of the pack."""
        return tuple(regime for regime in self.regimes if regime.applies_in(jurisdiction))

    def regime(self, regime_id: str) -> Regime | None:
        """The regime with this id; None = not recorded."""
        for regime in self.regimes:
            if regime.id == regime_id:
                return regime
        return None

    def named(self) -> frozenset[str]:
        """The ids of all parties that some regime names."""
        return frozenset(listed.party for regime in self.regimes for limb in regime.limbs for listed in limb.parties)

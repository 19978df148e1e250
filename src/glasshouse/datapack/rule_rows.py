"""Strict schema of `data/rules/*.toml`: what a rule file may hold, key by key."""

from __future__ import annotations

import datetime as dt
from datetime import date
from typing import Literal

import msgspec

from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import Authority
from glasshouse.model.text import Title

__all__ = [
    "CitationRow",
    "ComponentRow",
    "ConditionRow",
    "Day",
    "DutyRow",
    "EntryRow",
    "EventRow",
    "HeadFile",
    "LimbRow",
    "RegimeFile",
    "RemarkRow",
    "RolesRow",
    "TitleRow",
    "WaiverRow",
]

Day = str  # "2025-07-07", or "2025-07" or "2025" where no more is known
YesNo = Literal["yes", "no", "unknown"]
OutcomeWord = Literal["prohibited", "needs_review", "conditional", "advisory", "not_restricted"]


class HeadFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`_pack.toml`: the version of the rules and the last day about which they know what the law was."""

    version: str
    known_until: date


class TitleRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A text in both languages."""

    en: str
    fr: str

    def value(self) -> Title:
        """The model value."""
        return Title(self.en, self.fr)


class CitationRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A place in a text; duties, events and waivers refer to it by its key."""

    title: str
    basis: Basis
    url: str = ""
    pinpoint: str = ""
    on: date | None = None


class EventRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A dated event. `basis` overrides that of the citation, where only the day is recalled."""

    date: Day
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
    cite: str
    note: TitleRow
    key: str = ""
    known_on: dt.date | None = None
    basis: Basis | None = None


class EntryRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A party on the list of a limb."""

    party: str
    since: Day | None = None
    basis: Basis = Basis.SOURCED


class LimbRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A group of makers with the products and purposes for which they are named."""

    id: str
    parties: tuple[str, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    countries: tuple[str, ...] = ()
    everyone: bool = False
    since: Day | None = None
    reason: str = "ENTITY_NAMED"
    classes: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    purpose_rule: Literal["any", "required", "plan"] = "any"
    purposes: tuple[str, ...] = ()
    struck_definition: str | None = None


class ConditionRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A further criterion of a duty."""

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


class DutyRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the regime says about some acts. `begins` and `ends` are event keys."""

    id: str
    acts: tuple[str, ...]
    outcome: OutcomeWord
    cite: str
    note: TitleRow
    begins: str
    roles: tuple[str, ...] = ()
    limbs: tuple[str, ...] = ()
    subject: Literal["maker", "supplier", "none"] = "maker"
    begins_after: bool = False
    ends: str | None = None
    conditions: tuple[ConditionRow, ...] = ()
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: bool = True
    control: bool = False
    waivable: bool = True


class WaiverRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An approval that the regime knows."""

    approval: str
    reason: str
    cite: str
    first_day: date | None = None
    last_day: date | None = None
    lapse_reason: str = "WAIVER_EXPIRED"
    missing: tuple[str, ...] = ()


class RemarkRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Codes that are true beside the outcome, where all selectors hold."""

    reasons: tuple[str, ...]
    roles: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    component_of: tuple[str, ...] = ()
    component_kinds: tuple[str, ...] = ()
    networks: tuple[Literal["isolated", "internal", "internet"], ...] = ()
    outcomes: tuple[OutcomeWord, ...] = ()
    begins: str | None = None
    missing: tuple[str, ...] = ()


class RolesRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who is bound, and who the source says is not."""

    bound: tuple[str, ...] = ()
    not_bound: tuple[str, ...] = ()


class ComponentRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the regime does with parts of a device."""

    covered: tuple[str, ...] = ()
    covered_reason: str = "COMPONENT_LISTED_GROUP"
    excluded: tuple[str, ...] = ()
    excluded_reason: str = "NOT_TELECOM_OR_VIDEO"
    decisive: tuple[str, ...] = ()


class RegimeFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file: one regime. `reviewed_by`, `reviewed_on`, `qualification` stay absent until counsel has read it."""

    id: str
    jurisdictions: tuple[str, ...]
    title: TitleRow
    instrument: TitleRow
    authority: Authority
    text_seen: bool
    roles: RolesRow
    citations: dict[str, CitationRow]
    event: tuple[EventRow, ...]
    except_jurisdictions: tuple[str, ...] = ()
    subsidiaries: YesNo = "unknown"
    group: YesNo = "unknown"
    threshold: float = 50.0
    components: YesNo = "unknown"
    component_rule: ComponentRow = ComponentRow()
    brand_counts: bool = False
    closed: bool = False
    outside_acts: tuple[str, ...] = ()
    unseen_reason: str = "INSTRUMENT_UNSEEN"
    uncertainties: tuple[TitleRow, ...] = ()
    limb: tuple[LimbRow, ...] = ()
    duty: tuple[DutyRow, ...] = ()
    waiver: tuple[WaiverRow, ...] = ()
    remark: tuple[RemarkRow, ...] = ()
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    qualification: str | None = None

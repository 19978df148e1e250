"""The closed vocabularies of the model in words for people; each word is a catalogue entry."""

from __future__ import annotations

from collections.abc import Mapping

from glasshouse.attribution.where import PLACES
from glasshouse.model.identity import Identity
from glasshouse.model.observation import CollectionKind, GapReason, SaidBy
from glasshouse.model.restriction import Authority, Outcome
from glasshouse.model.signal import DeviceClass, Facet
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.validation import Standing

__all__ = [
    "ACTS",
    "APPLICABILITY",
    "APPROVALS",
    "AUTHORITIES",
    "COLLECTION_KINDS",
    "COLLECTION_STATES",
    "COMPONENTS",
    "DECISIONS",
    "DEVICE_CLASSES",
    "EVENTS",
    "FACETS",
    "FACTORS",
    "GAP_REASONS",
    "KINDS",
    "OUTCOMES",
    "OWNERS",
    "PURPOSES",
    "ROLES",
    "SAID_BY",
    "SEVERITY",
    "SITE_CLASSES",
    "STANDINGS",
    "STRENGTHS",
    "TRUTHS",
    "UNKNOWNS",
    "VOCABULARY",
    "class_word",
]

SEVERITY = tuple(sorted(Outcome, reverse=True))  # most severe first

OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.PROHIBITED: Message.of("Prohibited"),
    Outcome.NEEDS_REVIEW: Message.of("To review"),
    Outcome.CONDITIONAL: Message.of("Conditional"),
    Outcome.ADVISORY: Message.of("Advisory"),
    Outcome.NOT_RESTRICTED: Message.of("Not restricted"),
}
STRENGTHS: Mapping[Strength, Message] = {
    Strength.NONE: Message.of("none"),
    Strength.INDICATIVE: Message.of("indicative"),
    Strength.SUPPORTING: Message.of("supporting"),
    Strength.STRONG: Message.of("strong"),
    Strength.CONCLUSIVE: Message.of("conclusive"),
}
STANDINGS: Mapping[Standing, Message] = {
    Standing.VALIDATED: Message.of("shown by measurement"),
    Standing.NOT_YET: Message.of("not yet validated"),
    Standing.BROKEN: Message.of("broken: wrong more often than promised"),
    Standing.NO_PROMISE: Message.of("promises nothing"),
}
FACETS: Mapping[Facet, Message] = {
    Facet.BRAND: Message.of("brand"),
    Facet.MAKER: Message.of("maker"),
    Facet.FIRMWARE_ORIGIN: Message.of("firmware origin"),
    Facet.PLATFORM: Message.of("platform"),
    Facet.CHIPSET: Message.of("chipset maker"),
    Facet.MODEL: Message.of("model"),
    Facet.FIRMWARE: Message.of("firmware version"),
    Facet.FIRMWARE_BUILT_ON: Message.of("firmware built on"),
    Facet.SERIAL: Message.of("serial number"),
    Facet.MADE_ON: Message.of("made on"),
    Facet.MAC: Message.of("MAC address"),
    Facet.DEVICE_CLASS: Message.of("device class"),
    Facet.DEVICE_ID: Message.of("device identifier"),
    Facet.ACTIVATED: Message.of("activated"),
}
DEVICE_CLASSES: Mapping[DeviceClass, Message] = {
    DeviceClass.CAMERA: Message.of("camera"),
    DeviceClass.RECORDER: Message.of("recorder"),
    DeviceClass.ENCODER: Message.of("encoder"),
    DeviceClass.INTERCOM: Message.of("intercom"),
    DeviceClass.ACCESS_CONTROL: Message.of("access control"),
    DeviceClass.VIDEO_SERVER: Message.of("video server"),
    DeviceClass.THERMAL: Message.of("thermal camera"),
    DeviceClass.BODY_WORN: Message.of("body-worn camera"),
    DeviceClass.OTHER: Message.of("other equipment"),
}
TRUTHS: Mapping[Truth, Message] = {
    Truth.YES: Message.of("yes"),
    Truth.NO: Message.of("no"),
    Truth.UNKNOWN: Message.of("unknown"),
}
SAID_BY: Mapping[SaidBy, Message] = {
    SaidBy.DEVICE: Message.of("the device itself"),
    SaidBy.INFRASTRUCTURE: Message.of("network infrastructure"),
    SaidBy.TOOL: Message.of("a tool"),
    SaidBy.PERSON: Message.of("a person"),
}
GAP_REASONS: Mapping[GapReason, Message] = {
    GapReason.SILENT: Message.of("asked and silent"),
    GapReason.REFUSED: Message.of("refused"),
    GapReason.UNREACHABLE: Message.of("unreachable"),
    GapReason.TIMED_OUT: Message.of("timed out"),
    GapReason.MALFORMED: Message.of("malformed reply"),
    GapReason.OUT_OF_SCOPE: Message.of("out of scope"),
    GapReason.BUDGET: Message.of("time or byte budget spent"),
    GapReason.TOO_LITTLE_SEEN: Message.of("too little seen"),
    GapReason.UNKNOWN_CHANNELS: Message.of("channels of unknown make"),
    GapReason.NOT_LOOKED_AT: Message.of("not looked at"),
    GapReason.UNREADABLE: Message.of("unreadable input"),
    GapReason.INTERRUPTED: Message.of("interrupted"),
}
COLLECTION_KINDS: Mapping[CollectionKind, Message] = {
    CollectionKind.ACTIVE: Message.of("active scan"),
    CollectionKind.PASSIVE: Message.of("passive capture"),
    CollectionKind.IMPORT: Message.of("imported file"),
    CollectionKind.STATEMENT: Message.of("statement"),
}
COLLECTION_STATES: Mapping[str, Message] = {
    "open": Message.of("open, not sealed"),
    "sealed": Message.of("sealed"),
    "partial": Message.of("sealed as partial"),
}
AUTHORITIES: Mapping[Authority, Message] = {
    Authority.STATUTE: Message.of("statute"),
    Authority.REGULATION: Message.of("regulation"),
    Authority.ORDER: Message.of("order"),
    Authority.POLICY: Message.of("policy"),
    Authority.STATEMENT: Message.of("statement"),
    Authority.PROPOSAL: Message.of("proposal"),
}
APPLICABILITY: Mapping[str, Message] = {
    "confirmed": Message.of("confirmed"),
    "likely": Message.of("likely"),
    "possible": Message.of("possible"),
    "excluded": Message.of("excluded"),
    "disputed": Message.of("disputed"),
}
DECISIONS: Mapping[str, Message] = {
    "3-days-forensics": Message.of("within 3 days, with forensics"),
    "3-days": Message.of("within 3 days"),
    "14-days": Message.of("within 14 days"),
    "60-days": Message.of("within 60 days"),
    "next-upgrade": Message.of("at the next upgrade"),
}
FACTORS: Mapping[str, Message] = {
    "V": Message.of("Known vulnerabilities"),
    "U": Message.of("Updates and support"),
    "A": Message.of("Access"),
    "S": Message.of("Services and transport"),
}
ROLES: Mapping[str, Message] = {
    "federal_department": Message.of("federal department"),
    "crown_corporation": Message.of("Crown corporation"),
    "federal_agency": Message.of("federal agency"),
    "federal_contractor": Message.of("federal contractor"),
    "federal_grantee": Message.of("federal grantee"),
    "state_agency": Message.of("state agency"),
    "quebec_public_body": Message.of("Quebec public body"),
    "municipality": Message.of("municipality"),
    "local_government": Message.of("local government"),
    "central_government": Message.of("central government"),
    "local_authority": Message.of("local authority"),
    "commonwealth_entity": Message.of("Commonwealth entity"),
    "usf_recipient": Message.of("recipient of universal service funds"),
    "applicant": Message.of("applicant for an authorisation"),
    "importer": Message.of("importer"),
    "seller": Message.of("seller"),
    "private": Message.of("private body"),
    "order_subject": Message.of("subject of the order"),
    "defense_department": Message.of("defense department"),
}
ACTS: Mapping[str, Message] = {
    "purchase": Message.of("purchase"),
    "use": Message.of("use"),
    "install": Message.of("installation"),
    "deploy": Message.of("deployment"),
    "keep_in_service": Message.of("keeping in service"),
    "enter_contract": Message.of("entering into a contract"),
    "renew_service_contract": Message.of("renewing a service contract"),
    "purchase_with_award_funds": Message.of("purchase with award funds"),
    "purchase_with_subsidy": Message.of("purchase with a subsidy"),
    "authorise": Message.of("authorisation"),
    "import": Message.of("import"),
    "sell": Message.of("sale"),
    "provide": Message.of("provision"),
    "operate": Message.of("operation"),
}
PURPOSES: Mapping[str, Message] = {
    "public_safety": Message.of("public safety"),
    "government_facility_security": Message.of("security of government facilities"),
    "critical_infrastructure_security": Message.of("security of critical infrastructure"),
    "national_security": Message.of("national security"),
    "none": Message.of("none of the listed purposes"),
    "unknown": Message.of("unknown"),
}
SITE_CLASSES: Mapping[str, Message] = {
    "sensitive": Message.of("sensitive site"),
    "ordinary": Message.of("ordinary site"),
    "critical_core": Message.of("critical infrastructure"),
    "critical_edge": Message.of("linked to critical infrastructure"),
    "unknown": Message.of("unknown"),
}
COMPONENTS: Mapping[str, Message] = {
    "soc": Message.of("system on chip"),
    "modular-transmitter": Message.of("modular transmitter"),
    "sensor": Message.of("image sensor"),
    "storage": Message.of("storage"),
    "power": Message.of("power supply"),
    "mechanical": Message.of("mechanical part"),
    "other": Message.of("other part"),
}
APPROVALS: Mapping[str, Message] = {
    "agency_head_waiver": Message.of("waiver by the head of the agency"),
    "dni_waiver": Message.of("waiver by the Director of National Intelligence"),
    "ministry_approval": Message.of("approval by the ministry"),
    "agency_exception": Message.of("exception by the agency"),
    "conditional_approval": Message.of("conditional approval"),
    "blue_uas": Message.of("Blue UAS listing"),
    "risk_assessment": Message.of("risk assessment"),
    "stqc": Message.of("STQC certificate"),
}
OWNERS: Mapping[str, Message] = {
    "self": Message.of("the body itself"),
    "landlord": Message.of("the landlord"),
    "tenant": Message.of("the tenant"),
    "other": Message.of("somebody else"),
    "not said to be another": Message.of("not said to be another"),
}
EVENTS: Mapping[str, Message] = {
    "announced": Message.of("the announcement"),
    "in-force": Message.of("the entry into force"),
    "amended": Message.of("the amendment"),
    "stayed": Message.of("the stay"),
    "vacated-in-part": Message.of("the partial annulment"),
    "removal-deadline": Message.of("the removal deadline"),
    "expired": Message.of("the expiry"),
    "proposed": Message.of("the proposal"),
    "challenged": Message.of("the challenge in court"),
    "stay-denied": Message.of("the refusal of a stay"),
    "suspended-by-agreement": Message.of("the suspension by agreement"),
    "waiver": Message.of("the waiver"),
}
KINDS: Mapping[str, Message] = {
    "device": Message.of("device"),
    "access control device": Message.of("access control device"),
}
UNKNOWNS: Mapping[str, Message] = {
    "unknown": Message.of("unknown"),
    "none": Message.of("none"),
    "yes": Message.of("yes"),
    "no": Message.of("no"),
    "an unknown day": Message.of("an unknown day"),
    "not said to be earlier": Message.of("not said to be earlier"),
    "the start of the rule": Message.of("the start of the rule"),
    "no end": Message.of("no end"),
}


def _by_word(table: Mapping[Outcome, Message] | Mapping[Strength, Message]) -> dict[str, Message]:
    return {member.word: message for member, message in table.items()}


_FACET_WORDS = {facet.value: message for facet, message in FACETS.items()}
_CLASS_WORDS = {device_class.value: message for device_class, message in DEVICE_CLASSES.items()}

# Parameters of sentences whose values are words of a closed list: translated with the sentence they stand in.
VOCABULARY: Mapping[str, Mapping[str, Message]] = {
    "strength": _by_word(STRENGTHS),
    "maker_strength": _by_word(STRENGTHS),
    "outcome": _by_word(OUTCOMES),
    "overall": _by_word(OUTCOMES),
    "facet": _FACET_WORDS,
    "device_class": _CLASS_WORDS,
    "kind": {
        **COMPONENTS,
        **APPROVALS,
        **_CLASS_WORDS,
        **{message.msgid: message for message in DEVICE_CLASSES.values()},
        **KINDS,
        **UNKNOWNS,
    },
    "place": PLACES,
    "site": SITE_CLASSES,
    "classes": SITE_CLASSES,
    "owner": OWNERS,
    "event": EVENTS,
    **dict.fromkeys(("paid", "held", "on", "until", "day", "since", "tls"), UNKNOWNS),
    "applicability": APPLICABILITY,
    "decision": DECISIONS,
    "role": ROLES,
    "roles": ROLES,
    "act": ACTS,
    "acts": {**ACTS, "none": UNKNOWNS["none"]},
    "purpose": PURPOSES,
    "purposes": PURPOSES,
    "truth": {truth.value: message for truth, message in TRUTHS.items()},
    "activated": {"true": TRUTHS[Truth.YES], "false": TRUTHS[Truth.NO], **UNKNOWNS},
    "said_by": {who.value: message for who, message in SAID_BY.items()},
    "authority": {authority.value: message for authority, message in AUTHORITIES.items()},
}


def class_word(identity: Identity) -> Message:
    """What kind of thing the device is, in words."""
    if identity.device_class is None:
        return Message.of("device of unknown class")
    return DEVICE_CLASSES[identity.device_class]

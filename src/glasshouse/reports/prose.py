"""The standing texts of a report: what outcomes mean, how the review works, and the words it uses."""

from __future__ import annotations

from collections.abc import Mapping

from glasshouse.model.restriction import Outcome
from glasshouse.model.text import Message

__all__ = ["GLOSSARY", "MEANINGS", "METHOD"]

MEANINGS: Mapping[Outcome, Message] = {
    Outcome.PROHIBITED: Message.of("a rule in force forbids it"),
    Outcome.NEEDS_REVIEW: Message.of("a decisive fact or text is missing"),
    Outcome.CONDITIONAL: Message.of("allowed only if a condition is shown to be met"),
    Outcome.ADVISORY: Message.of("guidance that does not bind"),
    Outcome.NOT_RESTRICTED: Message.of("the rules evaluated do not reach it"),
}

METHOD = (
    Message.of(
        "Every reply, row or photo was kept as it was received. Each collection was closed with a Merkle root over its "
        "whole content, the silent and the innocent included, before anything in it was identified; so nothing could be picked."
    ),
    Message.of(
        "Fingerprints and registries read facets from these observations: brand, maker, firmware origin and others are "
        "separate answers, each with its own strength. What no evidence names stays unknown."
    ),
    Message.of(
        "Rules are evaluated as data, each with its dates and citations, for the body, the acts and the day named at the top. "
        "Where a fact or a text is missing the outcome is a review, never a guess."
    ),
    Message.of(
        "Security is graded from advisories and observed settings alone. Country, brand history and legal outcome are not "
        "inputs to it, and it is no input to the rules."
    ),
    Message.of(
        "Anyone may repeat the decisive observations with the commands given for each device. "
        "An owner or a maker who reads the evidence otherwise can answer it item by item."
    ),
)

GLOSSARY: tuple[tuple[Message, Message], ...] = (
    (Message.of("observation"), Message.of("one reply, row or photo as it was received; it interprets nothing")),
    (
        Message.of("collection"),
        Message.of(
            "one run of a source, with its operator, its place on the network, what it looked at and what it did not see"
        ),
    ),
    (Message.of("fingerprint"), Message.of("a tested pattern that reads one facet from an observation")),
    (
        Message.of("witness"),
        Message.of("the place something was heard, such as one header; what comes from one witness counts once"),
    ),
    (
        Message.of("strength"),
        Message.of(
            "how far evidence carries, in order: none, indicative, supporting, strong, conclusive; "
            "words in order, no probabilities; the method says how often each was wrong when it was measured"
        ),
    ),
    (Message.of("brand"), Message.of("the name on the box")),
    (Message.of("maker"), Message.of("who produced the unit")),
    (Message.of("firmware origin"), Message.of("who wrote the firmware, whoever produced or sold the unit")),
    (
        Message.of("contradiction"),
        Message.of("evidence that cannot all be true of one unmodified device; both sides are kept"),
    ),
    (Message.of("regime"), Message.of("a rule or set of rules that is judged as one, with its dated versions")),
    (Message.of("outcome"), Message.of("what a regime says about one device, one act and one body on one day")),
    (Message.of("finding"), Message.of("an outcome that somebody has to act on, followed until it is closed")),
    (
        Message.of("security level"),
        Message.of(
            "A to D, D being the worst; the worst factor counts, and a range shows what unknown facts could still change"
        ),
    ),
    (
        Message.of("applicability"),
        Message.of("whether an advisory concerns this device: confirmed, likely, possible, excluded or disputed"),
    ),
    (
        Message.of("other equipment"),
        Message.of("hosts that are no surveillance equipment: counted, without an outcome"),
    ),
    (Message.of("attested"), Message.of("covered by a person's statement, not by an observation")),
    (Message.of("gap"), Message.of("something in reach of a collection that was not seen, with the reason")),
    (
        Message.of("Merkle root"),
        Message.of("a digest over everything a collection received: if one byte changed, it would no longer match"),
    ),
)

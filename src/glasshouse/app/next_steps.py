"""What to do next after a review, in the order in which it matters."""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Coverage, Device
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

__all__ = ["next_steps"]

URGENT = frozenset(("3-days", "3-days-forensics"))


def next_steps(devices: Sequence[Device], coverage: Sequence[Coverage]) -> tuple[Message, ...]:
    """The steps that apply; a review that found nothing to do has none."""
    outcomes = [device.judgement.overall for device in devices]
    forbidden, open_, conditional = (
        outcomes.count(outcome) for outcome in (Outcome.PROHIBITED, Outcome.NEEDS_REVIEW, Outcome.CONDITIONAL)
    )
    weak = sum(
        device.identity.strength(Facet.MAKER) < Strength.STRONG and device.judgement.overall.flagged
        for device in devices
    )
    urgent = sum(any(item.decision in URGENT for item in device.merit.advisories) for device in devices)
    little, silent = sum(item.too_little_seen for item in coverage), sum(item.silent for item in coverage)
    steps = (
        (
            forbidden,
            Message.of("Plan the removal of devices whose use a rule in force forbids: {count}.", count=forbidden),
        ),
        (
            open_,
            Message.of(
                "Settle the devices under review; each names the facts that would decide it: {count}.", count=open_
            ),
        ),
        (
            conditional,
            Message.of("Show the conditions on which devices may stay, or remove them: {count}.", count=conditional),
        ),
        (weak, Message.of("Read the labels of flagged devices whose maker is only indicated: {count}.", count=weak)),
        (urgent, Message.of("Update or isolate devices whose decision row says three days: {count}.", count=urgent)),
        (little, Message.of("Look at hosts that answered too little to be named: {count}.", count=little)),
        (silent, Message.of("Ask for a list of equipment where addresses stayed silent: {count}.", count=silent)),
    )
    return tuple(message for count, message in steps if count)

"""How signals add up: one list of rungs, read from the top; the first that holds gives the strength.

A *witness* is one thing that was heard: a header, an element, a serial number. Whatever it says counts once, however
many patterns match it, in however many replies it is repeated, and a value that quotes another (a serial that begins
with the model) is no second witness. A single reply, which one program may have copied as a whole, is never
conclusive. What a person or a tool says about a device supports at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from glasshouse.model.signal import Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

__all__ = ["LADDER", "Rung", "Tally", "Witness", "cap", "climb", "quotes", "tally", "witnesses"]

_MOST = 64  # witnesses of one claim that are told apart; no rung asks for more than three
_QUOTED = 5  # characters from which one value inside another counts as a quotation


@dataclass(frozen=True, slots=True)
class Tally:
    """Independent witnesses by what each reaches alone; `own`: among them the device's own protocol."""

    strong: int = 0
    supporting: int = 0  # at least supporting
    indicative: int = 0  # at least indicative
    own: bool = False
    replies: int = 0  # replies that it takes to hear the witnesses at supporting or more: 0, 1, or 2 for several


@dataclass(frozen=True, slots=True)
class Rung:
    """`strength` is reached where `holds`; `because` says it in words."""

    strength: Strength
    because: Message
    holds: Callable[[Tally], bool]


LADDER = (
    Rung(
        Strength.CONCLUSIVE,
        Message.of("two independent witnesses in two replies are strong, one of them the device's own protocol"),
        lambda tally: tally.strong >= 2 and tally.own and tally.replies >= 2,
    ),
    Rung(
        Strength.CONCLUSIVE,
        Message.of("one strong witness in the device's own protocol, and two more in another reply support it"),
        lambda tally: tally.strong >= 1 and tally.supporting >= 3 and tally.own and tally.replies >= 2,
    ),
    Rung(Strength.STRONG, Message.of("one strong witness"), lambda tally: tally.strong >= 1),
    Rung(
        Strength.STRONG,
        Message.of("two independent witnesses support it, one of them the device's own protocol"),
        lambda tally: tally.supporting >= 2 and tally.own,
    ),
    Rung(Strength.SUPPORTING, Message.of("one witness supports it"), lambda tally: tally.supporting >= 1),
    Rung(
        Strength.SUPPORTING,
        Message.of("two independent witnesses indicate it, one of them the device's own protocol"),
        lambda tally: tally.indicative >= 2 and tally.own,
    ),
    Rung(Strength.INDICATIVE, Message.of("one witness indicates it"), lambda tally: tally.indicative >= 1),
)
"""The ladder. Documentation prints it as it stands here."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One thing that was heard: where, its words, what it reaches alone, whether the device itself said it."""

    observation: str
    field: str
    words: str
    strength: Strength
    own: bool
    heard_in: frozenset[str] = frozenset()  # every reply that holds these words in this field


def witnesses(signals: Iterable[Signal], told: Collection[str]) -> tuple[Witness, ...]:
    """Every independent witness among `signals`, strongest first.

    `told` names the witnesses that are somebody's word about the device; they are capped at supporting.
    """
    best: dict[tuple[str, str], Witness] = {}
    heard: dict[tuple[str, str], set[str]] = {}
    for signal in signals:
        field = signal.witness.partition(":")[2]
        words = signal.excerpt.casefold()
        own = signal.witness not in told
        strength = signal.strength if own else min(signal.strength, Strength.SUPPORTING)
        heard.setdefault((field, words), set()).add(signal.observation)
        known = best.get((field, words))
        if known is None or (known.strength, signal.observation) < (strength, known.observation):
            best[field, words] = Witness(signal.observation, field, words, strength, own)
    kept: list[Witness] = []
    for witness in sorted(
        best.values(), key=lambda one: (-one.strength, -len(one.words), one.field, one.words, one.observation)
    ):
        if len(kept) >= _MOST:
            break
        if not any(quotes(other.words, witness.words) for other in kept):
            kept.append(replace(witness, heard_in=frozenset(heard[witness.field, witness.words])))
    return tuple(kept)


def quotes(left: str, right: str) -> bool:
    """Whether the longer of two texts holds the other, so that they are one witness."""
    shorter, longer = sorted((left, right), key=len)
    return len(shorter) >= _QUOTED and shorter in longer


def tally(signals: Iterable[Signal], told: Collection[str]) -> Tally:
    """Count the independent witnesses of one claim."""
    heard = witnesses(signals, told)
    return Tally(
        strong=sum(one.strength >= Strength.STRONG for one in heard),
        supporting=sum(one.strength >= Strength.SUPPORTING for one in heard),
        indicative=sum(one.strength >= Strength.INDICATIVE for one in heard),
        own=any(one.own for one in heard),
        replies=_replies([one.heard_in for one in heard if one.strength >= Strength.SUPPORTING]),
    )


def _replies(places: list[frozenset[str]]) -> int:
    """2 where no single reply holds all of it: words that a second reply only repeats make no second reply."""
    if len(places) < 2:
        return len(places)
    return 1 if frozenset.intersection(*places) else 2


def climb(counted: Tally) -> tuple[Strength, Message | None]:
    """The highest rung that holds and why; NONE without a witness."""
    for rung in LADDER:
        if rung.holds(counted):
            return rung.strength, rung.because
    return Strength.NONE, None


def cap(strength: Strength, against: Strength) -> Strength:
    """What is left of `strength` when another value of the same facet reaches `against`.

    Evidence that merely indicates something else takes nothing away; otherwise the claim is no longer conclusive,
    and where the other side is as strong, it supports at most.
    """
    if against < Strength.SUPPORTING:
        return strength
    return min(strength, Strength.SUPPORTING if against >= strength else Strength.STRONG)

"""The sentences of the first screen: the answer, what it rests on, and what to do next."""

from __future__ import annotations

from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Review
from glasshouse.model.text import Message
from glasshouse.reports.answer import LEVELS, Answer, PropertyAnswer
from glasshouse.reports.catalogue import Translator

__all__ = ["coverage_sentence", "headline", "merit_sentence", "next_steps", "property_step"]


def headline(answer: Answer, tr: Translator) -> str:
    """The answer in one sentence."""
    total = tr.number(answer.total)
    if count := answer.count(Outcome.PROHIBITED):
        return tr.plural(
            "For this body and these acts a rule prohibits {n} device out of {total}.",
            "For this body and these acts rules prohibit {n} devices out of {total}.",
            count, total=total,
        )  # fmt: skip
    if count := answer.count(Outcome.NEEDS_REVIEW):
        return tr.plural(
            "No prohibition was found; {n} device out of {total} needs review before that can be relied on.",
            "No prohibition was found; {n} devices out of {total} need review before that can be relied on.",
            count, total=total,
        )  # fmt: skip
    if count := answer.count(Outcome.CONDITIONAL):
        return tr.plural(
            "No prohibition was found; {n} device out of {total} is allowed only on a condition.",
            "No prohibition was found; {n} devices out of {total} are allowed only on a condition.",
            count, total=total,
        )  # fmt: skip
    if answer.total:
        return tr.plural(
            "The rules evaluated do not restrict the {n} device that was judged.",
            "The rules evaluated do not restrict the {n} devices that were judged.",
            answer.total,
        )  # fmt: skip
    return tr.text(Message.of("No device was judged. That is no sign that there is none."))


def coverage_sentence(answer: Answer, tr: Translator) -> str:
    """What the numbers rest on."""
    seen = answer.coverage
    numbers = {
        "asked": tr.number(seen.asked),
        "answered": tr.number(seen.answered),
        "silent": tr.number(seen.silent),
        "refused": tr.number(seen.refused),
        "unreachable": tr.number(seen.unreachable),
        "other": tr.number(seen.other_equipment),
        "little": tr.number(seen.too_little_seen),
    }
    return tr.text(
        Message.of(
            "Addresses and rows asked: {asked}. Answered {answered}, silent {silent}, refused {refused}, out of reach "
            "{unreachable}. Hosts that are other equipment: {other}; hosts of which too little was seen to judge: {little}.",
            **numbers,
        )
    )


def merit_sentence(answer: Answer, tr: Translator) -> str:
    """Security beside the rules, in one line."""
    counts = dict(zip(LEVELS, map(tr.number, answer.levels), strict=True))
    return tr.text(
        Message.of(
            "Security on its own merits, whatever the rules say: level D {d}, C {c}, B {b}, A {a}, not graded {ungraded}; "
            "devices with an advisory to act on within three days: {urgent}.",
            d=counts["D"],
            c=counts["C"],
            b=counts["B"],
            a=counts["A"],
            ungraded=counts["not-graded"],
            urgent=tr.number(answer.urgent),
        )
    )


def next_steps(review: Review, answer: Answer, tr: Translator) -> tuple[str, ...]:
    """The steps of the review; where it names none, those that follow from the counts."""
    if review.next_steps:
        return tuple(map(tr.text, review.next_steps))
    steps = []
    if count := answer.count(Outcome.PROHIBITED):
        steps.append(
            tr.plural(
                "Plan the removal of {n} prohibited device.", "Plan the removal of {n} prohibited devices.", count
            )
        )
    if count := answer.count(Outcome.NEEDS_REVIEW):
        steps.append(
            tr.plural(
                "Settle what is missing for {n} device to review.",
                "Settle what is missing for {n} devices to review.",
                count,
            )
        )
    if answer.urgent:
        steps.append(
            tr.plural(
                "Act on the security advisories of {n} device within three days.",
                "Act on the security advisories of {n} devices within three days.",
                answer.urgent,
            )
        )
    if count := len(answer.coverage.gaps):
        steps.append(
            tr.plural("Look at the {n} gap in what was seen.", "Look at the {n} gaps in what was seen.", count)
        )
    return tuple(steps) or (tr.text(Message.of("Collect from the properties: nothing was seen yet.")),)


def property_step(row: PropertyAnswer, tr: Translator) -> str:
    """What to do next in one property, in a few words."""
    prohibited, to_review, conditional = row.outcomes[:3]
    if prohibited:
        return tr.text(Message.of("Plan removal"))
    if to_review:
        return tr.text(Message.of("Settle missing facts"))
    if conditional:
        return tr.text(Message.of("Show the condition"))
    if row.coverage is None or not row.coverage.answered:
        return tr.text(Message.of("Collect"))
    return tr.text(Message.of("Look at the gaps") if row.coverage.gaps else Message.of("Keep watch"))

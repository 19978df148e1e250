"""The report as one self-contained HTML page a language: no external resource, readable without JavaScript."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape

from glasshouse.judgement.reasons import REASONS
from glasshouse.model.ids import sha256_hex
from glasshouse.model.missed import Missed
from glasshouse.model.place import FactValue
from glasshouse.model.review import PackAge, Review
from glasshouse.model.signal import Facet
from glasshouse.model.text import Message, Title
from glasshouse.model.time import FiveTimes
from glasshouse.model.validation import Validation
from glasshouse.reports import prose, sentences, views, words
from glasshouse.reports.answer import LEVELS, Answer, GapGroup, Tally, answer_of, grouped_gaps
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.evidence import Bounds
from glasshouse.reports.missed import missed_notes, missed_sentence
from glasshouse.reports.visible import bounded, is_web_address, visible

__all__ = ["file_name", "render_html"]

MAKERS_SHOWN = 12
TEXT_SHOWN = 1_200  # characters of any one text on a page
MANY_DEVICES = 150
LEVEL_CLASSES = ("D", "C", "B", "A", "none")


_SMALL = Bounds(heard=40, seen=40, checks=20, links=24)
_LARGE = Bounds(heard=6, seen=4, checks=3, links=4)


@dataclass(frozen=True, slots=True)
class _Rest:
    makers: int
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class _Chart:
    shown: tuple[Tally, ...]
    rest: _Rest | None


@dataclass(frozen=True, slots=True)
class _CoverageRow:
    name: str
    numbers: tuple[int, ...]
    gaps: tuple[GapGroup, ...]
    notes: tuple[str, ...]
    missed: Missed | None
    sentence: str  # the number of devices on no list, or why there is none

    @property
    def count(self) -> int:
        return sum(len(group.gaps) for group in self.gaps)


@dataclass(frozen=True, slots=True)
class _Pack:
    value: PackAge
    age: int | None  # days at the making of the report


def file_name(language: str) -> str:
    """The name under which the pages of the two languages find each other."""
    return f"report.{language}.html"


def segments(counts: Sequence[int], widest: int) -> list[tuple[str, str, int]]:
    """(x, width, index) in percent for each non-zero count; a small count stays visible."""
    found, x = [], 0.0
    for index, count in enumerate(counts):
        if count:
            width = max(100 * count / max(widest, 1), 0.6)
            found.append((f"{x:.2f}", f"{width:.2f}", index))
            x += width
    return found


def _chart(rows: tuple[Tally, ...]) -> _Chart:
    if len(rows) <= MAKERS_SHOWN:
        return _Chart(rows, None)
    rest = rows[MAKERS_SHOWN:]
    return _Chart(
        rows[:MAKERS_SHOWN], _Rest(len(rest), tuple(map(sum, zip(*(row.counts for row in rest), strict=True))))
    )


def _environment(tr: Translator, validation: Validation) -> Environment:
    def finalize(value: Any) -> Any:
        if hasattr(value, "__html__"):
            return value
        if isinstance(value, Message):
            return visible(bounded(tr.text(value), TEXT_SHOWN))
        return visible(bounded(tr.title(value) if isinstance(value, Title) else str(value), TEXT_SHOWN))

    environment = Environment(
        loader=PackageLoader("glasshouse.reports"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "num": tr.number,
        "percent": tr.percent,
        "party": tr.name,
        "raw_text": escape,  # excerpts are made visible where they are cut
        "outcome_word": lambda outcome: tr.text(words.OUTCOMES[outcome]),
    }
    environment.tests["web_address"] = is_web_address
    environment.globals |= (
        _functions(tr, validation)
        | {name: getattr(words, name) for name in words.__all__ if name.isupper()}
        | {"METHOD": prose.METHOD, "GLOSSARY": prose.GLOSSARY, "MEANINGS": prose.MEANINGS}
    )
    return environment


def _functions(tr: Translator, validation: Validation) -> dict[str, Any]:
    def sentence(msgid: str, /, **params: str | int) -> str:
        # extraction reads the literal from the template
        return tr.text(Message(msgid, tuple((name, str(value)) for name, value in params.items())))

    def times(value: FiveTimes) -> list[tuple[str, datetime | None]]:
        labels = (
            Message.of("Observed"),
            Message.of("Identified by the program"),
            Message.of("Seen by a person"),
            Message.of("Confirmed"),
            Message.of("Notified"),
        )
        moments = (value.observed, value.identified, value.seen, value.confirmed, value.notified)
        return [(tr.text(label), moment) for label, moment in zip(labels, moments, strict=True)]

    def fact_value(value: FactValue) -> str:
        if isinstance(value, bool):
            return tr.text(Message.of("yes") if value else Message.of("no"))
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    return {
        "_": sentence,
        "n_": tr.plural,
        "text": tr.text,
        "day": tr.date,
        "moment": tr.moment,
        "party": tr.name,
        "territory": tr.territory,
        "decision": lambda word: tr.text(words.DECISIONS[word]) if word in words.DECISIONS else word,
        "facet_value": lambda facet, value: views.facet_text(facet, value, tr),
        "strength_text": lambda strength, facet=Facet.MAKER: views.strength_text(facet, strength, validation, tr),
        "level_text": lambda merit: views.level_text(merit, tr),
        "property_step": lambda row: sentences.property_step(row, tr),
        "property_anchor": lambda name: views.anchor_of("p", name),
        "segments": segments,
        "sha256": sha256_hex,
        "times": times,
        "fact_value": fact_value,
    }


def _coverage(answer: Answer, tr: Translator) -> tuple[list[_CoverageRow], list[str]]:
    rows, uncovered = [], []
    for row in answer.properties:
        seen = row.coverage
        if seen is None:
            uncovered.append(row.name)
            continue
        numbers = (
            seen.asked, seen.answered, seen.silent, seen.refused, seen.unreachable, seen.other_equipment,
            seen.too_little_seen, seen.attested,
        )  # fmt: skip
        notes = tuple(missed_notes(seen, tr))
        sentence = missed_sentence(seen.missed, tr) if seen.missed else ""
        rows.append(_CoverageRow(row.name, numbers, grouped_gaps(seen.gaps), notes, seen.missed, sentence))
    return rows, uncovered


def _coverage_heads(tr: Translator) -> list[str]:
    heads = (
        Message.of("Asked"),
        Message.of("Answered"),
        Message.of("Silent"),
        Message.of("Refused"),
        Message.of("Unreachable"),
        Message.of("Other equipment"),
        Message.of("Too little seen"),
        Message.of("Attested"),
    )
    return [tr.text(head) for head in heads]


def _age(pack: PackAge, made_at: datetime) -> int | None:
    if pack.dated is None:
        return None
    on: date = pack.dated.date()
    return (made_at.date() - on).days


def _codes(review: Review) -> list[tuple[str, Message]]:
    used = {code for device in review.devices for code in device.judgement.reason_codes}
    return [(code, REASONS[code]) for code in sorted(used) if code in REASONS]


def _word_list(table: Any, items: Iterable[str], tr: Translator) -> str:
    return tr.listing(tr.text(table[item]) if item in table else item for item in items)


def render_html(review: Review, language: str, other_file: str | None = None) -> str:
    """The page of `review` in `language` ("en" or "fr"); `other_file` is where the other language's page lies.

    The same review gives the same text, byte for byte.
    """
    tr = Translator(language, dict(review.names))
    other = "fr" if language == "en" else "en"
    answer = answer_of(review)
    sharing = views.sharing_of(review.devices)
    bounds = _LARGE if len(review.devices) > MANY_DEVICES else _SMALL
    seen = (
        views.view_of(device, number, tr, sharing, bounds, review.validation)
        for number, device in enumerate(review.devices, 1)
    )
    groups = views.grouped(seen, answer)
    coverages, uncovered = _coverage(answer, tr)
    return (
        _environment(tr, review.validation)
        .get_template("report.html.j2")
        .render(
            review=review,
            answer=answer,
            groups=groups,
            views=[view for group in groups for view in group.views],
            sharing=sharing,
            language=language,
            other_language=other,
            other_file=other_file or file_name(other),
            headline=sentences.headline(answer, tr),
            coverage_line=sentences.coverage_sentence(answer, tr),
            merit_line=sentences.merit_sentence(answer, tr),
            next_steps=sentences.next_steps(review, answer, tr),
            role_words=_word_list(words.ROLES, review.roles, tr),
            act_words=_word_list(words.ACTS, review.acts, tr),
            makers=_chart(answer.makers),
            maker_levels=_chart(answer.maker_levels),
            level_heads=[*LEVELS[:-1], tr.text(Message.of("not graded"))],
            level_classes=[f"level-{name}" for name in LEVEL_CLASSES],
            coverages=coverages,
            coverage_heads=_coverage_heads(tr),
            uncovered=tr.listing(uncovered) if uncovered else "",
            measured=[grade for grade in review.validation.grades if grade.needs is not None],
            at_most=lambda share: tr.percent(math.ceil(100 * share) / 100),
            codes=_codes(review),
            packs=[_Pack(pack, _age(pack, review.made_at)) for pack in review.packs],
        )
    )

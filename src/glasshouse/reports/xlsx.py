"""The review as a workbook: summary, devices, findings, coverage, gaps and rejected input; headings in one language.

Every text is written as text: no formula, no link is ever made of what a device or a file said.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter

from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet
from glasshouse.model.text import Message
from glasshouse.model.validation import Validation
from glasshouse.reports import sentences, views, words
from glasshouse.reports.answer import Answer, answer_of
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.missed import missed_notes, missed_sentence
from glasshouse.reports.visible import visible

__all__ = ["render_xlsx"]

Cell = str | int | None
CELL_LIMIT = 32_767  # characters, a limit of the format (ECMA-376)
ROW_LIMIT = 1_048_575  # rows under the heading, likewise


class _Sheets:
    """Writes one sheet after the other into a workbook with a fixed creation time."""

    def __init__(self, made_at: datetime, tr: Translator) -> None:
        self._out = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(self._out, options)
        self._book.set_properties({"created": made_at.replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = self._book.add_format({"valign": "top", "text_wrap": True})
        self._tr = tr

    def add(
        self, name: Message, heads: Sequence[Message], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
    ) -> None:
        """A sheet with frozen headings and an autofilter."""
        sheet = self._book.add_worksheet(self._tr.text(name)[:31])
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width, self._text)
            sheet.write_string(0, column, self._tr.text(head), self._head)
        last = 0
        for last, row in enumerate(rows, 1):
            if last > ROW_LIMIT:
                break
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(last, column, value)
                elif value:
                    sheet.write_string(last, column, self._fitting(value))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(heads) - 1)

    @staticmethod
    def _fitting(text: str) -> str:
        shown = visible(text)
        return shown if len(shown) <= CELL_LIMIT else shown[: CELL_LIMIT - 1] + "…"

    def close(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._out.getvalue()


def _summary(review: Review, answer: Answer, tr: Translator) -> Iterable[Sequence[Cell]]:
    made_by = review.made_by
    yield tr.text(Message.of("Review")), review.title
    yield tr.text(Message.of("Answer")), sentences.headline(answer, tr)
    yield tr.text(Message.of("As of")), review.as_of.valid_on.isoformat()
    yield tr.text(Message.of("Jurisdiction")), tr.territory(review.jurisdiction)
    yield (
        tr.text(Message.of("Body")),
        tr.listing(tr.text(words.ROLES[role]) for role in review.roles if role in words.ROLES),
    )
    yield tr.text(Message.of("Acts")), tr.listing(tr.text(words.ACTS[act]) for act in review.acts if act in words.ACTS)
    for outcome in words.SEVERITY:
        yield tr.text(words.OUTCOMES[outcome]), answer.count(outcome)
    yield tr.text(Message.of("Coverage")), sentences.coverage_sentence(answer, tr)
    yield tr.text(Message.of("Security")), sentences.merit_sentence(answer, tr)
    for step in sentences.next_steps(review, answer, tr):
        yield tr.text(Message.of("Next")), step
    for fact, count in answer.open_facts:
        yield tr.text(Message.of("Missing fact")), f"{tr.text(fact)} ({tr.plural('{n} device', '{n} devices', count)})"
    yield tr.text(Message.of("Made")), tr.moment(review.made_at)
    yield tr.text(Message.of("Made by")), f"{made_by.program} {made_by.version} {made_by.commit or ''}".rstrip()
    yield from made_by.packs


def _device(device: Device, tr: Translator, validation: Validation) -> Sequence[Cell]:
    identity = device.identity

    def value(facet: Facet) -> str:
        text = identity.value(facet)
        return "" if text is None else views.facet_text(facet, text, tr)

    return (
        views.device_name(device, tr), device.property, ", ".join(device.addresses) or views.place_of(device, tr),
        tr.text(words.class_word(identity)), value(Facet.BRAND), value(Facet.MAKER),
        views.strength_text(Facet.MAKER, identity.strength(Facet.MAKER), validation, tr), value(Facet.FIRMWARE_ORIGIN), value(Facet.MODEL),
        value(Facet.FIRMWARE), value(Facet.SERIAL), value(Facet.MAC), tr.text(words.OUTCOMES[device.judgement.overall]),
        views.level_text(device.merit, tr), device.merit.vector,
        "; ".join(tr.text(fact) for fact in device.judgement.missing_facts),
        "; ".join(tr.text(item.note) for item in identity.contradictions),
        " ".join(views.explanation(device, tr, validation)), device.id,
    )  # fmt: skip


_DEVICE_HEADS = (
    Message.of("Device"), Message.of("Property"), Message.of("Address"), Message.of("Kind"), Message.of("Brand"),
    Message.of("Maker"), Message.of("Strength"), Message.of("Firmware origin"), Message.of("Model"), Message.of("Firmware"),
    Message.of("Serial number"), Message.of("MAC address"), Message.of("Outcome"), Message.of("Security level"),
    Message.of("Vector"), Message.of("Missing facts"), Message.of("Contradictions"), Message.of("Explanation"),
    Message.of("Device identifier"),
)  # fmt: skip
_DEVICE_WIDTHS = (30, 22, 18, 14, 14, 14, 13, 14, 22, 24, 22, 18, 15, 12, 18, 40, 40, 60, 38)
_FINDING_HEADS = (
    Message.of("Device"), Message.of("Property"), Message.of("Address"), Message.of("Rule"), Message.of("Outcome"),
    Message.of("Act"), Message.of("Reason"), Message.of("Reason codes"), Message.of("Missing facts"), Message.of("Rests on"),
    Message.of("Text seen"), Message.of("Citations"), Message.of("Device identifier"),
)  # fmt: skip
_FINDING_WIDTHS = (30, 22, 18, 40, 15, 18, 60, 30, 40, 14, 10, 60, 38)
_COVERAGE_HEADS = (
    Message.of("Property"), Message.of("Asked"), Message.of("Answered"), Message.of("Silent"), Message.of("Refused"),
    Message.of("Unreachable"), Message.of("Other equipment"), Message.of("Too little seen"), Message.of("Attested"),
    Message.of("Devices on no list"), Message.of("What was missed"),
)  # fmt: skip


_GAP_HEADS = (
    Message.of("Property"),
    Message.of("Where"),
    Message.of("Reason"),
    Message.of("Protocol"),
    Message.of("Detail"),
)
_REJECTED_HEADS = (Message.of("File"), Message.of("Place"), Message.of("Problem"))


def _findings(device: Device, tr: Translator) -> Iterable[Sequence[Cell]]:
    yes, no = tr.text(Message.of("yes")), tr.text(Message.of("no"))
    for verdict in device.judgement.verdicts:
        if verdict.outcome.flagged:
            yield (
                views.device_name(device, tr), device.property, views.place_of(device, tr), tr.title(verdict.title),
                tr.text(words.OUTCOMES[verdict.outcome]), tr.text(words.ACTS[verdict.act]) if verdict.act in words.ACTS
                else verdict.act, tr.text(verdict.sentence), " ".join(verdict.reason_codes),
                "; ".join(map(tr.text, verdict.missing_facts)), tr.text(words.AUTHORITIES[verdict.authority]),
                yes if verdict.text_seen else no,
                "; ".join(f"{item.title}, {item.pinpoint} {item.url}" for item in verdict.citations), device.id,
            )  # fmt: skip


def _coverage(answer: Answer, tr: Translator) -> Iterable[Sequence[Cell]]:
    for row in answer.properties:
        seen = row.coverage
        yield (row.name,) if seen is None else (
            row.name, seen.asked, seen.answered, seen.silent, seen.refused, seen.unreachable, seen.other_equipment,
            seen.too_little_seen, seen.attested, missed_sentence(seen.missed, tr) if seen.missed else "",
            " ".join(missed_notes(seen, tr)),
        )  # fmt: skip


def _gaps(review: Review, tr: Translator) -> Iterable[Sequence[Cell]]:
    for coverage in review.coverage:
        for gap in coverage.gaps:
            yield coverage.property, gap.where, tr.text(words.GAP_REASONS[gap.reason]), gap.protocol, gap.detail


def render_xlsx(review: Review, language: str) -> bytes:
    """The workbook in `language`; the same review gives the same bytes."""
    tr = Translator(language, dict(review.names))
    answer = answer_of(review)
    sheets = _Sheets(review.made_at, tr)
    sheets.add(
        Message.of("Summary"), (Message.of("Item"), Message.of("Value")), _summary(review, answer, tr), (34, 110)
    )
    sheets.add(Message.of("Devices"), _DEVICE_HEADS, (_device(item, tr, review.validation) for item in review.devices),
               _DEVICE_WIDTHS)  # fmt: skip
    findings = (row for device in review.devices for row in _findings(device, tr))
    sheets.add(Message.of("Findings"), _FINDING_HEADS, findings, _FINDING_WIDTHS)
    sheets.add(Message.of("Coverage"), _COVERAGE_HEADS, _coverage(answer, tr), (34, *[13] * 8, 60, 60))
    sheets.add(Message.of("Gaps"), _GAP_HEADS, _gaps(review, tr), (34, 34, 28, 16, 60))
    rejected = ((item.file, item.locator, item.problem) for item in review.rejected)
    sheets.add(Message.of("Rejected input"), _REJECTED_HEADS, rejected, (40, 20, 110))
    return sheets.close()

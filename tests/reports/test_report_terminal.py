"""The tree of `explain` and the summary: everything is there, and nothing moves the cursor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.reports import factory

from glasshouse.model.text import Message
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.terminal import explain_lines, summary_lines

NAMES = factory.NAMES


def test_the_tree_goes_down_to_bytes_and_clause():
    device = factory.contradicted(1, "site")
    text = "\n".join(explain_lines(device, Translator("en", NAMES)))
    for expected in (
        "Annke C800 · 192.0.2.2 · site", "⟦App-webs/⟧", "bytes 25 to 34 of O1", "http.server-app-webs", "collection col_1",
        device.observations[0].id, "Against", "One reply names Hikvision, Dahua.", "Looked for and not found", "curl -sS -i",
        "Prohibited: Rule ca-rule-2025", "[yes] the body is bound – role: federal department", "para. 4", "CVE-2021-36260 confirmed",
        "What would change it",
    ):  # fmt: skip
        assert expected in text, expected


def test_one_regime_can_be_chosen():
    text = "\n".join(explain_lines(factory.device(1, "s", "axis", "axis", "M1", "A"), Translator("en"), "other-rule-1"))
    assert "[other-rule-1]" in text
    assert "[ca-rule-2025]" not in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_line_holds_a_control_or_direction_character(language: str):
    for device in factory.small().devices:
        for line in explain_lines(device, Translator(language)):
            assert all(character.isprintable() or character in "\u202f\u00a0" for character in line), repr(line)


def test_summary_says_the_answer_first_and_numbers_the_steps():
    lines = summary_lines(factory.small(), Translator("en"))
    assert lines[0] == "For this body and these acts rules prohibit 3 devices out of 8."
    assert any(line.startswith("  To review") and line.endswith("2") for line in lines)
    assert "1 row or file could not be used." in lines
    assert lines[-1] == "  1. Ask the seller of 2 devices who produced them."


def test_an_empty_review_never_reads_as_success():
    empty = replace(factory.small(), devices=(), coverage=(), next_steps=())
    lines = summary_lines(empty, Translator("en"))
    assert lines[0] == "No device was judged. That is no sign that there is none."
    assert "nothing was seen yet" in lines[-1]


def test_a_contradiction_quoted_in_a_sentence_is_translated_with_it():
    base = factory.contradicted(1, "site")
    note = Message.of("same serial number")
    clash = replace(base.identity.contradictions[0], note=note)
    device = replace(
        base,
        identity=replace(base.identity, contradictions=(clash,)),
        explanation=(
            Message.of(
                "This rests on {place}, “{excerpt}”, but other evidence contradicts it: {note}.",
                place="its web page",
                excerpt="x",
                note=str(note),
            ),
        ),
    )
    assert explain_lines(device, Translator("fr"))[2].endswith("contredisent\u202f: même numéro de série.")

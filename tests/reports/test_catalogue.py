"""Both languages are complete, and typography and numbers follow them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from glasshouse.model.text import Message, Title
from glasshouse.reports.catalogue import Translator, french_spaces, load_catalogue
from glasshouse.reports.extract import catalogue_problems, extract, parameters
from glasshouse.reports.words import VOCABULARY

FR, EN = Translator("fr"), Translator("en", {"hikvision": "Hikvision"})


def test_every_sentence_of_the_program_has_its_french():
    assert catalogue_problems(extract(), load_catalogue("fr")) == []


def test_the_catalogue_holds_nothing_that_the_program_no_longer_says():
    used = {item.msgid if isinstance(item.msgid, str) else item.msgid[0] for item in extract()}
    held = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in load_catalogue("fr") if entry.id}
    assert held <= used


def test_french_marks_carry_a_space_and_apostrophes_are_curly():
    for entry in load_catalogue("fr"):
        for text in [entry.string] if isinstance(entry.string, str) else entry.string:
            if entry.id:
                assert not re.search(r"\w[;!?](\s|$)|[^\W\d] ?'|\w:(\s|$)", text), text
                assert text.count("«") == text.count("»"), text


def test_spaces_before_high_punctuation_do_not_break():
    assert french_spaces("Inconnu : « a » ; oui ? 40 %") == "Inconnu\u202f: «\u202fa\u202f»\u202f; oui\u202f? 40\u202f%"
    assert french_spaces("http://example.org a:b") == "http://example.org a:b"


def test_values_are_not_touched_by_typography():
    message = Message.of("Looked for and not found")
    assert FR.text(message) == "Cherché et non trouvé"
    said = Message.of("said by {who}", who="a : b ; {c} %s")
    assert FR.text(said).endswith("a : b ; {c} %s")


def test_words_of_closed_lists_are_translated_inside_sentences():
    message = Message.of("A rule in force on {day} forbids {act} for {roles}.", day="2026-02-01", act="keep_in_service",
                         roles="federal_department, municipality")  # fmt: skip
    assert (
        EN.text(message)
        == "A rule in force on 2026-02-01 forbids keeping in service for federal department, municipality."
    )
    assert "maintien en service" in FR.text(message)
    assert "ministère fédéral, municipalité" in FR.text(message)


def test_parties_are_shown_by_the_name_people_know():
    assert EN.text(Message.of("Its maker: {maker}", maker="hikvision")) == "Its maker: Hikvision"
    assert EN.text(Message.of("Its maker: {maker}", maker="nobody-knows")) == "Its maker: nobody-knows"


def test_an_unknown_sentence_appears_in_english():
    assert FR.text(Message("A sentence of tomorrow about {x}.", (("x", "1"),))) == "A sentence of tomorrow about 1."


def test_a_pattern_with_stray_braces_is_shown_as_it_stands():
    assert EN.text(Message("{", ())) == "{"
    assert EN.text(Message("{missing}", ())) == "{missing}"


def test_plurals_follow_the_language():
    assert [EN.plural("{n} byte", "{n} bytes", n) for n in (0, 1, 2)] == ["0 bytes", "1 byte", "2 bytes"]
    assert [FR.plural("{n} byte", "{n} bytes", n) for n in (0, 1, 2)] == ["0 octet", "1 octet", "2 octets"]


def test_dates_numbers_lists_and_places():
    day = date(2025, 6, 27)
    assert (EN.date(day), FR.date(day)) == ("June 27, 2025", "27 juin 2025")
    assert EN.number(12345) == "12,345"
    assert re.fullmatch("12[\u00a0\u202f]345", FR.number(12345))
    assert FR.moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02 03:04:05 UTC"
    assert (EN.listing("ab"), FR.listing("ab")) == ("a and b", "a et b")
    assert (EN.territory("CA-QC"), FR.territory("UK")) == ("Canada (QC)", "Royaume-Uni")
    assert FR.title(Title("a", "b")) == "b"


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(ValueError, match="accepted: en, fr"):
        Translator("de")


def test_every_word_of_the_vocabulary_stands_alone():
    for table in VOCABULARY.values():
        for word in table.values():
            assert parameters(word.msgid) == frozenset()

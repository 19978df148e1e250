"""The HTML report: whole, safe, self-contained, in both languages, and still openable with 900 devices."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import etree, html
from tests.reports import factory

from glasshouse.reports import views
from glasshouse.reports.html import file_name, render_html, segments

REVIEW = factory.small()
PAGES = {language: render_html(REVIEW, language) for language in ("en", "fr")}
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def tree(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


@LANGUAGES
def test_the_page_is_well_formed(language: str):
    body = re.sub(r"<(style|script)>.*?</\1>", "", PAGES[language], flags=re.DOTALL)
    body = body.replace("<!DOCTYPE html>", "")
    body = re.sub(r"<(meta|br|input)\b([^>]*)>", r"<\1\2/>", body)
    body = re.sub(r" (hidden|open)(?=[ >])", r' \1=""', body)
    etree.fromstring(body.encode())  # every element is closed where it must be, every value quoted


@LANGUAGES
def test_identifiers_are_unique_and_every_inner_link_has_its_target(language: str):
    page = tree(PAGES[language])
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.xpath("//@href") if href.startswith("#")}
    assert targets <= set(ids)


@LANGUAGES
def test_nothing_is_loaded_from_anywhere(language: str):
    page = tree(PAGES[language])
    assert not page.xpath("//@src | //link | //iframe | //object | //embed | //base | //form/@action | //img")
    for node in page.xpath("//*[@href]"):
        href = node.get("href")
        if not href.startswith("#"):
            assert node.tag == "a"
            assert re.match(r"https://example\.org/|report\.(en|fr)\.html$", href), href
    assert not re.search(r"url\((?!#)|@import", PAGES[language])
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")


@LANGUAGES
def test_hostile_values_stay_text(language: str):
    page = tree(PAGES[language])
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//*[starts-with(name(@*), 'on')]")
    text = page.text_content()
    assert "<script>alert(1)</script>[U+001B][31mred[U+202E]gpj.exe[U+0000]" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", PAGES[language])


@LANGUAGES
def test_structure_for_assistive_technology(language: str):
    page = tree(PAGES[language])
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//body/*[1]/@href") == ["#main"]
    assert all(table.xpath("./caption") for table in page.xpath("//table"))
    assert all(head.get("scope") in {"row", "col"} for head in page.xpath("//th"))
    levels = [int(node.tag[1]) for node in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    labelled = set(page.xpath("//label/@for"))
    assert labelled == set(page.xpath("//input/@id | //select/@id"))


def test_the_first_screen_answers_with_counts_coverage_and_steps():
    answer = tree(PAGES["en"]).xpath("//section[@id='answer']")[0]
    text = " ".join(answer.text_content().split())
    assert "rules prohibit 3 devices out of 8" in text
    assert [item.text for item in answer.xpath(".//span[@class='count']")] == ["3", "2", "1", "1", "1"]
    assert "Answered 15, silent 180" in text
    assert "Ask the seller of 2 devices" in text
    assert "who produced the unit" in text


def test_a_property_without_devices_is_listed():
    rows = tree(PAGES["en"]).xpath("//table[contains(@class, 'properties')]/tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == ["100 Wellington", "Dépôt Sainte-Foy", "Vacant lot"]


@LANGUAGES
def test_evidence_is_marked_at_its_bytes(language: str):
    marks = [node.text_content() for node in tree(PAGES[language]).xpath("//mark")]
    assert "App-webs/" in marks
    assert "<model>IPC-HDW2831T</model>" in marks


def test_a_device_shows_its_verdicts_and_beside_them_its_security():
    article = tree(PAGES["en"]).xpath(f"//*[@id='d-{REVIEW.devices[0].id}']")[0]
    text = " ".join(article.text_content().split())
    for expected in (
        "Two witnesses of different protocols agree on Hikvision.", "bytes 25 to 34 of O1", "Nothing that was received speaks against it.",
        "An ONVIF reply was asked for", "A web server that copies the header", "curl -sS -i http://192.0.2.2/", "the text itself was not seen",
        "ENTITY_NAMED", "Not reviewed by counsel.", "4 rules evaluated that do not restrict it", "V:D U:? A:B S:C", "CVE-2021-36260",
        "within 3 days, with forensics", "1 advisory excluded by its range", "A reply without telnet would raise S to B.", "Seen by a person",
    ):  # fmt: skip
        assert expected in text, expected


def test_outcomes_are_never_told_by_colour_alone():
    for badge in tree(PAGES["en"]).xpath("//*[contains(concat(' ', @class, ' '), ' badge ')]"):
        assert badge.text_content().strip()
        assert badge.xpath(".//use/@href")


def test_the_rest_of_the_report_is_there():
    text = " ".join(tree(PAGES["en"]).text_content().split())
    for expected in (
        "What was not seen, and why", "channels of unknown make (1)", "row 12", "Merkle root", "cd" * 32, "Age in days", "Words used",
        "the maker is named by the rule", "none: not sealed",
    ):  # fmt: skip
        assert expected in text, expected


def test_pages_point_to_each_other_and_share_their_anchors():
    pages = {language: tree(text) for language, text in PAGES.items()}
    assert pages["en"].xpath("//*[@id='language']/@href") == [file_name("fr")]
    assert pages["fr"].xpath("//*[@id='language']/@href") == [file_name("en")]
    assert sorted(pages["en"].xpath("//@id")) == sorted(pages["fr"].xpath("//@id"))


def test_the_same_review_gives_the_same_page():
    assert render_html(REVIEW, "fr") == PAGES["fr"]


def test_an_empty_review_never_reads_as_success():
    empty = replace(
        REVIEW, devices=(), coverage=(), collections=(), rejected=(), properties=(), next_steps=(), packs=()
    )
    text = " ".join(tree(render_html(empty, "en")).text_content().split())
    assert "No device was judged. That is no sign that there is none." in text
    assert "No coverage is recorded: what was not seen is unknown." in text


def test_a_property_without_coverage_is_a_warning():
    bare = replace(REVIEW, coverage=REVIEW.coverage[:1])
    assert "No collection says anything about: Dépôt Sainte-Foy and Vacant lot." in render_html(bare, "en")


def test_900_devices_stay_below_fifteen_megabytes_and_share_their_reasonings():
    page = render_html(factory.heavy(900), "fr")
    assert len(page.encode()) < 15_000_000
    assert page.count('<article class="device ') == 900
    anchors = set(re.findall(r'<article class="reasoning" id="([RM]\d+)"', page))
    assert anchors
    assert set(re.findall(r'href="#([RM]\d+)"', page)) == anchors
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))
    assert "autres observations, conservées dans le rapport JSON Lines" in page or "autre observation" in page


def test_reasonings_of_a_small_report_stand_with_their_device():
    assert views.sharing_of(REVIEW.devices) == views.Sharing()


def test_bars_hold_every_count_and_keep_small_ones_visible():
    found = segments((1000, 0, 1), 1001)
    assert [index for _, _, index in found] == [0, 2]
    assert float(found[1][1]) >= 0.6
    assert segments((0, 0), 0) == []


def test_one_endless_value_does_not_fill_the_page():
    base = factory.device(1, "100 Wellington", "hikvision", "hikvision", "9" * 50_000, "D")
    page = render_html(factory.review((base,), ("100 Wellington",)), "en")
    assert "9" * 400 not in page
    assert f"[…{50_000 - views.VALUE_SHOWN}…]" in page

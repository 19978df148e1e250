"""The committed table holds or the build fails: over a small corpus of our own, so that every way to fail is tried."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scripts import calibrate, calibration_pages
from scripts.calibration_corpus import Corpus, derivations, without
from scripts.calibration_suggest import literal
from scripts.calibration_table import bars_missed, broken, measure, written

from glasshouse.datapack import DataPack, calibration, load
from glasshouse.datapack.problem import PackError
from glasshouse.matching.grammar import Grammars
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path("data") / calibration.FILE
ISAPI = '<DeviceInfo xmlns="http://www.hikvision.com/ver20/XMLSchema"><model>DS-2CD2143G2-I</model></DeviceInfo>'


def record(number: int, raw: str, probe: str, kind: str, maker: str | None, source: str, **expect: object) -> dict:
    known = {
        "class": kind, "brand": None, "brand_accept": [], "maker": maker, "model": None, "firmware": None, "serial": None,
        "mac": None, "is_surveillance": kind != "non-camera", "device_class": None, "weak_label": False,
        "maker_evidence": "device", "brand_told_by": None, "label_basis": "owner's list", "source": source,
    } | expect  # fmt: skip
    return {"id": f"{probe}-{number:010x}", "device": f"d{number}", "probe": probe, "raw": raw, "expect": known}


def small_corpus(folder: Path, *, wrong: bool = False) -> Path:
    folder.mkdir()
    maker = "axis" if wrong else "hikvision"
    rows = [
        record(1, ISAPI, "isapi", "hikvision", maker, "one/one file@1", model="DS-2CD2143G2-I"),
        record(2, "Dahua IPC-HFW2431S", "inventory-text", "dahua", "dahua", "two/two file@1", model="IPC-HFW2431S"),
        record(3, "Linux printserver 5.10", "inventory-text", "non-camera", None, "two/two other@1"),
        record(4, "Axis P3245-V", "inventory-text", "benign-camera", "axis", "two/two other@2", brand="axis"),
    ]
    strings = [
        {
            "string": "DS-2CD2143G2-I",
            "maker": "hikvision",
            "brand_text": "Hikvision",
            "basis": "sourced",
            "from_slug": False,
        }
    ]
    for name, lines in (("responses.jsonl", rows), ("models.jsonl", strings)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pack() -> DataPack:
    """Our packs, as if nothing derived from records: these stand in another corpus."""
    whole = load(ROOT / "data")
    forms = whole.grammars
    changed = without(whole, ())
    vars(changed).update(
        fingerprints=tuple(replace(row, derived_from=()) for row in whole.fingerprints),
        grammars=Grammars(
            *(
                tuple(replace(row, derived_from=()) for row in rows)
                for rows in (forms.models, forms.serials, forms.firmware)
            )
        ),
    )
    return changed


@pytest.fixture
def place(tmp_path, pack) -> Path:
    """A checkout with a calibration that holds."""
    page = tmp_path / calibrate.PAGE
    page.parent.mkdir(parents=True)
    page.write_text(f"# Title\n\n{calibration_pages.BEGIN}\n{calibration_pages.END}\n\nend\n", encoding="utf-8")
    small_corpus(tmp_path / "corpus")
    calibrate.write(pack, tmp_path / "corpus", tmp_path)
    return tmp_path


def tampered(place: Path, change) -> None:
    table = json.loads((place / TABLE).read_text(encoding="utf-8"))
    change(table)
    for path, text in calibrate._documents(table, place):
        path.write_text(text, encoding="utf-8", newline="\n")


def test_what_was_written_holds(place, pack):
    assert calibrate.check(pack, place / "corpus", place) == []
    assert calibrate.check(pack, place / "no corpus", place) == []
    page = (place / calibrate.PAGE).read_text(encoding="utf-8")
    assert page.startswith("# Title\n")
    assert page.endswith("\nend\n")
    assert "Held out" in page
    assert (place / calibrate.PLOT).read_text(encoding="utf-8").startswith("<svg ")


def test_measuring_twice_gives_the_same_bytes(place, pack):
    first = {
        path: path.read_bytes() for path, _ in calibrate._documents(json.loads((place / TABLE).read_text()), place)
    }
    calibrate.write(pack, place / "corpus", place)
    assert {path: path.read_bytes() for path in first} == first
    assert len(first) == 3


def test_other_packs_fail_even_without_the_corpus(place, pack):
    tampered(place, lambda table: table.update(identification="0" * 64, packs=table["packs"] | {"models": "sha256:0"}))
    (problem,) = calibrate.check(pack, place / "no corpus", place)
    assert "(models)" in problem
    assert "run 'make calibrate'" in problem


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ("standing", lambda table: table["standing"]),
        ("grades", lambda table: table["grades"]["held_out"]),
        ("sources", lambda table: table["sources"]),
        ("summary", lambda table: table["summary"]["without_source"]),
        ("model_strings", lambda table: table["model_strings"]["by_maker"]),
    ],
)
def test_a_tampered_table_fails_where_it_can_be_measured_again(place, pack, key, rows):
    def change(table):
        first = rows(table)[0]
        first["strings" if "strings" in first else "devices"] += 1

    tampered(place, change)
    assert calibrate.check(pack, place / "no corpus", place) == [], "nothing but measuring again can tell"
    (problem,) = calibrate.check(pack, place / "corpus", place)
    assert key in problem


def test_a_changed_corpus_page_or_plot_fails(place, pack):
    for path in (place / calibrate.PAGE, place / calibrate.PLOT):
        kept = path.read_text(encoding="utf-8")
        path.write_text(kept.replace("0", "1"), encoding="utf-8")
        assert calibrate.check(pack, place / "corpus", place), path
        path.write_text(kept, encoding="utf-8")
    with (place / "corpus" / "models.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert "corpus" in calibrate.check(pack, place / "corpus", place)[0]


def test_a_missing_or_damaged_table_fails(place, pack):
    (place / TABLE).write_text("{", encoding="utf-8")
    assert "cannot be used" in calibrate.check(pack, place / "corpus", place)[0]
    (place / TABLE).unlink()
    assert "cannot be used" in calibrate.check(pack, place / "corpus", place)[0]


def test_errors_are_counted_and_break_the_promise(tmp_path, pack):
    table = measure(pack, small_corpus(tmp_path / "corpus", wrong=True))
    (row,) = [one for one in table["grades"]["all"] if one["facet"] == "maker" and one["strength"] == "strong"]
    assert row["errors"] == 1
    assert any("maker strong" in problem for problem in broken(table))
    assert any("wrong makers: 1 of 4" in problem for problem in bars_missed(table))
    assert {
        one["standing"] for one in table["standing"] if one["facet"] == "maker" and one["strength"] == "strong"
    } == {"broken"}


def test_an_error_in_conclusive_fails_whatever_the_number_of_devices():
    row = {"facet": "maker", "strength": "conclusive", "devices": 10_000, "errors": 1, "lower": 0.0, "upper": 0.0005}
    assert broken({"grades": {"held_out": [row]}})
    assert not broken({"grades": {"held_out": [row | {"errors": 0}]}})


def test_citations_of_records_that_do_not_exist_are_refused(tmp_path):
    corpus = Corpus.read(small_corpus(tmp_path / "corpus"))
    with pytest.raises(ValueError, match="records that the corpus does not hold"):
        derivations(load(ROOT / "data"), corpus.record_sources)


def test_the_program_shows_only_what_was_measured_with_its_packs(place):
    table = json.loads((place / TABLE).read_text(encoding="utf-8"))
    shown = calibration.load(place / "data", table["identification"])
    assert shown.grade(Facet.MAKER, Strength.SUPPORTING) is not None
    assert calibration.load(place / "data", "another").grades == ()
    assert calibration.load(place, "any").grades == ()
    assert calibration.verify(place / "data", table["identification"]) == ()
    assert "make calibrate" in calibration.verify(place / "data", "another")[0].text
    assert calibration.verify(place, "any") == ()
    (place / TABLE).write_text('{"identification": "x", "standing": [{"facet": "colour"}]}', encoding="utf-8")
    assert calibration.verify(place / "data", "x")
    with pytest.raises(PackError):
        calibration.load(place / "data", "x")


def test_ids_of_a_wrong_form_are_named():
    assert not list(calibration.cited("f.toml", "model[0]", ("rtsp-3a9f531d77", "onvif-device-info-919bc4b686")))
    wrong = list(
        calibration.cited("f.toml", "model[0]", ("rtsp-3A9F531D77", "a note", "rtsp-3a9f531d77", "rtsp-3a9f531d77"))
    )
    assert [problem.where for problem in wrong] == [f"model[0].derived_from[{at}]" for at in (0, 1, 3)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?i)^Server: Webs(?:erver)?\d+$", "server: webs"),
        (r"^1\.3\.6\.1\.4\.1\.368(?:\.|$)", "1.3.6.1.4.1.368"),
        (r"[A-Z]{3}", ""),
    ],
)
def test_the_literal_of_a_pattern(pattern, text):
    assert literal(pattern) == text


def test_the_committed_table_breaks_no_promise_and_misses_no_bar():
    table = json.loads((ROOT / TABLE).read_text(encoding="utf-8"))
    assert broken(table) == []
    assert bars_missed(table) == []
    assert (ROOT / TABLE).read_text(encoding="utf-8") == written(table)

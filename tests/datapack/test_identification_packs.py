from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from glasshouse.datapack import PackError, compile_packs, fingerprints, grammars, lineage, load, oui, parties
from glasshouse.datapack.pack import DataPack
from glasshouse.model.provenance import Basis
from glasshouse.model.strength import Strength

DATA = Path(__file__).resolve().parents[2] / "data"
PARTY = '[[party]]\nid = "acme"\nname = "Acme"\nkind = "maker"\nsource = { title = "t", basis = "sourced" }\n'
FINGERPRINT = """
[[fingerprint]]
id = "acme.server"
field = "http.server"
pattern = '^Acme/(?P<model>\\S+)'
says = [{{ facet = "maker", value = "{maker}", strength = "{strength}" }}]
examples = ["{example}"]
counterexamples = ["{counter}"]
source = {{ title = "t", basis = "{basis}" }}
"""


@pytest.fixture(scope="module")
def pack() -> DataPack:
    return load(DATA)


def write(root: Path, folder: str, text: str) -> Path:
    (root / folder).mkdir(exist_ok=True)
    (root / folder / "a.toml").write_text(text, "utf-8")
    return root


def fingerprint(root: Path, **changes: str) -> Path:
    said = {"maker": "acme", "strength": "strong", "example": "Acme/1", "counter": "nginx", "basis": "sourced"}
    return write(write(root, "parties", PARTY), "fingerprints", FINGERPRINT.format(**(said | changes)))


@pytest.mark.parametrize("kind", [fingerprints, grammars, lineage, oui, parties], ids=lambda one: one.__name__)
def test_shipped_packs_have_nothing_wrong(kind):
    assert kind.verify(DATA) == ()


def test_a_correct_fingerprint_has_no_problem(tmp_path):
    assert fingerprints.verify(fingerprint(tmp_path)) == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"maker": "nobody"}, "no party"),
        ({"example": "nginx"}, "does not match"),
        ({"counter": "Acme/2"}, "must not"),
        ({"basis": "recalled"}, "indicative"),
        ({"strength": "conclusive"}, "strong at most"),
        ({"maker": "{missing}"}, "says nothing"),
    ],
)
def test_fingerprint_faults_are_named(tmp_path, change, word):
    problems = fingerprints.verify(fingerprint(tmp_path, **change))
    assert any(word in problem.text for problem in problems), problems
    assert all(problem.file == "fingerprints/a.toml" and "fingerprint[0]" in problem.where for problem in problems)


RIVALS = """
[[fingerprint]]
id = "{slug}.realm"
field = "http.realm"
pattern = '{pattern}'
says = [{{ facet = "{facet}", value = "{slug}", strength = "supporting" }}]
examples = ["{example}"]
counterexamples = ["nginx"]
probes = ["{probe}"]
source = {{ title = "t", basis = "sourced" }}
"""
BRAND = '[[party]]\nid = "label"\nname = "Label"\nkind = "brand"\nsource = { title = "t", basis = "sourced" }\n'
SOLD = '[[lineage]]\nbrand = "label"\nmaker = "acme"\nstrength = "supporting"\nsource = { title = "t", basis = "sourced" }\n'


def rival_rows(root: Path, *, pattern: str = "^Login", probe: str = "http") -> Path:
    """One row of Acme, and one of Label whose pattern fires on Acme's example."""
    first = RIVALS.format(slug="acme", facet="maker", pattern="^Login to", example="Login to 7", probe="http")
    second = RIVALS.format(slug="label", facet="brand", pattern=pattern, example="Login x", probe=probe)
    return write(write(root, "parties", PARTY + BRAND), "fingerprints", first + second)


def test_a_fingerprint_that_fires_on_another_makers_example_is_refused(tmp_path):
    (problem,) = fingerprints.verify(rival_rows(tmp_path))
    assert problem.where == "fingerprint[1].pattern"
    assert "'Login to 7'" in problem.text
    assert "acme.realm" in problem.text


def test_a_rebrand_of_the_maker_is_not_another(tmp_path):
    assert fingerprints.verify(write(rival_rows(tmp_path), "lineage", SOLD)) == ()


def test_patterns_that_never_meet_are_no_rivals(tmp_path):
    assert fingerprints.verify(rival_rows(tmp_path, pattern="^Login x")) == ()
    assert fingerprints.verify(rival_rows(tmp_path, probe="rtsp")) == ()


def test_pattern_outside_linear_time_is_refused(tmp_path):
    root = fingerprint(tmp_path)
    text = (root / "fingerprints/a.toml").read_text("utf-8").replace("^Acme/", "^(?=A)Acme/")
    (root / "fingerprints/a.toml").write_text(text, "utf-8")
    assert any("RE2" in problem.text for problem in fingerprints.verify(root))


def test_unknown_key_names_file_and_key(tmp_path):
    write(tmp_path, "parties", PARTY.replace("kind", "colour"))
    with pytest.raises(PackError) as error:
        parties.load(tmp_path)
    assert error.value.problems[0].file == "parties/a.toml"
    assert "party" in str(error.value)


def test_toml_that_is_none_is_a_pack_error(tmp_path):
    write(tmp_path, "lineage", "= 3")
    with pytest.raises(PackError, match="no valid TOML"):
        lineage.load(tmp_path)


def test_recalled_lineage_above_indicative_is_refused(tmp_path):
    write(tmp_path, "parties", PARTY)
    row = '[[lineage]]\nbrand = "acme"\nstrength = "supporting"\nsource = { title = "t", basis = "recalled" }\n'
    write(tmp_path, "lineage", row)
    assert any("recalled" in problem.text for problem in lineage.verify(tmp_path))


def test_no_recalled_fact_is_above_indicative(pack):
    for one in pack.fingerprints:
        if one.source.basis is Basis.RECALLED:
            assert all(strength <= Strength.INDICATIVE for _, _, strength in one.says), one.id
    for row in pack.lineage:
        assert row.source.basis is not Basis.RECALLED or row.strength <= Strength.INDICATIVE


def test_mixed_sellers_have_no_maker_for_the_whole_brand(pack):
    for brand in ("annke", "honeywell", "swann", "speco", "lorex", "amcrest", "abus"):
        whole = [row for row in pack.lineage if row.brand == brand and row.model_pattern is None]
        assert whole
        assert all(row.maker is None for row in whole)


def test_compiled_packs_read_the_same(pack):
    quick = load(DATA, compile_packs(DATA))
    assert quick.fingerprints == pack.fingerprints
    assert quick.parties == pack.parties
    assert quick.lineage == pack.lineage
    assert quick.grammars == pack.grammars


def test_damaged_compiled_packs_are_done_without(pack):
    assert load(DATA, b"\xc1broken").parties == pack.parties


def test_digest_ignores_line_ends_and_sees_content(tmp_path):
    shutil.copytree(DATA / "lineage", tmp_path / "lineage")
    before = load(tmp_path).digest("lineage")
    file = tmp_path / "lineage/own.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(tmp_path).digest("lineage") == before
    file.write_bytes(file.read_bytes() + b"# more\n")
    assert load(tmp_path).digest("lineage") != before
    assert before.startswith("sha256:")


def test_prefix_table_is_whole_and_small(pack):
    assert len(pack.oui) < 2_000_000
    assert oui.source(DATA).prefixes_24 > 35_000


def test_prefix_table_that_does_not_match_its_source_is_told(tmp_path):
    shutil.copytree(DATA / "oui", tmp_path / "oui")
    shutil.copytree(DATA / "parties", tmp_path / "parties")
    source = tmp_path / "oui/SOURCE.toml"
    source.write_text(source.read_text("utf-8").replace("prefixes_28 = ", "prefixes_28 = 1"), "utf-8")
    assert any("prefixes" in problem.text for problem in oui.verify(tmp_path))
    (tmp_path / "oui/oui.bin").write_bytes(b"nothing")
    assert any("GHOUI1" in problem.text for problem in oui.verify(tmp_path))

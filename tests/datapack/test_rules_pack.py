"""The rule files: they load, they verify, and every kind of mistake is found and named with its place."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from glasshouse.datapack import rules
from glasshouse.datapack.problem import PackError
from glasshouse.model.time import DateRange

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def pack(tmp_path):
    for folder in ("rules", "parties"):
        shutil.copytree(DATA / folder, tmp_path / folder)
    return tmp_path


def change(pack, name, old, new):
    path = pack / "rules" / f"{name}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def texts(pack):
    return [str(problem) for problem in rules.verify(pack)]


def test_the_shipped_rules_verify_and_load():
    assert rules.verify(DATA) == ()
    loaded = rules.load(DATA)
    assert loaded.known_until == date(2026, 11, 23)
    assert loaded.version == "2026-11-23.1"
    assert loaded.digest.startswith("sha256:")
    assert len(loaded.regimes) == 34
    assert all(regime.counsel is None for regime in loaded.regimes)


def test_the_digest_follows_the_content(pack):
    before = rules.load(pack).digest
    change(pack, "us-889-a1A", "Enacted", "Enacted ")
    assert rules.load(pack).digest != before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "us-889-a1A",
            'bound = ["federal_department"',
            'bound = ["federal_deportment"',
            "'federal_deportment' is unknown",
        ),
        ("us-889-a1A", 'acts = ["purchase", "enter_contract"]', 'acts = ["buy"]', "'buy' is unknown"),
        ("us-889-a1A", 'reasons = ["SERVICE_USES_COVERED"]', 'reasons = ["BECAUSE"]', "'BECAUSE' is unknown"),
        ("us-889-a1A", 'parties = ["huawei", "zte"]', 'parties = ["huawai"]', "no party has the id 'huawai'"),
        ("us-889-a1A", 'begins = "part-a"', 'begins = "part-z"', "no event has the key 'part-z'"),
        ("us-889-a1A", 'cite = "waiver"', 'cite = "nowhere"', "no citation is called 'nowhere'"),
        ("us-889-a1A", 'fr = "Édictée"', 'fr = ""', "every text is there in English and in French"),
        ("us-889-a1A", 'missing = ["waiver-terms"]', 'missing = ["luck"]', "'luck' is unknown"),
        ("us-889-a1A", 'date = "2019-08-13"', 'date = "August 2019"', "is no day"),
        ("us-889-a1A", 'id = "us-889-a1A"', 'id = "us-889"', "is not the name of the file"),
        ("us-889-a1A", 'jurisdictions = ["US"]', 'jurisdictions = ["USA"]', "is no jurisdiction"),
        ("us-889-a1A", 'approval = "dni_waiver"', 'approval = "handshake"', "'handshake' is unknown"),
        ("us-889-a1A", 'url = "https://www.acquisition.gov/far/52.204-25"\n', "", "what was read has an address"),
        ("ca-qc-arrete-2023", "day = 2023-12-21", "values = []", "acquired-after needs a day"),
        ("us-tx-prohibited-tech", 'outcome = "needs_review"', 'outcome = "prohibited"', "only recalled"),
        ("us-889-a1A", "title = {", 'reviewed_by = "Somebody"\ntitle = {', "belong together"),
        ("us-889-a1A", 'authority = "statute"', 'authority = "rumour"', "rumour"),
        ("us-889-a1A", 'authority = "statute"', 'authority = "statute"\nmood = "bad"', "mood"),
    ],
)
def test_a_mistake_is_found_and_placed(pack, name, old, new, said):
    change(pack, name, old, new)
    found = [text for text in texts(pack) if said in text]
    assert found
    assert found[0].startswith(f"rules/{name}.toml:")


def test_two_duties_may_not_say_different_things_on_the_same_days(pack):
    path = pack / "rules" / "ca-gc-hikvision-prohibition-2025.toml"
    text = path.read_text("utf-8")
    again = text[text.index('[[duty]]\nid = "purchase"') : text.index('[[duty]]\nid = "use"')]
    twin = again.replace('id = "purchase"', 'id = "purchase-2"').replace(
        'outcome = "prohibited"', 'outcome = "advisory"'
    )
    path.write_text(f"{text}\n{twin}", "utf-8")
    assert any("on the same days" in text for text in texts(pack))


def test_two_files_may_not_have_one_id(pack):
    shutil.copy(pack / "rules" / "nz-none.toml", pack / "rules" / "nz-none-2.toml")
    assert any("used by two files" in text for text in texts(pack))


def test_a_pack_without_its_head_is_refused(pack):
    (pack / "rules" / "_pack.toml").unlink()
    with pytest.raises(PackError, match="known_until"):
        rules.load(pack)
    assert any("known_until" in text for text in texts(pack))


def test_a_broken_file_is_named(pack):
    (pack / "rules" / "nz-none.toml").write_text("id = ", "utf-8")
    with pytest.raises(PackError, match=r"rules/nz-none\.toml"):
        rules.load(pack)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-07", DateRange(date(2025, 7, 7), date(2025, 7, 8))),
        ("2025-12", DateRange(date(2025, 12, 1), date(2026, 1, 1))),
        ("2025", DateRange(date(2025, 1, 1), date(2026, 1, 1))),
    ],
)
def test_a_day_may_be_known_to_the_month_or_year(text, expected):
    assert rules.window(text) == expected

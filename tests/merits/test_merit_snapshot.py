"""Facts about the bundled snapshot: worked examples, and both sides of every build boundary."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from glasshouse.datapack import advisories as pack
from glasshouse.datapack.problem import PackError
from glasshouse.merits.applicability import applies
from glasshouse.merits.models import canonical
from glasshouse.model.merit import MeritDevice
from glasshouse.model.provenance import Basis

DATA = Path(__file__).resolve().parents[2] / "data"
APPLYING = {"confirmed", "likely"}


def named(snapshot, name):
    return next(item for item in snapshot.advisories if item.id == name)


def said(snapshot, name, maker, model, firmware):
    found = applies(named(snapshot, name), MeritDevice(maker, model, firmware))
    return None if found is None else found.applicability


@pytest.mark.parametrize(
    ("name", "maker", "model", "firmware", "expected"),
    [
        ("CVE-2021-36260", "hikvision", "DS-2CD2046G2-IU/SL", "V5.5.82 build 190910", "confirmed"),
        ("CVE-2021-36260", "hikvision", "DS-2CD2046G2-IU/SL", "V5.5.82 build 210622", "confirmed"),
        # from here the boundary is recalled
        ("CVE-2021-36260", "hikvision", "DS-2CD2046G2-IU/SL", "V5.5.82 build 210623", "possible"),
        ("CVE-2021-36260", "hikvision", "DS-2CD2046G2-IU/SL", "V5.5.800 build 210628", "excluded"),
        ("CVE-2021-36260", "hikvision", "DS-2CD2046G2-IU/SL", None, "possible"),
        ("CVE-2021-36260", "hikvision", "DS-9999", "V5.5.82 build 190910", None),
        ("CVE-2021-36260", "dahua", "DS-2CD2046G2-IU/SL", "V5.5.82 build 190910", None),
        ("CVE-2017-7921", "hikvision", "DS-2CD2142FWD-I", "V5.4.1 build 160525", "likely"),
        ("CVE-2017-7921", "hikvision", "DS-2CD2142FWD-I", "V5.4.4 build 161126", "excluded"),
        ("CVE-2021-33044", "dahua", "IPC-HFW5442E-ZE", "2.820.0000000.5.R.210705", "likely"),
        ("CVE-2021-33045", "dahua", "IPC-HFW5442E-ZE", "2.820.0000000.5.R.210705", "excluded"),
        ("CVE-2024-8160", "axis", "AXIS P3245-LV", "10.12.256", "confirmed"),
        ("CVE-2024-8160", "axis", "AXIS P3245-LV", "10.12.257", "excluded"),
        ("CVE-2024-8160", "axis", "AXIS P3245-LV", "11.11.90", "disputed"),
        ("CVE-2024-8160", "axis", "AXIS P3245-LV", "12.1.20", "confirmed"),
        ("CVE-2025-0325", "axis", "AXIS M1065-L", "6.50.5.20", "confirmed"),
        ("CVE-2025-0325", "axis", "AXIS M1065-L", "6.50.5.21", "excluded"),
        ("CVE-2025-0325", "axis", "AXIS M1065-L", "8.40.74", "excluded"),
        ("CVE-2023-21405", "axis", "AXIS A1601 Network Door Controller", "1.84.5", "excluded"),
        ("CVE-2023-21405", "axis", "AXIS A1601 Network Door Controller", "10.12.171.0", "confirmed"),
        ("CVE-2021-31986", "axis", "AXIS P3245-LV", "12.5.10", "possible"),
        ("CVE-2022-28173", "hikvision", "DS-3WF0AC-2NT", "V1.0.9", "confirmed"),
        ("CVE-2022-28173", "hikvision", "DS-3WF0AC-2NT", "V1.1.0", "excluded"),
        ("CVE-2021-23847", "bosch", "FLEXIDOME IP starlight 7000", "7.62.0005", "disputed"),
        ("CVE-2021-23847", "bosch", "FLEXIDOME IP starlight 7000", "7.80 B127", "likely"),
        ("CVE-2021-23847", "bosch", "FLEXIDOME IP starlight 7000", "7.80 B128", "excluded"),
        ("CVE-2021-23848", "bosch", "FLEXIDOME IP starlight 7000", "7.80 B128", "possible"),
        ("CVE-2023-0773", "uniview", "IPC322LB-SF28-A", "DIPC-B1213.6.5.230215", "confirmed"),
        ("CVE-2023-0773", "uniview", "IPC322LB-SF28-A", "DIPC-B1213.6.6.230301", "excluded"),
        ("CVE-2025-8065", "tp-link", "Tapo C200 V3", "1.4.4 Build 251001", "confirmed"),
        ("CVE-2025-8065", "tp-link", "Tapo C200 V3", "1.4.5 Build 251104", "excluded"),
        ("CVE-2026-22755", "vivotek", "FD9189", "0113a", "confirmed"),
        ("CVE-2023-5037", "hanwha", "PNM-9085RQZ", "2.21.02", "likely"),
        ("CVE-2022-28172", "hikvision", "DS-A80624S", "V9.9.9", "possible"),
        ("CVE-2024-7440", "vivotek", "CC8160", "VVTK-0100d", "confirmed"),
    ],
)
def test_worked_examples(snapshot, name, maker, model, firmware, expected):
    assert said(snapshot, name, maker, model, firmware) == expected


def example_model(affected):
    """A model that the text of a record names: wildcards become digits, form letters FW."""
    pattern = affected.patterns[0]
    plain = re.sub(r"\([^()]*\)", "", pattern.text).replace("@", "FW").replace("x", "1")
    return f"{plain} {pattern.hardware}".strip()


def boundaries(snapshot):
    """(advisory, affected, range, first build day outside) of every range that ends at a build date alone."""
    for advisory in snapshot.advisories:
        for affected in advisory.affected:
            for item in affected.ranges:
                if item.kind == "build_date" and item.build_fixed and affected.scope == "models":
                    yield advisory, affected, item


def test_both_sides_of_every_build_boundary(snapshot):
    tried = 0
    for advisory, affected, item in boundaries(snapshot):
        alone = replace(advisory, affected=(replace(affected, ranges=(item,)),))
        model = example_model(affected)
        firmware = item.introduced and f"V{item.introduced}"
        before = MeritDevice(advisory.makers[0], model, firmware, item.build_fixed - timedelta(days=1))
        after = replace(before, firmware_built_on=item.build_fixed)
        recalled = Basis.RECALLED in {item.basis, advisory.basis}
        assert applies(alone, before).applicability in ({"possible"} if recalled else APPLYING), (advisory.id, model)
        assert applies(alone, after).applicability == "excluded", (advisory.id, model)
        tried += 1
    assert tried > 150


def test_both_sides_of_every_version_with_build(snapshot):
    tried = 0
    for advisory in snapshot.advisories:
        for affected in advisory.affected:
            for item in affected.ranges:
                if item.kind != "version" or not item.build_fixed or not item.fixed or affected.scope != "models":
                    continue
                alone = replace(advisory, affected=(replace(affected, ranges=(item,)),))
                inside = MeritDevice(
                    advisory.makers[0], example_model(affected), item.fixed, item.build_fixed - timedelta(days=1)
                )
                outside = replace(inside, firmware_built_on=item.build_fixed)
                assert applies(alone, inside).applicability in APPLYING, (advisory.id, affected.text)
                assert applies(alone, outside).applicability == "excluded", (advisory.id, affected.text)
                tried += 1
    assert tried > 80


def test_every_named_model_fits_its_own_record(snapshot):
    for advisory in snapshot.advisories:
        for affected in advisory.affected:
            if affected.scope == "models":
                device = MeritDevice(advisory.makers[0], example_model(affected), None)
                assert canonical(device.model), (advisory.id, affected.text)
                assert applies(advisory, device) is not None, (advisory.id, affected.text)


def test_kev_has_the_later_addition(snapshot):
    assert snapshot.kev["CVE-2021-36260"] == date(2022, 1, 10)
    assert snapshot.kev["CVE-2017-7921"] == date(2026, 3, 5)


def test_oem_records_join_brand_and_producer(snapshot):
    assert {"annke", "hikvision"} <= {maker for item in snapshot.of_maker("annke") for maker in item.makers}


def test_the_pack_is_whole():
    assert pack.verify(DATA) == ()


def test_the_digest_is_that_of_the_pack(snapshot):
    assert snapshot.digest.startswith("sha256:")
    assert snapshot.digest == pack.load(DATA).digest


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(DATA / "advisories", tmp_path / "advisories")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("advisories.jsonl", '"tier": "A"', '"tier": "Z"', "tier"),
        ("advisories.jsonl", '"title":', '"titles":', "titles"),
        ("kev.jsonl", '"date_added": "2', '"date_added": "x', "date"),
        ("decision_table.csv", "60 days", "61 days", "cannot be read"),
        ("decision_table.csv", "0,no,no,no,partial,fix on system upgrade\n", "", "lacks 1 of 16"),
        ("corrections.toml", "\n[[maker]]", "\n[[makers]]", "makers"),
    ],
)
def test_broken_files_name_file_and_place(copy, file, old, new, words):
    path = copy / "advisories" / file
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        pack.load(copy)
    assert any(problem.file == f"advisories/{file}" for problem in caught.value.problems)
    assert words in str(caught.value)
    assert pack.verify(copy) == caught.value.problems


def test_a_missing_file_is_told(copy):
    (copy / "advisories" / "kev.jsonl").unlink()
    with pytest.raises(PackError, match=r"kev\.jsonl"):
        pack.load(copy)


def test_records_of_no_known_maker_and_useless_corrections_are_found(copy):
    path = copy / "advisories" / "corrections.toml"
    text = path.read_text(encoding="utf-8").replace('name = "Axis"', 'name = "Axes"')
    text += '\n[[advisory]]\nid = "CVE-1900-1"\nreason = "x"\n\n[[model]]\ntext = "nothing"\nreason = "x"\n'
    path.write_text(text, encoding="utf-8")
    found = "\n".join(map(str, pack.verify(copy)))
    assert "'Axis' has no [[maker]]" in found
    assert "CVE-1900-1" in found
    assert "'nothing' is in no record" in found

"""The emulated site as values: complete, coherent, and true to the registered prefixes and serial grammars."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

import glasshouse.lab
from glasshouse.lab import DEVICES, EXPECTED
from glasshouse.lab.services import PAGES, TCP, UDP

HIKVISION_SERIAL = re.compile(
    r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z]{2}[A-Z]{2}[A-Z0-9]{2}\d{7}[A-Z]{0,6}\Z"
)
DAHUA_SERIAL = re.compile(r"[0-9][A-Z][0-9A-Z]{5}P[A-Z]{2}[0-9A-Z]{5}\Z")


def test_there_are_enough_devices_kinds_and_hostile_ones():
    assert len(DEVICES) >= 36
    assert len({d.kind for d in DEVICES if not d.hostile}) >= 14
    assert sum(d.hostile for d in DEVICES) == 4


def test_the_answer_key_names_every_device_once():
    assert list(EXPECTED) == [d.name for d in DEVICES]
    assert len(EXPECTED) == len(DEVICES)
    for device in DEVICES:
        assert EXPECTED[device.name].maker == device.maker
        assert EXPECTED[device.name].serial == device.serial


@pytest.mark.parametrize("attribute", ["name", "host", "uuid"])
def test_what_must_be_distinct_is_distinct(attribute):
    counts = Counter(getattr(d, attribute) for d in DEVICES)
    assert [value for value, count in counts.items() if count > 1] == []


def test_macs_and_serials_are_distinct():
    for attribute in ("mac", "serial"):
        values = [getattr(d, attribute) for d in DEVICES if getattr(d, attribute)]
        assert len(values) == len(set(values))


def test_every_service_exists():
    for device in DEVICES:
        assert device.services, device.name
        for service in device.services:
            assert service.protocol in (TCP if service.transport == "tcp" else UDP), (device.name, service)
            assert all(style in PAGES for style in service.styles)
            assert (service.protocol == "http") == bool(service.styles)


def test_one_port_is_one_service():
    for device in DEVICES:
        keys = [(s.transport, s.port) for s in device.services]
        assert len(keys) == len(set(keys)), device.name


def test_serials_of_hikvision_units_follow_its_grammar():
    for device in DEVICES:
        if device.maker == "hikvision" and not device.hostile:
            assert HIKVISION_SERIAL.search(device.serial), device.name
            assert device.serial.startswith(device.model), device.name
            assert re.fullmatch(r"V\d+\.\d+\.\d+ build \d{6}", device.firmware)


def test_serials_of_dahua_own_label_units_follow_its_grammar():
    for device in DEVICES:
        if device.maker == "dahua" and device.brand in {"dahua", "imou", "empiretech", None}:
            assert DAHUA_SERIAL.match(device.serial), device.name


def test_mac_prefixes_are_registered_to_the_true_maker_or_the_brand(shared):
    table = json.loads((shared / "facts" / "oui_watch.json").read_text())
    checked = 0
    for device in DEVICES:
        if device.mac and device.maker and device.is_surveillance and device.maker != "xiongmai":
            digits = device.mac.replace(":", "").upper()
            registrant = next(
                (table["prefixes"][digits[:n]] for n in (9, 7, 6) if digits[:n] in table["prefixes"]), None
            )
            assert registrant is not None, device.name
            assert table["registrants"][registrant][1] in {device.maker, device.brand}, device.name
            checked += 1
    assert checked >= 25


def test_the_lab_shares_no_code_with_the_rest():
    for file in Path(glasshouse.lab.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("glasshouse.") or name.startswith("glasshouse.lab"), (file, name)

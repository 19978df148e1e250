"""A record never vouches for what was made from it, nor for the kind of evidence that its own label rests on."""

from __future__ import annotations

import pytest
from scripts.calibration_corpus import label_kinds, source_of

from glasshouse.attribution.validation import (
    ANY_KIND,
    Case,
    Claim,
    claim_kinds,
    grades,
    is_held_out,
    rate_by,
    rests_on_label,
)
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength


def case(name="d", sources=("a/a",), fired=("f",), kinds=("told",), right=True, evidence=("http-form",), maker="x"):
    claim = Claim(Facet.MAKER, "x", Strength.STRONG, right, frozenset(evidence))
    return Case(name, "k", frozenset(sources), frozenset(fired), frozenset(kinds), maker, True, None, (claim,))


def signal(field: str, fingerprint: str) -> Signal:
    return Signal("o", Facet.MAKER, "x", Strength.STRONG, fingerprint, f"o:{field}", "")


def test_a_device_counts_only_where_nothing_that_fired_derives_from_its_sources():
    derived = {"f": frozenset(("a/a",)), "g": frozenset(("b/b",))}
    assert not is_held_out(case(), derived)
    assert is_held_out(case(sources=("b/b",)), derived)
    assert not is_held_out(case(sources=("c/c", "b/b"), fired=("h", "g")), derived), "one of its sources is enough"
    assert is_held_out(case(fired=("h",)), derived), "what cites nothing derives from nothing"
    assert is_held_out(case(fired=()), derived)


def test_the_rule_takes_devices_out_of_the_count():
    told = [case("1"), case("2", sources=("b/b",)), case("3", sources=("b/b",), right=False), case("4", right=None)]
    derived = {"f": frozenset(("a/a",))}
    (everything,) = grades(told)
    (held,) = grades(told, lambda one, _claim: is_held_out(one, derived))
    assert (everything.devices, everything.errors) == (3, 1)
    assert (held.devices, held.errors) == (2, 1)


def test_a_claim_on_the_evidence_of_the_label_does_not_count():
    told = case(kinds=("serial-form", "told"), evidence=("serial-form",))
    assert rests_on_label(told, told.claims[0])
    other = case(kinds=("serial-form",), evidence=("http-form",))
    assert not rests_on_label(other, other.claims[0])
    unclear = case(kinds=(ANY_KIND,))
    assert rests_on_label(unclear, unclear.claims[0])


@pytest.mark.parametrize(
    ("field", "fingerprint", "kind"),
    [
        ("inventory.serial", "serial.hik-camera", "told"),
        ("isapi.serialNumber", "serial.hik-camera", "serial-form"),
        ("id.mac", "oui.registrant", "mac-prefix"),
        ("onvif.Manufacturer", "field.manufacturer-name", "name"),
        ("rtsp.sdp.session", "some.print", "stream-form"),
        ("snmp.sysObjectID", "some.print", "snmp"),
        ("new-protocol.thing", "some.print", "other"),
    ],
)
def test_kinds_of_evidence(field, fingerprint, kind):
    assert claim_kinds([signal(field, fingerprint)]) == {kind}


@pytest.mark.parametrize(
    ("basis", "kinds"),
    [
        ("OEM: firmware QIPC-B2202 and serial has the maker's form", {"serial-form", "firmware-form"}),
        ("boot ARP of a device; OUI 00:00:5E", {"mac-prefix"}),
        ("operator's walk; sysObjectID enterprise 368", {"snmp"}),
        ("owner lists working devices", {"told"}),
        ("manufacturer field", {"name"}),
        ("something nobody explained", {ANY_KIND}),
        (None, {ANY_KIND}),
    ],
)
def test_what_labels_rest_on(basis, kinds):
    assert label_kinds(basis) == kinds


def test_a_source_is_the_whole_repository_and_not_one_file():
    assert source_of("owner/repo tests/devices/a.json@0123") == source_of("owner/repo issue #12 (github.com)")
    assert source_of("public source file (repository not recorded) README") == "public source file"


def test_rates_by_group_with_bounds():
    told = [case(str(at), maker="x" if at < 8 else None, right=at > 0) for at in range(10)]
    (rate,) = rate_by(told, lambda one: one.maker, lambda one: one.claims[0].right is False)
    assert (rate.name, rate.count, rate.devices) == ("x", 1, 8)
    assert rate.lower < 1 / 8 < rate.upper

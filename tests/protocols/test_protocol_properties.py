"""Whatever the bytes: no exception, bounded and repeatable answers, spans that read as their values."""

from __future__ import annotations

import random  # noqa: TID251 - the mutations must repeat
import re
import zlib

import pytest
from fuzz.run import mutate, problem, run
from fuzz.seeds import SEEDS
from fuzz.targets import LONG, TARGETS, BrokenPromiseError, check_values, seeds_of
from fuzz.tokens import dictionary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasshouse import protocols
from glasshouse.model.observation import PROBES
from glasshouse.model.protocol import Decoded
from glasshouse.protocols._fields import MAX_FIELDS, MAX_TEXT

EVERY = pytest.mark.parametrize("module", protocols.BUILTIN, ids=lambda module: module.DOC.name)
BOUNDED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def changed(draw, seeds):
    """A seed reply with pieces cut out, overwritten, repeated and spliced in from others."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 30)))
        piece = draw(
            st.one_of(st.binary(max_size=20), st.sampled_from([b"<", b">", b"\r\n\r\n", b"{", b'"', b"\0", b"=", b":"]))
        )
        data[at:end] = piece * draw(st.integers(0, 20))
    return bytes(data)


def _check(found, raw):
    assert len(found) <= 2 * MAX_FIELDS
    for item in found:
        assert 0 < len(item.value) <= MAX_TEXT
        assert 0 < len(item.name) <= 128
        item.value.encode("utf-8")
        assert "\0" not in item.value
        if item.start is not None:
            assert raw[item.start : item.end].decode("utf-8", "replace") == item.value


@EVERY
@BOUNDED
@given(st.data())
def test_decoders_keep_their_promises(module, data):
    seeds = SEEDS[module.DOC.name]
    raw = data.draw(st.one_of(st.binary(max_size=300), changed(seeds)))
    found = module.decode(raw)
    assert found == module.decode(raw)
    _check(found, raw)
    assert module.hints(raw) <= {item.DOC.name for item in protocols.BUILTIN}
    assert module.frame(raw) in {True, False}


@BOUNDED
@given(st.sampled_from(PROBES), st.sampled_from([None, "xm", "label", "nothing known"]), st.data())
def test_dispatch_keeps_its_promises(probe, protocol, data):
    raw = data.draw(st.one_of(st.binary(max_size=300), changed([seed for seeds in SEEDS.values() for seed in seeds])))
    found = protocols.decode(probe, protocol, raw)
    assert found == protocols.decode(probe, protocol, raw)
    _check(found, raw)


HEAVY = {
    "deep XML": b"<a>" * 50_000,
    "deep JSON": b"[" * 200_000,
    "many elements": b"<r>" + b"<e>x</e>" * 30_000 + b"</r>",
    "many pairs": b"a=1\n" * 60_000,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 30_000,
    "many quotes": b'{"a":' + b'"' * 200_000,
    "many links": b"<html>" + b"<script src=" * 20_000,
    "unclosed tags": b"<html><a " * 25_000,
    "blanks": b"<?xml " + b" " * 200_000,
    "colons": b"0:" * 100_000,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 40_000,
    "certificates": b"-----BEGIN CERTIFICATE-----\n" * 8_000,
    "name parts": b"subject=" + b"CN=a," * 40_000,
    "scopes": b"onvif://" * 30_000,
    "numbers": b'{"a": ' + b"9" * 200_000 + b"}",
    "walk": b".1.3.6.1.2.1.1.1.0 = STRING: x\n" * 8_000,
    "declarations": b"<r" + b" xmlns:a='x'" * 20_000 + b"/>",
}


@pytest.mark.parametrize("raw", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_replies_are_answered_within_bounds(raw):
    for module in protocols.BUILTIN:
        _check(module.decode(raw), raw)
        module.hints(raw)


def test_entities_are_never_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><DeviceInfo><model>&b;</model></DeviceInfo>'
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><DeviceInfo><model>&a;</model></DeviceInfo>'
    for raw in (bomb, outside):
        values = {item.value for item in protocols.decode("isapi", None, raw) if item.name == "isapi.model"}
        assert values <= {"&a;", "&b;"}


def test_a_compressed_body_is_unpacked_to_a_bound():
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"<html><title>Packed</title>" + b"A" * 50_000_000) + packer.flush()
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed
    found = {item.name: item for item in protocols.decode("http", None, raw)}
    assert found["http.title"].value == "Packed"
    assert found["http.title"].start is None, "it does not stand literally in the reply"
    assert len(found["http.body"].value) <= MAX_TEXT


def test_the_fuzzer_finds_nothing_in_a_short_run():
    assert run(0, seed=20261123, names=sorted(SEEDS), rounds=199) == 0


def test_the_fuzzer_sees_a_broken_promise():
    def raises(raw):
        raise KeyError(raw)

    assert problem(raises, b"x").startswith("raised KeyError")
    assert mutate(b"abc", random.Random(3), [b"x"]) == mutate(b"abc", random.Random(3), [b"x"])
    with pytest.raises(BrokenPromiseError, match="place"):
        check_values((Decoded("a", "b", 0, 1),), b"x")
    with pytest.raises(BrokenPromiseError, match="size"):
        check_values((Decoded("a", ""),), b"x")


def test_every_target_keeps_its_promises_on_its_own_seeds():
    for name, target in TARGETS.items():
        for seed in seeds_of(name) if name != "identify" else seeds_of(name)[:5]:
            assert problem(target, seed) is None, (name, seed)
    assert set(LONG) < set(TARGETS)


def test_the_dictionary_is_in_the_fuzzers_form():
    lines = dictionary().splitlines()
    assert len(lines) > 50
    assert all(re.fullmatch(r'"(?:\\x[0-9A-F]{2})+"', line) for line in lines)

"""What is fuzzed, and the promises that each target must keep: one target a decoder, and the readers around them.

A target takes bytes and raises `BrokenPromiseError` where a promise is broken; any other exception is a finding too. The
promises of a decoder: never an exception, bounded output, the same answer twice, places that read as the value.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from fuzz.seeds import SEEDS

from glasshouse import protocols
from glasshouse.app.identify import Identifier, identify_lines, read_line
from glasshouse.datapack import load
from glasshouse.model.observation import PROBES
from glasshouse.model.protocol import Decoded
from glasshouse.protocols import _document, _paste
from glasshouse.protocols._fields import MAX_BYTES, MAX_FIELDS, MAX_TEXT
from glasshouse.sources.document import ImportFile
from glasshouse.sources.importers.observation_lines import parse_line
from glasshouse.sources.passive import read_capture

__all__ = ["LONG", "TARGETS", "BrokenPromiseError", "check_values", "seeds_of"]

Target = Callable[[bytes], None]
LONG = ("http", "document", "dhip", "sadp")  # targets whose input is most often hostile: they get the most time


class BrokenPromiseError(AssertionError):
    """A promise of a decoder does not hold; the text says which."""


def check_values(found: tuple[Decoded, ...], raw: bytes) -> None:
    """Bounded values that can be stored, with places that read as they do."""
    if len(found) > 2 * MAX_FIELDS:
        raise BrokenPromiseError(f"{len(found)} values")
    for item in found:
        if not 0 < len(item.name) <= 128 or not 0 < len(item.value) <= MAX_TEXT:
            raise BrokenPromiseError(f"size of {item.name[:60]}: {len(item.value)}")
        item.value.encode("utf-8")
        if "\0" in item.value:
            raise BrokenPromiseError(f"zero character in {item.name}")
        if item.start is not None and raw[item.start : item.end].decode("utf-8", "replace") != item.value:
            raise BrokenPromiseError(f"place of {item.name} does not read as its value")


def _decoder(name: str) -> Target:
    module = protocols.by_name(name)
    if module is None:
        raise SystemExit(f"no protocol is named {name}: the seeds and the registry disagree")
    probe = module.DOC.probe
    known = {item.DOC.name for item in protocols.BUILTIN}

    def target(raw: bytes) -> None:
        found = module.decode(raw)
        check_values(found, raw)
        if module.decode(raw) != found:
            raise BrokenPromiseError("answered differently the second time")
        if not module.hints(raw) <= known:
            raise BrokenPromiseError("hints at an unknown protocol")
        module.frame(raw)
        check_values(protocols.decode(probe, name if probe == "other" else None, raw), raw)

    return target


def _dispatch(raw: bytes) -> None:
    """Every probe word in turn, told by the first byte, on the rest."""
    probe = PROBES[raw[0] % len(PROBES)] if raw else "other"
    check_values(protocols.decode(probe, None, raw[1:]), raw[1:])


def _read_document(raw: bytes) -> None:
    document = _document.parse(raw)
    _document.labelled(raw)
    for node in document.nodes if document is not None else ():
        if not node.path or len(node.path) > _document.MAX_DEPTH + 1:
            raise BrokenPromiseError(f"path of {len(node.path)} names")
        if node.start is not None and node.end is not None and not 0 <= node.start <= node.end <= len(raw):
            raise BrokenPromiseError("a place outside the text")
    if document is not None and len(document.nodes) > _document.MAX_NODES:
        raise BrokenPromiseError(f"{len(document.nodes)} nodes")


def _restore(raw: bytes) -> None:
    sent = _paste.restored(raw)
    if sent is not None and len(sent) > MAX_BYTES:
        raise BrokenPromiseError(f"{len(sent)} bytes restored")


def _line(raw: bytes) -> None:
    """A line as such, and a value under every key of a line that is well formed."""
    read_line(1, raw)
    text = raw.decode("utf-8", "replace")
    for key in (
        "id",
        "device",
        "probe",
        "port",
        "raw",
        "encoding",
        "fields",
        "protocol",
        "seen_at",
        "address",
        "domain",
        "said_by",
    ):
        parse_line({"id": "o1", "probe": "http", "raw": "x", key: text})
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return
    parse_line(value)


@lru_cache(maxsize=1)
def _identifier() -> Identifier:
    return Identifier(load(Path(__file__).resolve().parents[1] / "data"))


def _identify(raw: bytes) -> None:
    line = raw.replace(b"\n", b" ")
    row = {"id": "o1", "probe": PROBES[raw[0] % len(PROBES)] if raw else "other", "raw": raw.decode("utf-8", "replace")}
    for one in (line, json.dumps(row).encode()):
        answers = list(identify_lines([one], grouped=False, identifier=_identifier()))
        if len(answers) != (1 if one.strip() else 0):
            raise BrokenPromiseError(f"{len(answers)} answers to one line")
        json.dumps(answers, ensure_ascii=False).encode("utf-8")


def _capture(raw: bytes) -> None:
    """The bytes as the packets of a capture: as a file, and as one frame of it."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    for data in (head + raw, head + struct.pack("<IIII", 0, 0, len(raw), len(raw)) + raw):
        seen = read_capture(ImportFile.of_bytes("x.pcap", data))
        if len(seen.sightings) > seen.rows_read * 2:
            raise BrokenPromiseError(f"{len(seen.sightings)} sightings of {seen.rows_read} packets")


TARGETS: dict[str, Target] = {
    **{name: _decoder(name) for name in sorted(SEEDS)},
    "document": _read_document,
    "paste": _restore,
    "dispatch": _dispatch,
    "line": _line,
    "identify": _identify,
    "pcap": _capture,
}


def seeds_of(name: str) -> tuple[bytes, ...]:
    """Own replies that a target starts from."""
    if name in SEEDS:
        return SEEDS[name]
    every = tuple(seed for seeds in SEEDS.values() for seed in seeds)
    if name == "dispatch":
        return tuple(bytes([number % len(PROBES)]) + seed for number, seed in enumerate(every))
    if name in {"line", "identify"}:
        rows = ({"id": "o1", "probe": "http", "raw": seed.decode("utf-8", "replace")} for seed in every)
        return tuple(json.dumps(row).encode() for row in rows)
    return every

"""Zeek logs (TSV and JSON Lines): what a sensor on the wire noted about the hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportProblem, cap
from glasshouse.sources.importers.records import first_objects, records
from glasshouse.sources.importers.texts import head_text, lines, text_of
from glasshouse.sources.importers.zeek_rows import Logs, Row
from glasshouse.sources.redact import is_secret_name

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="zeek",
    title="Zeek logs (TSV or JSON: conn, dhcp, http, snmp, software, ssl, x509)",
    suffixes=(".log", ".log.gz", ".json"),
    references=(
        Reference("Zeek: log files", "https://docs.zeek.org/en/master/logs/index.html"),
        Reference("zeek/zeek", "https://github.com/zeek/zeek", "scripts/base, scripts/policy"),
    ),
    lost=(
        "names that hosts asked for (dns, server names of TLS) and requests to public addresses: what people look up",
        "user names, passwords, communities",
        "connections, apart from the MAC addresses beside them",
    ),
    limitations=(
        "a MAC address that stands beside several IPv4 addresses is a router's and is not used",
        "rows of x509 name no host: they are about their line",
    ),
)

_JSON_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("dhcp", frozenset(("ts", "mac", "msg_types"))),
    ("x509", frozenset(("ts", "certificate.subject"))),
    ("software", frozenset(("ts", "host", "software_type"))),
    ("known_services", frozenset(("ts", "host", "port_num"))),
    ("snmp", frozenset(("ts", "uid", "id.resp_h", "get_requests"))),
    ("ssl", frozenset(("ts", "uid", "id.resp_h", "established"))),
    ("http", frozenset(("ts", "uid", "id.resp_h", "trans_depth"))),
    ("dns", frozenset(("ts", "uid", "id.resp_h", "trans_id"))),
    ("conn", frozenset(("ts", "uid", "id.resp_h", "conn_state"))),
)
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The header lines of a TSV log, or objects with the keys of a log."""
    text = head_text(head) or ""
    if text.startswith("#separator ") or re.match(r"#fields\tts\t", text):
        return True
    return any(_kind(value) for value in first_objects(head))


def _kind(value: Mapping[str, object]) -> str | None:
    """Which log a JSON object is a row of; None = of none."""
    written = value.get("_path")
    if isinstance(written, str) and ("ts" in value or "_write_ts" in value):
        return written[:64]
    return next((name for name, keys in _JSON_KINDS if keys <= value.keys()), None)


def read(draft: Draft) -> None:
    """Read row after row; the log that a row belongs to is told by its header or its keys."""
    with draft.file.open() as stream:
        start = (head_text(stream.read(4_096)) or "").lstrip()
    logs = Logs(draft)
    for row in _of_json(draft) if start.startswith(("{", "[")) else _of_lines(draft):
        logs.take(row)
    logs.finish()


def _of_json(draft: Draft) -> Iterator[Row]:
    for record in records(draft):
        value = record.value
        if record.error is not None or not isinstance(value, Mapping):
            draft.reject(record.where, record.error or "the record is no JSON object of a Zeek log")
            continue
        kind = _kind(value)
        if kind is None:
            draft.reject(record.where, "the object has the keys of no Zeek log that is known")
            continue
        kept = {
            str(name): ",".join(str(item) for item in found[:64]) if isinstance(found, list) else str(found)
            for name, found in value.items()
            if found is not None and not is_secret_name(str(name))
        }
        yield Row(kind, record.line, record.where, kept)


@dataclass(slots=True)
class _Header:
    """The header of a TSV log, which may come again where logs were joined."""

    separator: str = "\t"
    empty: str = "(empty)"
    unset: str = "-"
    path: str = ""
    fields: list[str] = field(default_factory=list)
    closed: bool = True

    def take(self, line: str) -> None:
        """One header or footer line."""
        if line.startswith("#separator "):
            self.separator = _unescape(line.partition(" ")[2].strip()) or "\t"
            return
        name, _, value = line.partition(self.separator)
        if name == "#fields":
            self.fields, self.closed = value.split(self.separator)[:1_000], False
        elif name == "#path":
            self.path = cap(value, 64)
        elif name == "#unset_field":
            self.unset = value
        elif name == "#empty_field":
            self.empty = value
        elif name == "#close":
            self.closed = True


def _of_lines(draft: Draft) -> Iterator[Row]:
    header = _Header()
    with text_of(draft) as text:
        for number, written in enumerate(lines(text), 1):
            line = written.rstrip("\r\n")
            if line.startswith("#"):
                header.take(line)
                continue
            if not line:
                continue
            if not header.fields:
                raise ImportProblem(
                    f"{draft.file.name} looks like a Zeek log without its #fields line; give the log with its header"
                )
            if not draft.more_rows():
                return
            cells = line.split(header.separator)
            if len(cells) != len(header.fields):
                draft.reject(f"line {number}", f"the row has {len(cells)} values and the header {len(header.fields)}")
                continue
            kept = {
                name: "" if cell == header.empty else _unescape(cell)
                for name, cell in zip(header.fields, cells, strict=True)
                if cell != header.unset and not is_secret_name(name)
            }
            yield Row(header.path, number, f"line {number}", kept)
    if not header.closed:
        draft.note("the log has no #close line: it was still being written, or it is cut")


def _unescape(text: str) -> str:
    """Hexadecimal escapes undone; they are bytes of UTF-8."""
    if "\\x" not in text:
        return text
    raw = _ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), text)
    try:
        return raw.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return raw

"""Greenbone (OpenVAS) reports as XML: what its log-level tests wrote down about each host."""

from __future__ import annotations

import re
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.texts import head_text
from glasshouse.sources.importers.xml_stream import child_text, elements, root_of
from glasshouse.sources.redact import strip_text
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="greenbone",
    title="Greenbone (OpenVAS) report (XML)",
    suffixes=(".xml",),
    references=(
        Reference("Greenbone Management Protocol", "https://docs.greenbone.net/API/GMP/gmp-22.5.html", "report"),
    ),
    lost=(
        "findings above severity 0: a weakness is no identification",
        "the output of tests about passwords and accounts",
    ),
    limitations=(
        "the nesting of results and hosts is recalled, not checked against a published sample",
        "output of tests is the scanner's text about a reply, not the reply: it supports and does not prove",
    ),
)

_INNER = re.compile(r"<(?:results|gmp|scan_run_status|omp)[\s>]")
_SECRET_TEST = re.compile(r"(?i)passw|credential|default account|brute|community|login successful")
_DETAILS = {
    "best_os_txt": "inventory.os-guess",
    "best_os_cpe": "inventory.cpe",
    "hostname": "inventory.name",
}
_OUTPUT = 65_536
_TOOL = "Greenbone"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A report element with its format, and results in it."""
    root = root_of(head)
    return root == "get_reports_response" or (root == "report" and bool(_INNER.search(head_text(head) or "")))


def read(draft: Draft) -> None:
    """Read result after result and host after host."""
    with draft.file.open() as stream:
        root = root_of(stream.read(65_536))
    root = root if root == "get_reports_response" else "report"
    for element in elements(draft, root, ("result", "host"), "Export the report again as XML"):
        if element.tag == "result" and element.find("nvt") is not None:
            if not draft.more_rows():
                return
            _result(draft, element)
        elif element.tag == "host" and element.find("ip") is not None:
            if not draft.more_rows():
                return
            _host(draft, element)


def _result(draft: Draft, result: Any) -> None:
    where = f"result {draft.rows_read}"
    address = address_of(child_text(result, "host"))
    nvt, output = result.find("nvt"), child_text(result, "description")
    name, oid = cap(child_text(result, "nvt/name"), 128), cap(nvt.get("oid", ""), 64)
    if address is None:
        draft.reject(where, "the result names no IP address")
        return
    draft.covered.setdefault(address)
    severity = child_text(result, "severity")
    if not output or severity.strip("0.") or _SECRET_TEST.search(name):
        return
    text, _, _ = child_text(result, "port").partition("/")
    port = int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 65_535 else None
    raw = strip_text("\n".join(cap(line) for line in output[:_OUTPUT].splitlines())).encode("utf-8", "replace")
    seen_at = time_of(child_text(result, "creation_time") or child_text(result, "modification_time"))
    entry = Entry(draft, draft.endpoint(address), where, seen_at, _TOOL)
    draft.rows_used += entry.reply(
        "other", raw, request=f"Greenbone test {oid} {name}", port=port, protocol="greenbone", said_by=SaidBy.TOOL
    )


def _host(draft: Draft, host: Any) -> None:
    where = f"host {draft.rows_read}"
    address = address_of(child_text(host, "ip"))
    if address is None:
        draft.reject(where, "the host has no IP address")
        return
    draft.covered.setdefault(address)
    details = [
        (cap(child_text(detail, "name"), 64), cap(child_text(detail, "value"), 512))
        for detail, _ in zip(host.iterfind("detail"), range(5_000), strict=False)
    ]
    macs = [mac for name, value in details if name.upper() == "MAC" and (mac := mac_of(value))]
    entry = Entry(draft, draft.endpoint(address), where, time_of(child_text(host, "end")), _TOOL)
    used = entry.macs(macs)
    used |= entry.row(SaidBy.TOOL, *((_DETAILS[name], value) for name, value in details if name in _DETAILS))
    draft.rows_used += used

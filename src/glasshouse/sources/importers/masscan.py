"""masscan's JSON (`-oJ`) and NDJSON (`-oD`): banners of what answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.banners import banner_of, bytes_of
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.json_values import at, items, number, text
from glasshouse.sources.importers.records import first_objects, records
from glasshouse.sources.values import address_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="masscan",
    title="masscan (JSON -oJ, NDJSON -oD)",
    suffixes=(".json", ".ndjson"),
    references=(
        Reference(
            "masscan",
            "https://github.com/robertdavidgraham/masscan",
            "src/out-json.c, src/out-ndjson.c, src/masscan-app.c",
        ),
    ),
    lost=("ports that answered without a banner: an open port names no device", "certificates of authorities"),
    limitations=("the list format (-oL) is not read; its XML is read as nmap XML",),
)

_Finding = tuple[int | None, str, str]  # port, service, banner


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with an address and a list of ports that have a status or a service, or a record type."""
    return any("ip" in value and (_is_line(value) or any(_is_port(port) for port in items(value, "ports")))
               for value in first_objects(head))  # fmt: skip


def _is_line(value: Mapping[str, object]) -> bool:
    return value.get("rec_type") in {"status", "banner"} and isinstance(value.get("data"), Mapping)


def _is_port(port: object) -> bool:
    return (
        isinstance(at(port, "port"), int)
        and isinstance(at(port, "proto"), str)
        and (isinstance(at(port, "service"), Mapping) or isinstance(at(port, "status"), str))
    )


def read(draft: Draft) -> None:
    """Read record after record; a finding without a banner counts as looked at."""
    for record in records(draft):
        value = record.value
        if isinstance(value, Mapping) and "finished" in value and "ip" not in value:
            continue  # the mark that old versions write at the end
        if record.error is not None or not isinstance(value, Mapping):
            if record.error and "{finished" in record.error:
                continue
            draft.reject(record.where, record.error or "the record is no JSON object of masscan")
            continue
        address = address_of(text(value, "ip"))
        if address is None:
            draft.reject(record.where, "the record has no IP address; it was not read")
            continue
        draft.covered.setdefault(address)
        entry = Entry(draft, draft.endpoint(address), record.where, time_of(text(value, "timestamp")), "masscan")
        draft.rows_used += 1
        for port, service, written in _findings(value):
            banner = banner_of(service, bytes_of(written), port)
            if banner is not None:
                entry.reply(
                    banner.probe, banner.raw, banner.fields, request="banner", port=port, protocol=banner.protocol
                )


def _findings(value: Mapping[str, object]) -> Iterator[_Finding]:
    data = at(value, "data")
    if isinstance(at(data, "banner"), str):
        yield number(value, "port"), cap(text(data, "service_name"), 32), data["banner"]
    for port in items(value, "ports"):
        banner = at(port, "service", "banner")
        if isinstance(banner, str):
            yield number(port, "port"), cap(text(port, "service", "name"), 32), banner

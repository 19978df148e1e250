"""The lease file of dnsmasq (`dnsmasq.leases`), also found on many small routers."""

from __future__ import annotations

import re

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.leases import Lease, Leases
from glasshouse.sources.importers.texts import head_text, lines, text_of
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="dnsmasq-leases",
    title="dnsmasq leases",
    suffixes=(".leases",),
    references=(Reference("dnsmasq(8)", "https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html"),),
    lost=("client identifiers",),
    limitations=(
        "the file says when a lease ends and not when it was granted: the time of sighting stays unknown",
        "IPv6 leases name no MAC address",
    ),
)

_LINE = re.compile(
    r"^(\d{1,12}) (?:([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})|\S{1,128}) ([0-9A-Fa-f.:]{2,45}) (\S{1,255})(?: \S{1,512})?$"
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A first line of end time, MAC address, address, host name."""
    text = head_text(head) or ""
    first = _LINE.match(text.partition("\n")[0].rstrip("\r"))
    return first is not None and address_of(first.group(3)) is not None


def read(draft: Draft) -> None:
    """Read line after line."""
    leases = Leases(draft)
    with text_of(draft) as text:
        for number, written in enumerate(lines(text), 1):
            line = written.strip()
            if not line or line.startswith("duid "):
                continue
            if not draft.more_rows():
                break
            found = _LINE.match(line)
            address = address_of(found.group(3)) if found else None
            if found is None or address is None:
                draft.reject(
                    f"line {number}", "the line is no lease: end time, MAC address, address, host name expected"
                )
                continue
            leases.add(
                Lease(
                    address=address,
                    mac=mac_of(found.group(2) or ""),
                    state="active",
                    ends=time_of(found.group(1)),  # 0 = never
                    hostname="" if found.group(4) == "*" else found.group(4),
                    locator=f"line {number}",
                )
            )
    leases.finish()

"""nmap's XML output (`-oX`): what devices answered to its probes and scripts; its own guesses kept apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from glasshouse.model.observation import GapReason, Observation, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers import nmap_scripts
from glasshouse.sources.importers.banners import banner_of, bytes_of
from glasshouse.sources.importers.xml_stream import elements, root_of
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="nmap-xml",
    title="nmap XML (-oX; also the one of masscan)",
    suffixes=(".xml",),
    references=(
        Reference("nmap.dtd", "https://github.com/nmap/nmap/blob/master/docs/nmap.dtd"),
        Reference("masscan", "https://github.com/robertdavidgraham/masscan", "src/out-xml.c"),
        Reference("Nmap Reference Guide: output", "https://nmap.org/book/output-formats-xml-output.html"),
    ),
    lost=(
        "results of pre- and post-scan scripts",
        "traceroutes and uptimes",
        "the output of scripts that try passwords",
        "service names that nmap read from its port table",
    ),
    limitations=("files with a DOCTYPE that declares anything are refused",),
)

_TAGS = ("scaninfo", "host", "runstats", "prescript", "postscript", "hosthint")
_PORT_STATES = 65_536 * 4


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The root element."""
    return root_of(head) == "nmaprun"


def read(draft: Draft) -> None:
    """Read host after host; memory stays at one host."""
    run = _Run(draft)
    for element in elements(draft, "nmaprun", _TAGS, "Export it again with nmap -oX"):
        if not run.take(element):
            break
    if not run.finished and not draft.partial:
        draft.cut_short("the file has no runstats: the scan was stopped or the file is cut; finished hosts were read")


class _Run:
    """The scan as far as it was read: version, start, and what it covered."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.tool = "nmap"
        self.start: datetime | None = None
        self.finished = False

    def take(self, element: Any) -> bool:
        """Use one element; False = stop reading."""
        if element.tag == "nmaprun":
            self._begin(element)
        elif element.tag == "scaninfo":
            services = cap(element.get("services", ""), 1_024)
            self.draft.covered.setdefault(f"{cap(element.get('protocol', ''), 8)} ports {services}")
        elif element.tag == "runstats":
            self.finished = True
        elif element.tag in {"prescript", "postscript"}:
            self.draft.note(f"results of {element.tag} scripts name no host of the scan and were not read")
        elif element.tag == "host":
            return self._host(element)
        return True

    def _begin(self, root: Any) -> None:
        self.tool = cap(f"{root.get('scanner', 'nmap')} {root.get('version', '')}", 64)
        self.start = time_of(root.get("start", ""), UTC)
        for word in cap(root.get("args", ""), 8_192).split():
            try:
                self.draft.covered.setdefault(str(ipaddress.ip_network(word, strict=False)))
            except ValueError:
                continue

    def _host(self, host: Any) -> bool:
        if not self.draft.more_rows():
            return False
        addresses = [(item.get("addrtype", ""), item.get("addr", ""), item) for item in host.iterfind("address")]
        found = [address for kind, text, _ in addresses if kind != "mac" and (address := address_of(text))]
        macs = [(mac, item.get("vendor")) for kind, text, item in addresses if kind == "mac" and (mac := mac_of(text))]
        place = f"host {self.draft.rows_read}"
        if not found and not macs:
            self.draft.reject(place, "the host has neither an IP nor a MAC address that names one device")
            return True
        for address in found:
            self.draft.covered.setdefault(address)
        state = host.find("status")
        if state is not None and state.get("state") in {"down", "skipped"}:
            self.draft.gap(found[0] if found else macs[0][0], GapReason.SILENT, cap(state.get("reason", ""), 64))
            return True
        _Host(self, host, found[0] if found else None, macs).see(place)
        self.draft.rows_used += 1
        return True


class _Host:
    """One answering host."""

    def __init__(self, run: _Run, host: Any, address: str | None, macs: list[tuple[str, str | None]]) -> None:
        self.draft, self.tool, self.host, self.macs = run.draft, run.tool, host, macs
        self.subject = run.draft.subject(address, macs[0][0] if macs else None, "")
        self.seen_at = time_of(host.get("endtime") or host.get("starttime") or "", UTC) or run.start
        self.place = ""

    def see(self, place: str) -> None:
        """Put everything the host said into the preview."""
        self.place = place
        for mac, _vendor in self.macs:
            self._say("mac", raw=mac.encode(), said_by=SaidBy.INFRASTRUCTURE)
        self._guesses()
        for number, port in enumerate(self.host.iterfind("ports/port")):
            if number < _PORT_STATES:
                self._port(port)
        self._scripts(self.host.iterfind("hostscript/script"), None, "")

    def _say(self, probe: str, *, said_by: SaidBy = SaidBy.DEVICE, **parts: Any) -> None:
        observation = Observation(self.subject, probe, said_by=said_by, tool=self.tool, **parts)
        self.draft.see(observation, self.seen_at, self.place)

    def _guesses(self) -> None:
        """The tool's own opinion of the host: its table of MAC prefixes and its operating-system match."""
        fields = [("inventory.mac-vendor", cap(vendor)) for _, vendor in self.macs if vendor]
        match = self.host.find("os/osmatch")
        if match is not None:
            fields.append(("inventory.os-guess", cap(match.get("name", ""))))
        fields += [("inventory.name", cap(item.get("name", ""))) for item in self.host.iterfind("hostnames/hostname")]
        self._guess(None, fields)

    def _guess(self, port: int | None, fields: list[tuple[str, str]]) -> None:
        kept = tuple((name, value) for name, value in fields if value)
        if kept:
            self._say("inventory-text", fields=kept, port=port, said_by=SaidBy.TOOL)

    def _port(self, port: Any) -> None:
        state = port.find("state")
        text = port.get("portid", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None
        if state is None or state.get("state") != "open" or number is None or number > 65_535:
            return
        service = port.find("service")
        name = ""
        if service is not None:
            name = service.get("name", "")
            self._service(service, number)
        self._scripts(port.iterfind("script"), number, name)

    def _service(self, service: Any, port: int) -> None:
        if service.get("method") == "probed":  # "table" is only the registered name of the port
            said = (cap(service.get(word, "")) for word in ("product", "version", "extrainfo"))
            fields = [("text", " ".join(word for word in said if word))]
            fields += [("inventory.device-type", cap(service.get("devicetype", "")))]
            fields += [("inventory.os-guess", cap(service.get("ostype", "")))]
            fields += [("inventory.name", cap(service.get("hostname", "")))]
            fields += [("inventory.cpe", cap(item.text or "")) for item in service.iterfind("cpe")]
            self._guess(port, fields)
        if (banner := banner_of(service.get("name", ""), bytes_of(service.get("banner", "")), port)) is not None:
            self._say(
                banner.probe, raw=banner.raw, fields=banner.fields, protocol=banner.protocol, port=port
            )  # masscan
        for reply in nmap_scripts.banners(service.get("servicefp", ""), port):
            self._say(reply.probe, raw=reply.raw, request=reply.request, protocol=reply.protocol, port=port)

    def _scripts(self, scripts: Iterator[Any], port: int | None, service: str) -> None:
        found = nmap_scripts.read([nmap_scripts.Script.of(script) for script in scripts], service)
        for name in found.redacted:
            self.draft.note(f"the output of {name} may hold working passwords and was left out")
        for reply in found.replies:
            self._say(
                reply.probe,
                raw=reply.raw,
                fields=reply.fields,
                request=reply.request,
                protocol=reply.protocol,
                port=port,
                said_by=reply.said_by,
            )

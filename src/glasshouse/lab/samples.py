"""Sample files that go with the emulated site: lists, leases, exports and a capture of the same property.

They overlap with the devices on the network (same serials, MACs, addresses), so that merging shows, and add devices
that no scan can see: analogue cameras, units in a cupboard, units that are switched off. Written files are the same
on every machine, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glasshouse.lab.ports import Plan
from glasshouse.lab.samples_pcap import capture
from glasshouse.lab.samples_tables import ENGLISH, FRENCH, contractor_list, inventory, milestone
from glasshouse.lab.samples_texts import facts, isc_leases, kea_leases, nmap_xml, observations

__all__ = ["Samples", "write_samples"]

_DEFAULT = Plan(octet=77, base=20_000, shared=False)


@dataclass(frozen=True, slots=True)
class Samples:
    """What was written. `evidence` is a folder of importable files alone; `facts` goes to `--facts`."""

    evidence: Path
    facts: Path
    files: tuple[Path, ...]


def write_samples(folder: Path, *, plan: Plan = _DEFAULT, property_name: str = "Example property") -> Samples:
    """Writes the sample files into `folder` (made if missing) for a site laid out by `plan`.

    Existing files of the same names are replaced. Raises OSError when the folder cannot be written.
    """
    evidence = folder / "evidence"
    evidence.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], bytes]] = {
        "inventory.csv": lambda: inventory(plan, ENGLISH),
        "inventaire.csv": lambda: inventory(plan, FRENCH),
        "contractor-list.xlsx": lambda: contractor_list(plan),
        "scan.nmap.xml": lambda: nmap_xml(plan),
        "dhcpd.leases": lambda: isc_leases(plan),
        "kea-leases4.csv": lambda: kea_leases(plan),
        "milestone-hardware.csv": lambda: milestone(plan),
        "capture.pcap": lambda: capture(plan),
        "observations.jsonl": lambda: observations(plan),
    }
    written = []
    for name, make in makers.items():
        written.append(evidence / name)
        written[-1].write_bytes(make())
    facts_file = folder / "facts.toml"
    facts_file.write_bytes(facts(property_name))
    return Samples(evidence, facts_file, (*written, facts_file))

"""Writes the scope file for the emulated site: the permission under which it may be scanned, with its port map."""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.lab.device import Placed
from glasshouse.lab.ports import LOOPBACK, MULTICAST, Plan, shifted, standard_ports

__all__ = ["scope_toml"]


def scope_toml(plan: Plan, placed: Sequence[Placed]) -> str:
    """TOML text. Each device has its own address, or, where they share one, its own `[[endpoint]]`."""
    lines = [
        f'ranges = ["{plan.network}"]',
        "exclude = []",
        'approver = "emulated site on this machine"',
        "not_before = 2020-01-01T00:00:00Z",
        "not_after = 2099-12-31T23:59:59Z",
        'max_class = "family-read"',
        'pace = "lab"',
        "",
    ]
    services = [s for p in placed for s in p.device.services]
    if not plan.shared:
        lines += ["[ports]"]
        lines += [f"{port} = {shifted(port, plan.base)}" for port in standard_ports(services, "tcp")]
        lines += ["", "[udp]"]
        lines += [f"{port} = {shifted(port, plan.base)}" for port in standard_ports(services, "udp")]
        lines.append("")
    groups = ", ".join(f"{port} = {shifted(port, plan.base)}" for port in sorted({p for _, p in MULTICAST.values()}))
    lines += ["[multicast]", f'interface = "{LOOPBACK}"', f"ports = {{ {groups} }}"]
    if plan.shared:
        for each in placed:
            lines += ["", *_endpoint(each)]
    return "\n".join(lines) + "\n"


def _endpoint(placed: Placed) -> list[str]:
    tcp = ", ".join(f"{port} = {at}" for (kind, port), at in placed.ports.items() if kind == "tcp")
    udp = ", ".join(f"{port} = {at}" for (kind, port), at in placed.ports.items() if kind == "udp")
    return [
        "[[endpoint]]",
        f'name = "{placed.device.name}"',
        f'address = "{placed.address}"',
        f"ports = {{ {tcp} }}",
        f"udp = {{ {udp} }}",
    ]

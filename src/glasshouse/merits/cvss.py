"""What the decision table needs where CISA's own points are missing, derived from CVSS vectors and marked as such.

Automatable: reachable over the network, low complexity, no privileges, no user action (CISA ADP practice).
Technical impact: CERT/CC's table from CVSS (SSVC `cvssv4_to_technical_impact` 1.0.0): total when confidentiality and
integrity are both hit, one of them at least high, and without privileges or with both high.
"""

from __future__ import annotations

from glasshouse.merits.advisory import Cvss

__all__ = ["automatable", "total_impact"]


def _metrics(score: Cvss) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in score.vector.split("/") if ":" in part)
    return {name: value for name, value in pairs if name != "CVSS"}


def _preferred(scores: tuple[Cvss, ...]) -> dict[str, str] | None:
    """The first score that is given with a vector of version 3 or 4; version 2 has no scale for what is asked."""
    for score in scores:
        if score.version[:1] in {"3", "4"} and score.vector:
            return _metrics(score)
    return None


def automatable(scores: tuple[Cvss, ...]) -> bool | None:
    """Whether the steps to exploitation can be automated; None without a usable vector."""
    found = _preferred(scores)
    if found is None:
        return None
    wanted = {"AV": "N", "AC": "L", "PR": "N", "UI": "N"}
    return all(found.get(name) == value for name, value in wanted.items()) and found.get("AT", "N") == "N"


def total_impact(scores: tuple[Cvss, ...]) -> bool | None:
    """Whether exploitation gives total control of the device; None without a usable vector."""
    found = _preferred(scores)
    if found is None:
        return None
    confidentiality, integrity = (found.get(f"V{name}", found.get(name, "N")) for name in ("C", "I"))
    if "N" in {confidentiality, integrity}:
        return False
    if confidentiality == integrity == "H":
        return True
    return found.get("PR") == "N" and "H" in {confidentiality, integrity}

"""U: update and support. From outside, support is rarely seen: unknown unless a record tells.

D: a record calls the product end of life. C or D: a later build that closes an applying advisory is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.merits.applicability import Finding
from glasshouse.merits.grades import ALL, factor
from glasshouse.model.merit import Factor
from glasshouse.model.provenance import Basis
from glasshouse.model.text import Message

__all__ = ["factor_u"]


def factor_u(findings: Sequence[Finding]) -> Factor:
    """Grade what the matching records say about support and later builds."""
    for finding in findings:
        if finding.advisory.end_of_life:
            return factor("U", ("D",), (Message.of("{id} calls the product end of life.", id=finding.advisory.id),))
    for finding in findings:
        if finding.applicability in {"confirmed", "likely"} and _fix_is_known(finding):
            reason = Message.of("A later build closes {id} and is not installed.", id=finding.advisory.id)
            return factor("U", ("C", "D"), (reason,))
    return factor("U", ALL, (Message.of("Whether the maker still supports this model was not seen."),))


def _fix_is_known(finding: Finding) -> bool:
    return any(
        item.fixed is not None and item.basis is not Basis.RECALLED and not item.conflict for item in finding.decided_by
    )

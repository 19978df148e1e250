"""One row a device, for spreadsheets and scripts. Column names are stable and the same in both languages.

Lost: evidence, evaluation trees and coverage; the JSON Lines report and the workbook hold them.
"""

from __future__ import annotations

import csv
import io

from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.views import explanation
from glasshouse.reports.visible import cell

__all__ = ["COLUMNS", "render_csv"]

COLUMNS = (
    "device",
    "property",
    "addresses",
    "device_class",
    "brand",
    "brand_strength",
    "maker",
    "maker_strength",
    "firmware_origin",
    "firmware_origin_strength",
    "model",
    "firmware",
    "serial",
    "mac",
    "outcome",
    "regimes",
    "reason_codes",
    "missing_facts",
    "security_level",
    "security_vector",
    "advisories_to_act_on",
    "contradictions",
    "explanation",
    "as_of",
    "made_by",
    "not_yet_validated",
)

_GRADED = (Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN)  # with a column for their strength


def _row(device: Device, review: Review, tr: Translator) -> tuple[str, ...]:
    identity, judgement, merit = device.identity, device.judgement, device.merit
    flagged = [verdict.regime for verdict in judgement.verdicts if verdict.outcome.flagged]
    return (
        device.id,
        device.property,
        " ".join(device.addresses),
        identity.device_class.value if identity.device_class else "",
        *(text for facet in _GRADED for text in (identity.value(facet) or "", identity.strength(facet).word)),
        *(identity.value(facet) or "" for facet in (Facet.MODEL, Facet.FIRMWARE, Facet.SERIAL, Facet.MAC)),
        judgement.overall.word,
        " ".join(flagged),
        " ".join(judgement.reason_codes),
        "; ".join(map(tr.text, judgement.missing_facts)),
        merit.level,
        merit.vector,
        " ".join(item.id for item in merit.advisories if item.decision is not None),
        "; ".join(tr.text(item.note) for item in identity.contradictions),
        " ".join(explanation(device, tr, review.validation)),
        review.as_of.valid_on.isoformat(),
        f"{review.made_by.program} {review.made_by.version} {review.made_by.commit or ''}".rstrip(),
        " ".join(facet.value for facet in _GRADED if review.validation.open(facet, identity.strength(facet))),
    )


def render_csv(review: Review, language: str) -> str:
    """RFC 4180 text with a heading line; sentences in `language`. No cell can be read as a formula."""
    tr = Translator(language, dict(review.names))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([cell(text) for text in _row(device, review, tr)] for device in review.devices)
    return out.getvalue()

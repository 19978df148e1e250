"""The JSON shapes of the interfaces for identities, judgements and merits. Pure: values in, plain objects out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from glasshouse.model.identity import Attribution, Identity
from glasshouse.model.signal import Facet
from glasshouse.model.truth import Truth
from glasshouse.model.validation import Validation

if TYPE_CHECKING:  # one command needs one shape: identities are shown without loading law and advisories
    from glasshouse.model.merit import AdvisoryFinding, Merit
    from glasshouse.model.restriction import Citation
    from glasshouse.model.verdict import Judgement, Trace, Verdict

__all__ = ["identity_json", "judgement_json", "merit_json", "trace_json", "verdict_json"]

Json = dict[str, object]
_NO_LABELS: Mapping[str, str] = MappingProxyType({})
_NOTHING_SHOWN = Validation()
_FACETS = (
    Facet.BRAND,
    Facet.MAKER,
    Facet.FIRMWARE_ORIGIN,
    Facet.PLATFORM,
    Facet.CHIPSET,
    Facet.MODEL,
    Facet.FIRMWARE,
    Facet.FIRMWARE_BUILT_ON,
    Facet.SERIAL,
    Facet.MADE_ON,
    Facet.MAC,
)
_MOST_EVIDENCE = 200  # rows of one answer
_TRUTH: Mapping[Truth, bool | None] = {Truth.YES: True, Truth.NO: False, Truth.UNKNOWN: None}


def _shown(identity: Identity) -> dict[Facet, Attribution]:
    """The facets that the line names; a class that other evidence overrules is not one of them."""
    shown = {one.facet: one for one in identity.attributions if one.facet in _FACETS}
    found = identity.get(Facet.DEVICE_CLASS)
    if found is not None and identity.device_class is not None:
        shown[Facet.DEVICE_CLASS] = found
    return shown


def _evidence(shown: Iterable[Attribution], labels: Mapping[str, str]) -> list[Json]:
    rows: dict[tuple[str, ...], Json] = {}
    for attribution in shown:
        for signal in attribution.signals:
            row = {
                "facet": attribution.facet.value,
                "value": attribution.value,
                "strength": signal.strength.word,
                "fingerprint": signal.fingerprint,
                "observation": labels.get(signal.observation, signal.observation),
                "excerpt": signal.excerpt,
            }
            rows.setdefault(tuple(row.values()), {**row})
    return list(rows.values())[:_MOST_EVIDENCE]


def identity_json(
    identity: Identity,
    *,
    id: str | None,  # noqa: A002  # the key of the interfaces
    device: str | None,
    labels: Mapping[str, str] = _NO_LABELS,
    validation: Validation = _NOTHING_SHOWN,
) -> Json:
    """The `identify` output line of one device.

    `id` and `device` are the caller's own; `labels` maps observation ids to the caller's ids for them. `validation` is
    what was measured with the packs in use: facets whose word promises more than that are `not_yet_validated`.
    """
    shown = _shown(identity)
    return {
        "id": id,
        "device": device,
        "observations": [labels.get(key, key) for key in identity.asset.observations],
        "is_surveillance": _TRUTH[identity.is_surveillance],
        "device_class": identity.device_class.value if identity.device_class else None,
        **{facet.value: identity.value(facet) for facet in _FACETS},
        "strength": {facet.value: one.strength.word for facet, one in shown.items()},
        "not_yet_validated": [facet.value for facet, one in shown.items() if validation.open(facet, one.strength)],
        "evidence": _evidence(shown.values(), labels),
        "contradictions": [
            {"facet": item.facet.value, "values": list(item.values), "note": str(item.note)}
            for item in identity.contradictions
        ],
    }


def _citation(citation: Citation) -> Json:
    return {
        "title": citation.title,
        "pinpoint": citation.pinpoint,
        "url": citation.url,
        "on": citation.on.isoformat() if citation.on else None,
        "basis": citation.basis.value,
    }


def trace_json(trace: Trace) -> Json:
    """A node of the evaluation tree and everything under it."""
    return {
        "criterion": str(trace.criterion),
        "value": trace.value.value,
        "fact": str(trace.fact) if trace.fact else None,
        "strength": trace.strength.word if trace.strength is not None else None,
        "clause": _citation(trace.clause) if trace.clause else None,
        "children": [trace_json(child) for child in trace.children],
    }


def verdict_json(verdict: Verdict) -> Json:
    """One regime's answer as it stands under `by_regime`."""
    return {
        "title": {"en": verdict.title.en, "fr": verdict.title.fr},
        "outcome": verdict.outcome.word,
        "act": verdict.act,
        "sentence": str(verdict.sentence),
        "reason_codes": list(verdict.reason_codes),
        "missing_facts": [str(fact) for fact in verdict.missing_facts],
        "authority": verdict.authority.value,
        "text_seen": verdict.text_seen,
        "citations": [_citation(citation) for citation in verdict.citations],
        "because": [trace_json(trace) for trace in verdict.because],
        "reviewed": str(verdict.reviewed) if verdict.reviewed else None,
    }


def judgement_json(judgement: Judgement) -> Json:
    """The `judge` output line."""
    return {
        "id": judgement.query.id,
        "overall": judgement.overall.word,
        "by_regime": {verdict.regime: verdict_json(verdict) for verdict in judgement.verdicts},
        "reason_codes": list(judgement.reason_codes),
        "missing_facts": [str(fact) for fact in judgement.missing_facts],
        "rules_version": judgement.rules_version,
    }


def _advisory(finding: AdvisoryFinding) -> Json:
    line: Json = {
        "id": finding.id,
        "title": finding.title,
        "applicability": finding.applicability,
        "decision": finding.decision,
        "kev": finding.kev,
        "reason": str(finding.reason),
        "ranges": finding.ranges,
        "source": finding.source,
        "epss": finding.epss,
        "epss_date": finding.epss_date.isoformat() if finding.epss_date else None,
        "cvss": finding.cvss,
    }
    if finding.decision_range is not None:
        line["decision_range"] = list(finding.decision_range)
    return line


def merit_json(merit: Merit, *, id: str | None) -> Json:  # noqa: A002 -- the key of the line
    """The `assess` output line."""
    return {
        "id": id,
        "vector": merit.vector,
        "level": merit.level,
        "level_range": list(merit.level_range) if merit.level_range else None,
        "advisories": [_advisory(finding) for finding in merit.advisories],
        "would_change": [str(message) for message in merit.would_change],
        "factors": [
            {
                "letter": factor.letter,
                "grade": factor.grade,
                "possible": list(factor.possible),
                "reasons": [str(reason) for reason in factor.reasons],
            }
            for factor in merit.factors
        ],
        "snapshot": merit.snapshot,
    }

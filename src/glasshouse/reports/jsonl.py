"""The whole review as JSON Lines: a head with `made_by`, coverage and rejected input, then one device a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from glasshouse.model.observation import Collection, Gap
from glasshouse.model.review import Coverage, Device, Finding, Review
from glasshouse.model.validation import Validation
from glasshouse.reports.missed import missed_json
from glasshouse.reports.shapes import identity_json, judgement_json, merit_json

__all__ = ["device_json", "head_json", "render_jsonl"]

Json = dict[str, object]


def _moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _gap(gap: Gap) -> Json:
    return {"where": gap.where, "reason": gap.reason.value, "protocol": gap.protocol, "detail": gap.detail}


def _coverage(coverage: Coverage) -> Json:
    return {
        "property": coverage.property,
        "asked": coverage.asked,
        "answered": coverage.answered,
        "silent": coverage.silent,
        "refused": coverage.refused,
        "unreachable": coverage.unreachable,
        "other_equipment": coverage.other_equipment,
        "too_little_seen": coverage.too_little_seen,
        "attested": coverage.attested,
        "gaps": [_gap(gap) for gap in coverage.gaps],
        **missed_json(coverage),
    }


def _collection(collection: Collection) -> Json:
    return {
        "id": collection.id,
        "kind": collection.kind.value,
        "operator": collection.operator,
        "authority": collection.authority,
        "host": collection.host,
        "vantage": collection.vantage,
        "tool": collection.tool,
        "arguments": list(collection.arguments),
        "property": collection.property,
        "started": _moment(collection.started),
        "ended": _moment(collection.ended),
        "covered": list(collection.covered),
        "merkle_root": collection.merkle_root,
        "state": collection.state,
    }


def head_json(review: Review) -> Json:
    """The first line: what was asked, by which program and packs, what was not seen and what could not be used."""
    return {
        "made_by": review.made_by.as_json(),
        "title": review.title,
        "as_of": review.as_of.valid_on.isoformat(),
        "known_at": review.as_of.known_at.isoformat() if review.as_of.known_at else None,
        "made_at": _moment(review.made_at),
        "jurisdiction": review.jurisdiction,
        "roles": list(review.roles),
        "acts": list(review.acts),
        "properties": [site.name for site in review.properties],
        "devices": len(review.devices),
        "coverage": [_coverage(coverage) for coverage in review.coverage],
        "collections": [_collection(collection) for collection in review.collections],
        "rejected": [
            {"file": item.file, "locator": item.locator, "problem": item.problem, "fatal": item.fatal}
            for item in review.rejected
        ],
        "next_steps": [str(step) for step in review.next_steps],
    }


def _finding(finding: Finding) -> Json:
    times = finding.times
    return {
        "id": finding.id,
        "regime": finding.regime,
        "outcome": finding.outcome.word,
        "observed": _moment(times.observed),
        "identified": _moment(times.identified),
        "seen": _moment(times.seen),
        "confirmed": _moment(times.confirmed),
        "notified": _moment(times.notified),
    }


def device_json(device: Device, validation: Validation) -> Json:
    """One device: the `identify` shape, and beside it `judge` and `assess` under `judgement` and `merit`."""
    identity = device.identity
    return {
        **identity_json(identity, id=device.id, device=device.id, validation=validation),
        "property": device.property,
        "addresses": list(device.addresses),
        "ports": [{"port": port, "proto": protocol, "state": "open"} for port, protocol in device.ports],
        "explanation": [str(sentence) for sentence in device.explanation],
        "looked_for": [str(message) for message in identity.looked_for],
        "alternatives": [str(message) for message in identity.alternatives],
        "settle": [str(message) for message in identity.settle],
        "sightings": [
            {
                "observation": sighting.observation.id,
                "collection": sighting.collection,
                "seen_at": _moment(sighting.seen_at),
                "locator": sighting.locator,
            }
            for sighting in device.sightings
        ],
        "check": [
            {"observation": step.observation, "what": str(step.what), "command": step.command} for step in device.check
        ],
        "judgement": judgement_json(device.judgement),
        "merit": merit_json(device.merit, id=device.id),
        "findings": [_finding(finding) for finding in device.findings],
    }


def render_jsonl(review: Review) -> Iterator[str]:
    """The lines, without line feeds, in ASCII: control characters and lone surrogates stay escaped."""
    yield json.dumps(head_json(review))
    for device in review.devices:
        yield json.dumps(device_json(device, review.validation))

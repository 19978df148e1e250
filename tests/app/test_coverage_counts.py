"""Coverage counts every host that was asked once, whatever it did."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from glasshouse.app.coverage import CONTACT, coverage_of
from glasshouse.model.observation import (
    Collection,
    CollectionKind,
    Endpoint,
    Gap,
    GapReason,
    Observation,
    SaidBy,
    Sighting,
)

DAY = datetime(2026, 11, 23, tzinfo=UTC)


def collection(kind, *gaps):
    return Collection("col_1", kind, "op", None, "h", None, "t", (), DAY, property="P", gaps=gaps)


def contact(address, state, domain="default"):
    raw = b'{"ports": [], "state": "%s"}' % state.encode()
    seen = Observation(Endpoint(address, "P", domain), "other", raw, protocol=CONTACT, said_by=SaidBy.TOOL)
    return Sighting(seen, "col_1", DAY)


def counts(collections, sightings):
    told = coverage_of("P", collections, sightings, other=0, little=())
    return told.asked, told.answered, told.silent, told.refused, told.unreachable


def test_each_state_is_counted_once():
    gaps = (
        Gap("192.0.2.3", GapReason.SILENT, None, "no answer"),
        Gap("192.0.2.4", GapReason.UNREACHABLE, None, "no route"),
    )
    seen = [contact("192.0.2.1", "answered"), contact("192.0.2.2", "refused")]
    assert counts([collection(CollectionKind.ACTIVE, *gaps)], seen) == (4, 1, 1, 1, 1)


@pytest.mark.parametrize("reason", [GapReason.SILENT, GapReason.UNREACHABLE])
def test_a_host_that_was_met_and_then_fell_silent_is_one_host(reason):
    gap = Gap("192.0.2.1", reason, None, "several requests in a row got no answer; the host was left alone")
    assert counts([collection(CollectionKind.ACTIVE, gap)], [contact("192.0.2.1", "refused")]) == (1, 0, 0, 1, 0)


def test_silence_of_one_protocol_is_no_silent_host():
    gap = Gap("192.0.2.1", GapReason.SILENT, "rtsp", "no answer")
    assert counts([collection(CollectionKind.ACTIVE, gap)], [contact("192.0.2.1", "answered")]) == (1, 1, 0, 0, 0)


def test_only_active_collections_meet_silence():
    gap = Gap("192.0.2.1", GapReason.SILENT, None, "no answer")
    assert counts([collection(CollectionKind.IMPORT, gap)], []) == (0, 0, 0, 0, 0)


def test_the_same_address_in_two_domains_is_two_hosts():
    seen = [contact("192.0.2.1", "answered", "north"), contact("192.0.2.1", "answered", "south")]
    assert counts([collection(CollectionKind.ACTIVE)], seen) == (2, 2, 0, 0, 0)

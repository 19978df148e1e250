"""The outline of a run: what it says is what the run may do, and nothing is sent for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from glasshouse.model.protocol import SafetyClass
from glasshouse.sources.active import expand, menu_of, parse_scope
from glasshouse.sources.active.outline import outline

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
TEXT = """
ranges = ["192.0.2.0/29"]
exclude = ["192.0.2.3"]
[multicast]
interface = "192.0.2.5"
protocols = ["sadp"]
"""


@pytest.fixture
def no_sockets(monkeypatch):
    def fail(*_args, **_more):
        raise AssertionError("an outline opens no socket")

    monkeypatch.setattr("socket.socket", fail)


def outlined(text=TEXT, protocols=None):
    scope = parse_scope(text, "")
    return outline(expand(["192.0.2.0/29"], scope), scope, menu_of(scope, "c1", protocols), NOW)


@pytest.mark.usefixtures("no_sockets")
def test_hosts_refusals_rate_and_groups():
    told = outlined()
    assert (told.hosts, told.rate, told.connects[:3]) == (5, 20.0, (80, 554, 443))
    assert told.refused == (("192.0.2.3", "192.0.2.3 is excluded by the scope"),)
    assert told.multicast == (("sadp", "239.255.255.250", 37020),)
    assert told.seconds[0] == pytest.approx(5 * 4 / 20)
    assert told.as_json()["most_requests_per_host"] == 25


@pytest.mark.usefixtures("no_sockets")
def test_every_request_says_on_what_condition():
    when = {(planned.protocol, planned.when) for planned in outlined().requests}
    assert {
        ("sadp", "always"),
        ("http", "if the port is open"),
        ("onvif", "where HTTP answers"),
        ("isapi", "if a reply hints at it"),
        ("ssdp", "if a reply hints at it"),
    } <= when


@pytest.mark.usefixtures("no_sockets")
def test_the_ceiling_and_the_choice_of_protocols_show():
    low = outlined(TEXT.replace("[multicast]", 'max_class = "discovery"\n[multicast]'))
    assert low.connects == ()
    assert {planned.safety for planned in low.requests} == {SafetyClass.DISCOVERY}
    assert {planned.protocol for planned in outlined(protocols=["rtsp"]).requests} == {"rtsp"}

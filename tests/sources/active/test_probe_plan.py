"""The plan of one host: what is asked next, from what is known, and what never is."""

from __future__ import annotations

import pytest

from glasshouse.model.protocol import SafetyClass
from glasshouse.sources.active.engine import builtin_speakers
from glasshouse.sources.active.plan import (
    Known,
    Menu,
    Step,
    after_connect,
    after_hearing,
    after_reply,
    connect_ports,
    is_dark,
    next_step,
    token_for,
    without,
)
from glasshouse.sources.active.targets import Host

HOST = Host("192.0.2.9", "default")
PAGE = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 0\r\n\r\n"
SADP = b"<?xml version='1.0'?><ProbeMatch><DeviceSN>X</DeviceSN></ProbeMatch>"


def menu_with(max_class=SafetyClass.FAMILY_READ, selected=None):
    return Menu(builtin_speakers(), max_class, "run", selected)


def play(menu, world, known=None, limit=100):
    """Run the plan against a world: {port: state} and {(protocol, port): reply}. Returns steps and what is known."""
    known = known or Known(HOST)
    ports, replies = world
    steps = []
    while (step := next_step(known, menu)) is not None:
        assert len(steps) < limit, "the plan must end"
        steps.append(step)
        if step.kind == "connect":
            known = after_connect(known, step, ports.get(step.port, "closed"))
        else:
            reply = replies.get((step.speaker.DOC.name, step.port))
            known = after_reply(known, step, (reply,) if reply else ())
    return steps, known


def asked(steps):
    return [(step.speaker.DOC.name, step.port) for step in steps if step.kind == "ask"]


def test_a_dark_address_costs_four_packets():
    everything_silent = dict.fromkeys(range(65_536), "silent")
    steps, known = play(menu_with(), (everything_silent, {}))
    assert [(step.kind, step.port, step.attempt) for step in steps] == [
        ("connect", 80, 1),
        ("connect", 554, 1),
        ("connect", 443, 1),
        ("connect", 80, 2),
    ]
    assert is_dark(known, menu_with())


def test_a_late_answer_makes_an_address_alive():
    states = iter(["silent", "silent", "silent", "open"])
    known = Known(HOST)
    for _ in range(4):
        step = next_step(known, menu_with())
        known = after_connect(known, step, next(states))
    assert not is_dark(known, menu_with())
    assert next_step(known, menu_with()) is not None


def test_a_host_that_refuses_everything_is_asked_by_the_three_finders_alone():
    steps, _ = play(menu_with(), ({}, {}))
    assert dict.fromkeys(asked(steps)) == dict.fromkeys([("ws-discovery", 3702), ("sadp", 37020), ("dhip", 37810)])


def test_safest_first():
    world = ({80: "open", 554: "open", 443: "open"}, {("http", 80): PAGE, ("sadp", 37020): SADP})
    steps, _ = play(menu_with(), world)
    connects = [step.kind for step in steps]
    assert connects == sorted(connects, key=["connect", "ask"].index)
    classes = [step.request.safety for step in steps if step.kind == "ask"]
    # what a reply teaches may open a safer question later; here nothing does
    assert classes == sorted(classes)


def test_a_makers_own_read_needs_a_hint():
    plain = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"
    without_hint, _ = play(menu_with(), ({80: "open"}, {("http", 80): plain}))
    with_hint, _ = play(menu_with(), ({80: "open"}, {("http", 80): PAGE}))
    assert not {name for name, _ in asked(without_hint)} & {"isapi", "dahua-cgi", "axis"}
    assert ("isapi", 80) in asked(with_hint)


@pytest.mark.parametrize("ceiling", list(SafetyClass))
def test_the_ceiling_of_the_scope_is_honoured(ceiling):
    world = (dict.fromkeys((80, 443, 554, 8000), "open"), {("http", 80): PAGE, ("sadp", 37020): SADP})
    steps, _ = play(menu_with(ceiling), world)
    assert all(step.request.safety <= ceiling for step in steps if step.kind == "ask")
    assert bool(steps) == (ceiling >= SafetyClass.DISCOVERY)
    assert any(step.kind == "connect" for step in steps) == (ceiling >= SafetyClass.READ)


def test_only_the_named_protocols_are_asked():
    world = (dict.fromkeys((80, 443, 554), "open"), {("http", 80): PAGE})
    steps, _ = play(menu_with(selected=frozenset({"rtsp"})), world)
    assert {name for name, _ in asked(steps)} == {"rtsp"}
    assert {step.port for step in steps if step.kind == "connect"} == {554, 8554, 10554, 5544}


def test_naming_a_protocol_stands_for_a_hint():
    steps, _ = play(menu_with(selected=frozenset({"isapi"})), ({80: "open"}, {}))
    assert ("isapi", 80) in asked(steps)


def test_an_http_server_that_redirects_to_tls_is_asked_over_tls_too():
    moved = b"HTTP/1.1 302 Found\r\nLocation: https://192.0.2.9/\r\nContent-Length: 0\r\n\r\n"
    world = ({80: "open", 443: "open"}, {("http", 80): moved, ("http", 443): PAGE})
    steps, _ = play(menu_with(), world)
    assert [step.tls for step in steps if step.kind == "ask" and step.speaker.DOC.name == "http"] == [False, True]
    family = [step for step in steps if step.kind == "ask" and step.speaker.DOC.name == "isapi"]
    assert {(step.port, step.tls) for step in family} >= {(443, True)}


def test_a_page_on_the_plain_port_spares_the_tls_port_the_question():
    steps, _ = play(menu_with(), ({80: "open", 443: "open"}, {("http", 80): PAGE}))
    assert ("http", 443) not in asked(steps)
    assert ("tls-cert", 443) in asked(steps)


def test_a_server_that_does_not_know_the_path_is_not_asked_its_neighbours():
    gone = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    steps, _ = play(menu_with(), ({80: "open"}, {("http", 80): PAGE, ("onvif", 80): gone}))
    assert asked(steps).count(("onvif", 80)) == 1


def test_rtsp_is_described_only_where_options_names_no_server():
    bare = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
    named = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: X\r\n\r\n"
    assert asked(play(menu_with(), ({554: "open"}, {("rtsp", 554): bare}))[0]).count(("rtsp", 554)) == 2
    assert asked(play(menu_with(), ({554: "open"}, {("rtsp", 554): named}))[0]).count(("rtsp", 554)) == 1


def test_an_open_port_that_says_nothing_is_not_asked_the_same_protocol_again():
    steps, _ = play(menu_with(), ({80: "open", 554: "open"}, {}))
    assert asked(steps).count(("rtsp", 554)) == 1
    assert asked(steps).count(("http", 80)) == 1


def test_port_8000_is_listened_to_before_anything_is_said_there():
    steps, _ = play(menu_with(), ({8000: "open"}, {}))
    on_8000 = [name for name, port in asked(steps) if port == 8000]
    assert on_8000[0] == "port-8000"


def test_port_8000_of_a_hinted_maker_is_never_spoken_to():
    steps, _ = play(menu_with(), ({8000: "open"}, {("sadp", 37020): SADP}))
    assert [name for name, port in asked(steps) if port == 8000] == ["port-8000"]


def test_silent_datagrams_are_repeated_once_and_refused_ones_are_not():
    steps, _ = play(menu_with(), ({}, {}))
    assert asked(steps).count(("sadp", 37020)) == 2
    known = Known(HOST, heard=True)
    menu = menu_with(SafetyClass.DISCOVERY)
    first = next_step(known, menu)
    known = without(known, first, for_good=True)
    assert all(name != first.speaker.DOC.name for name, _ in asked(play(menu, ({}, {}), known)[0]))


def test_an_address_in_a_reply_is_used_only_if_it_is_the_replying_one():
    ssdp = next(s for s in builtin_speakers() if s.DOC.name == "ssdp")
    reply = "HTTP/1.1 200 OK\r\nLOCATION: http://{}:49152/rootDesc.xml\r\nST: upnp:rootdevice\r\n\r\n"
    own = after_hearing(Known(HOST), ssdp, 1900, reply.format("192.0.2.9").encode())
    foreign = after_hearing(Known(HOST), ssdp, 1900, reply.format("192.0.2.10").encode())
    menu = menu_with()
    assert 49152 in connect_ports(own, menu)
    assert 49152 not in connect_ports(foreign, menu)
    assert foreign.named == ()
    steps, _ = play(menu, ({49152: "open"}, {}), own)
    (step,) = [step for step in steps if step.kind == "ask" and step.speaker.DOC.name == "upnp-description"]
    assert step.request.data.startswith(b"GET /rootDesc.xml HTTP/1.1\r\n")


def test_tokens_are_the_same_in_a_resumed_run_and_differ_between_hosts():
    assert token_for("run", HOST, "sadp") == token_for("run", HOST, "sadp")
    others = {token_for("run", Host("192.0.2.10", "default"), "sadp"), token_for("other", HOST, "sadp")}
    assert token_for("run", HOST, "sadp") not in others


def test_who_has_answered_the_group_is_not_asked_the_same_alone():
    sadp = next(s for s in builtin_speakers() if s.DOC.name == "sadp")
    steps, _ = play(
        menu_with(), ({80: "silent", 554: "silent", 443: "silent"}, {}), after_hearing(Known(HOST), sadp, 37020, SADP)
    )
    names = {name for name, _ in asked(steps)}
    assert "sadp" not in names
    assert "dhip" in names  # and it is alive, whatever its liveness ports say


def test_a_server_that_drips_is_asked_no_more_by_http():
    known = after_connect(Known(HOST), next_step(Known(HOST), menu_with()), "open")
    http = next(s for s in builtin_speakers() if s.DOC.name == "http")
    step = Step("ask", "tcp", 80, http, http.requests("192.0.2.9", 80, "")[0])
    known = after_reply(known, step, (PAGE,), late=True)
    steps, _ = play(menu_with(), ({}, {}), known)
    assert not {name for name, port in asked(steps) if port == 80}

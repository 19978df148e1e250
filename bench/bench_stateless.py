"""Speed of the stateless verbs, per device: `make bench`. Cost grows linearly with the number of lines."""

from __future__ import annotations

import json

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.app.judge import judge_lines
from glasshouse.app.knowledge import open_knowledge

REPLY = {
    "probe": "http",
    "port": 80,
    "raw": 'HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\nWWW-Authenticate: Digest realm="IP Camera(C2183)"\r\n\r\n',
}
QUESTION = {
    "as_of": "2026-02-01",
    "jurisdiction": "CA",
    "roles": ["federal_department"],
    "act": "use",
    "device": {"maker": "hikvision", "maker_strength": "strong", "device_class": "camera"},
}


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return open_knowledge(bulk=True).identifier


@pytest.mark.parametrize("distinct", [False, True], ids=["one value repeated", "all values distinct"])
def test_identify_a_thousand_lines(benchmark, identifier, distinct):
    lines = [
        json.dumps(
            REPLY | {"id": str(n)} | ({"raw": REPLY["raw"].replace("C2183", f"C{n}")} if distinct else {})
        ).encode()
        for n in range(1_000)
    ]
    answers = benchmark(lambda: list(identify_lines(lines, grouped=False, identifier=identifier)))
    assert len(answers) == 1_000


def test_judge_a_hundred_questions(benchmark):
    knowledge = open_knowledge(bulk=False)
    lines = [json.dumps(QUESTION | {"id": n}).encode() for n in range(100)]
    answers = benchmark(lambda: list(judge_lines(lines, knowledge.pack.rules, knowledge.parties)))
    assert {answer["overall"] for answer in answers} == {"prohibited"}

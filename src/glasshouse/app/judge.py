"""The judge over JSON Lines: one question a line, one answer a line, errors as values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from glasshouse.app.judge_input import query_from_json
from glasshouse.judgement import judge
from glasshouse.model.partybook import PartyBook
from glasshouse.model.restriction import Rules
from glasshouse.model.verdict import Judgement
from glasshouse.reports.shapes import judgement_json

__all__ = ["LINE_LIMIT", "judge_lines", "judgement_to_json", "query_from_json"]

LINE_LIMIT = 1_000_000  # bytes; a question is a few hundred

_NO_OBJECT = "the line is no JSON object; give one object a line with as_of, jurisdiction, roles, act and device"


def judge_lines(lines: Iterable[bytes], rules: Rules, parties: PartyBook) -> Iterator[dict[str, object]]:
    """One answer for every line that is not blank, in order. A bad line gives an error and never stops the rest."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(number, line, rules, parties)


def _answer(number: int, line: bytes, rules: Rules, parties: PartyBook) -> dict[str, object]:
    if len(line) > LINE_LIMIT:
        return _error(None, number, f"the line has {len(line)} bytes; accepted: at most {LINE_LIMIT}")
    try:
        obj = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _error(None, number, _NO_OBJECT)
    if not isinstance(obj, dict):
        return _error(None, number, _NO_OBJECT)
    query_id = obj.get("id")
    shown = query_id if isinstance(query_id, str | int | float) else None
    query = query_from_json(obj)
    if isinstance(query, str):
        return _error(shown, number, query)
    return {**judgement_to_json(judge(query, rules, parties)), "id": shown}


def _error(query_id: object, number: int, text: str) -> dict[str, object]:
    return {"id": query_id, "line": number, "error": text}


def judgement_to_json(judgement: Judgement) -> dict[str, object]:
    """The answer in the shape of the interfaces, with the whole evaluation of each regime under `because`."""
    return judgement_json(judgement)

"""Reviews and their results: what came out for each asset, with the versions that made it, so it can be recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, select

from glasshouse.model.provenance import MadeBy
from glasshouse.model.time import AsOf
from glasshouse.store import schema
from glasshouse.store.codec import clean, from_json, from_time, to_json, to_time
from glasshouse.store.database import Database, insert_ignore
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog

__all__ = ["Result", "ReviewRecord", "Reviews"]


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A run of the review. `parameters` (JSON) holds jurisdiction, roles, acts, collections, properties ..."""

    id: str
    title: str
    as_of: AsOf
    made_at: datetime
    made_by: MadeBy
    parameters: Mapping[str, Any] = field(default_factory=dict)
    state: Literal["open", "done"] = "open"


@dataclass(frozen=True, slots=True)
class Result:
    """One asset's JSON in a review; None = that question was not asked. The texts are as the app wrote them."""

    review: str
    asset: str
    property: str
    identity: Any
    judgement: Any
    merit: Any
    made_by: MadeBy


class Reviews:
    """Open a review, add results, close it."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database, self._events = database, events

    def begin(self, review: ReviewRecord) -> None:
        """Store `review` as open; one that is open already is resumed. Raises StoreError for a closed one."""
        with self._database.write() as connection:
            row = self._find(connection, review.id)
            if row is not None:
                self._require_open(row)
                return
            values = _row(review)
            connection.execute(schema.reviews.insert().values(values))
            self._events.append_in(connection, "review.begun", review.id, values, review.made_at)

    def add_results(self, results: Iterable[Result]) -> None:
        """Store `results` in one transaction; a stored one stays as it is. Raises StoreError for a closed review."""
        rows = [_result_row(result) for result in results]
        with self._database.write() as connection:
            for name in {row["review"] for row in rows}:
                self._require_open(self._row(connection, name))
            insert_ignore(connection, schema.results, rows)

    def finish(self, review: str, *, at: datetime) -> None:
        """Close `review`; the log gets the number of its results and the head it rests on."""
        with self._database.write() as connection:
            self._require_open(self._row(connection, review))
            connection.execute(schema.reviews.update().where(schema.reviews.c.id == review).values(state="done"))
            assets = select(schema.results.c.asset).where(schema.results.c.review == review)
            told = {"assets": sorted(connection.scalars(assets))}
            self._events.append_in(connection, "review.done", review, told, at)

    def get(self, review: str) -> ReviewRecord:
        """The review called `review`. Raises StoreError."""
        with self._database.read() as connection:
            return _value(self._row(connection, review))

    def all(self) -> tuple[ReviewRecord, ...]:
        """Every review, oldest first."""
        query = select(schema.reviews).order_by(schema.reviews.c.made_at, schema.reviews.c.id)
        with self._database.read() as connection:
            return tuple(_value(row) for row in connection.execute(query).mappings())

    def latest(self) -> ReviewRecord | None:
        """The last review that was finished; None when there is none."""
        done = [review for review in self.all() if review.state == "done"]
        return done[-1] if done else None

    def results(self, review: str) -> tuple[Result, ...]:
        """The results of `review` by asset."""
        table = schema.results
        query = select(table).where(table.c.review == review).order_by(table.c.property, table.c.asset)
        with self._database.read() as connection:
            return tuple(_result(row) for row in connection.execute(query).mappings())

    def _find(self, connection: Connection, review: str) -> RowMapping | None:
        return connection.execute(select(schema.reviews).where(schema.reviews.c.id == review)).mappings().first()

    def _row(self, connection: Connection, review: str) -> RowMapping:
        row = self._find(connection, review)
        if row is None:
            raise self._error(f"review {review} is not stored", "the id of a stored review")
        return row

    def _require_open(self, row: RowMapping) -> None:
        if row["state"] != "open":
            raise self._error(f"review {row['id']} is closed and takes no results", "an open review")

    def _error(self, what: str, accepted: str) -> StoreError:
        return StoreError(what, self._database.where, accepted, "begin another review or check the id")


def _made_by(text: str) -> MadeBy:
    value = from_json(text)
    packs = tuple((name, digest) for name, digest in value["packs"].items())
    return MadeBy(value["version"], value["commit"], packs, value["program"])


def _row(review: ReviewRecord) -> dict[str, Any]:
    known = review.as_of.known_at
    return {
        "id": review.id,
        "title": clean(review.title),
        "valid_on": review.as_of.valid_on.isoformat(),
        "known_at": known.isoformat() if known else None,
        "made_at": from_time(review.made_at),
        "made_by": to_json(review.made_by.as_json()),
        "parameters": to_json(dict(review.parameters)),
        "state": "open",
    }


def _value(row: RowMapping) -> ReviewRecord:
    known = row["known_at"]
    return ReviewRecord(
        id=row["id"],
        title=row["title"],
        as_of=AsOf(date.fromisoformat(row["valid_on"]), date.fromisoformat(known) if known else None),
        made_at=to_time(row["made_at"]),
        made_by=_made_by(row["made_by"]),
        parameters=from_json(row["parameters"]),
        state=row["state"],
    )


def _result_row(result: Result) -> dict[str, Any]:
    texts = {name: getattr(result, name) for name in ("identity", "judgement", "merit")}
    return {
        "review": result.review,
        "asset": result.asset,
        "property": clean(result.property),
        **{name: None if value is None else to_json(value) for name, value in texts.items()},
        "made_by": to_json(result.made_by.as_json()),
    }


def _result(row: RowMapping) -> Result:
    texts = {name: row[name] for name in ("identity", "judgement", "merit")}
    return Result(
        review=row["review"],
        asset=row["asset"],
        property=row["property"],
        **{name: None if text is None else from_json(text) for name, text in texts.items()},
        made_by=_made_by(row["made_by"]),
    )

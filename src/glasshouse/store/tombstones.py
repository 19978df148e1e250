"""Erasure under a retention rule: salt and value go, the commitment and a signed tombstone stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from glasshouse.model.ids import canonical_json
from glasshouse.store import schema
from glasshouse.store.blobs import Blobs
from glasshouse.store.codec import clean, from_time, to_time
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog
from glasshouse.store.keys import SigningKey, verify_signature
from glasshouse.store.problem import StoreProblem

__all__ = ["Tombstone", "Tombstones"]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That the value behind `commitment` was erased: why, by whom, when; signed with the store's key."""

    commitment: str
    of: str  # "event" or "leaf"
    reason: str
    by: str
    at: datetime
    public_key: str
    signature: str


class Tombstones:
    """Erases values of events and observations, and says so for ever."""

    def __init__(self, database: Database, events: EventLog, blobs: Blobs, key: SigningKey) -> None:
        self._database, self._events, self._blobs, self._key = database, events, blobs, key

    def erase_event(self, sequence: int, *, reason: str, by: str, at: datetime) -> Tombstone:
        """Erase the value of an event. Raises StoreError when it has none."""
        values = schema.event_values
        with self._database.write() as connection:
            commitment = connection.scalar(
                select(schema.events.c.commitment).join(values).where(schema.events.c.sequence == sequence)
            )
            if commitment is None:
                raise self._nothing(f"event {sequence}")
            connection.execute(values.delete().where(values.c.sequence == sequence))
            stone = self._bury(connection, commitment, "event", reason, by, at)
        self._database.flush_erased()
        return stone

    def erase_observation(self, observation: str, *, reason: str, by: str, at: datetime) -> tuple[Tombstone, ...]:
        """Erase an observation, its sightings and bytes from every sealed collection; one tombstone a leaf.

        Results that quote it are not touched: run the review again. Raises StoreError while a collection that
        holds it is open, since an unsealed collection has no commitment that could outlive it.
        """
        with self._database.write() as connection:
            self._refuse_open(connection, observation)
            raw = connection.scalar(
                select(schema.observations.c.raw_sha256).where(schema.observations.c.id == observation)
            )
            leaves = _leaves_of(connection, observation)
            if not leaves:
                raise self._nothing(observation)
            _delete(connection, observation, leaves)
            gone = raw is not None and self._blobs.delete_unused_in(connection, raw)
            stones = tuple(self._bury(connection, leaf["commitment"], "leaf", reason, by, at) for leaf in leaves)
        self._database.flush_erased()
        if gone and raw is not None:
            self._blobs.path(raw).unlink(missing_ok=True)
        return stones

    def all(self) -> tuple[Tombstone, ...]:
        """Every tombstone, oldest first."""
        query = select(schema.tombstones).order_by(schema.tombstones.c.event)
        with self._database.read() as connection:
            return tuple(_to_tombstone(row) for row in connection.execute(query).mappings())

    def verify(self) -> tuple[StoreProblem, ...]:
        """Tombstones whose signature does not fit, or that the event log does not tell; () = all hold."""
        told = {(event.kind, event.subject) for event in self._events.all()}
        return tuple(problem for stone in self.all() for problem in _stone_problems(stone, told))

    def _bury(self, connection: Connection, commitment: str, of: str, reason: str, by: str, at: datetime) -> Tombstone:
        public, signature = self._key.sign(_statement(commitment, of, clean(reason), clean(by), from_time(at)))
        stone = Tombstone(commitment, of, clean(reason), clean(by), at, public, signature)
        event = self._events.append_in(connection, "tombstone", commitment, {"of": of, "public_key": public}, at)
        connection.execute(
            schema.tombstones.insert().values(
                commitment=commitment,
                target=of,
                reason=stone.reason,
                made_by=stone.by,
                at=from_time(at),
                public_key=public,
                signature=signature,
                event=event.sequence,
            )
        )
        return stone

    def _refuse_open(self, connection: Connection, observation: str) -> None:
        query = (
            select(schema.collections.c.id)
            .join(schema.sightings)
            .where(schema.sightings.c.observation == observation, schema.collections.c.state == "open")
        )
        collection = connection.scalar(query)
        if collection is not None:
            raise StoreError(
                f"collection {collection} still holds {observation} unsealed",
                self._database.where,
                "observations of sealed collections",
                "seal the collection first",
            )

    def _nothing(self, what: str) -> StoreError:
        return StoreError(
            f"{what} has no value to erase", self._database.where, "something stored and not yet erased", "check the id"
        )


def _leaves_of(connection: Connection, observation: str) -> list[dict[str, Any]]:
    sightings = select(schema.sightings.c.id).where(schema.sightings.c.observation == observation)
    query = (
        select(schema.leaves.c.collection, schema.leaves.c.position, schema.leaves.c.commitment)
        .where((schema.leaves.c.reference == observation) | schema.leaves.c.reference.in_(sightings))
        .order_by(schema.leaves.c.collection, schema.leaves.c.position)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _delete(connection: Connection, observation: str, leaves: list[dict[str, Any]]) -> None:
    connection.execute(schema.sightings.delete().where(schema.sightings.c.observation == observation))
    connection.execute(schema.observations.delete().where(schema.observations.c.id == observation))
    for leaf in leaves:
        here = (schema.leaves.c.collection == leaf["collection"]) & (schema.leaves.c.position == leaf["position"])
        connection.execute(schema.leaves.update().where(here).values(salt=None, reference=None))


def _to_tombstone(row: RowMapping) -> Tombstone:
    return Tombstone(
        commitment=row["commitment"],
        of=row["target"],
        reason=row["reason"],
        by=row["made_by"],
        at=to_time(row["at"]),
        public_key=row["public_key"],
        signature=row["signature"],
    )


def _statement(commitment: str, of: str, reason: str, by: str, at: str) -> bytes:
    return canonical_json(["glasshouse tombstone", commitment, of, reason, by, at])


def _stone_problems(stone: Tombstone, told: set[tuple[str, str]]) -> Iterator[StoreProblem]:
    where = f"tombstone {stone.commitment[:16]}"
    message = _statement(stone.commitment, stone.of, stone.reason, stone.by, from_time(stone.at))
    if not verify_signature(stone.public_key, message, stone.signature):
        yield StoreProblem(where, "its signature does not fit")
    if ("tombstone", stone.commitment) not in told:
        yield StoreProblem(where, "the event log does not tell of it")

"""Observations and sightings; batches are committed per unit (a host, a file), so a kill loses nothing committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, RowMapping, select

from glasshouse.model.observation import Gap, Observation, Rejected, Sighting
from glasshouse.store import schema
from glasshouse.store.blobs import Blobs
from glasshouse.store.codec import clean, maybe_time
from glasshouse.store.database import Database, insert_ignore
from glasshouse.store.errors import StoreError
from glasshouse.store.rows import gap_row, observation_row, rejected_row, sighting_row, to_observation

__all__ = ["Observations"]


class Observations:
    """Ids are content-derived: adding the same thing again changes nothing."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    def add(
        self,
        collection: str,
        sightings: Iterable[Sighting] = (),
        *,
        gaps: Iterable[Gap] = (),
        rejected: Iterable[Rejected] = (),
        unit: str | None = None,
    ) -> None:
        """Store a batch of `collection` in one transaction and mark `unit` (a host, a file) as done.

        Raises StoreError, storing nothing, when the collection is unknown or sealed or a sighting is of another.
        """
        sightings = tuple(sightings)
        self._refuse_strangers(collection, sightings)
        with self._database.write() as connection:
            self._require_open(connection, collection)
            self._blobs.put_all_in(connection, [item.observation.raw for item in sightings if item.observation.raw])
            observed = [observation_row(item.observation) for item in sightings]
            insert_ignore(connection, schema.observations, observed)
            seen = [sighting_row(item, row["id"]) for item, row in zip(sightings, observed, strict=True)]
            insert_ignore(connection, schema.sightings, seen)
            insert_ignore(connection, schema.gaps, [gap_row(collection, gap) for gap in gaps])
            insert_ignore(connection, schema.rejected, [rejected_row(collection, item) for item in rejected])
            if unit is not None:
                insert_ignore(connection, schema.units, [{"collection": collection, "unit": clean(unit)}])

    def units_done(self, collection: str) -> frozenset[str]:
        """The units whose batch is committed; a resumed run skips them."""
        query = select(schema.units.c.unit).where(schema.units.c.collection == collection)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def get(self, observation: str) -> Observation:
        """The observation called `observation`. Raises StoreError."""
        table = schema.observations
        query = (
            select(table, schema.blobs.c.content)
            .select_from(table.outerjoin(schema.blobs))
            .where(table.c.id == observation)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise StoreError(
                    f"observation {observation} is not stored",
                    self._database.where,
                    "the id of a stored observation",
                    "list the observations of its collection",
                )
            return self._value(row)

    def of_collection(self, collection: str) -> tuple[Sighting, ...]:
        """The sightings of `collection`, ordered by time, then id."""
        return tuple(self.iterate((collection,)))

    def iterate(self, collections: Sequence[str] | None = None) -> Iterator[Sighting]:
        """The sightings of `collections` (None = all), one by one: for stores larger than memory."""
        query = (
            select(
                schema.sightings, schema.observations.c.body, schema.observations.c.raw_sha256, schema.blobs.c.content
            )
            .select_from(schema.sightings.join(schema.observations).outerjoin(schema.blobs))
            .order_by(schema.sightings.c.collection, schema.sightings.c.seen_at, schema.sightings.c.id)
        )
        if collections is not None:
            query = query.where(schema.sightings.c.collection.in_(collections))
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query).mappings():
                seen_at = maybe_time(row["seen_at"])
                yield Sighting(self._value(row), row["collection"], seen_at, row["locator"], row["device"])

    def _value(self, row: RowMapping) -> Observation:
        raw = row["raw_sha256"]
        return to_observation(row["body"], b"" if raw is None else self._blobs.checked(raw, row["content"]))

    def _require_open(self, connection: Connection, collection: str) -> None:
        state = connection.scalar(select(schema.collections.c.state).where(schema.collections.c.id == collection))
        if state == "open":
            return
        what = "is not stored" if state is None else "is sealed and takes no additions"
        raise StoreError(
            f"collection {collection} {what}", self._database.where, "an open collection", "begin another collection"
        )

    def _refuse_strangers(self, collection: str, sightings: Sequence[Sighting]) -> None:
        for sighting in sightings:
            if sighting.collection != collection:
                raise StoreError(
                    f"a sighting of collection {sighting.collection} was added to {collection}",
                    self._database.where,
                    "sightings of the same collection",
                    "add each to its own",
                )

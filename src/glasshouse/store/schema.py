"""The tables: one schema for SQLite (STRICT) and PostgreSQL.

Only INTEGER, TEXT, BLOB and REAL, which STRICT tables and PostgreSQL share. Times are ISO 8601 texts in UTC, JSON is
ASCII text with sorted keys. `migrations/` creates what stands here, and the triggers that keep history as it was; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

__all__ = [
    "blobs",
    "collections",
    "decisions",
    "event_values",
    "events",
    "findings",
    "gaps",
    "leaves",
    "metadata",
    "observations",
    "properties",
    "property_facts",
    "rejected",
    "results",
    "reviews",
    "scopes",
    "sightings",
    "statements",
    "tombstones",
    "units",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_REAL: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def _key(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _maybe(name: str) -> Column[str | None]:
    return Column(name, Text, nullable=True)


def _of(name: str, target: str) -> Column[str]:
    return Column(name, Text, ForeignKey(target), nullable=False)


properties = Table("properties", metadata, _key(), _text("name"), UniqueConstraint("name"), sqlite_strict=True)
scopes = Table("scopes", metadata, _key("sha256"), _text("text"), sqlite_strict=True)
blobs = Table(
    "blobs",
    metadata,
    _key("sha256"),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=True),  # NULL: a file under blobs/
    sqlite_strict=True,
)
collections = Table(
    "collections",
    metadata,
    _key(),
    _text("kind"),
    _text("operator"),
    Column("authority", Text, ForeignKey("scopes.sha256"), nullable=True),
    _text("host"),
    _maybe("vantage"),
    _text("tool"),
    _text("arguments"),  # JSON
    _text("started"),
    _maybe("ended"),
    Column("clock_offset_seconds", _REAL, nullable=True),
    _maybe("property"),
    _text("covered"),  # JSON
    _maybe("merkle_root"),
    _text("state"),
    CheckConstraint("state IN ('open', 'sealed', 'partial')", name="state"),
    CheckConstraint("(state = 'open') = (merkle_root IS NULL)", name="root"),
    sqlite_strict=True,
)
observations = Table(
    "observations",
    metadata,
    _key(),
    _text("subject_kind"),  # the columns up to `tool` serve searching ...
    _text("subject_name"),
    _maybe("subject_part"),
    _maybe("property"),
    _maybe("domain"),
    _text("probe"),
    _maybe("protocol"),
    _maybe("request"),
    Column("port", Integer, nullable=True),
    _text("said_by"),
    _maybe("tool"),
    Column("raw_sha256", Text, ForeignKey("blobs.sha256"), nullable=True),
    _text("body"),  # ... this JSON is what the id was computed from, hostile characters included
    Index(None, "subject_name"),
    Index(None, "raw_sha256"),
    sqlite_strict=True,
)
sightings = Table(
    "sightings",
    metadata,
    _key(),
    _of("observation", "observations.id"),
    _of("collection", "collections.id"),
    _maybe("seen_at"),
    _maybe("locator"),
    _maybe("device"),
    Index(None, "collection"),
    Index(None, "observation"),
    sqlite_strict=True,
)
gaps = Table(
    "gaps",
    metadata,
    _key(),
    _of("collection", "collections.id"),
    _text("place"),
    _text("reason"),
    _maybe("protocol"),
    _text("detail"),
    Index(None, "collection"),
    sqlite_strict=True,
)
rejected = Table(
    "rejected",
    metadata,
    _key(),
    _of("collection", "collections.id"),
    _text("file"),
    _text("locator"),
    _text("problem"),
    Column("fatal", Integer, nullable=False),
    Index(None, "collection"),
    sqlite_strict=True,
)
units = Table(
    "units",
    metadata,
    Column("collection", Text, ForeignKey("collections.id"), primary_key=True, nullable=False),
    _key("unit"),  # host or file whose batch is committed: a resumed run skips it
    sqlite_strict=True,
)
leaves = Table(
    "leaves",
    metadata,
    Column("collection", Text, ForeignKey("collections.id"), primary_key=True, nullable=False),
    Column("position", Integer, primary_key=True, nullable=False),
    _text("kind"),
    _maybe("reference"),  # id in the table of `kind`; NULL once erased
    Column("salt", LargeBinary, nullable=True),  # NULL once erased
    _text("commitment"),
    Index(None, "reference"),
    sqlite_strict=True,
)
decisions = Table(
    "decisions",
    metadata,
    _key(),
    _text("kind"),
    _text("subjects"),  # JSON
    _text("reason"),
    _text("made_by"),
    _text("at"),
    _maybe("facet"),
    _maybe("value"),
    CheckConstraint("kind IN ('merge', 'split', 'attribute', 'withdraw')", name="kind"),
    sqlite_strict=True,
)
findings = Table(
    "findings",
    metadata,
    _key(),
    _text("asset"),
    _text("regime"),
    _text("outcome"),
    _maybe("observed"),
    _maybe("identified"),
    _maybe("seen"),
    _maybe("confirmed"),
    _maybe("notified"),
    UniqueConstraint("asset", "regime"),
    sqlite_strict=True,
)
reviews = Table(
    "reviews",
    metadata,
    _key(),
    _text("title"),
    _text("valid_on"),
    _maybe("known_at"),
    _text("made_at"),
    _text("made_by"),  # JSON
    _text("parameters"),  # JSON: jurisdiction, roles, acts, collections ...
    _text("state"),
    CheckConstraint("state IN ('open', 'done')", name="state"),
    sqlite_strict=True,
)
results = Table(
    "results",
    metadata,
    Column("review", Text, ForeignKey("reviews.id"), primary_key=True, nullable=False),
    _key("asset"),
    _text("property"),
    _text("identity"),  # JSON, as the next two
    _maybe("judgement"),
    _maybe("merit"),
    _text("made_by"),
    sqlite_strict=True,
)
property_facts = Table(
    "property_facts",
    metadata,
    _key(),
    _text("level"),
    _text("subject"),
    _text("name"),
    _text("value"),  # JSON
    _text("source"),
    _maybe("on_day"),
    sqlite_strict=True,
)
statements = Table("statements", metadata, _key(), _text("author"), _text("made_on"), _text("body"), sqlite_strict=True)
events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False, nullable=False),
    _text("at"),
    _text("kind"),
    _text("subject"),
    _text("commitment"),
    _text("previous"),
    _text("hash"),
    UniqueConstraint("hash"),
    UniqueConstraint("previous"),  # no fork
    sqlite_strict=True,
)
event_values = Table(
    "event_values",
    metadata,
    Column("sequence", Integer, ForeignKey("events.sequence"), primary_key=True, autoincrement=False, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    _text("value"),  # JSON
    sqlite_strict=True,
)
tombstones = Table(
    "tombstones",
    metadata,
    _key("commitment"),  # of the event or the leaf whose value is gone
    _text("target"),
    _text("reason"),
    _text("made_by"),
    _text("at"),
    _text("public_key"),
    _text("signature"),
    Column("event", Integer, ForeignKey("events.sequence"), nullable=False),
    CheckConstraint("target IN ('event', 'leaf')", name="target"),
    sqlite_strict=True,
)

"""First schema: collections, evidence, results, decisions and the event log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("events", "tombstones", "decisions")
_SEALED_CONTENT = ("sightings", "gaps", "rejected", "units")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Create the tables and the triggers that keep history as it was."""
    _evidence()
    _collections()
    _content()
    _seals()
    _results()
    _decisions()
    _log()
    triggers = _postgresql_triggers if op.get_context().dialect.name == "postgresql" else _sqlite_triggers
    triggers()


def _evidence() -> None:
    op.create_table(
        "properties",
        _text("id"),
        _text("name"),
        sa.PrimaryKeyConstraint("id", name="pk_properties"),
        sa.UniqueConstraint("name", name="uq_properties_name"),
        sqlite_strict=True,
    )
    op.create_table(
        "scopes",
        _text("sha256"),
        _text("text"),
        sa.PrimaryKeyConstraint("sha256", name="pk_scopes"),
        sqlite_strict=True,
    )
    op.create_table(
        "blobs",
        _text("sha256"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        sqlite_strict=True,
    )


def _collections() -> None:
    op.create_table(
        "collections",
        _text("id"),
        _text("kind"),
        _text("operator"),
        _text("authority", nullable=True),
        _text("host"),
        _text("vantage", nullable=True),
        _text("tool"),
        _text("arguments"),
        _text("started"),
        _text("ended", nullable=True),
        sa.Column("clock_offset_seconds", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        _text("property", nullable=True),
        _text("covered"),
        _text("merkle_root", nullable=True),
        _text("state"),
        sa.CheckConstraint("(state = 'open') = (merkle_root IS NULL)", name="ck_collections_root"),
        sa.CheckConstraint("state IN ('open', 'sealed', 'partial')", name="ck_collections_state"),
        sa.ForeignKeyConstraint(["authority"], ["scopes.sha256"], name="fk_collections_authority_scopes"),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sqlite_strict=True,
    )
    op.create_table(
        "observations",
        _text("id"),
        _text("subject_kind"),
        _text("subject_name"),
        _text("subject_part", nullable=True),
        _text("property", nullable=True),
        _text("domain", nullable=True),
        _text("probe"),
        _text("protocol", nullable=True),
        _text("request", nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        _text("said_by"),
        _text("tool", nullable=True),
        _text("raw_sha256", nullable=True),
        _text("body"),
        sa.ForeignKeyConstraint(["raw_sha256"], ["blobs.sha256"], name="fk_observations_raw_sha256_blobs"),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        sqlite_strict=True,
    )
    op.create_index("ix_observations_raw_sha256", "observations", ["raw_sha256"], unique=False)
    op.create_index("ix_observations_subject_name", "observations", ["subject_name"], unique=False)


def _content() -> None:
    op.create_table(
        "sightings",
        _text("id"),
        _text("observation"),
        _text("collection"),
        _text("seen_at", nullable=True),
        _text("locator", nullable=True),
        _text("device", nullable=True),
        sa.ForeignKeyConstraint(["collection"], ["collections.id"], name="fk_sightings_collection_collections"),
        sa.ForeignKeyConstraint(["observation"], ["observations.id"], name="fk_sightings_observation_observations"),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
        sqlite_strict=True,
    )
    op.create_index("ix_sightings_collection", "sightings", ["collection"], unique=False)
    op.create_index("ix_sightings_observation", "sightings", ["observation"], unique=False)
    op.create_table(
        "gaps",
        _text("id"),
        _text("collection"),
        _text("place"),
        _text("reason"),
        _text("protocol", nullable=True),
        _text("detail"),
        sa.ForeignKeyConstraint(["collection"], ["collections.id"], name="fk_gaps_collection_collections"),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
        sqlite_strict=True,
    )
    op.create_index("ix_gaps_collection", "gaps", ["collection"], unique=False)
    op.create_table(
        "rejected",
        _text("id"),
        _text("collection"),
        _text("file"),
        _text("locator"),
        _text("problem"),
        sa.Column("fatal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["collection"], ["collections.id"], name="fk_rejected_collection_collections"),
        sa.PrimaryKeyConstraint("id", name="pk_rejected"),
        sqlite_strict=True,
    )
    op.create_index("ix_rejected_collection", "rejected", ["collection"], unique=False)


def _seals() -> None:
    op.create_table(
        "units",
        _text("collection"),
        _text("unit"),
        sa.ForeignKeyConstraint(["collection"], ["collections.id"], name="fk_units_collection_collections"),
        sa.PrimaryKeyConstraint("collection", "unit", name="pk_units"),
        sqlite_strict=True,
    )

    op.create_table(
        "leaves",
        _text("collection"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("kind"),
        _text("reference", nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        _text("commitment"),
        sa.ForeignKeyConstraint(["collection"], ["collections.id"], name="fk_leaves_collection_collections"),
        sa.PrimaryKeyConstraint("collection", "position", name="pk_leaves"),
        sqlite_strict=True,
    )
    op.create_index("ix_leaves_reference", "leaves", ["reference"], unique=False)


def _results() -> None:
    op.create_table(
        "decisions",
        _text("id"),
        _text("kind"),
        _text("subjects"),
        _text("reason"),
        _text("made_by"),
        _text("at"),
        _text("facet", nullable=True),
        _text("value", nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'split', 'attribute', 'withdraw')", name="ck_decisions_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sqlite_strict=True,
    )
    op.create_table(
        "findings",
        _text("id"),
        _text("asset"),
        _text("regime"),
        _text("outcome"),
        _text("observed", nullable=True),
        _text("identified", nullable=True),
        _text("seen", nullable=True),
        _text("confirmed", nullable=True),
        _text("notified", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("asset", "regime", name="uq_findings_asset_regime"),
        sqlite_strict=True,
    )
    op.create_table(
        "reviews",
        _text("id"),
        _text("title"),
        _text("valid_on"),
        _text("known_at", nullable=True),
        _text("made_at"),
        _text("made_by"),
        _text("parameters"),
        _text("state"),
        sa.CheckConstraint("state IN ('open', 'done')", name="ck_reviews_state"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sqlite_strict=True,
    )


def _decisions() -> None:
    op.create_table(
        "results",
        _text("review"),
        _text("asset"),
        _text("property"),
        _text("identity"),
        _text("judgement", nullable=True),
        _text("merit", nullable=True),
        _text("made_by"),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name="fk_results_review_reviews"),
        sa.PrimaryKeyConstraint("review", "asset", name="pk_results"),
        sqlite_strict=True,
    )
    op.create_table(
        "property_facts",
        _text("id"),
        _text("level"),
        _text("subject"),
        _text("name"),
        _text("value"),
        _text("source"),
        _text("on_day", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_property_facts"),
        sqlite_strict=True,
    )
    op.create_table(
        "statements",
        _text("id"),
        _text("author"),
        _text("made_on"),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sqlite_strict=True,
    )


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        _text("at"),
        _text("kind"),
        _text("subject"),
        _text("commitment"),
        _text("previous"),
        _text("hash"),
        sa.PrimaryKeyConstraint("sequence", name="pk_events"),
        sa.UniqueConstraint("hash", name="uq_events_hash"),
        sa.UniqueConstraint("previous", name="uq_events_previous"),
        sqlite_strict=True,
    )
    op.create_table(
        "event_values",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _text("value"),
        sa.ForeignKeyConstraint(["sequence"], ["events.sequence"], name="fk_event_values_sequence_events"),
        sa.PrimaryKeyConstraint("sequence", name="pk_event_values"),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstones",
        _text("commitment"),
        _text("target"),
        _text("reason"),
        _text("made_by"),
        _text("at"),
        _text("public_key"),
        _text("signature"),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.CheckConstraint("target IN ('event', 'leaf')", name="ck_tombstones_target"),
        sa.ForeignKeyConstraint(["event"], ["events.sequence"], name="fk_tombstones_event_events"),
        sa.PrimaryKeyConstraint("commitment", name="pk_tombstones"),
        sqlite_strict=True,
    )


def _sqlite_triggers() -> None:
    for table in _APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in _SEALED_CONTENT:
        op.execute(
            f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} "  # noqa: S608 - the names stand above
            "WHEN (SELECT state FROM collections WHERE id = NEW.collection) <> 'open' "
            "BEGIN SELECT RAISE(ABORT, 'the collection is sealed'); END"
        )
    op.execute(
        "CREATE TRIGGER collections_sealed BEFORE UPDATE ON collections WHEN OLD.state <> 'open' "
        "BEGIN SELECT RAISE(ABORT, 'the collection is sealed'); END"
    )
    op.execute(
        "CREATE TRIGGER observations_no_update BEFORE UPDATE ON observations "
        "BEGIN SELECT RAISE(ABORT, 'observations is append-only'); END"
    )


def _postgresql_triggers() -> None:
    _postgresql_function("refuse_change", "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;")
    _postgresql_function(
        "refuse_sealed",
        "IF (SELECT state FROM collections WHERE id = NEW.collection) <> 'open' "
        "THEN RAISE EXCEPTION 'the collection is sealed'; END IF; RETURN NEW;",
    )
    _postgresql_function(
        "refuse_reopening",
        "IF OLD.state <> 'open' THEN RAISE EXCEPTION 'the collection is sealed'; END IF; RETURN NEW;",
    )
    for table in _APPEND_ONLY:
        _postgresql_trigger("append_only", "UPDATE OR DELETE", table, "refuse_change")
    for table in _SEALED_CONTENT:
        _postgresql_trigger("sealed", "INSERT", table, "refuse_sealed")
    _postgresql_trigger("sealed", "UPDATE", "collections", "refuse_reopening")
    _postgresql_trigger("append_only", "UPDATE", "observations", "refuse_change")


def _postgresql_function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _postgresql_trigger(suffix: str, verbs: str, table: str, function: str) -> None:
    op.execute(f"CREATE TRIGGER {table}_{suffix} BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")

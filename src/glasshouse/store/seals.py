"""The seal: a Merkle tree over salted commitments of a collection's whole content.

Leaves in order: the collection's own head (operator, scope, coverage ...), then observations, sightings, gaps and
rejected inputs, each by id. The silent and the innocent are among them, so that nothing can be picked afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from glasshouse.model.ids import canonical_json
from glasshouse.store import schema
from glasshouse.store.codec import from_json
from glasshouse.store.commitments import commit, new_salt
from glasshouse.store.errors import StoreError
from glasshouse.store.merkle import InclusionProof, prove, root
from glasshouse.store.problem import StoreProblem

__all__ = ["Opening", "content_problems", "open_leaf", "prove_leaf", "verify_opening", "write_leaves"]

_BATCH = 5000
_Leaf = tuple[str, str, Any]  # kind, id of the row, value


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: salt (hexadecimal) and the canonical JSON of the content."""

    salt: str
    content: bytes


def verify_opening(commitment: str, opening: Opening) -> bool:
    """Whether `opening` is what `commitment` was made from."""
    return hashlib.sha256(bytes.fromhex(opening.salt) + opening.content).hexdigest() == commitment


def write_leaves(connection: Connection, collection: str) -> tuple[str, int]:
    """Commit to the whole content of `collection`; returns (Merkle root, number of leaves)."""
    commitments: list[str] = []
    batch: list[dict[str, Any]] = []
    for position, (kind, reference, value) in enumerate(_content(connection, collection)):
        salt = new_salt()
        commitments.append(commit(salt, value))
        row = {"collection": collection, "position": position, "kind": kind, "reference": reference, "salt": salt}
        batch.append({**row, "commitment": commitments[-1]})
        if len(batch) >= _BATCH:
            connection.execute(schema.leaves.insert(), batch)
            batch = []
    if batch:
        connection.execute(schema.leaves.insert(), batch)
    return root(commitments), len(commitments)


def prove_leaf(connection: Connection, collection: str, reference: str) -> InclusionProof:
    """The proof for the leaf about `reference` under the seal of `collection`. Raises StoreError."""
    leaf = _leaf(connection, collection, reference)
    return prove(_commitments(connection, collection), leaf["position"])


def open_leaf(connection: Connection, collection: str, reference: str) -> Opening:
    """Salt and content of that leaf. Raises StoreError."""
    leaf = _leaf(connection, collection, reference)
    for _, name, value in _content(connection, collection, only=leaf["kind"]):
        if name == reference:
            return Opening(leaf["salt"].hex(), canonical_json(value))
    raise _missing(collection, reference)


def content_problems(connection: Connection) -> tuple[StoreProblem, ...]:
    """Every sealed collection whose content, leaves, root or logged root no longer agree; () = all hold."""
    logged = _logged_roots(connection)
    sealed = select(schema.collections.c.id, schema.collections.c.merkle_root).where(
        schema.collections.c.state != "open"
    )
    problems: list[StoreProblem] = []
    for name, top in connection.execute(sealed).all():
        where = f"collection {name}"
        commitments = _commitments(connection, name)
        if not commitments or root(commitments) != top:
            problems.append(StoreProblem(where, "its leaves do not give its Merkle root"))
        if top not in logged.get(name, ()):
            problems.append(StoreProblem(where, "the event log does not tell of its seal"))
        problems.extend(StoreProblem(where, text) for text in _content_mismatch(connection, name))
    return tuple(problems)


def _content(connection: Connection, collection: str, only: str | None = None) -> Iterator[_Leaf]:
    """Every leaf of `collection` in the order of the tree, or those of one kind."""
    for kind, query in _queries(collection):
        if only in {None, kind}:
            result = connection.execution_options(yield_per=1000).execute(query)
            for row in result.mappings():
                yield kind, row["id"], _value(kind, row)


def _queries(collection: str) -> tuple[tuple[str, Select[Any]], ...]:
    seen = select(schema.sightings.c.observation).where(schema.sightings.c.collection == collection)
    tables = (
        ("collection", schema.collections, schema.collections.c.id == collection),
        ("observation", schema.observations, schema.observations.c.id.in_(seen)),
        ("sighting", schema.sightings, schema.sightings.c.collection == collection),
        ("gap", schema.gaps, schema.gaps.c.collection == collection),
        ("rejected", schema.rejected, schema.rejected.c.collection == collection),
    )
    return tuple((kind, select(table).where(here).order_by(table.c.id)) for kind, table, here in tables)


def _value(kind: str, row: RowMapping) -> Any:
    if kind == "observation":
        return {"kind": kind, "id": row["id"], **from_json(row["body"])}
    # the root and the state come with the seal and stand in the event log
    return {"kind": kind, **{name: value for name, value in row.items() if name not in {"merkle_root", "state"}}}


def _leaf(connection: Connection, collection: str, reference: str) -> RowMapping:
    table = schema.leaves
    query = select(table).where(table.c.collection == collection, table.c.reference == reference)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise _missing(collection, reference)
    return row


def _missing(collection: str, reference: str) -> StoreError:
    return StoreError(
        f"{reference} is not under the seal of {collection}",
        "leaves",
        "an observation that a sealed collection holds and that was not erased",
        "seal the collection first, or check the id",
    )


def _commitments(connection: Connection, collection: str) -> list[str]:
    table = schema.leaves
    query = select(table.c.commitment).where(table.c.collection == collection).order_by(table.c.position)
    return list(connection.scalars(query))


def _logged_roots(connection: Connection) -> dict[str, set[str]]:
    query = (
        select(schema.events.c.subject, schema.event_values.c.value)
        .join(schema.event_values)
        .where(schema.events.c.kind == "collection.sealed")
    )
    roots: dict[str, set[str]] = {}
    for subject, value in connection.execute(query):
        roots.setdefault(subject, set()).add(from_json(value)["root"])
    return roots


def _content_mismatch(connection: Connection, collection: str) -> Iterator[str]:
    """Walk leaves and content side by side; both are in the order of the tree."""
    table = schema.leaves
    query = select(table).where(table.c.collection == collection).order_by(table.c.position)
    buried = set(connection.scalars(select(schema.tombstones.c.commitment)))
    content = _content(connection, collection)
    for leaf in connection.execute(query).mappings().all():
        if leaf["reference"] is None:
            if leaf["commitment"] not in buried:
                yield f"leaf {leaf['position']} was erased and no tombstone says why"
            continue
        kind, reference, value = next(content, ("", "", None))
        if (kind, reference) != (leaf["kind"], leaf["reference"]):
            yield f"{leaf['kind']} {leaf['reference']} is missing or something was added before it"
            return
        if commit(leaf["salt"], value) != leaf["commitment"]:
            yield f"{kind} {reference} was changed after the seal"
    if next(content, None) is not None:
        yield "something was added after the seal"

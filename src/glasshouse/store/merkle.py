"""Merkle trees as in RFC 6962 section 2.1 and RFC 9162 section 2.1.3: leaf prefix 0x00, node prefix 0x01. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["InclusionProof", "leaf_hash", "prove", "root", "verify_proof"]


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a salted commitment is leaf `index` (from 0) of `size` under `root`. Hexadecimal; reveals no content."""

    commitment: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str


def leaf_hash(commitment: str) -> bytes:
    """Hash of the leaf that holds `commitment` (hexadecimal)."""
    return hashlib.sha256(b"\0" + bytes.fromhex(commitment)).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _levels(leaves: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The tree from the leaves up; an odd last node moves up unchanged, which is RFC 6962's split."""
    level = leaves
    yield level
    while len(level) > 1:
        above = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = [*above, level[-1]] if len(level) % 2 else above
        yield level


def root(commitments: Sequence[str]) -> str:
    """Root over `commitments` in order, hexadecimal. Raises ValueError for none: nothing cannot be sealed."""
    if not commitments:
        raise ValueError("a Merkle tree needs at least one leaf")
    *_, top = _levels([leaf_hash(commitment) for commitment in commitments])
    return top[0].hex()


def prove(commitments: Sequence[str], index: int) -> InclusionProof:
    """The proof for `commitments[index]`. Raises IndexError."""
    commitment = commitments[index]
    path, at = [], index
    for level in _levels([leaf_hash(item) for item in commitments]):
        sibling = at ^ 1
        if sibling < len(level):
            path.append(level[sibling].hex())
        top, at = level[0].hex(), at // 2
    return InclusionProof(commitment, index, len(commitments), tuple(path), top)


def verify_proof(proof: InclusionProof) -> bool:
    """RFC 9162 section 2.1.3.2. False for anything that does not fit, malformed hexadecimal included."""
    if not 0 <= proof.index < proof.size:
        return False
    try:
        path = [bytes.fromhex(step) for step in proof.path]
        current = leaf_hash(proof.commitment)
        expected = bytes.fromhex(proof.root)
    except ValueError:
        return False
    at, last = proof.index, proof.size - 1
    for step in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            current = _node_hash(step, current)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            current = _node_hash(current, step)
        at, last = at // 2, last // 2
    return last == 0 and current == expected

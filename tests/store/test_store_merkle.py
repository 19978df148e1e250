from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.store.merkle import leaf_hash, prove, root, verify_proof

commitments = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40)


def tree_of_the_rfc(leaves):
    """MTH of RFC 6962 section 2.1, written as it stands there."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(leaves[0])).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = tree_of_the_rfc(leaves[:split]), tree_of_the_rfc(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(commitments)
@settings(max_examples=60)
def test_root_is_that_of_rfc_6962(leaves):
    assert root(leaves) == tree_of_the_rfc(leaves).hex()


@given(commitments, st.data())
@settings(max_examples=60)
def test_each_leaf_proves_and_no_other_commitment_does(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = prove(leaves, index)
    assert verify_proof(proof)
    assert proof.root == root(leaves)
    other = "ff" * 32 if leaves[index] != "ff" * 32 else "ee" * 32
    assert not verify_proof(replace(proof, commitment=other))


@given(commitments, st.data())
@settings(max_examples=60)
def test_a_proof_for_another_place_or_size_fails(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = prove(leaves, index)
    assert not verify_proof(replace(proof, index=len(leaves)))
    assert not verify_proof(replace(proof, index=-1))
    assert not verify_proof(replace(proof, path=(*proof.path, "00" * 32)))
    if proof.path:
        assert not verify_proof(replace(proof, path=proof.path[:-1]))


def test_a_node_cannot_pose_as_a_leaf():
    left, right = "11" * 32, "22" * 32
    node = (leaf_hash(left) + leaf_hash(right)).hex()
    assert root([node]) != root([left, right])


def test_malformed_proofs_are_false_not_errors():
    proof = prove(["11" * 32, "22" * 32], 1)
    assert not verify_proof(replace(proof, root="zz"))
    assert not verify_proof(replace(proof, commitment="odd"))
    assert not verify_proof(replace(proof, path=("x",)))


def test_nothing_cannot_be_sealed():
    with pytest.raises(ValueError, match="at least one"):
        root([])

"""Counting the pairs of nodes on documents."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.sources.networks import joint_documents
from innov_index.sources.networks.joint_documents import collaboration_network, merge, pair_counts

ROWS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-1, 6)), max_size=80)


def by_hand(rows, number):
    members: dict[int, set[int]] = {}
    for document, node in rows:
        members.setdefault(document, set()).update({node} - {-1})
    counted = Counter(
        (len(nodes), one * number + other)
        for nodes in members.values()
        for one, other in combinations(sorted(nodes), 2)
    )
    return sorted((size, pair, documents) for (size, pair), documents in counted.items())


def listed(counts):
    return list(zip(counts.size.tolist(), counts.pair.tolist(), counts.documents.tolist(), strict=True))


def arrays(rows):
    table = np.array(rows, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(rows=ROWS)
def test_against_sets(rows):
    """Python sets and itertools.combinations."""
    assert listed(pair_counts(*arrays(rows), 7)) == by_hand(rows, 7)


@settings(max_examples=30)
@given(rows=ROWS, block=st.integers(1, 12))
def test_blocks_change_nothing(rows, block):
    whole = listed(pair_counts(*arrays(rows), 7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joint_documents, "BLOCK", block)
        assert listed(pair_counts(*arrays(rows), 7)) == whole


@given(rows=ROWS, owner=st.integers(1, 4), order=st.randoms())
def test_any_partition_any_order(rows, owner, order):
    """Documents dealt out to partitions, rows shuffled: the sum of the parts, and the weights to the bit."""
    whole = pair_counts(*arrays(rows), 7)
    shuffled = list(rows)
    order.shuffle(shuffled)
    parts = [pair_counts(*arrays([r for r in shuffled if r[0] % owner == k]), 7) for k in range(owner)]
    order.shuffle(parts)
    merged = merge(parts)
    assert listed(merged) == listed(whole)
    for counting in ("whole", "fractional", "newman"):
        one, other = (collaboration_network("abcdefg", counts, counting) for counts in (whole, merged))
        assert one.weight.tobytes() == other.weight.tobytes()


@pytest.mark.parametrize("far", [2**62, -(2**63)])
def test_documents_with_huge_numbers(far):
    """Hashes as document numbers: they do not fit into a key as they are."""
    documents = np.array([far, 5, far, 5, far, 2**63 - 1])
    nodes = np.array([0, 1, 2, 0, 1, 2])
    assert listed(pair_counts(documents, nodes, 3)) == [(2, 1, 1), (3, 1, 1), (3, 2, 1), (3, 5, 1)]


def test_unsigned_documents_and_small_nodes():
    documents = np.array([2**64 - 1, 2**64 - 1, 1], np.uint64)
    assert listed(pair_counts(documents, np.array([0, 1, 1], np.int8), 2)) == [(2, 1, 1)]


def test_a_paper_with_three_thousand_units():
    counts = pair_counts(np.zeros(3_000, int), np.arange(3_000), 100_000)
    assert len(counts.pair) == 3_000 * 2_999 // 2
    assert set(counts.size.tolist()) == {3_000}
    assert (counts.first[0], counts.second[0], counts.first[-1], counts.second[-1]) == (0, 1, 2_998, 2_999)


def test_no_rows():
    empty = np.empty(0, np.int64)
    assert listed(pair_counts(empty, empty, 5)) == []
    assert listed(merge([pair_counts(empty, empty, 5)] * 2)) == []
    assert len(collaboration_network("abcde", pair_counts(empty, empty, 5)).weight) == 0


def test_ways_of_counting():
    """Two documents, of a, b and c, and of a and b: arithmetic in the docstring of `counting`."""
    counts = pair_counts(np.array([1, 1, 1, 2, 2]), np.array([0, 1, 2, 0, 1]), 3)
    weights = {
        way: collaboration_network("abc", counts, way).weight.tolist()
        for way in ("whole", "fractional", "newman")
    }
    assert weights["whole"] == [2, 1, 1]
    assert weights["fractional"] == pytest.approx([1 / 3 + 1, 1 / 3, 1 / 3])
    assert weights["newman"] == pytest.approx([1 / 2 + 1, 1 / 2, 1 / 2])


def test_nodes_out_of_range():
    with pytest.raises(DataError, match="node 3 is out of range"):
        pair_counts(np.array([1, 1]), np.array([0, 3]), 3)


def test_parts_over_different_nodes():
    one, other = (pair_counts(np.array([1]), np.array([0]), number) for number in (2, 3))
    with pytest.raises(ValueError, match="different numbers of nodes"):
        merge([one, other])

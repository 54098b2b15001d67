"""The tree of an index: a small one, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.model.framework import Framework, Node

TREE = Framework(
    (
        Node("I", "Index", parent=-1, level=0),
        Node("P", "Pillar", parent=0, level=1, weight=3.0),
        Node("a", "First", parent=1, level=2, indicator="x"),
        Node("b", "Second", parent=1, level=2, indicator="y", direction=-1),
        Node("c", "Third", parent=0, level=1, indicator="x", weight=1.0),
    )
)
"""I = (P, c), P = (a, b); c shows the same column as a."""


def test_children_and_leaves_stand_in_tree_order() -> None:
    assert [children.tolist() for children in TREE.children] == [[1, 4], [2, 3], [], [], []]
    assert TREE.leaves.tolist() == [2, 3, 4]
    assert TREE.inner.tolist() == [0, 1]
    assert TREE.indicators == ("x", "y", "x")
    assert TREE.directions.tolist() == [1, -1, 1]


def test_the_leaf_matrix_marks_every_ancestor() -> None:
    assert TREE.leaf_matrix.tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [1, 0, 0, 0, 1]]


def test_a_leaf_above_a_level_stands_for_itself() -> None:
    assert TREE.ancestors_at(0).tolist() == [0, 0, 0]
    assert TREE.ancestors_at(1).tolist() == [1, 1, 4]
    assert TREE.ancestors_at(2).tolist() == [2, 3, 4]


def test_weights_are_ones_where_none_is_stated() -> None:
    assert TREE.stated_weights(0).tolist() == [3, 1]
    assert TREE.stated_weights(1).tolist() == [1, 1]


def test_effective_weights_are_products_up_to_the_root() -> None:
    """Two draws of local weights at once; those of the leaves sum to 1."""
    local = np.array([[1, 0.75, 0.5, 0.5, 0.25], [1, 0.5, 0.25, 0.75, 0.5]])
    effective = TREE.effective_weights(local)
    np.testing.assert_array_equal(effective, [[1, 0.75, 0.375, 0.375, 0.25], [1, 0.5, 0.125, 0.375, 0.5]])
    np.testing.assert_array_equal(effective[:, TREE.leaves].sum(axis=1), 1)


def test_what_many_share_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TREE.levels[0] = 1

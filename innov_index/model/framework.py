"""The tree of an index: indicators at the leaves, dimensions above them, the index at the root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property
from typing import Literal

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints, read_only
from innov_index.wording import counted, listed

Direction = Literal[1, -1]


@frozen
class Node:
    """One node of the tree.

    `indicator` is the data column of a leaf; inner nodes have none. `direction` is -1 where less is better of
    the values of a leaf, or of the scores of an inner node, which have that of the index. `weight` is the
    stated weight among siblings (None: no sibling states one). `flags` say what is doubtful about a leaf.
    """

    code: str
    name: str
    parent: int
    level: int
    indicator: str | None = None
    direction: Direction = 1
    weight: float | None = None
    unit: str = ""
    flags: tuple[str, ...] = field(default=())

    @property
    def is_leaf(self) -> bool:
        return self.indicator is not None


@frozen
class Framework:
    """The nodes in tree order: each node before its children, siblings in the order stated.

    Position 0 is the root. A node's level is its distance from the root.
    """

    nodes: tuple[Node, ...]

    def __repr__(self) -> str:
        size = f"{counted(len(self.leaves), 'indicator')}, {counted(len(self.inner), 'inner node')}"
        below = listed((self.codes[child] for child in self.children[0]), 8)
        return f"<Framework of {self.codes[0]!r:.80}: {size}; below the index {below}>"[:1900]

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(node.code for node in self.nodes)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each node by its code."""
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def children(self) -> tuple[Ints, ...]:
        """Positions of the children of each node (empty for leaves)."""
        lists: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes[1:], start=1):
            lists[node.parent].append(index)
        return tuple(read_only(np.array(entry, dtype=np.int64)) for entry in lists)

    @cached_property
    def leaves(self) -> Ints:
        """Positions of the leaves in tree order, which is the order of columns of arrays by indicator."""
        return read_only(np.array([i for i, node in enumerate(self.nodes) if node.is_leaf], dtype=np.int64))

    @cached_property
    def inner(self) -> Ints:
        """Positions of the inner nodes, in tree order."""
        return read_only(
            np.array([i for i, node in enumerate(self.nodes) if not node.is_leaf], dtype=np.int64)
        )

    @cached_property
    def levels(self) -> Ints:
        """Level of each node; the root is 0."""
        return read_only(np.array([node.level for node in self.nodes], dtype=np.int64))

    @property
    def direction(self) -> Direction:
        """+1 where higher scores are better (rank 1 is the highest), -1 where lower ones are."""
        return self.nodes[0].direction

    @cached_property
    def directions(self) -> Floats:
        """For each leaf +1 where its score rises with its values, -1 where it falls.

        Scores rise with what is good, or with what is bad where less is better in the index.
        """
        stated = [self.nodes[i].direction * self.direction for i in self.leaves]
        return read_only(np.array(stated, dtype=np.float64))

    @cached_property
    def signs(self) -> Floats:
        """`directions` for all nodes, (nodes,): an inner node's score rises with the scores below it."""
        signs = np.ones(len(self))
        signs[self.leaves] = self.directions
        return read_only(signs)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """The data column of each leaf."""
        return tuple(self.nodes[i].indicator or "" for i in self.leaves)

    @cached_property
    def leaf_matrix(self) -> Floats:
        """(leaves, nodes): 1 where the leaf is below the node or is the node itself."""
        matrix = np.zeros((len(self.leaves), len(self)))
        for column, leaf in enumerate(self.leaves):
            for node in self.lineage(int(leaf)):
                matrix[column, node] = 1.0
        return read_only(matrix)

    def lineage(self, node: int) -> list[int]:
        """Positions from `node` up to the root, both included."""
        path = [node]
        while path[-1] != 0:
            path.append(self.nodes[path[-1]].parent)
        return path

    def ancestors_at(self, level: int) -> Ints:
        """Position of the ancestor of each leaf at `level` (its own if it is higher)."""
        found = [
            next((n for n in self.lineage(int(leaf)) if self.nodes[n].level == level), int(leaf))
            for leaf in self.leaves
        ]
        return np.array(found, dtype=np.int64)

    def stated_weights(self, node: int) -> Floats:
        """Stated weights of the children of `node`; 1 if not stated."""
        weights: Sequence[float | None] = [self.nodes[i].weight for i in self.children[node]]
        return np.array([1.0 if weight is None else weight for weight in weights], dtype=np.float64)

    def or_equal(self, local: Floats) -> Floats:
        """Weights of nodes among their siblings, (nodes,), with equal ones for siblings that have none."""
        completed = local.copy()
        for family in self.children:
            if np.isnan(completed[family]).any():
                completed[family] = 1.0 / len(family)
        return completed

    def effective_weights(self, local: Floats) -> Floats:
        """Product of the local weights from each node up to the root.

        Parameters
        ----------
        local : (..., nodes)
            Weight of each node among its siblings; siblings sum to 1; the root has 1.

        Returns
        -------
        (..., nodes)
        """
        effective = np.array(local, dtype=np.float64)
        for index, node in enumerate(self.nodes[1:], start=1):
            effective[..., index] = local[..., index] * effective[..., node.parent]
        return effective

"""Documents and the nodes on them → how many documents each pair of nodes shares.

A partial result holds integers only, so partial results add up to the same total in any order. A pair's
documents are kept apart by the number of nodes on the document: from that every way of counting follows
later (see `counting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import DataError
from innov_index.model.arrays import Floats, Ints, read_only
from innov_index.sources.networks.graph import Network

Keys: TypeAlias = NDArray[Any]
"""Integers that each stand for a pair, in the narrowest type that holds them (narrow ones sort faster)."""

BLOCK = 1 << 23
"""Pairs that are spelt out at a time: what bounds the memory."""

_NOBODY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class PairCounts:
    """How many documents each pair of nodes shares, by the number of nodes on the document.

    Sorted by size, then pair, every combination once: equal counts are equal arrays.

    Parameters
    ----------
    nodes : int
        Number of nodes; they are 0 … nodes - 1, in the order of their ids.
    pair : (entries,)
        first * nodes + second, where first < second.
    size : (entries,)
        Number of different nodes on each of these documents.
    documents : (entries,)
        Number of documents.
    """

    nodes: int
    pair: Ints
    size: Ints
    documents: Ints

    def __post_init__(self) -> None:
        for array in (self.pair, self.size, self.documents):
            read_only(array)

    @property
    def first(self) -> Ints:
        """The node of each pair that comes first."""
        return self.pair // self.nodes

    @property
    def second(self) -> Ints:
        """The node of each pair that comes second."""
        return self.pair % self.nodes


def pair_counts(documents: NDArray[Any], nodes: NDArray[Any], number_of_nodes: int) -> PairCounts:
    """Count the documents that pairs of nodes share.

    Parameters
    ----------
    documents : (rows,)
        Any integer per document. A document may stand in many rows, in any order, but must be here as a
        whole: documents that are split over partitions are regrouped before.
    nodes : (rows,)
        Integers 0 … number_of_nodes - 1; a negative one is no node, and its row is left out.
        A node that stands twice on one document counts once.
    number_of_nodes : int

    Returns
    -------
    PairCounts
    """
    members, starts = _distinct_members(documents, nodes, number_of_nodes)
    sizes = np.diff(starts)
    runs = []
    for size in (2 + np.flatnonzero(np.bincount(sizes)[2:])).tolist():
        keys, counts = _count_class(members, starts[:-1][sizes == size], size, number_of_nodes)
        runs.append(PairCounts(number_of_nodes, keys, np.full(len(keys), size), counts))
    return _joined(runs, number_of_nodes)


def merge(parts: Iterable[PairCounts]) -> PairCounts:
    """Add up the counts of separate sets of documents."""
    parts = list(parts)
    numbers = {part.nodes for part in parts}
    if len(numbers) != 1:
        raise ValueError(f"counts over different numbers of nodes cannot be added: {sorted(numbers)}")
    joined = _joined(parts, parts[0].nodes)
    # a stable sort takes the parts as the sorted runs that they are
    order = _order(joined)
    pair, size, documents = joined.pair[order], joined.size[order], joined.documents[order]
    starts = _run_starts((pair[1:] != pair[:-1]) | (size[1:] != size[:-1]), len(pair))
    totals = np.add.reduceat(documents, starts) if len(starts) else documents
    return PairCounts(joined.nodes, pair[starts], size[starts], totals)


def _distinct_members(documents: NDArray[Any], nodes: NDArray[Any], number: int) -> tuple[Keys, Ints]:
    """Return the nodes of each document, sorted, and where each document begins (and the last one ends)."""
    if len(nodes) and nodes.max() >= number:
        raise DataError(f"node {nodes.max()} is out of range: there are {number} nodes")
    if not len(nodes):
        return np.empty(0, np.int32), np.zeros(1, np.int64)
    bits = number.bit_length()
    keys = _narrow(documents, 62 - bits)
    keys <<= bits
    keys |= nodes
    # rows without a node go to the end, which is quicker than to leave them out before
    np.putmask(keys, nodes < 0, _NOBODY)
    keys.sort()
    keys = keys[: np.searchsorted(keys, _NOBODY)]
    keys = keys[_run_starts(keys[1:] != keys[:-1], len(keys))]
    members = (keys & ((1 << bits) - 1)).astype(np.int32 if bits < 32 else np.int64)
    keys >>= bits
    starts = _run_starts(keys[1:] != keys[:-1], len(keys))
    return members, np.append(starts, len(members))


def _narrow(documents: NDArray[Any], bits: int) -> Ints:
    """Return document numbers from 0 on that fit into so many bits, in an array of its own."""
    numbers = documents.astype(np.int64)
    lowest, highest = int(numbers.min()), int(numbers.max())
    if highest - lowest < 1 << bits:
        numbers -= lowest
        return numbers
    # rows of a document mostly stand together: only the first of each run is looked up
    starts = _run_starts(numbers[1:] != numbers[:-1], len(numbers))
    places = np.unique(numbers[starts], return_inverse=True)[1]
    return np.repeat(places.astype(np.int64), np.diff(starts, append=len(numbers)))


def _count_class(members: Keys, starts: Ints, size: int, number: int) -> tuple[Ints, Ints]:
    """Count the pairs of all documents that have the same number of nodes: sorted pairs, documents."""
    runs: list[tuple[Keys, Ints]] = []
    waiting: list[Keys] = []
    for keys in _pairs(members, starts, size, number):
        waiting.append(keys)
        if sum(map(len, waiting)) >= BLOCK:
            runs.append(_counted(np.concatenate(waiting)))
            waiting.clear()
            if sum(len(run) for run, _ in runs[1:]) > max(len(runs[0][0]), BLOCK):
                runs = [_added(runs)]
    if waiting:
        runs.append(_counted(np.concatenate(waiting)))
    keys, counts = _added(runs)
    return keys.astype(np.int64), counts


def _pairs(members: Keys, starts: Ints, size: int, number: int) -> Iterator[Keys]:
    """Spell out the pairs of the documents, a block at a time."""
    kind = np.uint32 if number <= 1 << 16 else np.int64
    left, right = np.triu_indices(size, 1)
    rows = max(BLOCK // len(left), 1)
    for begin in range(0, len(starts), rows):
        # a row for each place on the document: copying whole rows is quick
        group = members[np.arange(size)[:, None] + starts[begin : begin + rows]].astype(kind)
        for part in range(0, len(left), BLOCK):
            keys = group[left[part : part + BLOCK]]
            keys *= kind(number)
            keys += group[right[part : part + BLOCK]]
            yield keys.ravel()


def _counted(keys: Keys) -> tuple[Keys, Ints]:
    keys.sort()
    starts = _run_starts(keys[1:] != keys[:-1], len(keys))
    return keys[starts], np.diff(starts, append=len(keys))


def _added(runs: list[tuple[Keys, Ints]]) -> tuple[Keys, Ints]:
    if len(runs) == 1:
        return runs[0]
    keys = np.concatenate([run for run, _ in runs])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = _run_starts(keys[1:] != keys[:-1], len(keys))
    return keys[starts], np.add.reduceat(np.concatenate([counts for _, counts in runs])[order], starts)


def _joined(parts: list[PairCounts], number: int) -> PairCounts:
    empty = np.empty(0, np.int64)
    return PairCounts(
        number,
        np.concatenate([empty, *(part.pair for part in parts)]),
        np.concatenate([empty, *(part.size for part in parts)]),
        np.concatenate([empty, *(part.documents for part in parts)]),
    )


def _order(counts: PairCounts) -> Ints:
    """Return the order by size, then pair."""
    largest = int(counts.size.max(initial=0))
    if (largest + 1) * counts.nodes**2 < 1 << 63:
        return np.argsort(counts.size * counts.nodes**2 + counts.pair, kind="stable")
    return np.lexsort((counts.pair, counts.size))


def _run_starts(changes: NDArray[np.bool_], length: int) -> Ints:
    """Return where a run of equal entries begins, given where neighbours differ."""
    if not length:
        return np.empty(0, np.int64)
    starts = np.flatnonzero(changes)
    starts += 1
    return np.concatenate([np.zeros(1, np.int64), starts])


@dataclass(frozen=True)
class JointDocuments:
    """The units on some documents, sorted, and the documents that pairs of them share."""

    names: tuple[str, ...]
    counts: PairCounts

    @classmethod
    def of(
        cls, names: tuple[str, ...], document: Ints, unit: NDArray[np.signedinteger[Any]]
    ) -> JointDocuments:
        """Count documents; `unit` is a position in the sorted names, -1 for none."""
        there = np.flatnonzero(np.bincount(unit[unit >= 0], minlength=len(names)))
        number_of = np.full(len(names) + 1, -1, dtype=np.int64)
        number_of[there] = np.arange(len(there))
        counts = pair_counts(document, number_of[unit], len(there))
        return cls(tuple(names[at] for at in there.tolist()), counts)

    def __add__(self, other: JointDocuments) -> JointDocuments:
        names = self.names if self.names == other.names else tuple(sorted({*self.names, *other.names}))
        return JointDocuments(names, merge([self._among(names), other._among(names)]))

    def _among(self, names: tuple[str, ...]) -> PairCounts:
        """The counts with the units numbered among more of them; their order stays."""
        if names == self.names:
            return self.counts
        position = {name: at for at, name in enumerate(names)}
        number = np.array([position[name] for name in self.names], dtype=np.int64)
        first, second = (
            (number[self.counts.first], number[self.counts.second]) if len(number) else (number,) * 2
        )
        return PairCounts(len(names), first * len(names) + second, self.counts.size, self.counts.documents)


Counting: TypeAlias = Literal["whole", "fractional", "newman"]

DENOMINATORS: dict[str, Callable[[Ints], Ints]] = {
    "whole": np.ones_like,
    "fractional": lambda size: size * (size - 1) // 2,
    "newman": lambda size: size - 1,
}
"""What a document of `size` nodes is divided by, for each of its pairs.

- `whole`: every pair gets the document as a whole.
- `fractional`: the pairs share the document equally; all weights add up to the number of documents.
- `newman`: each pair gets 1 / (size - 1); the ties of a node add up to the number of its shared documents
  (Newman 2001, Physical Review E 64, 016132).
"""


def collaboration_network(nodes: Sequence[str], counts: PairCounts, counting: Counting = "whole") -> Network:
    """Turn the counts into a network.

    The only divisions are made here, one for each pair and size, and added by ascending size: the weights do
    not depend on how the documents were split.
    """
    pair, (weight,) = pair_weights(counts, [counting])
    return Network(tuple(nodes), pair // counts.nodes, pair % counts.nodes, weight)


def pair_weights(counts: PairCounts, countings: Sequence[Counting]) -> tuple[Ints, list[Floats]]:
    """Return the pairs that share a document, in order, and their weights by each way of counting."""
    order = np.argsort(counts.pair, kind="stable")
    pair = counts.pair[order]
    is_new = np.diff(pair, prepend=-1) > 0
    place = np.empty_like(order)
    place[order] = np.cumsum(is_new) - 1
    parts = (counts.documents / DENOMINATORS[counting](counts.size) for counting in countings)
    # entries are sorted by size, and so are the terms of each sum
    weights = [np.bincount(place, weights=part) for part in parts]
    return pair[is_new], [weight.astype(np.float64) for weight in weights]

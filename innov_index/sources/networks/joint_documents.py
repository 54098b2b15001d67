"""Joint documents: documents and their nodes → the number of documents that each pair of nodes shares.

Partial results hold only integers, so they add up to the same total in any order. The documents of a pair are
counted separately by number of nodes on the document, from which every way of counting follows (see
`collaboration_network`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import stable_order
from innov_index.model.arrays import Ints, read_only
from innov_index.sources.networks.graph import Network

Keys: TypeAlias = NDArray[Any]
"""Integers that each represent a pair, in the narrowest type that holds them (narrow types sort faster)."""

BLOCK = 1 << 23
"""Pairs that are listed at a time; this bounds memory."""

_NOBODY = np.iinfo(np.int64).max


@frozen
class PairCounts:
    """Number of documents that each pair of nodes shares, by number of nodes on the document.

    Sorted by size, then pair, each combination once: equal counts are equal arrays.

    Parameters
    ----------
    nodes : int
        Number of nodes. They are numbered 0 … nodes - 1, in the order of their ids.
    pair : (entries,)
        first * nodes + second, where first < second.
    size : (entries,)
        Number of distinct nodes on each of these documents.
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
        """The first node of each pair."""
        return self.pair // self.nodes

    @property
    def second(self) -> Ints:
        """The second node of each pair."""
        return self.pair % self.nodes


def pair_counts(documents: NDArray[Any], nodes: NDArray[Any], number_of_nodes: int) -> PairCounts:
    """Count the documents that pairs of nodes share.

    Parameters
    ----------
    documents : (rows,)
        Any integer per document. A document may have many rows, in any order, but all of them must be
        included: documents that are split over partitions are grouped before.
    nodes : (rows,)
        Integers 0 … number_of_nodes - 1; rows with a negative integer are left out. A node that appears
        twice on a document counts once.
    number_of_nodes : int

    Returns
    -------
    PairCounts
    """
    members, starts = _distinct_members(documents, nodes, number_of_nodes)
    return _counts_of_members(members, starts, number_of_nodes)


def _counts_of_members(members: Keys, starts: Ints, number: int) -> PairCounts:
    """Count the pairs on documents, given where the sorted nodes of each begin."""
    sizes = np.diff(starts, append=len(members))
    several = np.flatnonzero(sizes > 1)
    order = several[stable_order(sizes[several])]
    numbers = np.bincount(sizes[several])
    by_size = np.flatnonzero(numbers).tolist()
    documents_of = np.split(starts[order], np.cumsum(numbers[by_size])[:-1]) if by_size else []
    runs = [_count_class(members, own, size, number) for size, own in zip(by_size, documents_of, strict=True)]
    lengths = [len(keys) for keys, _ in runs]
    pair = np.empty(sum(lengths), dtype=np.int64)
    documents = np.empty_like(pair)
    end = len(pair)
    while runs:  # released one by one, as all of them together are large
        keys, counts = runs.pop()
        pair[end - len(keys) : end] = keys
        documents[end - len(keys) : end] = counts
        end -= len(keys)
    return PairCounts(
        number, pair, np.repeat(by_size, np.array(lengths, np.int64)).astype(np.int64), documents
    )


def merge(parts: Iterable[PairCounts]) -> PairCounts:
    """Add up the counts of disjoint sets of documents."""
    parts = list(parts)
    numbers = {part.nodes for part in parts}
    if len(numbers) != 1:
        raise ValueError(f"counts over different numbers of nodes cannot be added: {sorted(numbers)}")
    joined = _joined(parts, parts[0].nodes)
    # a stable sort benefits from the parts being sorted already
    order = _order(joined)
    pair, size, documents = joined.pair[order], joined.size[order], joined.documents[order]
    starts = _run_starts((pair[1:] != pair[:-1]) | (size[1:] != size[:-1]), len(pair))
    totals = np.add.reduceat(documents, starts) if len(starts) else documents
    return PairCounts(joined.nodes, pair[starts], size[starts], totals)


def _distinct_members(documents: NDArray[Any], nodes: NDArray[Any], number: int) -> tuple[Keys, Ints]:
    """Return the sorted nodes of each document, and where each document begins."""
    if len(nodes) and nodes.max() >= number:
        raise DataError(f"node {nodes.max()} is out of range; the number of nodes is {number}")
    if not len(nodes):
        return np.empty(0, np.int32), np.empty(0, np.int64)
    bits = number.bit_length()
    keys = _narrow(documents, 62 - bits)
    keys <<= bits
    keys |= nodes
    # moving rows without a node to the end is faster than leaving them out first
    np.putmask(keys, nodes < 0, _NOBODY)
    keys.sort()
    keys = keys[: np.searchsorted(keys, _NOBODY)]
    keys = keys[_run_starts(keys[1:] != keys[:-1], len(keys))]
    members = (keys & ((1 << bits) - 1)).astype(np.int32 if bits < 32 else np.int64)
    keys >>= bits
    return members, _run_starts(keys[1:] != keys[:-1], len(keys))


def _narrow(documents: NDArray[Any], bits: int) -> Ints:
    """Return document numbers, counted from 0, that fit into this many bits, in a new array."""
    numbers = documents.astype(np.int64)
    lowest, highest = int(numbers.min()), int(numbers.max())
    if highest - lowest < 1 << bits:
        numbers -= lowest
        return numbers
    # rows of a document are mostly adjacent, so only the first row of each run is looked up
    starts = _run_starts(numbers[1:] != numbers[:-1], len(numbers))
    places = np.unique(numbers[starts], return_inverse=True)[1]
    return np.repeat(places.astype(np.int64), np.diff(starts, append=len(numbers)))


def _count_class(members: Keys, starts: Ints, size: int, number: int) -> tuple[Keys, Ints]:
    """Count the pairs on all documents with the same number of nodes: sorted pairs, documents."""
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
    return _added(runs)


def _pairs(members: Keys, starts: Ints, size: int, number: int) -> Iterator[Keys]:
    """List the pairs on the documents, a block at a time."""
    kind = np.uint32 if number <= 1 << 16 else np.int64
    left, right = np.triu_indices(size, 1)
    rows = max(BLOCK // len(left), 1)
    for begin in range(0, len(starts), rows):
        # one row for each position on the document: copying whole rows is fast
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
    """Return where runs of equal entries begin, given where neighbours differ."""
    if not length:
        return np.empty(0, np.int64)
    starts = np.flatnonzero(changes)
    starts += 1
    return np.concatenate([np.zeros(1, np.int64), starts])


@frozen
class JointDocuments:
    """The units on some documents, sorted by name, and the documents that pairs of them share.

    Objects can be added even if they are about different units.
    """

    names: tuple[str, ...]
    counts: PairCounts

    @classmethod
    def of(
        cls, names: tuple[str, ...], document: Ints, unit: NDArray[np.signedinteger[Any]]
    ) -> JointDocuments:
        """Count documents, of which each unit stands once, ascending; `unit` is a position in the names."""
        present = np.flatnonzero(np.bincount(unit, minlength=len(names)))
        number_of = np.zeros(len(names), dtype=np.int32)
        number_of[present] = np.arange(len(present))
        starts = _run_starts(document[1:] != document[:-1], len(document))
        counts = _counts_of_members(number_of[unit], starts, len(present))
        return cls(tuple(names[at] for at in present.tolist()), counts)

    def __add__(self, other: JointDocuments) -> JointDocuments:
        names = self.names if self.names == other.names else tuple(sorted({*self.names, *other.names}))
        return JointDocuments(names, merge([self._among(names), other._among(names)]))

    def _among(self, names: tuple[str, ...]) -> PairCounts:
        """The counts with units renumbered among `names`, whose order is the same."""
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
"""What a document with `size` nodes is divided by, for each pair of its nodes.

- `whole`: each pair gets the whole document.
- `fractional`: pairs share the document equally; all weights add up to the number of documents.
- `newman`: each pair gets 1 / (size - 1); the ties of a node add up to the number of its shared documents
  (Newman 2001, Physical Review E 64, 016132).
"""


def collaboration_network(nodes: Sequence[str], counts: PairCounts, counting: Counting = "whole") -> Network:
    """Turn the counts into a network.

    Divisions happen only here, one for each pair and size, and results are added by ascending size. So
    weights do not depend on how the documents were split.
    """
    order = stable_order(counts.pair)
    pair = counts.pair[order]
    starts = _run_starts(pair[1:] != pair[:-1], len(pair))
    # entries are sorted by size, and so are the terms of each sum
    parts = (counts.documents / DENOMINATORS[counting](counts.size))[order]
    place = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(pair)))
    weight = np.bincount(place, weights=parts)
    first, second = np.divmod(pair[starts], counts.nodes)
    return Network(tuple(nodes), first, second, weight.astype(np.float64))

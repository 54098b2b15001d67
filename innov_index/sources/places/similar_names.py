"""Names that are spelled alike, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from innov_index.model.arrays import Ints

ALIKE = 75
"""Of a hundred letters of two names taken together, those that both have in the same order, at least."""

_BLOCK = 64
"""Names that are compared with all others at a time: their scores fit into the cache."""
_SIMILAR_LENGTH = 1.3
"""Of names compared at a time, how much longer the longest may be than the shortest."""


class SimilarNames:
    """A list of names in which those most like a text are found.

    How much two names are alike is the share of their letters that both have in the same order: twice the
    longest common subsequence, of the sum of lengths.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = sorted(names, key=len)
        self._lengths: Ints = np.array([len(name) for name in self._names], dtype=np.int64)

    def nearest(self, texts: Sequence[str], most: int) -> list[tuple[str, ...]]:
        """For each text the names most like it, the likest first; fewer or none where they are not alike."""
        found: list[tuple[str, ...]] = [()] * len(texts)
        for block in _blocks(texts):
            for at, names in zip(block, self._alike([texts[at] for at in block]), strict=True):
                found[at] = _likest(texts[at], names, most)
        return found

    def _alike(self, texts: Sequence[str]) -> Iterator[list[str]]:
        """For each of some texts, the shortest first, all names that are alike."""
        from rapidfuzz import fuzz, process

        # a name that is too short or too long has too few letters in common, whatever they are
        shortest, longest = len(texts[0]) * ALIKE / (200 - ALIKE), len(texts[-1]) * (200 - ALIKE) / ALIKE
        first, end = np.searchsorted(self._lengths, (shortest, longest + 1))
        window = self._names[first:end]
        scores = process.cdist(texts, window, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
        rows, columns = np.nonzero(scores > 0)
        bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
        hits = [window[hit] for hit in columns.tolist()]
        yield from (hits[start:stop] for start, stop in pairwise(bounds))


def _blocks(texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions of texts of similar lengths, the shortest first."""
    block: list[int] = []
    for at in sorted(range(len(texts)), key=lambda at: len(texts[at])):
        if block and (len(block) == _BLOCK or len(texts[at]) > _SIMILAR_LENGTH * len(texts[block[0]])):
            yield block
            block = []
        block.append(at)
    if block:
        yield block


def _likest(text: str, names: Sequence[str], most: int) -> tuple[str, ...]:
    from rapidfuzz.distance import Indel

    def unlike(name: str) -> tuple[float, str]:
        return Indel.distance(text, name) / (len(text) + len(name)), name

    return tuple(sorted(names, key=unlike)[:most])

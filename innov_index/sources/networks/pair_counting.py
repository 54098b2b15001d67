"""Ways of counting a document that several nodes share: what one document adds to each of its pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from innov_index.model.arrays import Floats, Ints
from innov_index.sources.networks.network import Network
from innov_index.sources.networks.pairs import PairCounts

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

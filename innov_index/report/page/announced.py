"""Rankings that others announced, as the page compares its own with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from innov_index.dataset.published import Published
from innov_index.index import Index
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Floats

FEWEST = 4
"""With fewer announced ranks there is no ranking to compare with."""


def announced_rankings(index: Index, edition: int) -> list[dict[str, Any]]:
    """Name, remark and ranks of each announcement that ranks enough units of this edition."""
    rankings = []
    for published in index.published:
        ranks = _ranks(published, edition)
        if (~np.isnan(ranks)).sum() >= FEWEST:
            block = published.block
            remark = " ".join(
                part for part in (block.remark, "Inputs unverified." if block.unverified else None) if part
            )
            rankings.append({"name": published.name, "remark": remark, "ranks": _plain(ranks)})
    return rankings


def _ranks(published: Published, edition: int) -> Floats:
    """Announced ranks of the root; where only scores were announced, the ranks that they give."""
    ranks = published.ranks[edition, :, 0]
    if not np.isnan(ranks).all():
        return ranks
    return descending_ranks(published.scores[edition, :, :1], published.block.ties)[:, 0]


def _plain(ranks: Floats) -> list[float | None]:
    return [None if rank != rank else float(rank) for rank in ranks]

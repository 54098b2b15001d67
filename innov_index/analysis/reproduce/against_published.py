"""The ranking beside what others published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.analysis.compare.agreement import common, kendall, spearman
from innov_index.dataset.published import Published
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores

FEW = 3
"""Up to this many published ranks are listed one by one; a correlation of so few says nothing."""


@dataclass(frozen=True)
class Agreement:
    """The index against one announcement.

    `single` lists (unit, published rank, computed rank) where few ranks were published. `largest` lists the
    units in common with the largest differences of rank, both ranked among those units only.
    """

    published: Published
    units: int
    spearman: float
    kendall: float
    rank_differences: int
    scores: int
    largest_score_difference: float
    single: tuple[tuple[str, float, float], ...]
    largest: tuple[tuple[str, float, float], ...]


def against_published(scores: Scores, published: Published) -> Agreement:
    """Compare the ranks and scores of the index with one announcement.

    Correlations are over the units of the first edition with an announced rank (or score) of the root.
    """
    announced = _announced_order(published)
    edition = int(np.argmax((~np.isnan(announced)).any(axis=-1)))
    theirs, ours = announced[edition], scores.ranks[edition, :, 0]
    both = common(theirs, ours)
    few = int(both.sum()) <= FEW
    compared = common(published.scores, scores.scores)
    differences = np.abs(published.scores - scores.scores)[compared]
    ranked = common(published.ranks, scores.ranks)
    return Agreement(
        published=published,
        units=int(both.sum()),
        spearman=float("nan") if few else spearman(theirs, ours),
        kendall=float("nan") if few else kendall(theirs, ours),
        rank_differences=int((published.ranks != scores.ranks)[ranked].sum()),
        scores=int(compared.sum()),
        largest_score_difference=float(differences.max()) if compared.any() else float("nan"),
        single=_single(scores, theirs, ours) if few else (),
        largest=() if few else _largest(scores, theirs, ours),
    )


def announced_ranks(published: Published, edition: int) -> Floats:
    """Published ranks of the root, (units,); where only scores were published, the ranks that they give."""
    ranks = published.ranks[edition, :, 0]
    if not np.isnan(ranks).all():
        return ranks
    return descending_ranks(published.scores[edition, :, :1], published.block.ties)[:, 0]


def _announced_order(published: Published) -> Floats:
    """Published ranks of the root; where only scores were published, the scores with the sign changed."""
    ranks = published.ranks[..., 0]
    return ranks if not np.isnan(ranks).all() else -published.scores[..., 0]


def _single(scores: Scores, theirs: Floats, ours: Floats) -> tuple[tuple[str, float, float], ...]:
    both = np.flatnonzero(common(theirs, ours))
    return tuple((scores.units.names[unit], float(theirs[unit]), float(ours[unit])) for unit in both)


def _largest(
    scores: Scores, theirs: Floats, ours: Floats, most: int = 5
) -> tuple[tuple[str, float, float], ...]:
    both = np.flatnonzero(common(theirs, ours))
    rank_theirs = _ranks_among(theirs[both])
    rank_ours = _ranks_among(ours[both])
    shift = np.abs(rank_theirs - rank_ours)
    order = np.lexsort((rank_theirs, -shift))[:most]
    return tuple(
        (scores.units.names[both[i]], float(rank_theirs[i]), float(rank_ours[i])) for i in order if shift[i]
    )


def _ranks_among(order: Floats) -> Floats:
    """1 for the smallest, equal values sharing the better rank."""
    return np.asarray((order[:, None] > order[None, :]).sum(axis=1) + 1.0)

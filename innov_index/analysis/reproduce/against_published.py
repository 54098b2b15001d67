"""The ranking beside what others published."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.compare.agreement import common, kendall, spearman
from innov_index.dataset.printed_figures import printed_rank
from innov_index.dataset.published import Published
from innov_index.frozen import frozen
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.wording import ordinal

FEW = 3
"""Up to this many published ranks are listed one by one; a correlation of so few says nothing."""


@frozen
class Agreement:
    """The index against one announcement.

    `single` lists (unit, published rank as printed, computed rank) where few ranks were published; of
    published scores, both ranks are counted among the units in common. `largest` lists the
    units in common with the largest differences of rank, both ranked among those units only.
    """

    published: Published
    units: int
    spearman: float
    kendall: float
    rank_differences: int
    scores: int
    largest_score_difference: float
    single: tuple[tuple[str, str, float], ...]
    largest: tuple[tuple[str, float, float], ...]


def against_published(scores: Scores, published: Published) -> Agreement:
    """Compare the ranks and scores of the index with one announcement.

    Correlations are over the units of the first edition with an announced rank (or score) of the root.
    """
    announced = _announced_order(scores, published)
    edition = int(np.argmax((~np.isnan(announced)).any(axis=-1)))
    theirs, ours = announced[edition], scores.index_ranks[edition]
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
        rank_differences=int((ranked & ~published.gives(scores.ranks)).sum()),
        scores=int(compared.sum()),
        largest_score_difference=float(differences.max()) if compared.any() else float("nan"),
        single=_single(scores, published, edition, ours) if few else (),
        largest=() if few else _largest(scores, theirs, ours),
    )


def announced_ranks(scores: Scores, published: Published, edition: int) -> Floats:
    """Published ranks of the root, (units,); where only scores were published, the ranks that they give."""
    ranks = published.ranks[edition, :, 0]
    if not np.isnan(ranks).all():
        return ranks
    better = scores.framework.direction * published.scores[edition, :, :1]
    return descending_ranks(better, published.block.ties)[:, 0]


def _announced_order(scores: Scores, published: Published) -> Floats:
    """Published ranks of the root; where only scores were published, these, with a sign: less is better."""
    ranks = published.ranks[..., 0]
    return ranks if not np.isnan(ranks).all() else -scores.framework.direction * published.scores[..., 0]


def _single(
    scores: Scores, published: Published, edition: int, ours: Floats
) -> tuple[tuple[str, str, float], ...]:
    ranks, last = published.ranks[edition, :, 0], published.last_ranks[edition, :, 0]
    both = np.flatnonzero(common(ranks, ours))
    theirs = [_ordinal(ranks[unit], last[unit]) for unit in both]
    here = ours[both]
    if np.isnan(published.ranks[..., 0]).all():
        announced = _announced_order(scores, published)[edition]
        both = np.flatnonzero(common(announced, ours))
        theirs = [ordinal(rank) for rank in _ranks_among(announced[both])]
        here = _ranks_among(ours[both])
    names = [scores.units.names[unit] for unit in both]
    return tuple(zip(names, theirs, here.tolist(), strict=True))


def _ordinal(best: float, last: float) -> str:
    return ordinal(best) if best == last else printed_rank(best, last)


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

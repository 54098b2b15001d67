"""The schemes of a config side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.analysis.compare.agreement import (
    common,
    kendall,
    mean_of_known,
    quarters,
    rank_biased_overlap,
    spearman,
    top_weighted_tau,
)
from innov_index.errors import InnovIndexError, not_found
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores

BASE = "base"
"""Name in the output of the config as it stands, without a scheme."""


@dataclass(frozen=True)
class Comparison:
    """Scores and ranks of the index under several schemes.

    `names` begins with the config as it stands. `scores`, `ranks` have shape (schemes, units); `shifts` are
    places gained against the first (positive: better). `kendall`, `spearman`, `top_weighted` (tau in which
    the first places count more), `overlap` (rank-biased, of the tops), `mean_shift` (mean absolute shift) and
    `moved` (units in another quarter of the ranking) compare each scheme's ranks with the first one's; NaN
    where a scheme has no result.
    """

    base: Scores
    edition: int
    names: tuple[str, ...]
    scores: Floats
    ranks: Floats
    shifts: Floats
    kendall: Floats
    spearman: Floats
    mean_shift: Floats
    top_weighted: Floats
    overlap: Floats
    moved: Floats
    remarks: tuple[str, ...]


def compare_schemes(index: Index, schemes: Sequence[str] = (), edition: str | None = None) -> Comparison:
    """Score an index as it stands and under schemes of its config.

    Parameters
    ----------
    index : Index
    schemes : names, optional
        All schemes of the config by default.
    edition : str, optional
        The last one by default.

    Raises
    ------
    InnovIndexError
        The config has no schemes, or none of that name.
    """
    chosen = tuple(dict.fromkeys(schemes)) or index.schemes
    if not chosen:
        raise InnovIndexError(f"{index.config.path}: nothing to compare; state variations under `schemes:`")
    for name in chosen:
        if name not in index.schemes:
            raise InnovIndexError(not_found("scheme", name, index.schemes))
    results = [index.score(), *(index.varied(scheme=name).score() for name in chosen)]
    base = results[0]
    at = base.scored_edition(edition)
    scores = np.stack([result.scores[at, :, 0] for result in results])
    ranks = np.stack([result.ranks[at, :, 0] for result in results])
    return compared(base, at, (BASE, *chosen), scores, ranks, _remarks((BASE, *chosen), results))


def compared(
    base: Scores,
    edition: int,
    names: tuple[str, ...],
    scores: Floats,
    ranks: Floats,
    remarks: tuple[str, ...],
) -> Comparison:
    """Several rankings (schemes, units) beside the first of them."""
    places = quarters(ranks[0])
    return Comparison(
        base=base,
        edition=edition,
        names=names,
        scores=scores,
        ranks=ranks,
        shifts=ranks[0] - ranks,
        kendall=np.array([kendall(ranks[0], other) for other in ranks]),
        spearman=np.array([spearman(ranks[0], other) for other in ranks]),
        mean_shift=mean_of_known(np.abs(ranks[0] - ranks)),
        top_weighted=np.array([top_weighted_tau(ranks[0], other) for other in ranks]),
        overlap=np.array([rank_biased_overlap(ranks[0], other) for other in ranks]),
        moved=np.array([_moved(places, quarters(other)) for other in ranks]),
        remarks=remarks,
    )


def _moved(before: Floats, after: Floats) -> float:
    """Units that are in another quarter than before; NaN where none has a place in both."""
    both = common(before, after)
    return float((both & (before != after)).sum()) if both.any() else float("nan")


def _remarks(names: Sequence[str], results: Sequence[Scores]) -> tuple[str, ...]:
    """Each remark once, with the schemes that it concerns."""
    about: dict[str, list[str]] = {}
    for name, result in zip(names, results, strict=True):
        for remark in result.remarks:
            about.setdefault(remark, []).append(name)
    return tuple(
        remark if len(schemes) == len(names) else f"{', '.join(schemes)}: {remark}"
        for remark, schemes in about.items()
    )

"""The schemes of a config side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from innov_index.analysis.compare.agreement import (
    RankingRule,
    common_ranks,
    kendall,
    mean_of_known,
    quarters,
    rank_biased_overlap,
    spearman,
    top_weighted_tau,
)
from innov_index.config.language import BASE
from innov_index.errors import InnovIndexError, NotStatedError, Problem, not_found
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats, Ints
from innov_index.model.result import Gravity, Remark
from innov_index.model.scores import Scores
from innov_index.wording import counted, listed


@frozen
class Rankings:
    """Scores and ranks of the index under several schemes.

    `names` begins with the config as it stands. `scores`, `ranks` have shape (schemes, units), and so has
    `imputed`: how many indicators of a unit are imputed.
    """

    names: tuple[str, ...]
    scores: Floats
    ranks: Floats
    imputed: Ints


@frozen
class Comparison(Rankings):
    """Rankings, each beside the first.

    `shifts` (schemes, units) are places gained against the first (positive: better). `kendall`, `spearman`,
    `top_weighted` (tau in which the first places count more), `overlap` (rank-biased, of the tops),
    `mean_shift` (mean absolute shift) and `moved` (units in another quarter of the ranking) compare each
    scheme's ranks with the first one's; NaN where a scheme has no result.
    """

    base: Scores
    edition: int
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
        raise NotStatedError(f"{index.config.path}: nothing to compare; state variations under `schemes:`")
    for name in chosen:
        if name not in index.schemes:
            raise InnovIndexError(not_found("scheme", name, index.schemes))
    results, failures = {BASE: index.score_edition(edition)}, {}
    for name in chosen:
        try:
            results[name] = index.varied(scheme=name).score_edition(edition)
        except InnovIndexError as error:
            failures[name] = error
    if failures and (schemes or len(results) == 1):
        raise InnovIndexError(
            [
                Problem(f"scheme {name}: {problem.message}", problem.mark)
                for name, error in failures.items()
                for problem in error.problems
            ]
        )
    base = results[BASE]
    at = base.scored_edition(edition)
    rankings = Rankings(
        names=tuple(results),
        scores=np.stack([result.scores[at, :, 0] for result in results.values()]),
        ranks=np.stack([result.index_ranks[at] for result in results.values()]),
        imputed=np.stack([result.imputed_indicators[at, :] for result in results.values()]),
    )
    left_out = (
        Remark(
            f"scheme {name} has no result and is left out: {error.problems[0].message}",
            Gravity.FIGURE,
            "schemes without a result",
        )
        for name, error in failures.items()
    )
    remarks = (*left_out, *_turned(results), *_without_effect(rankings), *_remarks(results))
    return compared(base, at, rankings, remarks, ranking_rule(index))


def ranking_rule(index: Index) -> RankingRule:
    """The rule by which an index ranks its units."""
    ranking = index.config.recipe.ranking
    return partial(ranking.method.function, **ranking.options)


def compared(
    base: Scores,
    edition: int,
    rankings: Rankings,
    remarks: tuple[str, ...],
    rule: RankingRule,
) -> Comparison:
    """Several rankings beside the first of them; `rule` ranks units anew among fewer."""
    ranks = rankings.ranks
    common = [common_ranks(ranks[0], other, rule) for other in ranks]
    moved = [before - after for before, after in common]
    return Comparison(
        **vars(rankings),
        base=base,
        edition=edition,
        shifts=np.stack(moved),
        kendall=np.array([kendall(ranks[0], other) for other in ranks]),
        spearman=np.array([spearman(ranks[0], other) for other in ranks]),
        mean_shift=mean_of_known(np.abs(np.stack(moved))),
        top_weighted=np.array([top_weighted_tau(ranks[0], other) for other in ranks]),
        overlap=np.array([rank_biased_overlap(ranks[0], other) for other in ranks]),
        moved=np.array([_moved(quarters(before), quarters(after)) for before, after in common]),
        remarks=(*_vanished(base, rankings.names, ranks), *remarks),
    )


def _moved(before: Floats, after: Floats) -> float:
    """Units that are in another quarter than before; NaN where none has a place in both."""
    both = ~np.isnan(before) & ~np.isnan(after)
    return float((both & (before != after)).sum()) if both.any() else float("nan")


def _without_effect(rankings: Rankings) -> list[str]:
    """Schemes under which every unit has the very score that it has without."""
    same = [
        name
        for name, own in zip(rankings.names[1:], rankings.scores[1:], strict=True)
        if np.array_equal(own, rankings.scores[0], equal_nan=True)
    ]
    return [Remark(f"{listed(same)}: changes no score of the index", Gravity.CHOICE)] if same else []


def _turned(results: Mapping[str, Scores]) -> list[str]:
    """Schemes whose ranks begin at the other end of the scores."""
    base = results[BASE].framework.direction
    turned = [name for name, own in results.items() if own.framework.direction != base]
    if not turned:
        return []
    first = "lowest" if base > 0 else "highest"
    return [Remark(f"{listed(turned)}: rank 1 is the {first} score there", Gravity.FIGURE)]


def _vanished(base: Scores, names: Sequence[str], ranks: Floats) -> list[str]:
    """Units that only one of two rankings has: shifts are taken over the others."""
    about: dict[str, list[str]] = {}
    for name, own in zip(names[1:], ranks[1:], strict=True):
        if np.isnan(own).all():
            continue
        for what, lacking, having in (("no rank", own, ranks[0]), ("a rank only", ranks[0], own)):
            units = [base.units.names[unit] for unit in np.flatnonzero(np.isnan(lacking) & ~np.isnan(having))]
            if units:
                have = "has" if len(units) == 1 else "have"
                text = f"{counted(len(units), 'unit')} {have} {what} there ({listed(units, 3)})"
                about.setdefault(text, []).append(name)
    kind = "remarks on units that only one of two rankings has"
    return [
        Remark(
            f"{listed(schemes, 5)}: {text}; shifts compare the units that both rankings have",
            Gravity.FIGURE,
            kind,
        )
        for text, schemes in about.items()
    ]


def _remarks(results: Mapping[str, Scores]) -> tuple[str, ...]:
    """Each remark once, with the schemes that it concerns."""
    about: dict[str, list[str]] = {}
    for name, result in results.items():
        for remark in result.remarks:
            about.setdefault(remark, []).append(name)
    return tuple(
        remark if len(schemes) == len(results) else Remark.about(listed(schemes, 5), remark)
        for remark, schemes in about.items()
    )

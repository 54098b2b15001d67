"""What the index says: `ranking`, and the scores of every node."""

from __future__ import annotations

from functools import partial

from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.analysis.ranking.tables import (
    changed_sheet,
    full_sheet,
    ranking_sheet,
    selected_editions,
    short_sheet,
)
from innov_index.analysis.ranking.unit_figures import Figures, figure_sheet
from innov_index.index import Index
from innov_index.model.result import Beside, Lazy, Remarks, Result, Shown
from innov_index.model.scores import Scores


def ranking(index: Index, *, edition: str | None = None, top: int | None = None) -> Result:
    """Score an index and rank its units.

    Parameters
    ----------
    index : Index
    edition : str, optional
        Only this edition; all by default.
    top : int, optional
        Only this many units of each edition, the first.

    Returns
    -------
    Result
        Table `ranking`, one row a unit. Cells that imputation or treatment changed are written beside it, and
        the weights of units where each has its own. The facts are the `Scores`.

    Raises
    ------
    InnovIndexError
        A data file is not as it must be, a method has no result for some value, or no such edition exists.
    """
    scores = index.score(edition)
    editions = selected_editions(scores, edition)
    remarks = remarks_of(index, scores)
    figures = Figures(index, scores)
    return Result(
        title=scores.name,
        tables=Lazy({"ranking": partial(ranking_sheet, scores, editions, top, figures)}),
        remarks=remarks,
        screens=Lazy(
            {
                "ranking": lambda: (
                    Shown(short_sheet(scores, editions, top, figures), scores.name),
                    Remarks(remarks),
                )
            }
        ),
        beside=(*_changes(scores, editions), *_figures(figures, editions)),
        made_from=index.provenance,
        facts=scores,
    )


def node_scores(index: Index, *, edition: str | None = None, top: int | None = None) -> Result:
    """Score every node and indicator, with coverage and notes; see `ranking`.

    Returns
    -------
    Result
        Table `nodes`, one row a unit and node. The facts are the `Scores`.
    """
    scores = index.score(edition)
    editions = selected_editions(scores, edition)
    return Result(
        title=scores.name,
        tables=Lazy({"nodes": partial(full_sheet, scores, editions, top, Figures(index, scores))}),
        remarks=remarks_of(index, scores),
        beside=_changes(scores, editions),
        made_from=index.provenance,
        facts=scores,
    )


def _figures(figures: Figures, editions: tuple[int, ...]) -> tuple[Beside, ...]:
    if not figures.of_units:
        return ()
    return (Beside("figures", "Figures of units", partial(figure_sheet, figures, editions)),)


def _changes(scores: Scores, editions: tuple[int, ...]) -> tuple[Beside, ...]:
    if not scores.changes_cells:
        return ()
    return (Beside("changed", "Changed cells", partial(changed_sheet, scores, editions)),)

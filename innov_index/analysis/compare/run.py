"""What the ranking would be under other choices: `compare`, and `compare_combinations`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from innov_index.analysis.compare.schemes import compare_schemes
from innov_index.analysis.compare.tables import agreement_sheet, causes_sheet, comparison_sheet, ranks_sheet
from innov_index.analysis.uncertainty.product import product
from innov_index.index import Index
from innov_index.model.result import Lazy, Remarks, Result, Shown


def compare(
    index: Index, schemes: Sequence[str] = (), *, edition: str | None = None, top: int | None = None
) -> Result:
    """Score an index as it stands and under schemes of its config, side by side.

    Parameters
    ----------
    index : Index
    schemes : names, optional
        All schemes of the config by default.
    edition : str, optional
        The last one by default.
    top : int, optional
        Only this many units, the first.

    Returns
    -------
    Result
        Table `comparison`: rank, score and shift of each unit under each scheme. The facts are a
        `Comparison`.

    Raises
    ------
    InnovIndexError
        The config has no schemes, or none of that name.
    """
    found = compare_schemes(index, schemes, edition)
    return Result(
        title=found.base.name,
        edition=found.base.edition_name(found.edition),
        tables=Lazy({"comparison": partial(comparison_sheet, found, top)}),
        remarks=found.remarks,
        screens=Lazy(
            {
                "comparison": lambda: (
                    Shown(ranks_sheet(found, top)),
                    Shown(agreement_sheet(found)),
                    Remarks(found.remarks),
                )
            }
        ),
        made_from=index.provenance,
        facts=found,
    )


def compare_combinations(
    index: Index, across: Sequence[str] = (), *, edition: str | None = None, top: int | None = None
) -> Result:
    """Score every combination of alternatives, and say which single choice moves each unit most.

    Parameters
    ----------
    index : Index
    across : texts `PATH=[A, B, …]`, optional
        The alternatives; those of the config's `uncertainty:` block by default.
    edition, top
        As for `compare`.

    Returns
    -------
    Result
        Table `comparison`, as for `compare`. The facts are a `Product`.
    """
    found = product(index, across, edition)
    comparison = found.comparison
    return Result(
        title=comparison.base.name,
        edition=comparison.base.edition_name(comparison.edition),
        tables=Lazy({"comparison": partial(comparison_sheet, comparison, top)}),
        remarks=comparison.remarks,
        screens=Lazy(
            {
                "comparison": lambda: (
                    Shown(agreement_sheet(comparison)),
                    Shown(causes_sheet(found, top)),
                    Remarks(comparison.remarks),
                )
            }
        ),
        made_from=index.provenance,
        facts=found,
    )

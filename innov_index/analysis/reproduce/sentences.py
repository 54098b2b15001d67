"""A reproduction in sentences: what the table of levels cannot say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.reproduce.announcements import Announcement
from innov_index.analysis.reproduce.table_comparison import TableComparison
from innov_index.config.language import ExceptionBlock
from innov_index.config.row_conditions import conditions_of
from innov_index.wording import counted, listed


def sentences(announcement: Announcement) -> tuple[str, ...]:
    """Units without a match, exceptions, likely causes, and claims that do not hold."""
    return (
        *_of_matching(announcement),
        *_of_precision(announcement),
        *_of_exceptions(announcement),
        *_of_causes(announcement),
        *_of_claim(announcement),
    )


def _of_matching(announcement: Announcement) -> list[str]:
    found = list(announcement.cells.published.matching)
    lacking = sum(level.lacking for level in announcement.levels)
    if lacking:
        found.append(f"{counted(lacking, 'published figure')} without a computed counterpart")
    return found


def _of_precision(announcement: Announcement) -> list[str]:
    levels = announcement.levels
    cells, stated = announcement.cells, announcement.cells.published.block.decimals is not None
    found = []
    by_column = int((cells.inside & ~cells.exact).sum())
    if by_column and not stated:
        found.append(
            f"{counted(by_column, 'score')} agree to the decimals that their column shows; "
            "`published: decimals` states others"
        )
    beyond = sum(level.within - level.inside for level in levels)
    if beyond:
        found.append(
            f"{counted(beyond, 'score')} printed differently, but within what the printed inputs leave open"
        )
    tied = sum(level.tied for level in levels)
    if tied and stated:
        found.append(
            f"{counted(tied, 'printed score')} shared by several units: they alone do not decide these ranks"
        )
    undecided = sum(level.undecided for level in levels)
    if undecided:
        found.append(
            f"{counted(undecided, 'rank')} off only within the places that ties and printed inputs leave open"
        )
    return found


def table_sentences(comparison: TableComparison) -> tuple[str, ...]:
    """Rows and columns that are not compared, exceptions, and claims that do not hold."""
    published = comparison.published
    found = list(comparison.told)
    missing = np.asarray((comparison.there & np.isnan(comparison.computed)).any(axis=1))
    if missing.any():
        names = [row for row, lacking in zip(published.rows, missing, strict=True) if lacking]
        found.append(f"without a computed counterpart: {listed(names, 5)}")
    if published.left_out:
        found.append(f"columns that are not compared: {listed(published.left_out, 5)}")
    found += _stated_exceptions(published.block.exceptions, comparison.excepted)
    return (*found, *_of_claim(comparison))


def _of_exceptions(announcement: Announcement) -> list[str]:
    excepted = sum(level.excepted for level in announcement.levels)
    return _stated_exceptions(announcement.cells.published.block.exceptions, excepted)


def _stated_exceptions(exceptions: Sequence[ExceptionBlock], count: int) -> list[str]:
    stated = []
    for exception in exceptions:
        where = ", ".join(
            f"{key} {str(condition).removeprefix('= ')}"
            for key, condition in conditions_of(exception.where).items()
        )
        stated.append(f"stated exception ({where}): {exception.reason}")
    return [*stated, f"{counted(count, 'figure')} among the exceptions not reproduced"] if stated else []


def _of_causes(announcement: Announcement) -> list[str]:
    found = []
    for cause in announcement.causes:
        verb = "would explain it" if cause.explains else "would explain part of it"
        found.append(
            f"{cause.description} {verb}: {counted(cause.before, 'figure')} fail as it stands, "
            f"{cause.after} then"
        )
    failing = any(not level.verdict.holds for level in announcement.levels)
    if failing and not found and announcement.claims != "nothing":
        found.append("none of the usual causes explains the differences")
    return found


def _of_claim(announcement: Announcement | TableComparison) -> list[str]:
    if announcement.unverified:
        return ["the inputs are unverified: this shows only whether they agree with the published figures"]
    claims = (
        announcement.published.block.claims
        if isinstance(announcement, TableComparison)
        else announcement.claims
    )
    if claims == "nothing":
        return ["the config makes no claim about these figures"]
    if announcement.holds:
        return []
    wanted = "exact figures" if announcement.claims == "exact" else "figures correct to the printed decimals"
    return [f"the config claims {wanted}; this does not hold"]

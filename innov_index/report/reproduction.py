"""A reproduction as sheets and sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.reproduce import Announcement, LevelResult, Reproduction
from innov_index.config.settings import texts_of
from innov_index.config.step_table import Texts
from innov_index.model.sheet import Cell, Sheet

LEVEL_COLUMNS = (
    "level",
    "nodes",
    "scores",
    "inside",
    "largest difference",
    "at",
    "ranks",
    "differ",
    "undecided",
    "verdict",
)

CELL_COLUMNS = (
    "config",
    "announced by",
    "level",
    "node",
    "edition",
    "unit",
    "name",
    "computed score",
    "announced score",
    "difference",
    "score follows",
    "computed rank",
    "announced rank",
    "rank follows",
    "exception",
)


def levels_sheet(announcement: Announcement) -> Sheet:
    """One row a level of the tree."""
    return Sheet(LEVEL_COLUMNS, [_level_row(level) for level in announcement.levels])


def _level_row(level: LevelResult) -> list[Cell]:
    nodes = level.nodes[0] if len(level.nodes) == 1 else f"{len(level.nodes)} nodes"
    scores: list[Cell] = [None, None, None, None]
    if level.figures:
        scores = [level.figures, level.inside, f"{level.largest:.2g}", level.where]
    ranks: list[Cell] = [level.ranks, level.other_ranks, level.undecided] if level.ranks else [None] * 3
    return [level.level, nodes, *scores, *ranks, str(level.verdict)]


def sentences(announcement: Announcement) -> tuple[str, ...]:
    """What the table cannot say: units not matched, exceptions, causes, what does not hold."""
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
        found.append(f"{lacking} announced figures have no computed counterpart")
    return found


def _of_precision(announcement: Announcement) -> list[str]:
    levels = announcement.levels
    found = []
    beyond = sum(level.within - level.inside for level in levels)
    if beyond:
        found.append(
            f"{beyond} scores print otherwise, but the announced ones lie within what the inputs, printed "
            "themselves, leave open"
        )
    tied = sum(level.tied for level in levels)
    if tied and announcement.cells.half:
        found.append(f"{tied} printed scores are shared by units: they alone do not decide those ranks")
    undecided = sum(level.undecided for level in levels)
    if undecided:
        found.append(
            f"{undecided} ranks differ only within the places that ties and printed inputs leave open"
        )
    return found


def _of_exceptions(announcement: Announcement) -> list[str]:
    exceptions = announcement.cells.published.block.exceptions
    count = sum(level.excepted for level in announcement.levels)
    stated = [
        f"stated exception ({', '.join(f'{key} {_listed(texts)}' for key, texts in e.where.items())}): "
        f"{e.reason}"
        for e in exceptions
    ]
    return [*stated, f"{count} places in the exceptions do not follow"] if stated else []


def _listed(texts: Texts) -> str:
    return ", ".join(texts_of(texts))


def _of_causes(announcement: Announcement) -> list[str]:
    found = []
    for cause in announcement.causes:
        verb = "would explain it" if cause.explains else "would explain part of it"
        found.append(
            f"{cause.description} {verb}: {cause.before} figures fail as it stands, {cause.after} then"
        )
    failing = any(not level.verdict.holds for level in announcement.levels)
    if failing and not found and announcement.claims != "nothing":
        found.append("none of the usual causes explains what fails")
    return found


def _of_claim(announcement: Announcement) -> list[str]:
    if announcement.unverified:
        return [
            "the inputs are unverified: this says that they are consistent with the figures or not, no more"
        ]
    if announcement.claims == "nothing":
        return ["the config claims nothing of these figures"]
    if announcement.holds:
        return []
    wanted = "exact figures" if announcement.claims == "exact" else "figures right to the printed decimals"
    return [f"the config claims {wanted}; that does not hold"]


def verdict_of(announcement: Announcement) -> str:
    """One verdict for all levels: the weakest."""
    verdicts = [level.verdict for level in announcement.levels]
    order = list(type(verdicts[0])) if verdicts else []
    return str(max(verdicts, key=order.index)) if verdicts else "nothing in common"


def cells_sheet(reproductions: Sequence[Reproduction]) -> Sheet:
    """Every compared figure, one row a node, unit and edition."""
    rows = [
        row
        for reproduction in reproductions
        for announcement in reproduction.announcements
        for row in _cell_rows(reproduction, announcement)
    ]
    return Sheet(CELL_COLUMNS, rows)


def _cell_rows(reproduction: Reproduction, announcement: Announcement) -> list[list[Cell]]:
    scores, cells = reproduction.scores, announcement.cells
    published = cells.published
    there = ~np.isnan(published.scores) | ~np.isnan(published.ranks)
    rows: list[list[Cell]] = []
    for edition, unit, node in np.argwhere(there):
        at = (edition, unit, node)
        rows.append(
            [
                reproduction.index.config.path.name,
                published.name,
                scores.framework.nodes[node].level,
                scores.framework.codes[node],
                scores.editions[edition] if scores.editions else None,
                scores.units.codes[unit],
                scores.units.names[unit],
                float(cells.scores[at]),
                float(published.scores[at]),
                float(cells.difference[at]),
                _score_word(announcement, at),
                float(cells.ranks[at]),
                float(published.ranks[at]),
                _rank_word(announcement, at),
                bool(published.excepted[at]),
            ]
        )
    return rows


def _score_word(announcement: Announcement, at: tuple[int, int, int]) -> str | None:
    cells = announcement.cells
    if np.isnan(cells.published.scores[at]):
        return None
    if not cells.compared[at]:
        return "not computed"
    words = (
        (cells.exact, "exact"),
        (cells.inside, "to rounding"),
        (cells.within, "within the printed inputs"),
    )
    return next((word for mask, word in words if mask[at]), "no")


def _rank_word(announcement: Announcement, at: tuple[int, int, int]) -> str | None:
    cells = announcement.cells
    if np.isnan(cells.published.ranks[at]):
        return None
    if not cells.ranked[at]:
        return "not computed"
    if not cells.other_rank[at]:
        return "yes"
    return "left open" if cells.open_rank[at] else "no"

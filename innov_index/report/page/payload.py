"""What the page's scripts read: one JSON text, with arrays as base64 of float64."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from innov_index.analysis.answers import Answers
from innov_index.analysis.reproduce.against_published import announced_ranks
from innov_index.analysis.uncertainty.certainty import RankIntervals
from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.config.settings import Setting, texts_of
from innov_index.index import Index
from innov_index.io.rendering import embeddable
from innov_index.methods.classes import by_breaks, by_quantiles
from innov_index.model.arrays import Bools, Floats
from innov_index.model.scores import Scores
from innov_index.model.sheet import rank_cell
from innov_index.report.page.variants import ColumnPool, Variants
from innov_index.wording import decimals_of

FEWEST_ANNOUNCED = 4
"""With fewer published ranks there is no ranking to compare with."""

_CUTS: Mapping[Callable[..., Any], str] = {by_breaks: "breaks", by_quantiles: "probabilities"}
"""Methods of classes that the scripts compute, and the option that holds their cuts."""


def payload(answers: Answers) -> dict[str, Any]:
    """Everything that the scripts compute with and draw."""
    index, scores, edition = answers.index, answers.scores, answers.edition
    pool = ColumnPool()
    choices = Variants(answers.alternatives, pool).payload()
    raw = pool.add(scores.steps["denominated"][edition])
    return {
        "name": index.name,
        "config": index.config.path.name,
        "edition": scores.edition_name(edition),
        "nodes": _nodes(scores, edition),
        "units": _units(scores),
        **choices,
        "raw": raw,
        "treated": _cells(scores.treated[edition]),
        "capped": _cells(scores.capped(edition)),
        "coverage": pool.add(scores.coverage[edition][:, :1]),
        "pool": pool.encoded(),
        "ranking": {
            "ties": index.config.recipe.ranking.method.name,
            "digits": index.config.recipe.ranking.options["digits"],
            "direction": scores.framework.direction,
        },
        "added": _added(index, scores, edition),
        "announced": _announced(index, scores, edition),
        "intervals": _intervals(answers.intervals),
        "document": index.config.document.plain(),
    }


def as_json(data: dict[str, Any]) -> str:
    """Compact JSON that can stand inside an HTML element."""
    return embeddable(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _nodes(scores: Scores, edition: int) -> list[dict[str, Any]]:
    return [
        {
            "code": node.code,
            "name": node.name,
            "parent": node.parent,
            "level": node.level,
            "leaf": node.is_leaf,
            "unit": node.unit,
            "lower": node.direction < 0,
            "flags": node.flags,
            "decimals": decimals_of(scores.scores[edition, :, position].tolist()),
        }
        for position, node in enumerate(scores.framework.nodes)
    ]


def _units(scores: Scores) -> dict[str, Any]:
    units = scores.units
    return {"codes": units.codes, "names": units.names, "groups": dict(units.groups)}


def _cells(mask: Bools) -> list[int]:
    """Flat positions (unit × indicators + indicator) of the cells that a mask marks."""
    return [int(cell) for cell in np.flatnonzero(mask)]


def _added(index: Index, scores: Scores, edition: int) -> dict[str, Any]:
    """Class, ranks inside groups, change of rank: their values as the config stands, and their rules."""
    ranking, change = index.config.recipe.ranking, index.config.block.rank_change
    stated = {
        name: [rank_cell(cell) if isinstance(cell, float) else cell for cell in column[edition]]
        for name, column in scores.columns.items()
    }
    return {
        "classes": {"stated": stated[CLASS], **_rule(ranking.classes)} if ranking.classes else None,
        "within": {
            column: stated[rank_within(column)] for column in texts_of(ranking.step_options["within"] or [])
        },
        "change": {
            "stated": stated[RANK_CHANGE],
            "nodes": [scores.framework.position[code] for code in change],
        }
        if change
        else None,
    }


def _rule(classes: Setting) -> dict[str, Any]:
    """What the scripts cut classes by; no method where the engine alone can."""
    cuts = _CUTS.get(classes.method.function)
    return {
        "method": None if cuts is None else classes.method.name,
        "values": [] if cuts is None else sorted(classes.options[cuts]),
        "names": classes.step_options["names"],
    }


def _announced(index: Index, scores: Scores, edition: int) -> list[dict[str, Any]]:
    """Name, remark and ranks of each publication that ranks enough units of this edition."""
    rankings = []
    for published in index.published:
        ranks = announced_ranks(scores, published, edition)
        if (~np.isnan(ranks)).sum() >= FEWEST_ANNOUNCED:
            block = published.block
            remark = " ".join(
                part for part in (block.remark, "Inputs unverified." if block.unverified else None) if part
            )
            rankings.append({"name": published.name, "remark": remark, "ranks": _plain(ranks)})
    return rankings


def _intervals(intervals: RankIntervals | None) -> dict[str, Any] | None:
    if intervals is None:
        return None
    return {
        "low": _plain(intervals.low),
        "high": _plain(intervals.high),
        "label": intervals.label,
        "meaning": intervals.meaning,
    }


def _plain(values: Floats) -> list[float | None]:
    return [None if value != value else float(value) for value in values]

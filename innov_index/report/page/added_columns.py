"""What the config adds to the ranking, for the page's scripts: as the engine gave it, and by what rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.config.settings import Setting, texts_of
from innov_index.index import Index
from innov_index.methods.classes import by_breaks, by_quantiles
from innov_index.model.scores import Scores
from innov_index.model.sheet import rank_cell

CUTS: Mapping[Callable[..., Any], str] = {by_breaks: "breaks", by_quantiles: "probabilities"}
"""Methods of classes that the scripts compute, and the option that holds their cuts."""


def added(index: Index, scores: Scores, edition: int) -> dict[str, Any]:
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
    cuts = CUTS.get(classes.method.function)
    return {
        "method": None if cuts is None else classes.method.name,
        "values": [] if cuts is None else sorted(classes.options[cuts]),
        "names": classes.step_options["names"],
    }

"""What the config adds to the ranking, for the page's scripts: as the engine gave it, and by what rule."""

from __future__ import annotations

from typing import Any

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.config.settings import Setting, texts_of
from innov_index.index import Index
from innov_index.model.scores import Scores
from innov_index.model.sheet import rank_cell


def added(index: Index, scores: Scores, edition: int) -> dict[str, Any]:
    """Class, ranks inside groups, change of rank: their values as the config stands, and what they follow."""
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
    """What the scripts cut classes by; no method where only the engine can."""
    name = classes.method.name
    values = {"breaks": "breaks", "quantiles": "probabilities"}
    return {
        "method": name if name in values else None,
        "values": sorted(classes.options[values[name]]) if name in values else [],
        "names": classes.step_options["names"],
    }

"""One draw of a simulation again, alone: its settings, scores and ranks."""

from __future__ import annotations

from functools import partial

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.simulation import replay
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.result import Lazy, Result
from innov_index.model.sheet import Cell, Sheet, rank_cell


def one_draw(index: Index, draw: int, *, seed: int | None = None, edition: str | None = None) -> Result:
    """Repeat one draw of `uncertainty`.

    Parameters
    ----------
    index : Index
    draw : int
        Its number, from 0.
    seed : int, optional
        That of the config by default.
    edition : str, optional
        The last one by default.

    Returns
    -------
    Result
        Table `draw`; the facts are the evaluated draw.
    """
    model = Model(index, edition)
    start = model.block.seed if seed is None else seed
    point, evaluated = replay(model, draw, start)
    return Result(
        title=index.name,
        tables=Lazy({"draw": partial(_table, model, evaluated)}),
        remarks=(f"draw {draw} of seed {start}", *_settings(model, point, evaluated)),
        made_from=index.provenance,
        facts=evaluated,
    )


def _table(model: Model, evaluated: Evaluated) -> Sheet:
    """One row a unit, best first: rank and score in the draw, and as the config stands."""
    scores = evaluated.scores
    ranks = model.ranker().ranks(scores)[0]
    units = model.base.units
    rows: list[list[Cell]] = [
        [
            units.codes[model.units[unit]],
            units.names[model.units[unit]],
            rank_cell(ranks[unit]),
            float(scores[0, unit]),
            rank_cell(model.base_ranks[unit]),
            float(model.base_scores[unit]),
        ]
        for unit in np.argsort(ranks, kind="stable")
    ]
    return Sheet(["unit", "name", "rank", "score", "rank as stated", "score as stated"], rows)


def _settings(model: Model, point: Floats, evaluated: Evaluated) -> list[str]:
    """What was drawn, a line each; causes where the draw has no result."""
    codes = model.codes(point[:, None])[0]
    lines = [
        f"{choice.name}: {choice.label(float(code))}"
        for choice, code in zip(model.variations.choices, codes, strict=False)
    ]
    if model.variations.imputation is not None:
        lines.append(f"{model.variations.imputation.name}: table {int(codes[-1])}")
    framework = model.index.framework
    for variation in model.variations.weights:
        weights = ", ".join(
            f"{framework.codes[node]} {evaluated.weights[node, 0]:.4f}" for node in variation.members if node
        )
        lines.append(f"{variation.name}: {weights}")
    return [*lines, *(f"no result: {cause}" for cause in evaluated.causes)]

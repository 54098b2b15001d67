"""The draws themselves: one again with its settings, scores and ranks, or all of them in a Parquet file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import TracebackType

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.simulation import replay
from innov_index.index import Index
from innov_index.io.parquet import ParquetStream
from innov_index.limits import DrawNumber, Seed, ensure_within
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
    ensure_within(DrawNumber, draw=draw)
    ensure_within(Seed, seed=seed)
    model = Model(index, edition)
    start = model.block.seed if seed is None else seed
    point, evaluated = replay(model, draw, start)
    return Result(
        title=index.name,
        edition=model.base.edition_name(model.edition),
        tables=Lazy({"draw": partial(_table, model, evaluated)}),
        remarks=(f"draw {draw} of seed {start}", *_settings(model, point, evaluated)),
        made_from=index.provenance,
        facts=evaluated,
    )


def _table(model: Model, evaluated: Evaluated) -> Sheet:
    """One row a unit, best first: rank and score in the draw, and as the config stands."""
    scores = evaluated.scores
    ranks = model.ranker().ranks(scores, evaluated.bounds)[0]
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


class DrawsFile:
    """A context in which `keep` appends blocks of draws; the file appears when it ends without an error.

    Columns: `draw`, `result` (false: undefined), one a choice, `weight NODE` for every weight that varies,
    `score UNIT` and `rank UNIT`.
    """

    def __init__(self, path: Path, model: Model) -> None:
        self._stream = ParquetStream(path)
        self._model = model
        variations = model.variations
        self._nodes = sorted({int(node) for v in variations.weights for node in v.members if node})

    def __enter__(self) -> DrawsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close(complete=kind is None)

    def keep(self, start: int, evaluated: Evaluated, ranks: Floats) -> None:
        """Append a block: its first draw, what was evaluated, the ranks of the draws with a result."""
        model = self._model
        there = ~evaluated.undefined
        framework, units = model.index.framework, model.base.units
        columns: dict[str, object] = {
            "draw": np.arange(start, start + len(there)),
            "result": there,
        }
        for position, choice in enumerate(model.variations.choices):
            columns[choice.name] = [choice.label(float(code)) for code in evaluated.codes[:, position]]
        for node in self._nodes:
            columns[f"weight {framework.codes[node]}"] = evaluated.weights[node]
        full = np.full(evaluated.scores.shape, np.nan)
        full[there] = ranks
        for column, unit in enumerate(model.units):
            columns[f"score {units.codes[unit]}"] = evaluated.scores[:, column]
            columns[f"rank {units.codes[unit]}"] = full[:, column]
        self._stream.write(columns)

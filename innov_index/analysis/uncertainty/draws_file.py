"""Every variant of a simulation, written to a Parquet file block by block."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.io.rendering import ParquetStream
from innov_index.model.arrays import Floats


class DrawsFile:
    """A context in which `keep` appends blocks; the file appears when the context ends without an error.

    Columns: `draw`, `result` (false: undefined), one a choice, `weight NODE` for every weight that varies,
    `score UNIT` and `rank UNIT`.
    """

    def __init__(self, path: Path, model: Model) -> None:
        self._stream = ParquetStream(path)
        self._model = model
        variations = model.variations
        self._nodes = sorted({int(node) for v in variations.weights for node in v.members if node})

    def __enter__(self) -> DrawsFile:
        self._stream.open()
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

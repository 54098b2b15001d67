"""Entries of `uncertainty.vary` about values and units → variations of the data."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.reader import Reader
from innov_index.analysis.uncertainty.variations import ErrorVariation, ImputationVariation, SampleVariation
from innov_index.config.located import located
from innov_index.config.uncertainty import ErrorBlock, ImputationDrawsBlock, ResampleBlock
from innov_index.errors import Mark
from innov_index.model.arrays import Floats, Ints
from innov_index.wording import listed


def read_error(reader: Reader, block: ErrorBlock, mark: Mark) -> ErrorVariation:
    """Errors of measurement."""
    columns = reader.columns(block.indicators, mark)
    name = reader.named(block, f"data: error ({', '.join(block.indicators or ['all'])})")

    def change(points: Floats, values: Floats) -> Floats:
        drawn = np.ascontiguousarray(points.T).reshape(points.shape[1], 1, -1, len(columns))
        size = sampling.errors(drawn, block.distribution)
        return values + size * (block.absolute or values * (block.relative or 0.0))

    return ErrorVariation(name, mark, reader.units * len(columns), columns, change)


def read_resampling(reader: Reader, block: ResampleBlock, mark: Mark) -> SampleVariation:
    """Other units to learn from."""
    units = reader.units

    def drawn(points: Floats) -> Ints:
        return np.minimum((points.T * units).astype(np.int64), units - 1)

    def all_but_one(points: Floats) -> Ints:
        others = np.arange(units - 1)
        return others + (others >= drawn(points))

    name = reader.named(block, block.data)
    if block.data == "bootstrap":
        return SampleVariation(name, mark, units, drawn)
    return SampleVariation(name, mark, 1, all_but_one)


def read_imputation(reader: Reader, block: ImputationDrawsBlock, mark: Mark) -> ImputationVariation | None:
    """Several imputed tables to draw from."""
    blocks = zip(reader.framework.codes, reader.config.tree.blocks, strict=True)
    own = [code for code, stated in blocks if "imputation" in stated.mapping]
    if own:
        reader.problem(
            f"draws fill the gaps of all indicators, but {listed(own)} has an imputation of its own",
            mark,
        )
        return None
    setting = {"method": block.method, "draws": block.tables, **block.options}
    name = reader.named(block, "imputation draws")
    return ImputationVariation(name, mark, block.tables, ("imputation", located(setting, mark)))

"""Entries of `uncertainty.vary` about settings, values and units → choices and variations of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.reader import Reader
from innov_index.analysis.uncertainty.variations import (
    Choice,
    ErrorVariation,
    ImputationVariation,
    OverrideSets,
    SampleVariation,
)
from innov_index.config.located import Located, located
from innov_index.config.overrides import parse_path
from innov_index.config.uncertainty import (
    AS_STATED,
    BASE,
    AlternativesBlock,
    ErrorBlock,
    ImputationDrawsBlock,
    RangeBlock,
    ResampleBlock,
    SchemesBlock,
)
from innov_index.errors import Mark
from innov_index.model.arrays import Floats, Ints
from innov_index.wording import listed


def read_alternatives(reader: Reader, block: AlternativesBlock, stated: Located) -> Choice:
    """Other settings of one place."""
    entries = stated.mapping["alternatives"].items if "alternatives" in stated.mapping else ()
    entries = entries or tuple(located(value, stated.mark) for value in block.alternatives)
    sets = tuple(() if entry.value == AS_STATED else ((block.path, entry),) for entry in entries)
    labels = _distinct([_shown(entry.plain()) for entry in entries])
    return _one_of(reader, block, block.path, sets, labels, stated.mark)


def read_schemes(reader: Reader, block: SchemesBlock, mark: Mark) -> Choice:
    """Schemes of the config."""
    schemes = reader.config.document.mapping.get("schemes")
    sets = []
    for name in block.schemes:
        entries = () if schemes is None or name == BASE else tuple(schemes.mapping[name].mapping.items())
        sets.append(tuple(entry for entry in entries if entry[0] != "description"))
        if any(parse_path(path, mark).step == "ranking" for path, _ in sets[-1]):
            reader.problem(
                f"scheme '{name}' changes the rule of ranking, which cannot vary: it defines the ranks", mark
            )
    return _one_of(reader, block, "schemes", tuple(sets), tuple(block.schemes), mark)


def read_range(reader: Reader, block: RangeBlock, mark: Mark) -> Choice:
    """A number anywhere in a range."""
    low, high = block.range

    def at(points: Floats) -> Floats:
        if block.steps is not None:
            points = (np.floor(points * block.steps) + 0.5) / block.steps
        if block.integer:
            drawn = sampling.in_range(points, low - 0.5, high + 0.5, block.distribution)
            return np.clip(np.rint(drawn), low, high)
        return sampling.in_range(points, low, high, block.distribution)

    return Choice(
        reader.named(block, block.path),
        parse_path(block.path, mark).step,
        block.path,
        mark,
        at,
        integer=block.integer,
        stepped=block.integer or block.steps is not None,
    )


def _one_of(
    reader: Reader,
    block: AlternativesBlock | SchemesBlock,
    path: str,
    sets: OverrideSets,
    labels: tuple[str, ...],
    mark: Mark,
) -> Choice:
    """A choice among settings, with the probabilities that the entry states."""
    step = "schemes" if path == "schemes" else parse_path(path, mark).step
    if step == "ranking":
        reader.problem("the rule of ranking cannot vary: it defines the ranks", mark)
    count = len(labels)
    likely = None if block.probabilities is None else np.array(block.probabilities)

    def at(points: Floats) -> Floats:
        return sampling.picked(points, count, likely).astype(np.float64)

    return Choice(reader.named(block, path), step, path, mark, at, labels, sets)


def _shown(value: Any) -> str:
    """A setting as it is written in a config."""
    if isinstance(value, dict):
        return ", ".join(
            str(entry) if key == "method" else f"{key} {_shown(entry)}" for key, entry in value.items()
        )
    return str(value)


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        label if labels.count(label) == 1 else f"{label} ({position + 1})"
        for position, label in enumerate(labels)
    )


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
    """Other units that set the scale."""
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

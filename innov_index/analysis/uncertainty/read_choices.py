"""Entries of `uncertainty.vary` that pick a setting of the config → choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.reader import Reader
from innov_index.analysis.uncertainty.variations import Choice, OverrideSets
from innov_index.config.located import Located, located
from innov_index.config.overrides import parse_path
from innov_index.config.uncertainty import AS_STATED, BASE, AlternativesBlock, RangeBlock, SchemesBlock
from innov_index.errors import Mark
from innov_index.model.arrays import Floats


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
                f"scheme '{name}' changes the rule of ranking, which cannot vary: ranks are looked at", mark
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
        reader.problem("the rule of ranking cannot vary: ranks are what is looked at", mark)
    count = len(labels)
    likely = None if block.probabilities is None else np.array(block.probabilities)

    def at(points: Floats) -> Floats:
        return sampling.picked(points, count, likely).astype(np.float64)

    return Choice(reader.named(block, path), step, path, mark, at, labels, sets)


def _shown(value: Any) -> str:
    """A setting as a person would write it."""
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

"""What may vary: each variation takes some coordinates of a point in the unit cube and gives them a meaning.

A `Choice` picks a setting of the config, a `WeightVariation` changes local weights, a `DataVariation` the
values or the units that methods learn from, an `ImputationVariation` the values that fill gaps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import field
from typing import TypeAlias

import numpy as np

from innov_index.config.located import Located
from innov_index.config.overrides import parse_path
from innov_index.errors import Mark
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

GRID = 101
"""Numbers in a range that a tornado or a check looks at."""

Override: TypeAlias = tuple[str, Located]
OverrideSets: TypeAlias = tuple[tuple[Override, ...], ...]


@frozen
class Choice:
    """One of several settings, or a number of a range.

    `at` gives each draw a code: the number itself, or the position of the setting in `labels`.
    """

    name: str
    step: str
    path: str
    mark: Mark
    at: Callable[[Floats], Floats]
    labels: tuple[str, ...] = ()
    settings: OverrideSets = ()
    integer: bool = False
    stepped: bool = False
    dimensions: int = 1

    def overrides(self, code: float) -> tuple[Override, ...]:
        """What replaces a part of the config."""
        if self.settings:
            return self.settings[int(code)]
        value = int(code) if self.integer else float(code)
        return ((self.path, Located(value, self.mark)),)

    @property
    def steps(self) -> frozenset[str]:
        """The top-level keys of the config that any of its settings is about."""
        paths = [path for settings in self.settings for path, _ in settings] or [self.path]
        return frozenset(parse_path(path, self.mark).step for path in paths)

    def label(self, code: float) -> str:
        """The setting as text."""
        if self.labels:
            return self.labels[int(code)]
        return str(int(code)) if self.integer else f"{code:.6g}"

    @property
    def codes(self) -> Floats:
        """All settings, or numbers that show the range."""
        if self.labels:
            return np.arange(float(len(self.labels)))
        return np.unique(self.at(np.linspace(0.0, 1.0 - 2.0**-53, GRID)))


@frozen
class WeightVariation:
    """Weights of some families of siblings (`members`, nodes side by side): base weights → drawn ones.

    `from_base` says whether what is drawn depends on the base weights, `cumulative` whether it is made of
    those that others have drawn.
    """

    name: str
    mark: Mark
    members: Ints
    dimensions: int
    draw: Callable[[Floats, Floats], Floats]
    step: str = "weighting"
    from_base: bool = True
    cumulative: bool = False

    def apply(self, points: Floats, weights: Floats) -> None:
        """Change the rows of `weights` (nodes, draws) that this variation is about."""
        weights[self.members] = self.draw(points, weights[self.members])


@frozen
class DataVariation:
    """Other values, or other units that methods learn from.

    `change` takes points (dimensions, draws) and changes values (draws, editions, units, indicators) in
    place; `sample` gives points → positions (draws, units drawn). None leaves values, or units, as they are.
    """

    name: str
    mark: Mark
    step: str
    dimensions: int
    change: Callable[[Floats, Floats], None] | None = None
    sample: Callable[[Floats], Ints] | None = None


@frozen
class ImputationVariation:
    """One of several imputed tables."""

    name: str
    mark: Mark
    tables: int
    override: Override
    step: str = "imputation"
    dimensions: int = 1


Variation: TypeAlias = Choice | WeightVariation | DataVariation | ImputationVariation


@frozen
class Variations:
    """Everything that varies, in the order stated: each takes its coordinates of a point in that order."""

    choices: tuple[Choice, ...] = ()
    imputation: ImputationVariation | None = None
    data: tuple[DataVariation, ...] = ()
    weights: tuple[WeightVariation, ...] = ()
    order: tuple[str, ...] = field(default=())

    @property
    def all(self) -> tuple[Variation, ...]:
        """Every variation, in the order stated."""
        own = (*self.choices, *((self.imputation,) if self.imputation else ()), *self.data, *self.weights)
        return tuple(sorted(own, key=lambda variation: self.order.index(variation.name)))

    @property
    def dimensions(self) -> int:
        return sum(variation.dimensions for variation in self.all)

    def rows(self, name: str) -> slice:
        """The coordinates of a point that a variation takes."""
        start = 0
        for variation in self.all:
            if variation.name == name:
                return slice(start, start + variation.dimensions)
            start += variation.dimensions
        raise KeyError(name)

    @property
    def endless(self) -> bool:
        """Whether some choice is a number of a range, different in every draw."""
        return any(not choice.labels and not choice.stepped for choice in self.choices)

    @property
    def combinations(self) -> int:
        """The number of combinations of settings, unless they are endless."""
        return math.prod(len(choice.codes) for choice in self.choices)

    @property
    def by_step(self) -> dict[str, tuple[str, ...]]:
        """Names of the variations of each step."""
        groups: dict[str, list[str]] = {}
        for variation in self.all:
            groups.setdefault(variation.step, []).append(variation.name)
        return {step: tuple(names) for step, names in groups.items()}

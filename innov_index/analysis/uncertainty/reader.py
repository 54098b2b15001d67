"""What the readers of all variations share: the config, the names given so far, the problems found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.config.load import Config
from innov_index.config.uncertainty import VariationBlock
from innov_index.errors import Mark, Problem, not_found
from innov_index.model.arrays import Ints
from innov_index.model.framework import Framework

_COLUMNS = ("draw", "result")
"""Columns of a file of draws, in which each choice has one too."""


class Reader:
    """A config whose `uncertainty:` block is being read.

    Parameters
    ----------
    config : Config
    units : int
        The number of units in its data.

    Attributes
    ----------
    problems : what is wrong, and where; reading continues after a problem
    names : of the variations, in the order stated
    """

    def __init__(self, config: Config, units: int) -> None:
        self.config = config
        self.framework: Framework = config.recipe.framework
        self.units = units
        self.mark = config.document.key_mark(("uncertainty",))
        self.problems: list[Problem] = []
        self.names: list[str] = []

    def problem(self, message: str, mark: Mark) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(message, mark))

    def named(self, block: VariationBlock, default: str) -> str:
        """A name for a variation that no other has."""
        name = block.name or default
        if name in _COLUMNS:
            self.problem(
                f"a variation cannot be called '{name}': files of draws have a column of this name", self.mark
            )
        base, number = name, 2
        while name in self.names:
            name, number = f"{base} ({number})", number + 1
        self.names.append(name)
        return name

    def columns(self, codes: Sequence[str] | None, mark: Mark) -> Ints:
        """Positions of indicators among the leaves; of all where none are named."""
        own = [self.framework.codes[leaf] for leaf in self.framework.leaves]
        if codes is None:
            return np.arange(len(own))
        unknown = [code for code in codes if code not in own]
        if unknown:
            self.problem(not_found("indicator", unknown[0], own), mark)
        return np.array([own.index(code) for code in codes if code in own], dtype=np.int64)

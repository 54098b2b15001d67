"""An index of another tool, before it is written as files of this engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from innov_index.frozen import frozen
from innov_index.model.sheet import Cell

UNIT, NAME, EDITION = "unit", "name", "edition"


@frozen
class ImportedNode:
    """A node as the other tool states it; `parent` is empty for the root, `direction` 0 for a dimension."""

    code: str
    parent: str
    name: str = ""
    weight: float | None = None
    direction: Literal[1, 0, -1] = 0
    unit: str = ""
    per: str = ""
    goalposts: tuple[float, float] | None = None


@frozen
class ImportedIndex:
    """An index of another tool.

    Attributes
    ----------
    source
        Where it was read from, for the first line of the config.
    nodes
        Siblings are in the order stated.
    units, names, editions
        One entry per row of the data; `editions` is empty if there is only one.
    groups, numbers
        Columns of the data by name, one entry per row: texts; denominators and indicators.
    denominators
        Which of the `numbers` are denominators.
    remarks
        What a person should know about the import.
    """

    source: str
    nodes: tuple[ImportedNode, ...]
    units: tuple[str, ...]
    names: tuple[str, ...]
    numbers: Mapping[str, tuple[Cell, ...]]
    editions: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denominators: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def root(self) -> ImportedNode:
        return next(node for node in self.nodes if not node.parent)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves."""
        return tuple(node.code for node in self.nodes if node.direction)

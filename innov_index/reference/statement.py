"""An index as plain data: what its config states and what its tables hold, without any of the engine.

A missing value is None, and only None.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Value: TypeAlias = float | None
Column: TypeAlias = list[Value]
"""One value a unit."""
Panel: TypeAlias = list[Column]
"""One column an edition."""


@dataclass(frozen=True)
class Setting:
    """A method by name, its options, and the options of the step itself."""

    rule: str
    options: Mapping[str, Any] = field(default_factory=dict)
    of_step: Mapping[str, Any] = field(default_factory=dict)
    fallback: Setting | None = None

    @property
    def key(self) -> str:
        """Equal for settings that say the same."""
        inner = "" if self.fallback is None else self.fallback.key
        return repr((self.rule, dict(self.options), dict(self.of_step), inner))


@dataclass(frozen=True)
class StatedNode:
    """A node of the tree: `parent` is a position, -1 above the root; a leaf names its indicator.

    `sign` is -1 for a leaf whose score falls with its values, and for the root where lower scores are better.
    """

    code: str
    parent: int
    level: int
    indicator: str | None
    sign: int
    weight: float | None


@dataclass(frozen=True)
class Statement:
    """The tree, and the setting of each step for each node, by the node's position.

    `screening` has a setting for units, for indicators, for both or for neither. `applies_to` holds, for
    nodes that only some units have, group columns and the texts they must hold; `lacking` those of them that
    other units lack. `noise` is the share of the largest number that two were computed from below which they
    do not differ.
    """

    nodes: Sequence[StatedNode]
    steps: Mapping[str, Mapping[int, Setting]]
    screening: Mapping[str, Setting]
    ranking: Setting
    classes: Setting | None = None
    applies_to: Mapping[int, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    lacking: Collection[int] = ()
    noise: float = 1e-13

    @property
    def leaves(self) -> list[int]:
        return [position for position, node in enumerate(self.nodes) if node.indicator is not None]

    def children(self, parent: int) -> list[int]:
        return [position for position, node in enumerate(self.nodes) if node.parent == parent]

    def ancestor(self, position: int, level: int) -> int:
        """The node at a level above a node: the node itself where it stands higher."""
        while self.nodes[position].level > level:
            position = self.nodes[position].parent
        return position

    def leaves_below(self, position: int) -> list[int]:
        """Leaves below a node; a leaf itself."""
        if self.nodes[position].indicator is not None:
            return [position]
        return [leaf for child in self.children(position) for leaf in self.leaves_below(child)]


@dataclass(frozen=True)
class Tables:
    """What the data hold: values of indicators and numeric columns by edition and unit, groups by unit.

    `editions` holds a name each; data without editions have one that is called "". `rows` says which units
    have a row in an edition.
    """

    units: Sequence[str]
    editions: Sequence[str]
    rows: Sequence[Sequence[bool]]
    columns: Mapping[str, Panel]
    groups: Mapping[str, Sequence[str]]

    @property
    def years(self) -> list[float]:
        """The editions as numbers: 0, 1, … where they are none."""
        try:
            return [float(name) for name in self.editions]
        except ValueError:
            return [float(place) for place in range(len(self.editions))]

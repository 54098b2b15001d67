"""Entries of `uncertainty.vary` about weights → variations of the weights of whole families of siblings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.reader import Reader
from innov_index.analysis.uncertainty.variations import WeightVariation
from innov_index.config import uncertainty as blocks
from innov_index.errors import Mark, not_found
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.wording import listed

_Free: TypeAlias = blocks.NoiseBlock | blocks.DirichletBlock | blocks.UniformBlock
_Stated: TypeAlias = blocks.OrderBlock | blocks.BoundsBlock | blocks.PanelBlock
_Drawn: TypeAlias = tuple[int, Callable[[Floats, Floats], Floats]]
"""Coordinates that a draw takes, and points, base weights → weights."""


def read_weights(reader: Reader, block: _Free, mark: Mark) -> WeightVariation | None:
    """Weights of any number of families, each on its own."""
    families = _families(reader, block, mark)
    if not families:
        return None
    sizes = [len(family) for family in families]
    starts = np.cumsum([0, *sizes[:-1]])

    def draw(points: Floats, base: Floats) -> Floats:
        if isinstance(block, blocks.NoiseBlock):
            return sampling.noisy(points, base, starts, block.amount)
        if isinstance(block, blocks.DirichletBlock):
            return sampling.dirichlet(points, base, starts, block.concentration)
        return sampling.uniform(points, starts)

    return _variation(reader, block, families, mark, (sum(sizes), draw))


def read_family(reader: Reader, block: _Stated, mark: Mark) -> WeightVariation | None:
    """Weights of one family, by statements about its members."""
    families = _families(reader, block, mark)
    if not families:
        return None
    if len(families) != 1:
        reader.problem(f"weights: {block.weights} applies to one family: state `below: [NODE]`", mark)
        return None
    codes = [reader.framework.codes[int(node)] for node in families[0]]
    if isinstance(block, blocks.OrderBlock):
        drawn = _ordered(reader, block, codes, mark)
    elif isinstance(block, blocks.BoundsBlock):
        drawn = _bounded(reader, block, codes, mark)
    else:
        drawn = _panel(reader, block, codes, mark)
    return None if drawn is None else _variation(reader, block, families, mark, drawn)


def read_left_out(reader: Reader, block: blocks.LeaveOutBlock, mark: Mark) -> WeightVariation | None:
    """Some indicators get no weight."""
    framework = reader.framework
    columns = reader.columns(block.indicators, mark)
    if block.count >= len(framework.leaves) or block.count > len(columns):
        reader.problem(f"{block.count} of {len(columns)} indicators cannot be left out", mark)
        return None
    blind = {framework.nodes[int(framework.leaves[column])].parent for column in columns}
    ignored = sorted(framework.codes[node] for node in blind if not _uses_weights(reader, node))
    if ignored:
        message = (
            f"indicators below {listed(ignored)} cannot be left out: the aggregation there ignores weights"
        )
        reader.problem(f"{message}; name the others under `indicators:`", mark)
        return None
    name = reader.named(
        block, f"{block.count} indicators left out" if block.count > 1 else "an indicator left out"
    )
    leave = _Leaving(framework, framework.leaves[columns], block.count)
    nodes = np.arange(len(framework))
    return WeightVariation(name, mark, nodes, len(columns), leave, "indicators", cumulative=True)


def _variation(
    reader: Reader, block: _Free | _Stated, families: Sequence[Ints], mark: Mark, drawn: _Drawn
) -> WeightVariation:
    where = ", ".join(block.below or []) or (f"levels {block.levels}" if block.levels else "all")
    name = reader.named(block, f"weights: {block.weights} ({where})")
    from_base = isinstance(block, (blocks.NoiseBlock, blocks.DirichletBlock))
    return WeightVariation(name, mark, np.concatenate(families), *drawn, from_base=from_base)


def _families(reader: Reader, block: blocks.WeightsBlock, mark: Mark) -> list[Ints]:
    """Children of the chosen nodes that have more than one child."""
    framework = reader.framework
    chosen = [int(node) for node in framework.inner]
    if block.below is not None:
        unknown = [code for code in block.below if code not in framework.position]
        if unknown:
            reader.problem(not_found("node", unknown[0], framework.codes, "in the index"), mark)
            return []
        chosen = [framework.position[code] for code in block.below]
    if block.levels is not None:
        deepest = int(framework.levels.max())
        if max(block.levels) > deepest:
            reader.problem(
                f"level {max(block.levels)}: the nodes of this tree are at levels 1 to {deepest}", mark
            )
            return []
        chosen = [node for node in chosen if framework.nodes[node].level + 1 in block.levels]
    families = [framework.children[node] for node in chosen if len(framework.children[node]) > 1]
    if not families:
        reader.problem("these weights cannot vary: none of the nodes has a sibling", mark)
    elif not any(_uses_weights(reader, framework.nodes[int(family[0])].parent) for family in families):
        reader.problem("these weights have no effect: the aggregation of their nodes ignores weights", mark)
    return families


def _uses_weights(reader: Reader, node: int) -> bool:
    return reader.config.recipe.node(node).uses_weights


def _ordered(reader: Reader, block: blocks.OrderBlock, codes: Sequence[str], mark: Mark) -> _Drawn | None:
    named = [code for chain in block.order for code in chain]
    if _strangers(reader, named, codes, mark):
        return None
    chains = [np.array([codes.index(code) for code in chain]) for chain in block.order]
    return len(codes), lambda points, base: sampling.ordered(points, np.array([0]), chains)


def _bounded(reader: Reader, block: blocks.BoundsBlock, codes: Sequence[str], mark: Mark) -> _Drawn | None:
    if _strangers(reader, list(block.bounds), codes, mark):
        return None
    lower = np.array([block.bounds.get(code, [0.0, 1.0])[0] for code in codes])
    upper = np.array([block.bounds.get(code, [0.0, 1.0])[1] for code in codes])
    if upper.sum() < 1:
        reader.problem("no weights that sum to 1 meet these bounds", mark)
        return None
    return sampling.bounded_dimensions(len(codes)), lambda points, base: sampling.bounded(
        points, lower, upper
    )


def _panel(reader: Reader, block: blocks.PanelBlock, codes: Sequence[str], mark: Mark) -> _Drawn | None:
    named = list(block.experts[0])  # all name the same siblings
    if _strangers(reader, named, codes, mark):
        return None
    if set(named) != set(codes):
        reader.problem(f"each expert gives a weight to each of {listed(codes)}", mark)
        return None
    experts = np.array([[expert[code] for code in codes] for expert in block.experts])
    experts /= experts.sum(axis=1, keepdims=True)
    if block.mix:
        return len(experts), lambda points, base: sampling.mixed_panel(points, experts)
    return 1, lambda points, base: sampling.of_panel(points, experts)


def _strangers(reader: Reader, named: Sequence[str], codes: Sequence[str], mark: Mark) -> bool:
    """Whether some named nodes are not in the family; this is noted as a problem."""
    unknown = [code for code in named if code not in codes]
    if unknown:
        reader.problem(not_found("node", unknown[0], codes, "among these siblings"), mark)
    return bool(unknown)


@dataclass(frozen=True)
class _Leaving:
    """Weights of all nodes with `count` of some leaves left out; a node without any child left goes too."""

    framework: Framework
    leaves: Ints
    count: int

    def __call__(self, points: Floats, weights: Floats) -> Floats:
        kept = np.ones(weights.shape)
        kept[self.leaves] = sampling.without(points, self.count)
        changed = np.array(weights)
        for node in self.framework.inner[::-1]:
            children = self.framework.children[node]
            own = weights[children] * kept[children]
            total = own.sum(axis=0)
            kept[node] = total > 0
            changed[children] = np.where(total > 0, own / np.where(total > 0, total, 1.0), weights[children])
        return changed

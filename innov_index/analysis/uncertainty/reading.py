"""What a config says under `uncertainty:` → variations; everything that can be checked before a draw is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.variations import (
    AS_STATED,
    BASE,
    Choice,
    DataVariation,
    ErrorVariation,
    ImputationVariation,
    OverrideSets,
    SampleVariation,
    Variations,
    WeightVariation,
)
from innov_index.config import uncertainty as blocks
from innov_index.config.load import Config
from innov_index.config.located import Located, located
from innov_index.config.paths import parse_path
from innov_index.errors import ConfigError, Mark, Problem, did_you_mean
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework


def read_variations(config: Config, units: int, block: blocks.UncertaintyBlock | None = None) -> Variations:
    """Read `uncertainty.vary` of a config.

    Raises
    ------
    ConfigError
        There is no such block, or some of it means nothing for this index: all problems at once.
    """
    stated = config.document.at(("uncertainty", "vary")).items if block is None else ()
    block = block or config.block.uncertainty
    if block is None:
        message = "nothing may vary: the config has no `uncertainty:` block"
        raise ConfigError(Problem(message, Mark(config.document.mark.file)))
    reader = _Reader(config, units)
    for position, entry in enumerate(block.vary):
        reader.read(entry, stated[position] if stated else Located({}, config.document.mark))
    reader.check_families()
    reader.check_data()
    if reader.problems:
        raise ConfigError(reader.problems)
    return Variations(
        choices=tuple(reader.choices),
        imputation=reader.imputation,
        data=tuple(reader.data),
        weights=tuple(reader.weights),
        order=tuple(reader.names),
    )


class _Reader:
    def __init__(self, config: Config, units: int) -> None:
        self.config = config
        self.framework: Framework = config.recipe.framework
        self.units = units
        self.problems: list[Problem] = []
        self.names: list[str] = []
        self.choices: list[Choice] = []
        self.weights: list[WeightVariation] = []
        self.data: list[DataVariation] = []
        self.imputation: ImputationVariation | None = None

    def read(self, block: blocks.VariationBlock, stated: Located) -> None:
        """Read one entry of the list."""
        mark = stated.mark
        before = len(self.problems)
        if isinstance(block, blocks.AlternativesBlock):
            self._alternatives(block, stated)
        elif isinstance(block, blocks.RangeBlock):
            self._range(block, mark)
        elif isinstance(block, blocks.SchemesBlock):
            self._schemes(block, mark)
        elif isinstance(block, blocks.WeightsBlock):
            self._weights(block, mark)
        elif isinstance(block, blocks.ErrorBlock):
            self._error(block, mark)
        elif isinstance(block, blocks.LeaveOutBlock):
            self._leave_out(block, mark)
        elif isinstance(block, blocks.ImputationDrawsBlock):
            self._imputation(block, mark)
        elif isinstance(block, blocks.ResampleBlock):
            self._resample(block, mark)
        if len(self.problems) > before and not self.problems[-1].mark:
            self.problems[-1] = Problem(self.problems[-1].message, mark)

    def check_families(self) -> None:
        """Siblings whose weights vary twice, unless one is left out."""
        seen: dict[int, str] = {}
        for variation in self.weights:
            if variation.cumulative:
                continue
            twice = [int(node) for node in variation.members if int(node) in seen]
            if twice:
                first = seen[twice[0]]
                node = self.framework.codes[twice[0]]
                message = f"the weight of '{node}' varies twice: by '{first}' and by '{variation.name}'"
                self.problems.append(Problem(message, variation.mark))
            seen |= dict.fromkeys(variation.members.tolist(), variation.name)

    def _named(self, block: blocks.VariationBlock, default: str) -> str:
        name = block.name or default
        base, number = name, 2
        while name in self.names:
            name, number = f"{base} ({number})", number + 1
        self.names.append(name)
        return name

    def _problem(self, message: str, mark: Mark) -> None:
        self.problems.append(Problem(message, mark))

    def _alternatives(self, block: blocks.AlternativesBlock, stated: Located) -> None:
        entries = stated.mapping["alternatives"].items if "alternatives" in stated.mapping else ()
        entries = entries or tuple(located(value, stated.mark) for value in block.alternatives)
        sets = tuple(() if entry.value == AS_STATED else ((block.path, entry),) for entry in entries)
        labels = _distinct([_shown(entry.plain()) for entry in entries])
        self._choice(block, block.path, sets, labels, block.probabilities, stated.mark)

    def _schemes(self, block: blocks.SchemesBlock, mark: Mark) -> None:
        known = self.config.document.mapping.get("schemes")
        schemes = known.mapping if known else {}
        sets = []
        for name in block.schemes:
            if name != BASE and name not in schemes:
                listed = ", ".join((BASE, *schemes))
                self._problem(f"no scheme '{name}'; there is {listed}.{did_you_mean(name, schemes)}", mark)
                return
            entries = () if name == BASE else tuple(schemes[name].mapping.items())
            sets.append(tuple(entry for entry in entries if entry[0] != "description"))
        self._choice(block, "schemes", tuple(sets), tuple(block.schemes), block.probabilities, mark)

    def _choice(
        self,
        block: blocks.VariationBlock,
        path: str,
        sets: OverrideSets,
        labels: tuple[str, ...],
        probabilities: list[float] | None,
        mark: Mark,
    ) -> None:
        step = "schemes" if path == "schemes" else parse_path(path, mark).step
        if step == "ranking":
            self._problem("the rule of ranking cannot vary: ranks are what is looked at", mark)
        count = len(labels)
        likely = None if probabilities is None else np.array(probabilities)
        if likely is not None and (len(likely) != count or likely.sum() <= 0):
            self._problem(f"{len(likely)} probabilities for {count} alternatives, or all are 0", mark)
            return

        def at(points: Floats) -> Floats:
            return sampling.picked(points, count, likely).astype(np.float64)

        self.choices.append(Choice(self._named(block, path), step, path, mark, at, labels, sets))

    def _range(self, block: blocks.RangeBlock, mark: Mark) -> None:
        low, high = block.range[0], block.range[1]
        if len(block.range) != 2 or low >= high:
            self._problem(f"a range is [lowest, highest]; got {block.range}", mark)
            return
        if block.integer and not (low.is_integer() and high.is_integer()):
            self._problem(f"a range of whole numbers has whole ends; got {block.range}", mark)
            return
        step = parse_path(block.path, mark).step

        def at(points: Floats) -> Floats:
            if block.steps is not None:
                points = (np.floor(points * block.steps) + 0.5) / block.steps
            if block.integer:
                drawn = sampling.in_range(points, low - 0.5, high + 0.5, block.distribution)
                return np.clip(np.rint(drawn), low, high)
            return sampling.in_range(points, low, high, block.distribution)

        name = self._named(block, block.path)
        self.choices.append(
            Choice(
                name,
                step,
                block.path,
                mark,
                at,
                integer=block.integer,
                stepped=block.integer or block.steps is not None,
            )
        )

    def _families(self, block: blocks.WeightsBlock, mark: Mark) -> list[Ints]:
        """Children of the chosen nodes that have more than one child."""
        framework = self.framework
        chosen = [int(node) for node in framework.inner]
        if block.below is not None:
            unknown = [code for code in block.below if code not in framework.position]
            if unknown:
                hint = did_you_mean(unknown[0], framework.codes)
                self._problem(f"no node '{unknown[0]}' in the index.{hint}", mark)
                return []
            chosen = [framework.position[code] for code in block.below]
        if block.levels is not None:
            chosen = [node for node in chosen if framework.nodes[node].level + 1 in block.levels]
        families = [framework.children[node] for node in chosen if len(framework.children[node]) > 1]
        if not families:
            self._problem("these weights cannot vary: none of the nodes has a sibling", mark)
        blind = [f for f in families if not self._uses_weights(framework.nodes[int(f[0])].parent)]
        if families and len(blind) == len(families):
            self._problem("these weights cannot act: the aggregation of their nodes ignores weights", mark)
        return families

    def _uses_weights(self, node: int) -> bool:
        index = int(np.flatnonzero(self.framework.inner == node)[0])
        return "ignores_weights" not in self.config.recipe.node_steps["aggregation"][index].method.traits

    def _weights(self, block: Any, mark: Mark) -> None:
        families = self._families(block, mark)
        if not families:
            return
        if isinstance(block, (blocks.OrderBlock, blocks.BoundsBlock, blocks.PanelBlock)):
            if len(families) != 1:
                self._problem(f"weights: {block.weights} is about one family: state `below: [NODE]`", mark)
                return
            family = self._one_family(block, families[0], mark)
            if family is None:
                return
            dimensions, draw = family
        else:
            dimensions, draw = self._many_families(block, families)
        where = ", ".join(block.below or []) or (f"levels {block.levels}" if block.levels else "all")
        name = self._named(block, f"weights: {block.weights} ({where})")
        self.weights.append(WeightVariation(name, mark, np.concatenate(families), dimensions, draw))

    def _many_families(
        self, block: Any, families: Sequence[Ints]
    ) -> tuple[int, Callable[[Floats, Floats], Floats]]:
        sizes = [len(family) for family in families]
        starts = np.cumsum([0, *sizes[:-1]])
        if isinstance(block, blocks.NoiseBlock):
            return sum(sizes), lambda points, base: sampling.noisy(points, base, starts, block.amount)
        if isinstance(block, blocks.DirichletBlock):
            return sum(sizes), lambda points, base: sampling.dirichlet(
                points, base, starts, block.concentration
            )
        return sum(sizes), lambda points, base: sampling.uniform(points, starts)

    def _one_family(
        self, block: Any, family: Ints, mark: Mark
    ) -> tuple[int, Callable[[Floats, Floats], Floats]] | None:
        codes = [self.framework.codes[int(node)] for node in family]
        place = {code: index for index, code in enumerate(codes)}
        start = np.array([0])
        if isinstance(block, blocks.OrderBlock):
            named = [code for chain in block.order for code in chain]
            if self._strangers(named, place, mark):
                return None
            if len(set(named)) < len(named):
                self._problem("a node stands in more than one place of the order", mark)
                return None
            chains = [np.array([place[code] for code in chain]) for chain in block.order]
            return len(codes), lambda points, base: sampling.ordered(points, start, chains)
        if isinstance(block, blocks.BoundsBlock):
            if self._strangers(list(block.bounds), place, mark):
                return None
            lower = np.array([block.bounds.get(code, [0.0, 1.0])[0] for code in codes])
            upper = np.array([block.bounds.get(code, [0.0, 1.0])[1] for code in codes])
            if (lower > upper).any() or lower.sum() > 1 or upper.sum() < 1:
                self._problem("no weights that sum to 1 meet these bounds", mark)
                return None
            dimensions = sampling.bounded_dimensions(len(codes))
            return dimensions, lambda points, base: sampling.bounded(points, lower, upper)
        for expert in block.experts:
            if self._strangers(list(expert), place, mark):
                return None
            if set(expert) != set(codes) or sum(expert.values()) <= 0:
                self._problem(f"each expert gives a weight to each of {', '.join(codes)}", mark)
                return None
        experts = np.array([[expert[code] for code in codes] for expert in block.experts])
        experts /= experts.sum(axis=1, keepdims=True)
        if block.mix:
            return len(experts), lambda points, base: sampling.mixed_panel(points, experts)
        return 1, lambda points, base: sampling.of_panel(points, experts)

    def _strangers(self, named: Sequence[str], place: dict[str, int], mark: Mark) -> bool:
        unknown = [code for code in named if code not in place]
        if unknown:
            listed = ", ".join(place)
            hint = did_you_mean(unknown[0], place)
            self._problem(f"'{unknown[0]}' is not among these siblings: {listed}.{hint}", mark)
        return bool(unknown)

    def _columns(self, codes: list[str] | None, mark: Mark) -> Ints:
        """Positions of indicators among the leaves."""
        own = [self.framework.codes[leaf] for leaf in self.framework.leaves]
        if codes is None:
            return np.arange(len(own))
        unknown = [code for code in codes if code not in own]
        if unknown:
            self._problem(f"no indicator '{unknown[0]}'.{did_you_mean(unknown[0], own)}", mark)
        return np.array([own.index(code) for code in codes if code in own], dtype=np.int64)

    def _error(self, block: blocks.ErrorBlock, mark: Mark) -> None:
        if (block.relative is None) == (block.absolute is None):
            self._problem("an error is either relative or absolute", mark)
            return
        columns = self._columns(block.indicators, mark)
        name = self._named(block, f"data: error ({', '.join(block.indicators or ['all'])})")

        def change(points: Floats, values: Floats) -> Floats:
            drawn = np.ascontiguousarray(points.T).reshape(points.shape[1], 1, -1, len(columns))
            size = sampling.errors(drawn, block.distribution)
            return values + size * (block.absolute or values * (block.relative or 0.0))

        dimensions = self.units * len(columns)
        self.data.append(ErrorVariation(name, mark, dimensions, columns, change))

    def _leave_out(self, block: blocks.LeaveOutBlock, mark: Mark) -> None:
        columns = self._columns(block.indicators, mark)
        if block.count >= len(self.framework.leaves) or block.count > len(columns):
            self._problem(f"{block.count} of {len(columns)} indicators cannot be left out", mark)
            return
        name = self._named(
            block, f"{block.count} indicators left out" if block.count > 1 else "an indicator left out"
        )
        leave = _Leaving(self.framework, self.framework.leaves[columns], block.count)
        nodes = np.arange(len(self.framework))
        variation = WeightVariation(name, mark, nodes, len(columns), leave, "indicators", cumulative=True)
        self.weights.append(variation)

    def _resample(self, block: blocks.ResampleBlock, mark: Mark) -> None:
        units = self.units

        def drawn(points: Floats) -> Ints:
            return np.minimum((points.T * units).astype(np.int64), units - 1)

        def all_but_one(points: Floats) -> Ints:
            others = np.arange(units - 1)
            return others + (others >= drawn(points))

        if any(isinstance(variation, SampleVariation) for variation in self.data):
            self._problem("the units that methods learn from vary twice", mark)
        bootstrap = block.data == "bootstrap"
        name = self._named(block, block.data)
        sample = drawn if bootstrap else all_but_one
        self.data.append(SampleVariation(name, mark, units if bootstrap else 1, sample))

    def check_data(self) -> None:
        """Variations of the data that do not go together."""
        if self.imputation is not None and self.data:
            message = f"'{self.imputation.name}' and '{self.data[0].name}' cannot vary together"
            self.problems.append(Problem(message, self.imputation.mark))
        recipe = self.config.recipe
        settings = [
            s for step in (recipe.leaf_steps, recipe.node_steps) for row in step.values() for s in row
        ]
        fixed = any(s.step_options.get("reference", "own") != "own" for s in settings) or recipe.editions
        for variation in self.data:
            if isinstance(variation, SampleVariation) and fixed:
                message = (
                    f"'{variation.name}' cannot act: the config says itself what statistics are learnt from"
                )
                self.problems.append(Problem(message, variation.mark))

    def _imputation(self, block: blocks.ImputationDrawsBlock, mark: Mark) -> None:
        if self.imputation is not None:
            self._problem("imputation draws are stated twice", mark)
            return
        setting = {"method": block.method, "draws": block.tables, **block.options}
        name = self._named(block, "imputation draws")
        override = ("imputation", located(setting, mark))
        self.imputation = ImputationVariation(name, mark, block.tables, override)


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

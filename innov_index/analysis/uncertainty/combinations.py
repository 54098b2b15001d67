"""The index under one combination of settings: values normalised once, ready for any weights."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from innov_index.config.load import Config
from innov_index.config.nodes import Weights
from innov_index.config.recipe import Recipe
from innov_index.config.variations.compiled import Choice, DataVariation, Override
from innov_index.errors import InnovIndexError, OptionError, UndefinedError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.kernels.exactness import ColumnBounds, onto_halves
from innov_index.model.arrays import Bools, Floats
from innov_index.model.dataset import Dataset
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.collapsed import Collapsed, collapse
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.undefined import REFUSED, Counted, Undefined, of_edition

_VALUES_AT_ONCE = 1 << 20
"""Scores of all nodes that are computed in one go where the tree does not collapse."""

_WORTH_COLLAPSING = 8
"""Fewer draws of a combination than this go through the levels themselves."""

_KEPT_VALUES = 1 << 24
"""Normalised values that are kept in memory over all combinations."""

_KEPT_CONFIGS = 256
"""Configs with one choice made that are kept; a range of numbers has more."""

_SHARED = 32
"""Normalised values that combinations may share are looked for among the latest."""

Prepared: TypeAlias = Callable[[slice, Undefined], tuple[Plan, Floats, ColumnBounds]]
"""Rows of the draws → plan, normalised values, (draws or none, editions, units, indicators), their bounds."""

_Values: TypeAlias = tuple[Floats, Floats, ColumnBounds, Bools]


@frozen
class Combination:
    """A plan with its normalised values, (tables, editions, units, indicators), and its own weights.

    There is one table, except for draws of imputed values; `bounds` are those of the normalised values, and
    `imputed` (…, editions, units, indicators) marks those that imputation filled.
    `weights` (editions, nodes) are the local weights without any variation, and `root` (units,) the scores
    with them; `varied` (nodes,) marks the weights that are drawn, `free` those that a method computes anew
    from the scores of each draw.
    """

    plan: Plan
    raw: Floats
    normalised: Floats
    bounds: ColumnBounds
    weights: Floats
    root: Floats
    varied: Bools
    free: Bools
    edition: int
    imputed: Bools
    collapsed: dict[int, Collapsed | None] = field(default_factory=dict)

    @property
    def base(self) -> Floats:
        """Local weights of the edition, (nodes,)."""
        return np.asarray(self.weights[self.edition])

    def scores(self, weights: Floats, undefined: Counted, table: int = 0) -> tuple[Floats, Floats]:
        """Scores (draws, units) of the root under local weights (nodes, draws), and their bounds (units,)."""
        # by these draws alone: whether other threads came first must not choose between two ways of rounding
        worth_it = weights.shape[1] >= _WORTH_COLLAPSING
        if worth_it and table not in self.collapsed:
            own, bounds = self.normalised[table, self.edition], self.bounds.at((table, self.edition))
            self.collapsed[table] = None if self.free.any() else collapse(self.plan, own, bounds)
        collapsed = self.collapsed[table] if worth_it else None
        if collapsed is not None:
            return collapsed.scores(weights, undefined)
        own, bounds = self.normalised[table], self.bounds.at(table)
        scores = self._in_parts(weights, undefined, lambda rows, part: (self.plan, own, bounds))
        return scores, np.zeros(scores.shape[1])

    def compared(self, scores: Floats, bounds: Floats) -> tuple[Floats, Floats]:
        """Scores of the root (draws, units) and their bounds, rounded where the config rounds for ranks."""
        rounding = self.plan.ranking.rounded.get(0)
        if rounding is None:
            return scores, bounds
        halves = onto_halves(scores, bounds, rounding.options["decimals"])
        return np.asarray(rounding(halves)), np.zeros(len(bounds))

    def scores_with_data(
        self, weights: Floats, changes: Sequence[tuple[DataVariation, Floats]], undefined: Counted
    ) -> Floats:
        """The same with other values, or other units to learn from, in each draw.

        `changes` pairs each variation with its points.
        """

        def prepared(rows: slice, part: Undefined) -> tuple[Plan, Floats, ColumnBounds]:
            values = np.repeat(self.raw[None], rows.stop - rows.start, axis=0)
            plan = self.plan
            for variation, points in changes:
                own = points[:, rows]
                if variation.change is not None:
                    variation.change(own, values)
                if variation.sample is not None:
                    plan = replace(plan, sample=variation.sample(own))
            steps = run_indicator_steps(plan, values, part)
            return plan, steps.normalised, steps.bounds

        return self._in_parts(weights, undefined, prepared)

    def _in_parts(self, weights: Floats, undefined: Counted, prepared: Prepared) -> Floats:
        """Scores by way of all levels, which settle them, in parts that fit the memory."""
        editions, units = self.normalised.shape[1:3]
        height = max(1, _VALUES_AT_ONCE // (editions * units * len(self.plan.framework)))
        local = np.where(self.free, np.nan, weights.T)
        parts = []
        for start in range(0, len(local), height):
            rows = slice(start, min(start + height, len(local)))
            part = Counted(rows.stop - rows.start)
            with np.errstate(all="ignore"):
                here = of_edition(self.plan, part, self.edition)
                plan, normalised, bounds = prepared(rows, here)
                tree = aggregate(plan, normalised, self._in_editions(local[rows]), here, bounds=bounds)
            undefined.include(part, start)
            parts.append(tree.scores[:, self.edition, :, 0])
        return np.concatenate(parts)

    def _in_editions(self, local: Floats) -> Floats:
        """Weights of draws, (draws, nodes), as each edition has them: what is not drawn is its own."""
        stays = ~(self.varied | self.free)
        if (self.weights[:, stays] == self.base[stays]).all():
            return local[:, None, :]
        others = np.arange(len(self.weights)) != self.edition
        everywhere = np.repeat(local[:, None, :], len(self.weights), axis=1)
        everywhere[:, others[:, None] & stays] = self.weights[others[:, None] & stays]
        return everywhere


class Combinations:
    """Combinations of the choices of an index, each computed once as long as memory allows."""

    def __init__(
        self,
        index: Index,
        choices: Sequence[Choice],
        always: Sequence[Override],
        varied: Bools,
        data_vary: bool,
        edition: int,
    ) -> None:
        self._choices = choices
        self._config = index.config.overridden(tuple(always)) if always else index.config
        self._varied = varied
        self._data_vary = data_vary
        self._edition = edition
        self._datasets: list[tuple[Config, Recipe, Dataset]] = []
        self._singles: dict[tuple[int, float], Config] = {}
        self._kept: OrderedDict[tuple[float, ...], Combination | str] = OrderedDict()
        self._size = 0
        self._lock = threading.RLock()
        self._values: deque[tuple[Dataset, tuple[Any, ...], _Values]] = deque(maxlen=_SHARED)
        self._index = index
        self._elsewhere = False
        self._steps = [choice.steps for choice in choices]

    def __getstate__(self) -> dict[str, Any]:
        """As sent to other processes, which make combinations themselves."""
        fresh: dict[str, Any] = {"_kept": OrderedDict(), "_size": 0, "_values": deque(maxlen=_SHARED)}
        return {name: own for name, own in self.__dict__.items() if name != "_lock"} | fresh

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.RLock()
        self._elsewhere = True

    def get(self, codes: tuple[float, ...]) -> Combination | str:
        """The combination of one code a choice; a text where it has no result, saying why."""
        with self._lock:
            if codes not in self._kept:
                self._kept[codes] = self._made(codes)
                self._size += _size_of(self._kept[codes])
                self._forget()
            self._kept.move_to_end(codes)
            return self._kept[codes]

    @cached_property
    def base(self) -> Combination:
        """The index as it stands."""
        return self._combination(self._config)

    def alone(self, position: int, code: float) -> Combination | str:
        """The index with one choice made, all else as it stands."""
        try:
            return self._combination(self._single(position, code))
        except UndefinedError as error:
            return error.problems[0].message

    def _forget(self) -> None:
        while self._size > _KEPT_VALUES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= _size_of(oldest)

    def _made(self, codes: tuple[float, ...]) -> Combination | str:
        try:
            return self._combination(*self._settled(codes))
        except (UndefinedError, OptionError) as error:
            return error.problems[0].message

    def _combination(self, config: Config, recipe: Recipe | None = None) -> Combination:
        recipe = recipe or config.recipe
        dataset = self._dataset(config, recipe)
        plan = bind(recipe, dataset)
        raw, normalised, bounds, imputed = self._normalised(plan)
        undefined = of_edition(plan, REFUSED, self._edition)
        tree = aggregate(plan, normalised[0], undefined=undefined, bounds=bounds.at(0))
        # the rules of this edition look at the others by these rules, not by those of their own
        ruling = replace(dict(plan.editions).get(self._edition, plan), editions=())
        alike = tree
        if plan.editions:
            alike = aggregate(ruling, normalised[0], undefined=undefined, bounds=bounds.at(0))
        weights = np.broadcast_to(alike.weights, (*normalised.shape[1:2], len(plan.framework)))
        root = tree.scores[self._edition, :, 0]
        # another tree, which is refused where weights vary, has none of the nodes that do
        varied = np.zeros(len(plan.framework), dtype=np.bool_)
        if len(varied) == len(self._varied):
            varied = self._varied
        free = self._free(plan, varied)
        at = self._edition
        return Combination(plan, raw, normalised, bounds, weights, root, varied, free, at, imputed)

    def _normalised(self, plan: Plan) -> _Values:
        """Raw and normalised values, bounds of these, and which are imputed.

        Combinations that differ only above the indicators share them.
        """
        recipe = plan.recipe
        settings = (
            *recipe.leaf_steps.values(),
            recipe.screening,
            recipe.framework.indicators,
            recipe.framework.directions.tolist(),
            [(name, own.leaf_steps, own.screening) for name, own in recipe.editions.items()],
        )
        for dataset, known, values in self._values:
            if dataset is plan.dataset and known == settings:
                return values
        raw = plan.dataset.columns(recipe.framework.indicators)
        steps = run_indicator_steps(plan, raw, of_edition(plan, REFUSED, self._edition))
        normalised, bounds = steps.normalised, steps.bounds
        if normalised.ndim == raw.ndim:
            normalised, bounds = normalised[None], bounds.at(None)
        made = (raw, normalised, bounds, steps.imputed_cells)
        self._values.append((plan.dataset, settings, made))
        return made

    def _free(self, plan: Plan, drawn: Bools) -> Bools:
        """Nodes whose weights depend on scores that vary, and do not vary by themselves."""
        framework = plan.framework
        free = np.zeros(len(framework), dtype=np.bool_)
        moving = np.zeros(len(framework), dtype=np.bool_)
        moving[framework.leaves] = self._data_vary
        for index in reversed(range(len(framework.inner))):
            node = int(framework.inner[index])
            children = framework.children[node]
            varied = drawn[children].all()
            if plan.nodes[index].weights is Weights.LEARNED and not varied:
                free[children] = moving[children].any()
            moving[node] = bool(moving[children].any() or varied)
        return free

    def _dataset(self, config: Config, recipe: Recipe) -> Dataset:
        """The data that a config reads; they must be about the same units and editions."""
        known = [(self._index.config, self._index.config.recipe, self._index.dataset), *self._datasets]
        for other, own, dataset in known:
            same = own.framework.indicators == recipe.framework.indicators and own.columns == recipe.columns
            if same and config.reads_the_data_of(other):
                return dataset
        if self._elsewhere:
            raise InnovIndexError(
                "a combination of alternatives reads data that none of them reads alone; this works on one "
                "computer only, without a cluster"
            )
        dataset = Index(config).dataset
        base = self._index.dataset
        if dataset.units.codes != base.units.codes or dataset.editions != base.editions:
            raise InnovIndexError("its data have other units or editions, which cannot be ranked together")
        self._datasets.append((config, recipe, dataset))
        return dataset

    def _single(self, position: int, code: float) -> Config:
        key = (position, code)
        if key not in self._singles:
            overrides = self._choices[position].overrides(code)
            config = self._config.overridden(overrides) if overrides else self._config
            if len(self._singles) >= _KEPT_CONFIGS:
                return config
            self._singles[key] = config
        return self._singles[key]

    def _settled(self, codes: tuple[float, ...]) -> tuple[Config, Recipe]:
        """Config and recipe of a combination, put together from those with one choice made where they can."""
        parts = [self._single(position, code).recipe for position, code in enumerate(codes)]
        merged = merged_recipe(self._config.recipe, self._steps, parts)
        if merged is not None:
            return self._config, merged
        overrides = [
            o for choice, code in zip(self._choices, codes, strict=True) for o in choice.overrides(code)
        ]
        config = self._config.overridden(overrides)
        return config, config.recipe


def _size_of(entry: Combination | str) -> int:
    return 0 if isinstance(entry, str) else 2 * entry.normalised.size


def merged_recipe(base: Recipe, steps: Sequence[frozenset[str]], parts: Sequence[Recipe]) -> Recipe | None:
    """`base` with the steps that each choice is about as in the recipe with that choice made.

    None where two choices are about one step, or one is about more than steps: then their order matters.
    """
    leaf_steps, node_steps, screening = dict(base.leaf_steps), dict(base.node_steps), base.screening
    taken: set[str] = set()
    for own, part in zip(steps, parts, strict=True):
        same_scope = part.applies_to == base.applies_to and part.lacking == base.lacking
        same_tree = part.framework.nodes == base.framework.nodes and same_scope
        if own & taken or not same_tree or part.editions or part.ranking != base.ranking:
            return None
        if not own <= {*leaf_steps, *node_steps, "screening"}:
            return None
        taken |= own
        leaf_steps |= {step: part.leaf_steps[step] for step in own & leaf_steps.keys()}
        node_steps |= {step: part.node_steps[step] for step in own & node_steps.keys()}
        screening = part.screening if "screening" in own else screening
    return replace(base, leaf_steps=leaf_steps, node_steps=node_steps, screening=screening)

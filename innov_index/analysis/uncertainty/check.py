"""What is checked before the first draw: whether variations have an effect, and which units can be ranked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from innov_index.analysis.uncertainty.combinations import Combination, Combinations
from innov_index.config.nodes import Kind
from innov_index.config.variations.compiled import Choice, DataVariation, Variations, WeightVariation
from innov_index.errors import ConfigError, InnovIndexError, Problem
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Floats, Ints
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.calls import Call
from innov_index.pipeline.undefined import Counted

_DRAWS = (4, 256)
"""Draws by which a variation is tried: a few, and more only where those change nothing."""
_MOST_VALUES = 1 << 24
"""Values of all combinations up to which they are searched for units with a score in no choice made alone."""


class Check:
    """Every alternative scored alone.

    Raises
    ------
    ConfigError
        Some variation has no effect, or cannot vary together with another.
    InnovIndexError
        No unit has a score.

    Attributes
    ----------
    units : positions of the units that have a rank in the config as it stands, or with some choices made
    columns : for each of them the column of its scores: units that are equal in everything share one
    """

    def __init__(self, combinations: Combinations, variations: Variations, edition: int) -> None:
        self._combinations = combinations
        self._variations = variations
        self._edition = edition
        self._base = combinations.base
        self._seen: list[Combination] = [self._base]
        problems = [*self._choices(), *self._weights(), *self._data()]
        if problems:
            raise ConfigError(problems)
        self.units = self._ranked()
        self.columns = self._twins()

    def _choices(self) -> Iterator[Problem]:
        for position, choice in enumerate(self._variations.choices):
            codes = choice.codes if choice.labels else choice.codes[[0, len(choice.codes) // 2, -1]]
            try:
                alone = [self._combinations.alone(position, float(code)) for code in codes]
            except InnovIndexError as error:
                for problem in error.problems:
                    yield Problem(f"'{choice.name}': {problem.message}", problem.mark or choice.mark)
                continue
            there = [combination for combination in alone if isinstance(combination, Combination)]
            if not there:
                yield Problem(f"'{choice.name}' has no result: {alone[0]}", choice.mark)
                continue
            if any(_shape(other.plan) != _shape(self._base.plan) for other in there):
                yield Problem(
                    f"'{choice.name}' changes the tree: weights of different trees would mix", choice.mark
                )
                continue
            if any(other.plan.ranking.direction != self._base.plan.ranking.direction for other in there):
                yield Problem(
                    f"'{choice.name}' turns the index around: first and last places would mix", choice.mark
                )
                continue
            self._seen += there
            if self._overdrawn(choice, there):
                yield Problem(
                    f"'{choice.name}' has no effect: the weights that it sets are drawn anew", choice.mark
                )
                continue
            same = all(np.array_equal(other.root, there[0].root, equal_nan=True) for other in there)
            if same and len(there) == len(alone) and not self._acts_with_another(position, choice):
                yield Problem(_idle(choice, self._base), choice.mark)

    def _overdrawn(self, choice: Choice, alone: list[Combination]) -> bool:
        """Whether a choice of weights sets only weights that are drawn anew anyway."""
        drawn = np.zeros(len(self._base.base), dtype=np.bool_)
        for variation in self._variations.weights:
            if not (variation.from_base or variation.cumulative):
                drawn[variation.members] = True
        if choice.steps != {"weighting"}:
            return False
        changed = np.any([combination.base != alone[0].base for combination in alone], axis=0)
        return bool(changed.any() and drawn[changed].all())

    def _acts_with_another(self, position: int, choice: Choice) -> bool:
        """Whether a choice that does nothing alone does something with another choice made."""
        choices = self._variations.choices
        if any(not other.labels for other in choices):
            return False
        stands = [_unchanged(other) for other in choices]
        for number, other in enumerate(choices):
            for code in other.codes.tolist() if number != position else ():
                roots = []
                for own in choice.codes.tolist():
                    codes = [*stands]
                    codes[number], codes[position] = code, own
                    combination = self._combinations.get(tuple(codes))
                    roots += [combination.root] if isinstance(combination, Combination) else []
                if not all(np.array_equal(root, roots[0], equal_nan=True) for root in roots):
                    return True
        return False

    def _weights(self) -> Iterator[Problem]:
        for variation in self._variations.weights:
            if not any(_moves_scores(combination, variation) for combination in self._seen):
                yield Problem(f"'{variation.name}' has no effect: no score changes", variation.mark)
        learned = [combination for combination in self._seen if combination.free.any()]
        for variation in self._variations.weights:
            if variation.cumulative and learned:
                message = (
                    f"'{variation.name}' cannot vary together with weights that are learned in every draw"
                )
                yield Problem(message, variation.mark)

    def _data(self) -> Iterator[Problem]:
        for variation in self._variations.data:
            beyond = () if variation.sample is None else _beyond_samples(self._seen)
            if beyond:
                message = f"'{variation.name}' does not reach {', '.join(beyond)}, which compares all units"
                yield Problem(message, variation.mark)
                continue
            if not any(_acts(combination, variation) for combination in self._seen):
                nothing_learned = "no method of this index learns anything from the units"
                reason = "no score changes" if variation.sample is None else nothing_learned
                yield Problem(f"'{variation.name}' has no effect: {reason}", variation.mark)
        imputation = self._variations.imputation
        if imputation is not None and not np.isnan(self._base.raw).any():
            yield Problem(f"'{imputation.name}' has no effect: no value is missing", imputation.mark)

    def _ranked(self) -> Ints:
        among = self._base.plan.ranking.among
        ranked = np.any([~np.isnan(combination.root) for combination in self._seen], axis=0)
        choices = self._variations.choices
        several = len(choices) > 1 and not self._variations.endless
        if (
            several
            and not ranked.all()
            and self._variations.combinations * self._base.raw.size <= _MOST_VALUES
        ):
            for codes in itertools.product(*(choice.codes.tolist() for choice in choices)):
                combination = self._combinations.get(codes)
                if isinstance(combination, Combination):
                    ranked |= ~np.isnan(combination.root)
        units = np.flatnonzero(ranked if among is None else ranked & among)
        if not len(units):
            raise InnovIndexError("no unit has a score")
        return units

    def _twins(self) -> Ints:
        """Units with the same values may still differ where a step uses more of them than their values."""
        units = self.units
        told_apart = any(_tells_units_apart(combination.plan) for combination in self._seen)
        if self._variations.data or self._variations.imputation or told_apart:
            return np.arange(len(units))
        normalised = [combination.normalised[0, self._edition] for combination in self._seen]
        everything = np.concatenate([self._base.raw[self._edition], *normalised], axis=1)[units]
        filled = np.where(np.isnan(everything), np.inf, everything)
        _, first, which = np.unique(filled, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(np.argsort(first))
        return np.asarray(order[which.reshape(-1)])


def _beyond_samples(combinations: list[Combination]) -> list[str]:
    """Methods whose results depend on all units, whichever units set the scale."""
    found: dict[str, None] = {}
    for combination in combinations:
        gaps = np.isnan(combination.raw).any()
        calls = [*combination.plan.aggregation, *(combination.plan.leaf_steps["imputation"] if gaps else ())]
        for call in calls:
            if Trait.COMPARES_UNITS in call.method.traits:
                found[f"{call.method.step} {call.method.name}"] = None
    return list(found)


def _unchanged(choice: Choice) -> float:
    """The code of the setting that changes nothing, or of the first."""
    unchanged = [code for code, settings in enumerate(choice.settings) if not settings]
    return float(unchanged[0] if unchanged else 0)


def _shape(plan: Plan) -> list[int]:
    return [node.parent for node in plan.framework.nodes]


def _tells_units_apart(plan: Plan) -> bool:
    """Whether scores depend on more of a unit than its values: its groups, or other columns."""
    calls = [*plan.weighting, *plan.aggregation, *plan.rescaling]
    calls += [call for step in plan.leaf_steps.values() for call in step]
    editions = any(_tells_units_apart(own) for _, own in plan.editions)
    return plan.has is not None or editions or any(map(_looks_at_units, calls))


def _looks_at_units(call: Call) -> bool:
    asked = [option.resolved.kind for option in call.method.options.values() if option.resolved]
    grouped = any(isinstance(value, (np.ndarray, tuple)) for value in call.step_options.values())
    return grouped or "group" in asked or "column" in asked


def _acts(combination: Combination, variation: DataVariation) -> bool:
    """Whether some draws of a data variation change any score."""
    for draws in _DRAWS:
        points, weights, counted = _some_draws(combination, variation.dimensions, draws)
        scores = combination.scores_with_data(weights, [(variation, points)], counted)
        if counted.draws.any() or _differ(scores, combination.root):
            return True
    return False


def _moves_scores(combination: Combination, variation: WeightVariation) -> bool:
    """Whether some draws of weights change any score."""
    for draws in _DRAWS:
        points, weights, counted = _some_draws(combination, variation.dimensions, draws)
        variation.apply(points, weights)
        scores, _ = combination.scores(weights, counted)
        if counted.draws.any() or _differ(scores, combination.root):
            return True
    return False


def _some_draws(combination: Combination, dimensions: int, draws: int) -> tuple[Floats, Floats, Counted]:
    """Points, base weights (nodes, draws), and a note of what has no result."""
    points = np.random.default_rng(0).random((dimensions, draws))
    return points, np.repeat(combination.base[:, None], draws, axis=1), Counted(draws)


def _differ(scores: Floats, root: Floats) -> bool:
    """Whether scores (draws, units) differ from those of the units, apart from noise."""
    noise = 1e-13 * float(np.nanmax(np.abs(root), initial=0.0))
    return not np.allclose(scores, root, rtol=1e-12, atol=noise, equal_nan=True)


def _idle(choice: Choice, base: Combination) -> str:
    """Why a choice has no effect."""
    if choice.step == "imputation" and not np.isnan(base.raw).any():
        return f"'{choice.name}' has no effect: no value is missing, so nothing is imputed"
    if choice.step == "treatment":
        return f"'{choice.name}' has no effect: all its settings treat the same values alike"
    sums = (node.kind is Kind.SUM for node in base.plan.nodes)
    if choice.step == "weighting" and any(sums):
        return f"'{choice.name}' has no effect: a sum takes its weights as stated, whatever the method"
    return f"'{choice.name}' has no effect: all its settings give the same scores"

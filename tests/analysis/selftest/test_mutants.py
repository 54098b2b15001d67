"""The selftest fails, naming node and unit, for each of many faults put into the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from innov_index.analysis.selftest.run import selftest
from innov_index.index import load
from innov_index.methods import catalogue
from tests.analysis.selftest.indices_of_methods import write_method_index
from tests.analysis.selftest.mutation import mutated


@dataclass(frozen=True)
class Mutant:
    """A fault: the function that has it, the text and what replaces it, and an index that shows it.

    `where` is a method, "step/name", or a function, "module:name". `shown` is the method of the index, by
    default the same; `by_unit` is False where weights differ, which belong to a node and to no unit.
    """

    fault: str
    where: str
    old: str
    new: str
    shown: str = ""
    table: Mapping[str, Any] = field(default_factory=dict)
    by_unit: bool = True


GAPS = {"missing": 0.1, "seed": 1}
TIED = {"tied": True, "seed": 2}
RAW = {"more": {"normalisation": {"method": "none"}}}


def with_options(**stated: Any) -> dict[str, Any]:
    return {"stated": stated}


MUTANTS = [
    Mutant("a factor forgotten", "denomination/ratio", " * scale", "", table=with_options(scale=2.0)),
    Mutant(
        "a mean for a median",
        "imputation/mean",
        "column_statistics.mean",
        "column_statistics.median",
        table=GAPS,
    ),
    Mutant(
        "a gap counted as zero",
        "methods.kernels.powers:power_means",
        "present = np.where(missing, 0.0, 1.0) @ weights",
        "present = np.ones(missing.shape) @ weights",
        "aggregation/arithmetic",
        GAPS,
    ),
    Mutant(
        "one neighbour too many",
        "methods.imputation.neighbours:_shares",
        "min(k, distances.shape[1]) - 1",
        "min(k + 1, distances.shape[1]) - 1",
        "imputation/nearest_neighbours",
        GAPS,
    ),
    Mutant(
        "above for at least",
        "methods.screening:_enough",
        "found.coverage >=",
        "found.coverage >",
        "screening/units",
        {**GAPS, **with_options(min_coverage=0.875)},
    ),
    Mutant(
        "a fence too wide",
        "treatment/winsorise_iqr",
        "[0.25, 0.75]",
        "[0.2, 0.8]",
        table=with_options(factor=0.5),
    ),
    Mutant("a changed constant", "treatment/log_ct", "0.01", "0.011"),
    Mutant(
        "the scale's ends mixed up",
        "normalisation/min_max",
        "column_statistics.minimum(learned), column_statistics.maximum(learned)",
        "column_statistics.minimum(learned), column_statistics.maximum(learned) + 1e-6",
    ),
    Mutant("a sign swapped", "normalisation/logistic", "np.exp(-", "np.exp("),
    Mutant("n for n - 1", "normalisation/z_score", "population=population", "population=True"),
    Mutant(
        "n for n - 1 in a rank", "normalisation/percentile_rank", "count(learned) - 1.0", "count(learned)"
    ),
    Mutant("no complement", "normalisation/vector", "np.where(direction > 0, 0.0, 1.0)", "0.0"),
    Mutant(
        "ties turned",
        "methods.kernels.ranks:_minimum",
        "_first_of_run",
        "_last_of_run",
        "normalisation/rank",
        TIED,
    ),
    Mutant(
        "ties shared at the first place",
        "methods.kernels.ranks:_average",
        "+ _maximum(starts)",
        "+ _minimum(starts)",
        "ranking/average",
        TIED,
    ),
    Mutant(
        "gaps after ties",
        "methods.kernels.ranks:_dense",
        "np.cumsum(starts, axis=-1)",
        "_minimum(starts)",
        "ranking/dense",
        TIED,
    ),
    Mutant(
        "a reference that is one edition",
        "pipeline.calls:with_reference",
        "values.reshape(*values.shape[:-3], 1, -1, values.shape[-1])",
        "values[..., :1, :, :]",
        "normalisation/min_max",
        with_options(reference="pooled"),
    ),
    Mutant(
        "a group with all units' scale",
        "pipeline.calls:_by_group",
        "call(own, **inputs)",
        "call(values, **inputs)[..., rows, :]",
        "normalisation/min_max",
        with_options(reference={"group": "region"}),
    ),
    Mutant(
        "a weight squared",
        "pipeline.levels:_weights",
        "    undefined.weights(call, values, weights)",
        "    weights = weights**2 / (weights**2).sum(axis=-1, keepdims=True)",
        "aggregation/arithmetic",
    ),
    Mutant(
        "an entropy's complement forgotten",
        "weighting/entropy",
        "_entropy_divergence(values)",
        "1 - _entropy_divergence(values)",
        by_unit=False,
    ),
    Mutant(
        "a Gini off by one",
        "weighting/gini",
        "- number[..., None, :] - 1",
        "- number[..., None, :]",
        by_unit=False,
    ),
    Mutant(
        "conflict by squares",
        "weighting/critic",
        "1.0 - related",
        "1.0 - related**2",
        by_unit=False,
    ),
    Mutant(
        "half of the effects for all but one",
        "weighting/merec",
        "np.log1p((total - parts) / number)",
        "np.log1p(total / number / 2)",
        by_unit=False,
    ),
    Mutant(
        "a mean square without the square", "weighting/lopcow", "stretched**2", "stretched", by_unit=False
    ),
    Mutant(
        "places that begin at 0",
        "methods.weighting.stated:_at_places",
        "upto[above]",
        "upto[above - 1]",
        "weighting/rank_sum",
        by_unit=False,
    ),
    Mutant("a penalty with the other sign", "aggregation/mpi", "_after(SIGNS", "_after(-SIGNS"),
    Mutant("an exponent forgotten", "aggregation/owa_quantifier", "reached**exponent", "reached"),
    Mutant(
        "near the best for far from the worst", "aggregation/topsis", "return from_worst", "return from_best"
    ),
    Mutant(
        "the mean for the maximum",
        "methods.aggregation.ideal_points:_regrets",
        "regret.max(axis=-1)",
        "regret.mean(axis=-1)",
        "aggregation/vikor",
    ),
    Mutant("a majority that must be large", "aggregation/copeland", "(decided > TIE)", "(decided > 0.3)"),
    Mutant("the mean for the minimum", "aggregation/mean_min", "np.fmin.reduce", "np.nanmean"),
    Mutant("a half forgotten", "aggregation/choquet", "@ strength / 2", "@ strength"),
    Mutant(
        "a preference the wrong way",
        "methods.aggregation.outranking:_net_preference",
        "np.copysign(preference(np.abs(difference), **thresholds), difference)",
        "preference(np.abs(difference), **thresholds)",
        "aggregation/promethee_ii",
        with_options(preference="gaussian", s=10.0),
    ),
    Mutant(
        "weights not divided by their sum",
        "methods.kernels.powers:power_means",
        "weights / weights.sum(axis=-2, keepdims=True)",
        "weights * 1.0000001",
        "aggregation/arithmetic",
    ),
    Mutant(
        "a root that is not drawn",
        "methods.kernels.powers:transforms",
        "means ** (1 / power)",
        "means ** power",
        "aggregation/power",
        with_options(p=2.0),
    ),
    Mutant(
        "coverage above for at least",
        "pipeline.levels:enough_children",
        "share >= node.min_coverage - 1e-12",
        "share > node.min_coverage",
        "aggregation/arithmetic",
        {**GAPS, **with_options(min_coverage=0.75)},
    ),
    Mutant(
        "halves downwards",
        "rounding/half_up",
        "np.floor(np.abs(shifted) + 0.5)",
        "np.floor(np.abs(shifted) + 0.4999)",
        "rounding/half_up",
        {**TIED, **RAW, **with_options(decimals=0)},
    ),
    Mutant(
        "classes off by one",
        "methods.classes:_counted_from_above",
        "scores < cut",
        "scores <= cut",
        "classes/quantiles",
        {"units": 13},
    ),
    Mutant(
        "linear programs that stop short",
        "aggregation/bod",
        "(values, limits)[0]",
        "(values, limits)[0] * 0.999",
    ),
    Mutant(
        "shares of weight without their lower limit",
        "methods.kernels.weight_limits:limits_of",
        "lower_weight_share, 0.0",
        "None, 0.0",
        "aggregation/bod",
        with_options(lower_weight_share=0.1),
    ),
    Mutant(
        "mixtures that reach less far",
        "methods.aggregation.favourable_weights:_distances",
        "np.maximum(each",
        "0.99 * np.maximum(each",
        "aggregation/directional_bod",
    ),
    Mutant(
        "an order that contradicts a majority",
        "aggregation/kemeny_young",
        "found.placed_below if",
        "found.placed_below[::-1] if",
    ),
    Mutant(
        "weights near the balanced ones",
        "methods.weighting.balanced:_balanced",
        "np.asarray(found / reached)",
        "np.asarray(found / reached) + 0.01 * np.arange(size)",
        "weighting/balance",
        with_options(measure="r"),
        by_unit=False,
    ),
    Mutant(
        "common weights that are not the best",
        "methods.weighting.common_frontier:_best",
        "return least",
        "vertex = np.ones(len(vertex))\n    return np.ones(len(vertex)) if True else least",
        "weighting/bod_common",
        by_unit=False,
    ),
]


def function_of(where: str) -> Any:
    """The function of a method, or of a module."""
    if "/" in where:
        return catalogue.method(*where.split("/")).function
    module, name = where.split(":")
    return getattr(import_module(f"innov_index.{module}"), name)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.fault for mutant in MUTANTS])
def test_a_fault_is_named_with_node_and_unit(mutant: Mutant, tmp_path: Path) -> None:
    step, name = (mutant.shown or mutant.where).split("/")
    path = write_method_index(tmp_path, step, catalogue.method(step, name), **mutant.table)
    assert selftest(load(path)).holds
    with mutated(function_of(mutant.where), mutant.old, mutant.new):
        result = selftest(load(path))
    assert not result.holds
    differences = [d for trial in result.facts.trials for d in trial.differences]
    assert all(d.node for d in differences)
    assert any(d.unit for d in differences) or not mutant.by_unit
    assert "node " in result.sentences[1]


def test_there_are_more_than_thirty() -> None:
    assert len(MUTANTS) > 30


def test_a_changed_function_is_given_back(tmp_path: Path) -> None:
    path = write_method_index(tmp_path, "treatment", catalogue.method("treatment", "log_ct"))
    with mutated(function_of("treatment/log_ct"), "0.01", "0.02"):
        assert not selftest(load(path)).holds
    assert selftest(load(path)).holds

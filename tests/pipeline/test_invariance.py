"""What must not change a ranking: order, names, units of measurement, a leading axis (hypothesis)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import innov_index
from innov_index.errors import UndefinedError
from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Trait
from innov_index.model.scores import Scores
from tests.indices import rows_of
from tests.methods.examples import stated_options

FEW = settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10_000)

Build = Callable[..., Scores]


def table(seed: int, units: int = 12, editions: int = 1) -> dict[str, Any]:
    """Random positive data: codes, values, and a numeric column."""
    rng = np.random.default_rng(seed)
    return {
        "units": [f"u{i:02d}" for i in range(units)],
        "columns": ["a", "b", "c", "d", "e"],
        "values": rng.gamma(4.0, 5.0, (editions, units, 5)) + 1.0,
        "size": rng.uniform(1.0, 9.0, units),
    }


@pytest.fixture
def build(make_index: Callable[..., Path]) -> Build:
    """Score a table under some steps; `order` permutes rows, `columns` the leaves, `codes` renames leaves."""

    def score(
        data: dict[str, Any],
        steps: dict[str, Any],
        *,
        order: list[int] | None = None,
        reverse_leaves: bool = False,
        codes: dict[str, str] | None = None,
    ) -> Scores:
        values = data["values"]
        labels = {"group": "gh", "size": data["size"].tolist(), "top": [200]}
        years = [2000 + edition for edition in range(len(values))] if len(values) > 1 else []
        rows = rows_of(
            values if years else values[0], data["columns"], units=data["units"], editions=years, **labels
        )
        if order is not None:
            rows[1:] = [rows[1 + unit] for unit in order]
        leaves = [{"indicator": name, "code": (codes or {}).get(name, name)} for name in data["columns"]]
        leaves[1]["direction"] = "lower_is_better"
        first, second = leaves[:3], leaves[3:]
        if reverse_leaves:
            first, second = first[::-1], second[::-1]
        config = {
            "units": {"id": "unit", "groups": ["group"], "denominators": ["size", "top"]},
            "indicators": {"file": "data.csv"},
            "normalisation": {"method": "min_max", "low": 1, "high": 100},
            "index": {
                "code": "I",
                "children": [{"code": "P", "children": first}, {"code": "Q", "children": second}],
            },
            **steps,
        }
        return innov_index.load(make_index(config, rows)).score()

    return score


STEPS = ("denomination", "imputation", "treatment", "normalisation", "weighting", "aggregation")

NAMES = {"group": "group", "unit": "u03", "column": "size", "column upper": "top"}
"""The names in the table that stand for those of a method's example."""

OF_THEIR_OWN = {
    "weighting-budget_allocation",  # a list a child
    "weighting-ahp",
    "weighting-swara",
    "weighting-fucom",
    "weighting-best_worst",
    "aggregation-owa",
    "aggregation-choquet",
    "aggregation-directional_bod",
    "aggregation-expression",
    "aggregation-unobserved_components",  # needs three children
    "imputation-em_draws",  # many values a cell
    "imputation-em_bootstrap",
}
"""Methods whose options follow the children one by one, or with many results: tested elsewhere."""


SEARCHED = {"treatment-box_cox": 1e-9, "treatment-yeo_johnson": 1e-9}
"""Relative differences that a search to a tolerance of its own may leave; 1e-12 elsewhere."""


def ident(method: Method) -> str:
    return f"{method.step}-{method.name}"


METHODS = [
    method
    for step in STEPS
    for method in catalogue.step(step)
    if ident(method) not in OF_THEIR_OWN and method.stands_on is None
]
"""All but those and the scales over editions, which need some: tests/methods/normalisation has them."""

EVERY = pytest.mark.parametrize("method", METHODS, ids=ident)


def steps_with(method: Method) -> dict[str, Any]:
    """A config's steps in which the method is used: for all indicators, or for the nodes below the root."""
    setting = {"method": method.name, **stated_options(method, NAMES)}
    if method.step in ("aggregation", "weighting"):
        return {"levels": {"1": {method.step: setting}}}
    return {method.step: setting}


def outcome(build: Build, *arguments: Any, **keys: Any) -> Scores:
    """The scores; an example for which the method has no result is thrown away."""
    try:
        return build(*arguments, **keys)
    except UndefinedError:
        assume(False)
        raise


def by_unit(scores: Scores, code: str, array: np.ndarray, edition: int = 0) -> np.ndarray:
    return array[edition, np.argsort(scores.units.codes), scores.framework.position[code]]


def same(
    first: Scores,
    second: Scores,
    codes: Sequence[str] = ("I", "P", "Q"),
    edition: int = 0,
    within: float = 1e-12,
) -> None:
    """Scores equal to `within` (of the largest), ranks equal; `edition` is that of `first`."""
    for code in codes:
        x, y = by_unit(first, code, first.scores, edition), by_unit(second, code, second.scores)
        np.testing.assert_allclose(x, y, rtol=within, atol=within * max(1.0, float(np.abs(x).max())))
        ranks = by_unit(first, code, first.ranks, edition), by_unit(second, code, second.ranks)
        np.testing.assert_array_equal(*ranks)


@EVERY
@FEW
@given(seed=SEEDS, shuffle=st.randoms(use_true_random=False))
def test_permuting_units(build: Build, method: Method, seed: int, shuffle: Any) -> None:
    if Trait.ORDER_DEPENDENT in method.traits:
        pytest.skip("the method says that its result depends on the order of units")
    data = table(seed)
    order = list(range(len(data["units"])))
    shuffle.shuffle(order)
    steps, within = steps_with(method), SEARCHED.get(ident(method), 1e-12)
    same(outcome(build, data, steps), outcome(build, data, steps, order=order), within=within)


@EVERY
@FEW
@given(seed=SEEDS)
def test_permuting_and_renaming_indicators(build: Build, method: Method, seed: int) -> None:
    if Trait.ORDER_DEPENDENT in method.traits:
        pytest.skip("the method says that its result can depend on the order of children")
    data, steps = table(seed), steps_with(method)
    renamed = {"a": "zz", "d": "0d"}
    turned = outcome(build, data, steps, reverse_leaves=True, codes=renamed)
    same(outcome(build, data, steps), turned, within=SEARCHED.get(ident(method), 1e-12))


@EVERY
@FEW
@given(seed=SEEDS)
def test_a_leading_axis(build: Build, method: Method, seed: int) -> None:
    """Three editions in one file score as three files do."""
    if Trait.PANEL in method.traits:
        pytest.skip("the method looks at other editions on purpose")
    data, steps = table(seed, editions=3), steps_with(method)
    together = outcome(build, data, steps)
    for edition in range(3):
        alone = {**data, "values": data["values"][edition : edition + 1]}
        within = SEARCHED.get(ident(method), 1e-12)
        same(together, outcome(build, alone, steps), edition=edition, within=within)


@pytest.mark.parametrize("name", ["min_max", "z_score", "rank"])
@FEW
@given(seed=SEEDS, factor=st.floats(1e-3, 1e3))
def test_rescaling_an_indicator(build: Build, name: str, seed: int, factor: float) -> None:
    data, steps = table(seed), {"normalisation": {"method": name}}
    rescaled = {**data, "values": data["values"] * np.array([factor, 1.0, 1.0, 1 / factor, 1.0])}
    same(build(data, steps), build(rescaled, steps))


def test_flows_that_cancel_rank_by_no_noise(build: Build) -> None:
    """Seed 1127: net flows whose sum over two nodes is zero, in either order of the children."""
    data, steps = table(1127), {"levels": {"1": {"aggregation": {"method": "promethee_ii"}}}}
    same(build(data, steps), build(data, steps, reverse_leaves=True))

"""The contract that every method of the catalogue keeps, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Trait
from innov_index.testing import CONTRACT, check_method
from innov_index.testing import example_of as kernel_options

UNITS, COLUMNS = 12, 4
DIRECTION = np.array([1.0, -1.0, 1.0, 1.0])

METHODS = [method for step in (*catalogue.STEPS, *catalogue.WITHIN) for method in catalogue.step(step)]


def ident(method: Method) -> str:
    return f"{method.step}-{method.name}"


EVERY = pytest.mark.parametrize("method", METHODS, ids=ident)
OF_INDICATORS = pytest.mark.parametrize(
    "method",
    [m for m in METHODS if m.step in ("denomination", "imputation", "treatment", "normalisation")],
    ids=ident,
)
INPUTS: dict[str, Callable[[], Any]] = {
    "direction": lambda: DIRECTION.copy(),
    "weights": lambda: np.array([0.4, 0.3, 0.2, 0.1]),
    "given": lambda: np.array([4.0, 3.0, 2.0, 1.0]),
    "leaves": lambda: np.array([3.0, 2.0, 1.0, 1.0]),
    "codes": lambda: ("a", "b", "c", "d"),
}


def call(method: Method, values: np.ndarray, **inputs: Any) -> np.ndarray:
    """Run a method with plain inputs; its learned statistics come from the values themselves."""
    if Trait.PANEL in method.traits and values.ndim == 2:
        return call(method, values[None], **inputs)[0]
    known = {name: make() for name, make in INPUTS.items() if name in method.inputs}
    return np.asarray(method.function(values, **{**known, **inputs}, **kernel_options(method, UNITS)))


@pytest.fixture
def values(make_values: Callable[..., np.ndarray]) -> np.ndarray:
    return make_values(seed=7, units=UNITS, indicators=COLUMNS)


@pytest.fixture
def gappy(make_values: Callable[..., np.ndarray]) -> np.ndarray:
    found = make_values(seed=8, units=UNITS, indicators=COLUMNS, missing=0.15)
    assert np.isnan(found).any()
    return found


@EVERY
@pytest.mark.parametrize("clause", CONTRACT)
def test_clauses_for_methods_of_anybody(method: Method, clause: str) -> None:
    assert clause in CONTRACT
    check_method(method.step, method.name, clause)


def test_all_methods_are_looked_at() -> None:
    assert len(METHODS) > 100


def test_every_source_is_in_the_bibliography() -> None:
    from innov_index.methods.descriptions import reference

    unknown = {ident(m): m.source for m in METHODS if reference(m.source) == m.source}
    assert not unknown


def test_a_source_is_written_out_with_its_doi() -> None:
    from innov_index.methods.descriptions import reference

    text = reference("rezaei2016")
    assert text.startswith("Rezaei, J. (2016), Best-worst multi-criteria decision-making method")
    assert text.endswith("Omega 64, 126-130, doi:10.1016/j.omega.2015.12.001")


@OF_INDICATORS
def test_two_units_alike_are_treated_alike(method: Method, values: np.ndarray) -> None:
    kinds = {option.resolved.kind for option in method.options.values() if option.resolved}
    if {"column", "group"} & kinds:
        pytest.skip("the units differ in a column or group that the method uses")
    if Trait.ADDS_DRAWS in method.traits:
        pytest.skip("draws belong to a cell")
    values[5] = values[4]
    result = call(method, values)
    np.testing.assert_array_equal(result[..., 5, :], result[..., 4, :])


@pytest.mark.parametrize("method", list(catalogue.step("normalisation")), ids=ident)
def test_the_other_direction_ranks_the_other_way(method: Method, values: np.ndarray) -> None:
    """Where less is better, less never scores worse."""
    for direction in (np.ones(COLUMNS), -np.ones(COLUMNS)):
        if method.name == "distance_to_target":
            target = values.max(axis=0) + 1 if direction[0] > 0 else values.min(axis=0) - 1
            scores = method.function(values, direction, target=target)
        else:
            scores = call(method, values, direction=direction)
        for column in range(COLUMNS):
            order = np.argsort(values[:, column] * direction[column])
            steps = np.diff(scores[order, column])
            if not np.isnan(steps).any():
                assert (steps >= -1e-12).all(), (ident(method), direction[0])


FOR_UNITS = [
    method
    for step in ("imputation", "aggregation")
    for method in catalogue.step(step)
    if not {Trait.PANEL, Trait.RANDOM} & method.traits
]


@pytest.mark.parametrize("method", FOR_UNITS, ids=ident)
def test_a_method_says_whether_it_compares_units(
    method: Method, values: np.ndarray, gappy: np.ndarray
) -> None:
    """Without the last unit (the best, the worst, or much like the first) others fare the same or do not."""
    table = gappy if method.step == "imputation" else values
    options = {
        name: value[:-1] if isinstance(value, np.ndarray) else value
        for name, value in kernel_options(method, UNITS).items()
    }
    known = {name: make() for name, make in INPUTS.items() if name in method.inputs}
    same = True
    for last in (
        3 * np.nanmax(table, axis=0),
        np.nanmin(table, axis=0) / 3,
        np.nan_to_num(table[0], nan=9.0),
    ):
        table[-1] = last
        others = np.asarray(method.function(table[:-1], **known, **options))
        same &= np.allclose(call(method, table)[:-1], others, equal_nan=True)
    assert same == (Trait.COMPARES_UNITS not in method.traits)


@pytest.mark.parametrize(
    "method",
    [m for m in METHODS if m.step in ("normalisation", "weighting", "aggregation", "imputation")],
    ids=ident,
)
@pytest.mark.parametrize("power", [300, 990, -300, -990])
def test_a_common_factor_matters_nowhere_or_everywhere(
    method: Method, power: int, values: np.ndarray, gappy: np.ndarray
) -> None:
    """Whose result does not depend on the unit of measurement works from 1e-298 to 1e298, or has none.

    Powers of two multiply exactly, so no rounding is in the way.
    """
    table = gappy if method.step == "imputation" else np.abs(values) + 1
    if Trait.ADDS_DRAWS in method.traits:
        pytest.skip("draws are random")
    with np.errstate(all="raise", under="ignore"):
        plain, larger = call(method, table), call(method, np.ldexp(table, 10))
        follows = next((p for p in (0, 10) if np.allclose(np.ldexp(larger, -p), plain, equal_nan=True)), None)
        if follows is None:
            return
        found = call(method, np.ldexp(table, power))
    expected = np.ldexp(plain, power) if follows else plain
    undefined = np.isnan(found)
    np.testing.assert_allclose(found[~undefined], expected[~undefined], rtol=1e-9)
    assert not undefined.any() or np.isnan(plain).any() or undefined.all()

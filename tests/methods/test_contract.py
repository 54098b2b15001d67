"""The contract that every method of the catalogue keeps, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from innov_index.config.settings import option_model
from innov_index.errors import OptionError
from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Trait
from tests.methods.examples import kernel_options

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


def test_every_method_says_what_it_computes_and_who_says_so() -> None:
    assert len(METHODS) > 100
    for method in METHODS:
        assert method.summary.endswith("."), ident(method)
        assert method.formula, ident(method)
        assert method.source, ident(method)
        assert bool(method.undefined) == bool(method.remedy), ident(method)
        assert all(option.description for option in method.options.values()), ident(method)


def test_every_source_is_in_the_bibliography() -> None:
    from innov_index.methods.descriptions import reference

    unknown = {ident(m): m.source for m in METHODS if reference(m.source) == m.source}
    assert not unknown


def test_a_source_is_written_out_with_its_doi() -> None:
    from innov_index.methods.descriptions import reference

    text = reference("rezaei2016")
    assert text.startswith("Rezaei, J. (2016), Best-worst multi-criteria decision-making method")
    assert text.endswith("Omega 64, 126-130, doi:10.1016/j.omega.2015.12.001")


@EVERY
def test_a_config_may_state_the_example(method: Method) -> None:
    """Each example states what has no default, and nothing that the config would refuse."""
    stated = option_model(method.step, method.name).model_validate(dict(method.example))
    assert stated.model_fields_set == set(method.example)


@EVERY
def test_input_is_unchanged(method: Method, gappy: np.ndarray) -> None:
    before = gappy.copy()
    gappy.flags.writeable = False
    call(method, gappy)
    np.testing.assert_array_equal(gappy, before)


@EVERY
def test_missing_is_nan_and_nothing_is_infinite(method: Method, gappy: np.ndarray) -> None:
    assert not np.isinf(call(method, gappy).astype(np.float64)).any()


@EVERY
def test_single_precision_input_gives_double_precision(method: Method, values: np.ndarray) -> None:
    single = values.astype(np.float32)
    result = call(method, single)
    assert result.dtype in (np.float64, np.bool_)
    np.testing.assert_allclose(result, call(method, single.astype(np.float64)), rtol=1e-6, atol=1e-6)


@EVERY
def test_a_batch_is_a_loop(method: Method, make_values: Callable[..., np.ndarray]) -> None:
    if {Trait.PANEL, Trait.ADDS_DRAWS} & method.traits:
        pytest.skip("the leading axis means something to this method")
    batch = np.stack([make_values(seed=seed, units=UNITS, indicators=COLUMNS) for seed in range(3)])
    result = call(method, batch)
    for index, slice_ in enumerate(batch):
        alone = call(method, slice_)
        expected = np.broadcast_to(alone, result[index].shape) if result.ndim == alone.ndim + 1 else alone
        found = result[index] if result.ndim == alone.ndim + 1 else result
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@EVERY
@pytest.mark.parametrize(
    "case", ["one unit", "two units alike", "constant column", "empty column", "no values"]
)
def test_degenerate_tables_give_nan_or_a_result_never_an_exception(
    method: Method, values: np.ndarray, case: str
) -> None:
    """A person's message is made of the NaN; an option that cannot work may say so itself."""
    table = values.copy()
    if case == "one unit":
        table[1:] = np.nan
    elif case == "two units alike":
        table[1] = table[0]
    elif case == "constant column":
        table[:, 2] = 5.0
    elif case == "empty column":
        table[:, 2] = np.nan
    else:
        table[:] = np.nan
    try:
        result = call(method, table)
    except OptionError:
        return
    assert not np.isinf(result.astype(np.float64)).any()


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


@pytest.mark.parametrize("method", list(catalogue.step("weighting")), ids=ident)
def test_weights_are_shares(method: Method, values: np.ndarray) -> None:
    weights = call(method, values)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-12)


@pytest.mark.parametrize("method", list(catalogue.step("aggregation")), ids=ident)
def test_an_aggregation_says_whether_weights_matter(method: Method) -> None:
    """What takes neither weights nor stated ones must say so: a simulation of weights is refused there."""
    takes = "weights" in method.inputs or method.takes_stated_weights
    assert takes != (Trait.IGNORES_WEIGHTS in method.traits)


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

"""What holds for every normalisation: order, scale, direction, leading axes, references, odd tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.methods.normalisation import normalisation
from tests.methods.normalisation.normalising import DIRECTION, REQUIRED, normalised, tables

RATIOS = {f"{kind}_to_{base}" for kind in ("ratio", "difference") for base in ("mean", "worst", "unit")}
BY_RATIO = {"share_of_total", "share_of_best", "vector", *RATIOS}
WITH_REFERENCE = [method.name for method in normalisation if "reference" in method.inputs]
MOVED_BY_AN_OFFSET = {*BY_RATIO, "above_below_mean"}
NEEDS_NO_SPREAD = {"rank", "borda", "percentile_rank", "above_below_mean", *BY_RATIO}

few_examples = settings(max_examples=25)
every_method = pytest.mark.parametrize(
    "name", [method.name for method in normalisation if method.stands_on is None]
)


@every_method
@few_examples
@given(values=tables)
def test_more_is_better_and_missing_stays_missing(name, values):
    scores = normalised(name, values)
    np.testing.assert_array_equal(np.isnan(scores), np.isnan(values) | np.isnan(scores).all(axis=0))
    for column, sign, score in zip(values.T, DIRECTION, scores.T, strict=True):
        order = np.argsort(column * sign)
        assert (np.diff(score[order][: np.isfinite(column).sum()]) >= 0).all() or np.isnan(score).all()


@every_method
@few_examples
@given(values=tables, seed=st.integers(0, 99))
def test_order_of_units_does_not_matter(name, values, seed):
    order = np.random.default_rng(seed).permutation(len(values))
    moved = {"unit": int(np.flatnonzero(order == 0)[0])} if "unit" in REQUIRED[name] else {}
    np.testing.assert_allclose(
        normalised(name, values[order], **moved), normalised(name, values)[order], rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("name", [name for name in WITH_REFERENCE if name != "distance_to_target"])
@few_examples
@given(values=tables, power=st.integers(-20, 20), offset=st.integers(0, 1000))
def test_scale_of_an_indicator_does_not_matter(name, values, power, offset):
    """Powers of two and whole offsets, which are exact, so that ties stay ties."""
    rescaled = 2.0**power * (values if name in MOVED_BY_AN_OFFSET else values + offset)
    np.testing.assert_allclose(normalised(name, rescaled), normalised(name, values), rtol=1e-9, atol=1e-9)


@every_method
@few_examples
@given(values=tables)
def test_direction_is_a_change_of_sign(name, values):
    """A score where less is better is the score of the negated values; ratios have a form of their own."""
    if name in BY_RATIO:
        return
    options = REQUIRED[name]
    mirrored = {
        "goalposts": lambda: {"lower": -options["upper"], "upper": -options["lower"]},
        "goalposts_by_unit": lambda: {"lower": -options["upper"], "upper": -options["lower"]},
        "distance_to_target": lambda: {"target": 100.0},
        "breaks": lambda: {"breaks": [-cut for cut in reversed(options["breaks"])]},
    }.get(name, dict)()
    target = {"target": -100.0} if name == "distance_to_target" else {}
    less = normalised(name, values, -np.ones(6), **target)
    np.testing.assert_array_equal(less, normalised(name, -values, np.ones(6), **mirrored))


@every_method
def test_leading_axes_are_a_loop(name, make_values):
    """Inputs are read-only here, so this also shows that they are left unchanged."""
    draws = np.stack([make_values(seed=seed, missing=0.1 * (seed > 0)) for seed in range(3)])
    draws[:, 0] = 9.0
    draws.flags.writeable = False
    scores = normalised(name, draws)
    assert scores.shape == draws.shape
    np.testing.assert_allclose(scores, np.stack([normalised(name, table) for table in draws]), rtol=1e-13)
    deep = normalised(name, draws[:, np.newaxis])
    np.testing.assert_allclose(deep[:, 0], scores, rtol=1e-13)


@pytest.mark.parametrize("name", WITH_REFERENCE)
@few_examples
@given(values=tables, others=tables)
def test_pooled_editions_as_the_reference(name, values, others):
    """Scores of one edition with all editions as reference are those of the pooled table."""
    pooled = np.concatenate([values, others])
    expected = normalised(name, pooled)[: len(values)]
    np.testing.assert_allclose(normalised(name, values, DIRECTION, pooled), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("name", WITH_REFERENCE)
def test_one_reference_for_all_draws(name, make_values):
    """A reference without the leading axes of the values serves them all."""
    draws = np.stack([make_values(seed=seed) for seed in range(3)])
    reference = make_values(seed=9, units=11)
    scores = normalised(name, draws, DIRECTION, reference)
    one_by_one = [normalised(name, table, DIRECTION, reference) for table in draws]
    np.testing.assert_allclose(scores, np.stack(one_by_one), rtol=1e-13)


@pytest.mark.parametrize("name", WITH_REFERENCE)
@pytest.mark.parametrize("constant", [0.1, 7.0, 1e12 / 3])
def test_constant_indicator(name, constant):
    """No method makes a difference between equal values; those that need a spread have no result."""
    values = np.full((7, 6), constant)
    scores = normalised(name, values)
    if name in NEEDS_NO_SPREAD:
        assert (scores == scores[0]).all()
    elif name != "distance_to_target":
        assert np.isnan(scores).all()


@every_method
def test_one_unit_no_unit_with_a_value_and_single_precision(name, make_values):
    single = normalised(name, np.full((1, 6), 9.0, dtype=np.float32))
    assert single.dtype == np.float64
    assert np.isnan(single).all() or np.isfinite(single).all()
    assert np.isnan(normalised(name, np.full((4, 6), np.nan))).all()
    short = make_values().astype(np.float32)
    np.testing.assert_array_equal(normalised(name, short), normalised(name, short.astype(np.float64)))


@every_method
def test_options_may_differ_between_indicators(name, make_values):
    """Each option that may differ gives, column by column, what it gives alone."""
    values, method = make_values(), normalisation[name]
    for option in method.options.values():
        if option.resolved is None or option.resolved.kind != "each" or option.name == "target":
            continue
        base = REQUIRED[name].get(option.name, option.default)
        each = base + (1 + np.arange(6.0)) / 8
        together = normalised(name, values, **{option.name: each})
        alone = [normalised(name, values, **{option.name: number})[:, i] for i, number in enumerate(each)]
        np.testing.assert_array_equal(together, np.stack(alone, axis=-1))


@every_method
def test_documentation_is_complete(name):
    method = normalisation[name]
    assert method.summary
    assert method.formula
    assert method.source
    assert bool(method.undefined) == bool(method.remedy)
    assert all(option.description for option in method.options.values())

"""Normalisation, against COINr, Compind, pymcdm and scikit-criteria, by properties and by hand."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.errors import OptionError
from innov_index.methods.normalisation import normalisation

pymcdm = pytest.importorskip("pymcdm.normalizations")
skcriteria = pytest.importorskip("skcriteria")
scalers = pytest.importorskip("skcriteria.preprocessing.scalers")
invert_objectives = pytest.importorskip("skcriteria.preprocessing.invert_objectives")

DIRECTION = np.array([1.0, -1.0, 1.0, -1.0, 1.0, 1.0])
DIRECTION.flags.writeable = False
BY_RATIO = {"share_of_total", "share_of_best", "vector"}
WITH_REFERENCE = [method.name for method in normalisation if "reference" in method.inputs]
MOVED_BY_AN_OFFSET = {*BY_RATIO, "above_below_mean"}
NEEDS_NO_SPREAD = {"rank", "borda", "percentile_rank", "above_below_mean", *BY_RATIO}
REQUIRED = {
    "goalposts": {"lower": 8.0, "upper": 20.0},
    "goalposts_by_unit": {"lower": np.array([[2.0]]), "upper": np.array([[20.0]])},
    "distance_to_target": {"target": np.where(DIRECTION > 0, 100.0, -100.0)},
    "distance_to_reference": {"unit": 0},
    "breaks": {"breaks": [5.0, 10.0, 20.0]},
}

few_examples = settings(max_examples=25)
every_method = pytest.mark.parametrize("name", normalisation.names)


def random_table(seed, units):
    """Values (units, 6) with ties and gaps; the first two units have all values, no column is constant."""
    rng = np.random.default_rng(seed)
    values = rng.integers(1, rng.integers(4, 40), (units, 6)) + 0.0
    values[rng.random(values.shape) < 0.2] = np.nan
    values[:2] = [[9.5, 10.5, 11.5] * 2, [7.25, 8.25, 9.25] * 2]
    return values


tables = st.builds(random_table, seed=st.integers(0, 2**32), units=st.integers(2, 10))


def normalised(name, values, direction=DIRECTION, *reference, **options):
    """Scores, with what the method cannot do without filled in."""
    return normalisation[name].function(values, direction, *reference, **REQUIRED.get(name, {}) | options)


def read_table(path):
    """Codes of the numeric columns, and their values (units, columns); an empty field is missing."""
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    codes = [code for code in header if code not in ("uCode", "uName", "Time")]
    places = [header.index(code) for code in codes]
    return codes, np.array([[float(row[place] or "nan") for place in places] for row in rows])


@pytest.fixture(scope="module")
def asem(shared):
    """Treated ASEM data with directions and the parameters of each indicator, which are in its own units.

    COINr turns them itself where it reads them from its table of indicators (`use_iMeta`).
    """
    folder = shared / "coinr/asem"
    codes, treated = read_table(folder / "pipeline/treated.csv")
    parameters = csv.DictReader((folder / "normalise/parameters.csv").read_text().splitlines())
    rows = {row["iCode"]: row for row in parameters}

    def each(key):
        return np.array([float(rows[code][key]) for code in codes])

    return {
        "folder": folder,
        "codes": codes,
        "treated": treated,
        "direction": each("Direction"),
        "goalposts": {"lower": each("goalpost_lower"), "upper": each("goalpost_upper")},
        "scaled": {"lower": each("scaled_lower"), "upper": each("scaled_upper")},
        "target": {"target": each("Target")},
    }


COINR_CASES = {
    "n_minmax_0_100": ("min_max", {}),
    "n_minmax_1_100": ("min_max", {"low": 1.0}),
    "n_minmax_iMeta_1_100": ("min_max", {"low": 1.0}),
    "n_zscore_0_1": ("z_score", {}),
    "n_zscore_10_2": ("z_score", {"mean": 10.0, "sd": 2.0}),
    "n_zscore_iMeta_50_10": ("z_score", {"mean": 50.0, "sd": 10.0}),
    **{f"n_rank_{ties}": ("rank", {"ties": ties}) for ties in ("min", "average", "max")},
    **{f"n_prank_{ties}": ("percentile_rank", {"ties": ties}) for ties in ("min", "average", "max")},
    **{f"n_borda_{ties}": ("borda", {"ties": ties}) for ties in ("min", "average", "max")},
    "n_dist2max": ("distance_to_best", {}),
    "n_dist2ref_unit5": ("distance_to_reference", {"unit": 4}),
    "n_dist2ref_unit5_cap": ("distance_to_reference", {"unit": 4, "cap": True}),
    "n_dist2targ_iMeta_nocap": ("distance_to_target", "target"),
    "n_dist2targ_iMeta_cap": ("distance_to_target", "target", {"cap": True}),
    "n_goalposts_iMeta_q10_q90": ("goalposts", "goalposts"),
    "n_scaled_iMeta_q25_q75": ("goalposts", "scaled", {"truncate": False}),
}


@pytest.mark.parametrize("case", COINR_CASES)
def test_equals_coinr(case, asem):
    """Reference: COINr 1.1.14 on the treated ASEM data, coinr/asem/normalise (export_reference.R, part 5)."""
    name, *given_options = COINR_CASES[case]
    options = {}
    for some in given_options:
        options |= asem[some] if isinstance(some, str) else some
    codes, expected = read_table(asem["folder"] / f"normalise/{case}.csv")
    assert codes == asem["codes"]
    scores = normalised(name, asem["treated"], asem["direction"], **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_coinr_scaled_by_fixed_limits(asem):
    """Reference: COINr n_scaled(0, 100), given for values times direction: in own units that is -100 to 0."""
    _, expected = read_table(asem["folder"] / "normalise/n_scaled_0_100.csv")
    more = asem["direction"] > 0
    limits = {"lower": np.where(more, 0.0, -100.0), "upper": np.where(more, 100.0, 0.0)}
    scores = normalised("goalposts", asem["treated"], asem["direction"], **limits, truncate=False)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_coinr_fraction_of_maximum(asem):
    """Reference: COINr n_fracmax where more is better; elsewhere COINr divides by a negative maximum."""
    _, expected = read_table(asem["folder"] / "normalise/n_fracmax.csv")
    scores = normalised("share_of_best", asem["treated"], asem["direction"])
    more = asem["direction"] > 0
    np.testing.assert_allclose(scores[:, more], expected[:, more], rtol=1e-9, atol=1e-9)
    positive = ~more & (asem["treated"].min(axis=0) > 0)
    np.testing.assert_allclose(
        scores[:, positive], asem["treated"].min(axis=0)[positive] / asem["treated"][:, positive], rtol=1e-12
    )
    assert positive.any()
    assert np.isnan(scores[:, ~more & ~positive]).all()


def test_coinr_pipeline(asem):
    """Reference: the normalised data of COINr's example coin."""
    codes, expected = read_table(asem["folder"] / "pipeline/normalised.csv")
    assert codes == asem["codes"]
    scores = normalised("min_max", asem["treated"], asem["direction"])
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("file", "pooled"), [("global_normalised", True), ("local_normalised", False)])
def test_coinr_panel(file, pooled, shared, asem):
    """Reference: COINr on the five-year ASEM panel, statistics of all years pooled or of each year alone."""
    folder = shared / "coinr/asem_panel"
    codes, treated = read_table(folder / "global_treated.csv")
    expected_codes, expected = read_table(folder / f"{file}.csv")
    assert codes == expected_codes
    direction = asem["direction"][[asem["codes"].index(code) for code in codes]]
    years = treated.reshape(5, -1, len(codes))
    scores = normalised("min_max", years, direction, *([treated] if pooled else []))
    np.testing.assert_allclose(scores.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("normalise_1", "z_score", {}),
        ("normalise_2", "min_max", {"high": 1.0}),
        ("normalise_3", "rank", {"ties": "average"}),
    ],
)
def test_equals_compind(file, name, options, shared):
    """Reference: Compind 3.4 normalise_ci on the ASEM pillars, the third and sixth with negative polarity."""
    _, pillars = read_table(shared / "coinr/compind/input_pillars.csv")
    _, expected = read_table(shared / f"coinr/compind/{file}.csv")
    direction = np.array([1.0, 1, -1, 1, 1, -1, 1, 1])
    scores = normalised(name, pillars, direction, **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "reference", "options"),
    [
        ("min_max", pymcdm.minmax_normalization, {"high": 1.0}),
        ("distance_to_best", pymcdm.minmax_normalization, {}),
        ("share_of_best", pymcdm.linear_normalization, {}),
        ("share_of_total", pymcdm.sum_normalization, {}),
        ("vector", pymcdm.vector_normalization, {}),
    ],
)
def test_equals_pymcdm(name, reference, options, make_values):
    """Reference: pymcdm.normalizations, benefit and cost criteria."""
    values = make_values()
    expected = np.column_stack(
        [reference(column, cost=sign < 0) for column, sign in zip(values.T, DIRECTION, strict=True)]
    )
    np.testing.assert_allclose(normalised(name, values, **options), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "invert", "scaler", "options"),
    [
        ("min_max", "NegateMinimize", scalers.MinMaxScaler("matrix"), {"high": 1.0}),
        ("z_score", "NegateMinimize", scalers.StandarScaler("matrix"), {"population": True}),
        ("share_of_total", "InvertMinimize", scalers.SumScaler("matrix"), {}),
        ("share_of_best", "InvertMinimize", scalers.MaxAbsScaler("matrix"), {}),
        ("distance_to_best", None, scalers.CenitDistanceMatrixScaler(), {}),
        ("vector", None, scalers.VectorScaler("matrix"), {}),
    ],
)
def test_equals_scikit_criteria(name, invert, scaler, options, make_values):
    """Reference: scikit-criteria's scalers, after one of its inverters if named (vector: benefits only)."""
    values = make_values()
    direction = np.ones(6) if name == "vector" else DIRECTION
    decision = skcriteria.mkdm(values, direction.astype(int).tolist())
    if invert:
        decision = getattr(invert_objectives, invert)().transform(decision)
    expected = scaler.transform(decision).matrix.to_numpy()
    scores = normalised(name, values, direction, **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-12, atol=1e-13)


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
    moved = {"unit": int(np.flatnonzero(order == 0)[0])} if name == "distance_to_reference" else {}
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
    options = REQUIRED.get(name, {})
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
    np.testing.assert_allclose(normalised(name, values, DIRECTION, pooled), expected, rtol=1e-13)


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
        base = REQUIRED.get(name, {}).get(option.name, option.default)
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


def test_none_has_no_negative_zero():
    assert np.signbit(normalised("none", np.zeros((1, 6)))).sum() == 0


def test_min_max_between_quantiles():
    """By hand: of 0, 1, …, 10 the quantiles 0.1 and 0.8 are 1 and 8, also where less is better."""
    values = np.arange(11.0)[:, None].repeat(2, axis=1)
    direction = np.array([1.0, -1.0])
    scores = normalised("min_max", values, direction, quantiles=[0.1, 0.8])
    np.testing.assert_allclose(scores[:, 0], 100 * (values[:, 0] - 1) / 7, atol=1e-12)
    np.testing.assert_allclose(scores[:, 1], 100 * (8 - values[:, 1]) / 7, atol=1e-12)


@pytest.mark.parametrize(
    ("truncate", "expected"),
    [
        (False, [-50, 0, 50, 100, 150]),
        (True, [0, 0, 50, 100, 100]),
        ("low", [0, 0, 50, 100, 150]),
        ("high", [-50, 0, 50, 100, 100]),
    ],
)
def test_truncation(truncate, expected):
    values = np.arange(5.0)[:, None]
    for name, options in (
        ("goalposts", {"lower": 1.0, "upper": 3.0}),
        ("goalposts_by_unit", {"lower": np.ones((5, 1)), "upper": np.full((5, 1), 3.0)}),
        ("min_max", {"quantiles": [0.25, 0.75]}),
    ):
        scores = normalised(name, values, np.ones(1), truncate=truncate, **options)
        assert scores[:, 0].tolist() == expected


def test_human_development_goalposts():
    """Life expectancy between 20 and 85 years (Human Development Report): 72.5 years give 0.8077."""
    score = normalised("goalposts", np.array([[72.5]]), np.ones(1), lower=20.0, upper=85.0, high=1.0)
    assert score[0, 0] == pytest.approx(0.8077, abs=5e-5)


def test_goalposts_that_differ_between_units():
    """Life expectancy of women between 22.5 and 87.5 years, of men between 17.5 and 82.5 (same report)."""
    years = np.array([[55.0], [50.0], [50.0]])
    lower, upper = np.array([[22.5], [17.5], [np.nan]]), np.array([[87.5], [82.5], [82.5]])
    scores = normalised("goalposts_by_unit", years, np.ones(1), lower=lower, upper=upper)
    np.testing.assert_array_equal(scores[:, 0], [50.0, 50.0, np.nan])


def test_robust_z_by_hand():
    """Median 3, median absolute deviation 1; the outlier moves neither."""
    scores = normalised("robust_z", np.array([[1.0], [2.0], [3.0], [4.0], [900.0]]), np.ones(1))
    np.testing.assert_allclose(scores[:4, 0], np.array([-2, -1, 0, 1]) / 1.4826)


def test_position_beyond_the_reference():
    """Better than every reference unit: the rank after the last; the percentile rank of the best."""
    values, reference = np.array([[9.0], [0.0]]), np.array([[1.0], [2.0], [3.0]])
    assert normalised("rank", values, np.ones(1), reference)[:, 0].tolist() == [4, 1]
    assert normalised("borda", values, np.ones(1), reference)[:, 0].tolist() == [3, 0]
    assert normalised("percentile_rank", values, np.ones(1), reference)[:, 0].tolist() == [1, 0]


def test_ratios_of_what_cannot_be_a_ratio():
    """A cost of zero or below has no reciprocal; a total or a best value of zero or below divides nothing."""
    cost = np.array([[0.0, 1.0], [2.0, 1.0]])
    assert np.isnan(normalised("share_of_best", cost, np.array([-1.0, -1.0]))[:, 0]).all()
    assert np.isnan(normalised("share_of_total", cost, np.array([-1.0, -1.0]))[:, 0]).all()
    assert normalised("share_of_total", cost, np.array([1.0, -1.0]))[:, 1].tolist() == [0.5, 0.5]
    losses = np.array([[-3.0], [1.0]])
    assert np.isnan(normalised("share_of_total", losses, np.ones(1))).all()
    assert normalised("share_of_best", losses, np.ones(1))[:, 0].tolist() == [-3, 1]
    assert np.isnan(normalised("vector", np.zeros((3, 1)), np.ones(1))).all()


def test_logistic_and_tanh_by_hand():
    """z-scores -1, 0 and 1; far tails stay within the scale and above zero."""
    values = np.array([[1.0], [2.0], [3.0]])
    expected = 1 / (1 + np.exp([1.0, 0.0, -1.0]))
    np.testing.assert_allclose(normalised("logistic", values, np.ones(1))[:, 0], expected, rtol=1e-14)
    bent = (np.tanh([-0.01, 0.0, 0.01]) + 1) / 2
    np.testing.assert_allclose(normalised("tanh", values, np.ones(1))[:, 0], bent, rtol=1e-14)
    far = normalised("logistic", np.array([[-600.0], [600.0]]), np.ones(1), values)
    assert 0 < far[0, 0] < 1e-200
    assert far[1, 0] == 1


def test_above_and_below_the_mean():
    """Mean 10, band 8 to 12, whose edges are inside."""
    values = np.array([[7.0], [8.0], [12.0], [13.0], [10.0]])
    for sign in (1.0, -1.0):
        scores = normalised("above_below_mean", values, np.array([sign]), threshold=0.2)
        assert (sign * scores[:, 0]).tolist() == [-1, 0, 0, 1, 0]


def test_classes_of_the_handbook():
    """Handbook's example: percentiles 15, 25, 65, 85 and 95 divide scores 0, 20, 40, 60, 80 and 100."""
    values = np.arange(101.0)[:, None]
    up = normalised("classes", values, np.ones(1))[:, 0]
    assert up[[0, 14, 15, 24, 25, 64, 65, 84, 85, 94, 95, 100]].tolist() == [
        0, 0, 20, 20, 40, 40, 60, 60, 80, 80, 100, 100,
    ]  # fmt: skip
    np.testing.assert_array_equal(normalised("classes", values, -np.ones(1))[:, 0], up[::-1])


def test_classes_of_equal_size():
    scores = normalised("classes", np.arange(8.0)[:, None], np.ones(1), quantiles=4, scores=[1, 2, 3, 5])
    assert scores[:, 0].tolist() == [1, 1, 2, 2, 3, 3, 5, 5]


def test_breaks_in_own_units():
    values = np.array([[4.0, 4.0], [5.0, 5.0], [9.0, 9.0], [10.0, 10.0]])
    scores = normalised("breaks", values, np.array([1.0, -1.0]), breaks=[5.0, 10.0])
    assert scores.T.tolist() == [[0, 50, 50, 100], [100, 100, 50, 50]]


def test_linear_turns_a_cost_around():
    scores = normalised("linear", np.array([[3.0, 3.0]]), np.array([1.0, -1.0]), factor=0.5, offset=10.0)
    assert scores.tolist() == [[11.5, 8.5]]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("min_max", {"low": 100.0}, "low must be less than high"),
        ("min_max", {"quantiles": [0.9, 0.1]}, "first quantile must be less"),
        (
            "goalposts",
            {"lower": 5.0, "upper": np.array([9.0, 9, 9, 9, 9, 5])},
            "lower must be less than upper",
        ),
        ("breaks", {"breaks": [2.0, 1.0]}, "breaks must ascend"),
        ("breaks", {"breaks": [1.0, 2.0], "scores": [1.0, 2.0]}, "3 classes, but there are 2 scores"),
        ("classes", {"quantiles": 2, "scores": [2.0, 1.0]}, "scores must ascend"),
        ("linear", {"factor": -1.0}, "factor must be positive"),
        ("z_score", {"sd": np.array([1.0, 1, 1, 1, 1, 0])}, "sd must be positive"),
        ("tanh", {"steepness": 0.0}, "steepness must be positive"),
        ("vector", {"scale": -1.0}, "scale must be positive"),
    ],
)
def test_options_that_make_no_sense(name, options, message, make_values):
    with pytest.raises(OptionError, match=message):
        normalised(name, make_values(), **options)

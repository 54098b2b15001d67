"""Normalisation by hand, and options that make no sense."""

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.index import load
from tests.methods.normalisation.normalising import normalised


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


def test_a_mean_that_rounding_moves_is_still_the_mean():
    """The mean of 0.1, 0.2 and 0.3 is 0.2 in decimals, but not in doubles."""
    values = np.array([[0.1], [0.2], [0.3]])
    assert values.mean() != 0.2
    assert normalised("above_below_mean", values, np.ones(1))[:, 0].tolist() == [-1, 0, 1]


def test_a_quantile_that_rounding_moves_is_reached():
    """0.3 reaches the median of values that are 0.1 + 0.2."""
    learned = np.array([[0.1], [0.1 + 0.2], [0.1 + 0.2]])
    scores = normalised("classes", np.array([[0.3]]), np.ones(1), reference=learned, quantiles=[0.5])
    assert scores.tolist() == [[100.0]]


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
        ("min_max", {"low": 100.0}, r"low \(100\) must be less than high \(100\)"),
        (
            "min_max",
            {"quantiles": [0.9, 0.1]},
            r"first quantile \(0.9\) must be less than the second",
        ),
        (
            "goalposts",
            {"lower": 5.0, "upper": np.array([9.0, 9, 9, 9, 9, 5])},
            r"^lower \(5\) must be less than upper \(5\)$",
        ),
        ("breaks", {"breaks": [2.0, 1.0]}, "breaks must ascend"),
        ("breaks", {"breaks": [1.0, 2.0], "scores": [1.0, 2.0]}, "3 classes, but 2 scores"),
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


def test_a_chosen_unit_of_another_group(make_index):
    """Each group has its worst unit, and all have the same target: the chosen unit of the first group."""
    rows = "unit,region,a\nA,N,10\nB,N,2\nC,S,6\nD,S,4\n"
    stated = "{method: distance_to_reference, unit: A, reference: {group: region}}"
    config = (
        "units: {id: unit, groups: [region]}\nindicators: {file: data.csv}\n"
        f"normalisation: {stated}\nindex: {{code: I, children: [{{indicator: a}}]}}\n"
    )
    scores = load(make_index(config, rows)).score()
    np.testing.assert_allclose(scores.of("a")[0], [1, 0, 2 / 6, 0], atol=1e-12)

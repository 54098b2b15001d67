"""Bounds of scores against exact rational arithmetic, and what they decide, in every step that decides."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import innov_index
from innov_index.analysis.uncertainty.run import uncertainty
from innov_index.config.nodes import Weights, weights_of
from innov_index.errors import InnovIndexError
from innov_index.methods import catalogue
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind
from innov_index.pipeline.collapsed import collapse
from innov_index.pipeline.undefined import REFUSED
from tests.indices import write_index

TENTHS = st.lists(st.lists(st.integers(-40, 40), min_size=3, max_size=3), min_size=3, max_size=7)

# women and men add up to 100, which their halves in doubles do not always
PEOPLE = """\
unit,women,men,fifty,speed,size
Ardle,50.1,49.9,50,1,3
Brock,51.3,48.7,50,4,9
Corve,49.7,50.3,50,2,4
Dunmoor,48.9,51.1,50,5,1
Eskby,50.7,49.3,50,7,8
"""


def scored(folder: Path, root: dict[str, Any], data: Any, **steps: Any) -> Scores:
    """Scores of an index whose indicators are taken as they are, unless a step says otherwise."""
    config = {"indicators": {"file": "data.csv"}, "normalisation": {"method": "none"}} | steps
    return innov_index.load(write_index(folder, config | {"index": {"code": "X", **root}}, data)).score()


def leaves(*codes: str) -> list[dict[str, str]]:
    return [{"indicator": code} for code in codes]


def people(weighting: dict[str, Any] | None = None, **node: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A root over a node that is 50 apart from rounding, and the same over an exact 50."""
    own = {"weighting": weighting} if weighting else {}
    noisy = {"code": "PEOPLE", "weighting": {"method": "equal"}, "children": leaves("women", "men"), **node}
    even = {"code": "PEOPLE", "weighting": {"method": "equal"}, "children": leaves("fifty"), **node}
    return tuple({**own, "children": [one, *leaves("speed", "size")]} for one in (noisy, even))  # type: ignore[return-value]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=TENTHS, factor=st.sampled_from([1, 10**6, Fraction(1, 10**9)]), kind=st.integers(0, 3))
def test_bounds_contain_the_error_and_ties_are_those_of_exact_numbers(rows, factor, kind, tmp_path_factory):
    """Tenths in sums, means and formulas, whose doubles cancel to something near zero."""
    exact = [[Fraction(n, 10) * factor for n in row] for row in rows]
    data = [["unit", "a", "b", "c"]]
    data += [[f"u{i}", *(f"{float(x):.17g}" for x in row)] for i, row in enumerate(exact)]
    weights = [0.2, 0.3, 0.5]
    children = [{"indicator": code, "weight": w} for code, w in zip("abc", weights, strict=True)]
    shapes = [
        {"aggregation": {"method": "sum"}, "children": leaves("a", "b", "c")},
        {"children": children},
        {
            "aggregation": {"method": "expression", "formula": "a - b * 0.1 + c / 5"},
            "children": leaves(*"abc"),
        },
        {"children": [{"code": "P", "children": leaves("a", "b")}, {"indicator": "c"}]},
    ]
    truths = [
        [a + b + c for a, b, c in exact],
        [(2 * a + 3 * b + 5 * c) / 10 for a, b, c in exact],
        [a - b / 10 + c / 5 for a, b, c in exact],
        [((a + b) / 2 + c) / 2 for a, b, c in exact],
    ]
    found = scored(tmp_path_factory.mktemp("i"), shapes[kind], data)
    truth = truths[kind]
    for score, bound, right in zip(
        found.of("X")[0].tolist(), found.bounds[0, :, 0].tolist(), truth, strict=True
    ):
        # the tenths are read as the doubles next to them
        read = Fraction(2.0**-52) * sum(abs(x) for row in exact for x in row)
        assert abs(Fraction(score) - right) <= Fraction(bound) + read
    ranks = [1 + sum(other > own for other in truth) for own in truth]
    np.testing.assert_array_equal(found.ranks[0, :, 0], ranks)


def test_children_that_mirror_each_other_tie_everywhere(folder):
    """b = 4 - a under z-scores: the mean is 0 for every unit."""
    data = [["unit", "a", "b"], *([f"u{i}", a, 4 - a] for i, a in enumerate([0.1, 0.7, 1.3, 2.9, 3.3, 3.7]))]
    found = scored(folder, {"children": leaves("a", "b")}, data, normalisation={"method": "z_score"})
    np.testing.assert_array_equal(found.of("X"), np.zeros((1, 6)))
    np.testing.assert_array_equal(found.ranks[0, :, 0], np.ones(6))


@pytest.mark.parametrize("shift", [0, 10**6, 10**12])
def test_z_scores_of_large_numbers_have_the_mean_zero(folder, shift):
    """Without it, a coefficient of variation is rounding divided by rounding."""
    data = [["unit", "a", "b"], *([f"u{i}", shift + i / 8, (i * 5) % 7] for i in range(7))]
    with pytest.raises(InnovIndexError, match="coefficient_of_variation has no weights"):
        scored(
            folder,
            {"children": leaves("a", "b")},
            data,
            normalisation={"method": "z_score"},
            weighting={"method": "coefficient_of_variation"},
        )


LEARNED = [method for method in catalogue.step("weighting") if weights_of(method) is Weights.LEARNED]


@pytest.mark.parametrize("method", LEARNED, ids=lambda method: method.name)
def test_a_node_that_is_constant_apart_from_rounding_is_weighted_as_a_constant(folder, method):
    """Whatever the method makes of a constant child: weight 0, some weight, or a refusal."""
    outcomes = []
    for name, root in zip(("noisy", "even"), people({"method": method.name, **method.example}), strict=True):
        try:
            found = scored(folder / name, root, PEOPLE)
            outcomes.append(
                found.weights[0, [found.framework.position[c] for c in ("PEOPLE", "speed", "size")]]
            )
        except InnovIndexError as error:
            outcomes.append(str(error).partition(":")[0])
    noisy, even = outcomes
    if isinstance(even, str):
        assert isinstance(noisy, str)
    else:
        np.testing.assert_allclose(noisy, even, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", list(catalogue.step("normalisation")), ids=lambda method: method.name)
def test_a_node_that_is_constant_apart_from_rounding_is_rescaled_as_a_constant(folder, method):
    example = dict(method.example)
    if {"unit", "lower"} & example.keys() and method.name != "goalposts":
        example = {"unit": "Ardle"} if "unit" in example else {"lower": "women", "upper": "fifty"}
    outcomes = []
    for name, root in zip(
        ("noisy", "even"), people(rescaling={"method": method.name, **example}), strict=True
    ):
        try:
            outcomes.append(scored(folder / name, root, PEOPLE).of("PEOPLE")[0])
        except InnovIndexError as error:
            outcomes.append(str(error).partition(":")[0])
    noisy, even = outcomes
    if isinstance(even, str):
        assert noisy == even
    else:
        np.testing.assert_allclose(noisy, even, rtol=1e-12)
        assert len(set(noisy.tolist())) == 1


@pytest.mark.parametrize("rescaling", ["percentile_rank", "rank", "borda", "classes", "above_below_mean"])
def test_computed_nodes_that_tie_are_rescaled_alike(folder, rescaling):
    """0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit."""
    data = [
        ["unit", "a", "b", "c"],
        ["P", 0.1, 0.2, 0.3],
        ["Q", 0.3, 0.2, 0.1],
        ["R", 1, 1, 1],
        ["S", 0, 0, 0],
    ]
    found = scored(
        folder,
        {
            "aggregation": {"method": "sum"},
            "rescaling": {"method": rescaling},
            "children": leaves("a", "b", "c"),
        },
        data,
    )
    assert found.of("X")[0, 0] == found.of("X")[0, 1]


ORDERS = pytest.mark.parametrize("order", [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]])
CANCELLING = [["unit", "a", "b", "c", "d"], ["A", 0.1, 0.2, -0.3, 1], ["B", 0, 0, 0, 1], ["C", 1, 1, 1, 2]]
"""0.1 + 0.2 - 0.3 beside 0 + 0 + 0."""


def over_a_sum(order: list[str], aggregation: str) -> dict[str, Any]:
    node = {"code": "P", "aggregation": {"method": "sum"}, "children": leaves(*order)}
    return {"aggregation": {"method": aggregation}, "children": [node, *leaves("d")]}


@ORDERS
@pytest.mark.parametrize("aggregation", ["topsis", "copeland", "borda", "kemeny_young"])
def test_a_zero_apart_from_rounding_is_compared_as_zero(folder, order, aggregation):
    found = scored(folder, over_a_sum(order, aggregation), CANCELLING)
    assert found.of("P")[0, :2].tolist() == [0.0, 0.0]
    assert found.of("X")[0, 0] == found.of("X")[0, 1]


@ORDERS
def test_a_zero_apart_from_rounding_has_no_logarithm(folder, order):
    with pytest.raises(InnovIndexError, match="unit 'A': 'P' is 0"):
        scored(folder, over_a_sum(order, "geometric"), CANCELLING)


def test_a_half_apart_from_rounding_is_rounded_as_a_half(folder):
    """The mean of 0.3 and 0.2 over ten children that cancel: 0.25 however it is added up."""
    data = [["unit", "a", "b", "c"], ["A", 1000.1, -999.85, 0.5], ["B", 0.25, 0, 0.5], ["C", 3, 4, 5]]
    rounding = {"method": "half_up", "decimals": 1, "used_for": "parents"}
    node = {"code": "P", "aggregation": {"method": "sum"}, "rounding": rounding, "children": leaves("a", "b")}
    found = scored(folder, {"children": [node, *leaves("c")]}, data)
    assert found.of("P")[0, 0] == found.of("P")[0, 1] == 0.3


def test_a_share_of_a_total_that_cancels_is_refused(folder):
    data = [["unit", "a"], ["A", 0.1], ["B", 0.2], ["C", -0.3]]
    with pytest.raises(InnovIndexError, match="share_of_total has no result"):
        scored(folder, {"children": leaves("a")}, data, normalisation={"method": "share_of_total"})


SIZES = {
    0: [1e-300, 1e-150, 1, 1e150, 1e300],
    1: [1e-300, 1e-150, 1, 1e150, 1e300],
    0.005: [1e-300, 1, 1e300],
}
SIZES |= {2: [1e-150, 1, 1e150], -1: [1e-300, 1, 1e300]}


@pytest.mark.parametrize(
    ("power", "size"), [(power, size) for power, sizes in SIZES.items() for size in sizes]
)
def test_scores_of_any_size_are_told_apart(folder, power, size):
    """Values that differ in the third digit, from 1e-300 to 1e300."""
    data = [["unit", "a", "b"], *([f"u{i}", (1 + i / 100) * size, (2 + i / 100) * size] for i in range(5))]
    root = {"aggregation": {"method": "power", "p": power}, "children": leaves("a", "b")}
    np.testing.assert_array_equal(scored(folder, root, data).ranks[0, :, 0], [5, 4, 3, 2, 1])


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_powers_beyond_the_range_of_doubles_are_refused(folder, size):
    data = [["unit", "a", "b"], ["A", size, 2 * size], ["B", 2 * size, size]]
    with pytest.raises(InnovIndexError, match="has no result"):
        scored(folder, {"aggregation": {"method": "power", "p": 2}, "children": leaves("a", "b")}, data)


def test_the_output_says_where_rounding_was_overruled(folder):
    data = [["unit", "a", "b", "c"], ["Ardle", 0.1, 0.2, -0.3], ["Brock", 0, 0, 0], ["Corve", 1, 2, 3]]
    found = scored(folder, {"children": leaves("a", "b", "c")}, data)
    expected = (
        "1 score of X differs from another, or from 0, only by rounding error and counts as equal: Ardle"
    )
    assert expected in found.remarks


def test_bounds_of_simulated_scores_count_nodes_that_most_units_lack(folder):
    """A geometric mean below the root, of which only the last two units have the children."""
    data = [
        ["unit", "a", "b", "c"],
        *([f"u{i}", "", "", i] for i in range(5)),
        ["v", 9e5, 4e5, 5],
        ["w", 4, 1, 6],
    ]
    node = {"code": "Q", "aggregation": {"method": "geometric"}, "children": leaves("a", "b")}
    config = {"indicators": {"file": "data.csv"}, "normalisation": {"method": "none"}}
    config |= {"index": {"code": "X", "children": [node, *leaves("c")]}}
    index = innov_index.load(write_index(folder, config, data))
    plan, found = bind(index.config.recipe, index.dataset), index.score()
    collapsed = collapse(plan, np.asarray(found.steps["normalised"])[0])
    assert collapsed is not None
    _, bounds = collapsed.scores(found.weights[0][:, None], REFUSED)
    assert (bounds >= found.bounds[0, :, 0]).all()
    assert bounds[5] > 1000 * bounds[6]


@pytest.mark.parametrize("reference", ["pooled", {"edition": "2020"}], ids=str)
@pytest.mark.parametrize("method", ["rank", "percentile_rank", "borda", "classes"])
def test_ties_between_editions_are_ties(method: str, reference: Any, tmp_path: Path) -> None:
    """In 2021 the columns have changed places: the sums are the same in decimals, not in doubles."""
    shares = [("A", 0.1, 0.7, 0.2), ("B", 0.3, 0.3, 0.3), ("C", 0.1, 0.2, 0.1)]
    lines = ["unit,edition,x,y,z"]
    lines += [f"{unit},2020,{x},{y},{z}" for unit, x, y, z in shares]
    lines += [f"{unit},2021,{z},{y},{x}" for unit, x, y, z in shares]
    total = {"aggregation": {"method": "sum"}, "children": leaves("x", "y", "z")}
    steps = {"rescaling": {"method": method, "reference": reference}}
    data = "\n".join(lines) + "\n"
    scores = scored(tmp_path, total, data, indicators={"file": "data.csv", "edition": "edition"}, **steps)
    assert scores.of("X")[0].tolist() == scores.of("X")[1].tolist()


def test_a_bound_counts_with_its_weight(make_index):
    """One in a thousand of a column whose values are a million times their spread ties nobody.

    Its imputed values are known to some 1e-6 of 2; the other column sets B and C apart by 2e-6 of its range.
    """
    rows = "unit,name,region,population,a,b,c\nA,A,N,1,0,1000000000,0\nB,B,N,1,50000,1000000001,0\n"
    rows += "C,C,N,1,50000.2,1000000001,0\nD,D,N,1,100000,1000000002,0\nE,E,N,1,30000,,0\n"
    config = (
        "units: {id: unit}\nindicators: {file: data.csv}\nimputation: {method: mean}\n"
        "index: {code: I, children: [{indicator: a, weight: 0.999999}, {indicator: b, weight: 0.000001}]}\n"
        "uncertainty: {draws: 500, vary: [{weights: noise, amount: 0.1}]}\n"
    )
    index = innov_index.load(make_index(config, rows))
    scores = index.score()
    assert scores.ranks[0, :, 0].tolist() == [5, 3, 2, 1, 4]
    ranks = uncertainty(index, explain=False).to_frame("ranks").set_index("unit")["mean"]
    assert ranks[["B", "C"]].tolist() == [3, 2]


def test_a_curve_does_not_keep_the_doubts_of_the_scale_before_it(tmp_path: Path) -> None:
    """Logarithms of values of 1e12, some of them divided by a size first: expected in plain arithmetic."""
    x, y, size = [1.0e12, 1.3e12, 1.1e12, 1.9e12], [2.0e12, 3.0e12, 7.0e12, 5.0e12], [3.0, 7.0, 5.0, 11.0]
    rows = zip("ABCD", x, y, size, strict=True)
    data = "unit,x,y,size\n" + "".join(f"{u},{a!r},{b!r},{c!r}\n" for u, a, b, c in rows)
    per_size = {"indicator": "y", "denomination": {"method": "ratio", "by": "size"}}
    scores = scored(
        tmp_path,
        {"children": [{"indicator": "x"}, per_size]},
        data,
        units={"id": "unit"},
        treatment={"method": "log_ct"},
        normalisation={"method": "min_max"},
    )

    def stretched(values: list[float]) -> list[float]:
        low, high = min(values), max(values)
        logs = [math.log(value - low + (high - low) / 100) for value in values]
        return [100 * (own - min(logs)) / (max(logs) - min(logs)) for own in logs]

    ratios = [b / c for b, c in zip(y, size, strict=True)]
    expected = [(a + b) / 2 for a, b in zip(stretched(x), stretched(ratios), strict=True)]
    np.testing.assert_allclose(scores.of("X")[0], expected, rtol=1e-12)
    assert scores.bounds.max() < 1e-9


@pytest.mark.parametrize(("method", "sign"), [("minimum", 1), ("maximum", -1)])
def test_a_child_that_is_chosen_has_its_own_bound(method: str, sign: int, tmp_path: Path) -> None:
    """One unit's lowest score is huge; those of others are read numbers, which differ by little beside it.

    A lowest score that is a sum has the sum's rounding: 0.1 + 0.2 ties with 0.3.
    """
    rows = [["unit", "a", "b", "c"], ["A", -2e13, 1, 0], ["B", 5, 0.81, 0], ["C", 7, 0.83, 0]]
    rows += [["D", 9, 0.1, 0.2], ["E", 0.3, 8, 1], ["F", 0.3000001, 8, 1]]
    data = [rows[0], *([unit, *(sign * value for value in values)] for unit, *values in rows[1:])]
    summed = {"code": "S", "aggregation": {"method": "sum"}, "children": leaves("b", "c")}
    root = {"aggregation": {"method": method}, "children": [*leaves("a"), summed]}
    scores = scored(tmp_path, root, data)
    ranks = scores.ranks[0, :, 0] if sign > 0 else 7 - scores.ranks[0, :, 0]
    assert ranks.tolist() == ([6, 2, 1, 4, 4, 3] if sign > 0 else [6, 2, 1, 5, 5, 3])


def test_stated_values_for_gaps_are_exact(tmp_path: Path) -> None:
    """0 in place of a gap beside values of 1e12: 30 and 80 on another indicator stay what they are."""
    data = "unit,a,b\nA,,80\nB,,30\nC,1e12,20\nD,3e12,10\n"
    found = scored(
        tmp_path,
        {
            "code": "X",
            "children": [
                {
                    "indicator": "a",
                    "imputation": {"method": "constant", "value": 0},
                    "normalisation": {"method": "distance_to_target", "target": 30.0},
                },
                {"indicator": "b"},
            ],
        },
        data,
    )
    assert found.scores[0, :2, 0].tolist() == [40.0, 15.0]


@pytest.mark.parametrize(
    "aggregation",
    [
        {"method": "median"},
        {"method": "owa", "order_weights": [0.2, 0.3, 0.5]},
        {"method": "mean_min", "alpha": 1, "beta": 0},
    ],
    ids=lambda own: own["method"],
)
def test_scores_that_follow_from_a_unit_alone_are_bound_by_its_own_numbers(
    aggregation: dict[str, object], tmp_path: Path
) -> None:
    """The numbers of one unit are huge; those of others differ by little beside them, and are told apart."""
    data = [["unit", "a", "b", "c"], ["A", 3e14, 2e14, 1e14], ["B", 5, 0.81, 0.7], ["C", 5, 0.83, 0.72]]
    scores = scored(tmp_path, {"aggregation": aggregation, "children": leaves("a", "b", "c")}, data)
    assert scores.ranks[0, :, 0].tolist() == [1, 3, 2]


def test_a_large_tolerance_of_imbalance_costs_no_digits(tmp_path: Path) -> None:
    """√(i² + beta²) - beta is i² / 2 beta, next to beta = 1e9 and imbalances of 3 and 4."""
    data = [["unit", "a", "b"], ["A", 7, 1], ["B", 9, 1]]
    root = {"aggregation": {"method": "mean_min", "alpha": 1, "beta": 1e9}, "children": leaves("a", "b")}
    scores = scored(tmp_path, root, data)
    np.testing.assert_allclose(scores.of("X")[0], [4 - 4.5e-9, 5 - 8e-9], rtol=1e-15)


def test_a_value_that_was_cut_off_keeps_no_error_of_what_it_was(tmp_path: Path) -> None:
    """A gap gets the mean, 1.9e300; clamped to 60 both are 60, whatever rounding did before."""
    scores = scored(
        tmp_path,
        {"children": leaves("a")},
        "unit,a\nA,1.9e300\nB,\nC,7\n",
        imputation={"method": "mean"},
        treatment={"method": "clamp", "upper": 60.0},
    )
    assert scores.scores[0, :, 0].tolist() == [60, 60, 7]


def test_a_curve_for_each_group_bounds_its_own_units(tmp_path: Path) -> None:
    """Logarithms about the least of each region: units that are close before lie far apart after."""
    data = [["unit", "region", "people", "a"], ["A", "W", 27000, 0.7], ["B", "S", 34000, 1.0]]
    data += [["C", "S", 31000, -0.2], ["D", "W", 29000, 1.5], ["E", "W", 30000, 0.9], ["F", "S", 23000, 0.8]]
    scores = scored(
        tmp_path,
        {"children": leaves("a")},
        data,
        units={"groups": ["region"], "denominators": ["people"]},
        denomination={"method": "ratio", "by": "people"},
        treatment={"method": "log_ct", "reference": {"group": "region"}},
    )
    ratios = {"W": [0.7 / 27000, 1.5 / 29000, 0.9 / 30000], "S": [1.0 / 34000, -0.2 / 31000, 0.8 / 23000]}
    logs = {
        name: [math.log(v - min(own) + 0.01 * (max(own) - min(own))) for v in own]
        for name, own in ratios.items()
    }
    expected = [*logs["W"][:1], *logs["S"][:2], *logs["W"][1:], *logs["S"][2:]]
    np.testing.assert_allclose(scores.scores[0, :, 0], expected, rtol=1e-12)

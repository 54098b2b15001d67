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
from innov_index.methods.kernels.powers import power_means
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind
from innov_index.pipeline.bounds import share_of_mean
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


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
@pytest.mark.parametrize("power", [-50, -2, 2, 50])
def test_means_of_powers_beyond_the_range_of_doubles_are_those_of_smaller_numbers(folder, power, size):
    """The mean of c x is c times that of x; a gap stays one, and zero counts as before."""
    rows = [(3, 4), (4, 3), (2, 5), (None, 7), (6, 0)]
    data = [["unit", "a", "b"]]
    data += [[f"u{i}", *("" if v is None else v * size for v in row)] for i, row in enumerate(rows)]
    data = data if power > 0 else data[:-1]
    root = {"aggregation": {"method": "power", "p": power}, "children": leaves("a", "b")}
    found = scored(folder, root, data).scores[0, :, 0] / size
    known = [[v for v in row if v is not None] for row in rows[: len(found)]]
    expected = [(sum(v**power for v in row) / len(row)) ** (1 / power) for row in known]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


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


def test_a_curve_makes_of_a_filled_gap_what_it_does_at_its_place(tmp_path: Path) -> None:
    """The mean of 1 to 1e18 is known to a hundred; all logarithms are known to the last digit."""
    scores = scored(
        tmp_path,
        {"children": leaves("a")},
        "unit,a\nA,1\nB,10\nC,100\nD,1e18\nE,\n",
        imputation={"method": "mean"},
        treatment={"method": "log"},
    )
    expected = np.log([1, 10, 100, 1e18, (1e18 + 111) / 4])
    np.testing.assert_allclose(scores.scores[0, :, 0], expected, rtol=1e-14)


@pytest.mark.parametrize("method", ["rank", "borda", "percentile_rank"])
def test_numbers_that_were_read_do_not_tie_for_the_sake_of_a_filled_gap(method: str, tmp_path: Path) -> None:
    """Beside a mean of 2.5e17, which is known to a hundred, 1, 2 and 3 are three numbers."""
    scores = scored(
        tmp_path,
        {"children": leaves("a")},
        "unit,a\nA,1\nB,2\nC,3\nD,1e18\nE,\n",
        imputation={"method": "mean"},
        normalisation={"method": method},
    )
    assert scores.ranks[0, :, 0].tolist() == [5, 4, 3, 1, 2]


@pytest.mark.parametrize(
    "options",
    [{"method": "mpi"}, {"method": "cv_penalty"}, {"method": "mean_min", "alpha": 1, "beta": 0}],
    ids=lambda options: options["method"],
)
def test_what_a_penalty_leaves_of_a_mean_has_the_roundings_of_both(
    options: dict[str, Any], tmp_path: Path
) -> None:
    """Of 0.1 and 2e-14 the penalty leaves 2ab/(a + b), or the minimum, with three digits."""
    small = [3.1e-14, 1.955227168929278e-14, 7.7e-13]
    data = [["unit", "a", "b"], *([f"u{i}", 0.1, own] for i, own in enumerate(small))]
    scores = scored(tmp_path, {"aggregation": options, "children": leaves("a", "b")}, data)
    exact = [(Fraction(0.1), Fraction(own)) for own in small]
    truth = [min(pair) if "alpha" in options else 2 * pair[0] * pair[1] / sum(pair) for pair in exact]
    found, bounds = scores.scores[0, :, 0], scores.bounds[0, :, 0]
    assert all(abs(Fraction(y) - t) <= b for y, t, b in zip(found.tolist(), truth, bounds, strict=True))
    assert (bounds < 1e-15).all()


@given(
    st.lists(st.tuples(st.floats(1e-3, 1e3), st.floats(0, 1e-5), st.floats(0.01, 1)), min_size=2, max_size=6),
    st.sampled_from([-3.0, -1.0, 0.0, 0.5, 2.0]),
)
def test_a_power_mean_moves_by_its_bound_and_by_no_more_than_its_children(
    children: Any, power: float
) -> None:
    """A share of error counts by the part of its child in the sum of powers."""
    values, shares, weights = (np.array(part) for part in zip(*children, strict=True))
    bounds = shares * values
    mean, high = (
        power_means(own[None, :], weights[:, None], power)[0, 0] for own in (values, values + bounds)
    )
    bound, worst = (
        float(share_of_mean(values[None, :], bounds[None, :], power, 10.0, own)[0]) for own in (weights, None)
    )
    assert (high - mean) / mean <= bound <= worst


def test_a_doubtful_child_of_little_weight_ties_nobody(tmp_path: Path) -> None:
    """A Box-Cox of 7 and many 3s differs in its eighth digit; its weight in the mean is a sixty-fourth."""
    rows = [("A", 7, 50.0), ("B", 3, 52.0), ("C", 3, 52.0001), ("D", 3, 60.0), ("E", 3, 10.0), ("F", 3, 90.0)]
    rows += [(f"U{i}", 3, 20.0 + i) for i in range(6)]
    children = [
        {"indicator": "a", "weight": 1, "treatment": {"method": "box_cox"}},
        {"indicator": "b", "weight": 63},
    ]
    scores = scored(
        tmp_path,
        {"aggregation": {"method": "power", "p": 0.5}, "children": children},
        [["unit", "a", "b"], *rows],
        normalisation={"method": "min_max", "low": 0.1},
    )
    assert (
        scores.ranks[0, scores.units.position["B"], 0] == scores.ranks[0, scores.units.position["C"], 0] + 1
    )


def test_what_rescaling_leaves_undecided_ties_in_the_node_as_in_its_parent(tmp_path: Path) -> None:
    """Beside ten, 9e-13 and 7e-13 differ by a few roundings, of which a logistic makes 0.67 and 0."""
    inner = {"code": "P", "children": leaves("a"), "rescaling": {"method": "logistic"}}
    scores = scored(
        tmp_path,
        {"children": [inner]},
        "unit,a\nA,9.38546962688595e-13\nB,7.496038680335728e-13\n",
        normalisation={"method": "goalposts", "lower": -10.0, "upper": 40.0},
    )
    np.testing.assert_array_equal(scores.of("P"), scores.of("X"))


@pytest.mark.parametrize("method", ["ratio_to_worst", "share_of_best"])
def test_a_scale_that_spans_many_powers_of_ten_keeps_its_small_scores(method: str, tmp_path: Path) -> None:
    """The mean that fills the gap moves by 1e-8: 1e-8 of the score of the best, and not of every score."""
    scores = scored(
        tmp_path,
        {"children": leaves("a")},
        "unit,a\nA,4\nB,5\nC,80000000\nD,\n",
        imputation={"method": "mean"},
        normalisation={"method": method},
    )
    found = scores.scores[0, :, 0]
    np.testing.assert_allclose(found / found[0], [1, 1.25, 2e7, 80000009 / 12], rtol=1e-14)


def test_errors_of_a_spread_count_by_the_distance_from_the_mean_score(tmp_path: Path) -> None:
    """Scores of a column whose digits are few have the same doubts about 0 as about 100."""
    rows = [[f"u{i}", 7 if i == 0 else 3, 20 + i] for i in range(12)]
    treated = {"indicator": "a", "treatment": {"method": "box_cox"}}
    doubts = []
    for mean in (0.0, 100.0):
        root = {"children": [treated | {"normalisation": {"method": "z_score", "mean": mean}}]}
        doubts.append(scored(tmp_path, root, [["unit", "a", "b"], *rows]).bounds.max())
    assert doubts[1] < 2 * doubts[0]

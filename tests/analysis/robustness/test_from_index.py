"""Reading an index as linear in some weights, and refusing where it is not."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

import innov_index
from innov_index.analysis.robustness.linear import exact_weights, from_values
from innov_index.analysis.robustness.linear_index import linear_scores, read_index
from innov_index.analysis.robustness.run import robustness
from innov_index.errors import InnovIndexError
from innov_index.methods.kernels.powers import Link

CONFIG = """
version: 1
name: Small
units: {id: city}
indicators: {file: data.csv}
index:
  code: I
  children:
    - code: A
      weight: 1
      children: [{indicator: a1}, {indicator: a2}]
    - {code: B, weight: 2, indicator: b}
"""

TABLE = "city,a1,a2,b\nx,1,2,3\ny,4,1,5\nz,2,6,1\nt,3,3,2\n"


@pytest.fixture
def four_cities(make_index):
    def make(aggregation="arithmetic", normalisation="none", more="", table=TABLE, swap=None):
        steps = f"normalisation: {{method: {normalisation}}}\naggregation: {{method: {aggregation}}}\n"
        return innov_index.load(make_index(CONFIG, table, more=f"{steps}{more}", swap=swap))

    return make


def test_children_of_the_root_by_default(four_cities):
    linear = linear_scores(four_cities())
    assert linear.nodes == ("A", "B")
    assert linear.given == (Fraction(1, 3), Fraction(2, 3))
    assert [float(score) * linear.step for score in linear.exact_scores(linear.given)] == pytest.approx(
        [1.5 / 3 + 2, 2.5 / 3 + 10 / 3, 4 / 3 + 2 / 3, 1 + 4 / 3]
    )


def test_all_leaves(four_cities):
    linear = linear_scores(four_cities(), level=2)
    assert linear.nodes == ("a1", "a2", "B")
    assert linear.given == (Fraction(1, 6), Fraction(1, 6), Fraction(2, 3))


def test_named_nodes(four_cities):
    assert linear_scores(four_cities(), nodes=["a1", "a2", "B"]).nodes == ("a1", "a2", "B")
    with pytest.raises(InnovIndexError, match="a1 stands below none"):
        linear_scores(four_cities(), nodes=["a2", "B"])
    with pytest.raises(InnovIndexError, match="a1 stands below several"):
        linear_scores(four_cities(), nodes=["A", "a1", "a2", "B"])
    with pytest.raises(InnovIndexError, match="no node"):
        linear_scores(four_cities(), nodes=["C"])
    with pytest.raises(InnovIndexError, match="levels 1 to 2"):
        linear_scores(four_cities(), level=3)


def test_geometric_means_are_linear_in_logarithms(four_cities):
    index = four_cities("geometric")
    linear = linear_scores(index, level=2)
    assert linear.link.power == 0
    scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    np.testing.assert_allclose(np.exp(scores), index.score().scores[0, :, 0], rtol=1e-10)


def test_sums_are_linear_too(four_cities):
    """A = a1 + a2 weighs 1 and B weighs 2: shares are those of the stated weights, at every level."""
    index = four_cities("sum")
    for level, given in ((1, (1, 2)), (2, (1, 1, 2))):
        linear = linear_scores(index, level=level)
        assert linear.given == tuple(Fraction(weight, sum(given)) for weight in given)
        scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
        np.testing.assert_allclose(scores * sum(given), index.score().scores[0, :, 0], rtol=1e-10)


def test_mixed_means_are_refused(four_cities):
    index = four_cities(more="levels: {0: {aggregation: {method: geometric}}}")
    assert linear_scores(index).link.power == 0
    with pytest.raises(InnovIndexError, match=r"different powers .*I geometric, A arithmetic"):
        linear_scores(index, level=2)


def test_harmonic_means_are_linear_in_reciprocals(four_cities):
    index = four_cities("harmonic")
    linear = linear_scores(index, level=2)
    scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    np.testing.assert_allclose(-1 / scores, index.score().scores[0, :, 0], rtol=1e-10)


def test_means_through_a_falling_line_are_linear_and_rise_with_the_scores(four_cities):
    """INFORM's mean: f is the negative logarithm of 10 - 0.09 x."""
    index = four_cities("linked_mean, p: 0, offset: 10, factor: -0.09")
    linear = linear_scores(index, level=2)
    assert linear.link == Link(0.0, 10.0, -0.09)
    scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    expected = index.score().scores[0, :, 0]
    np.testing.assert_allclose((10 - np.exp(-scores)) / 0.09, expected, rtol=1e-8)
    more = "levels: {0: {aggregation: {method: geometric}}}"
    mixed = four_cities("linked_mean, p: 0, offset: 10, factor: -0.09", more=more)
    with pytest.raises(InnovIndexError, match=r"different powers .*A geometric of 10 - 0\.09 x"):
        linear_scores(mixed, level=2)


@pytest.mark.parametrize(
    ("aggregation", "reason"),
    [
        ("topsis", r"aggregation\[I\] is topsis: .* need a mean or a sum"),
        ("minimum", r"aggregation\[I\] is minimum: .* need a mean or a sum"),
        (
            'expression, formula: "A - B"',
            r"is a formula that is no sum of the node's children, .* at least 0",
        ),
        ('expression, formula: "A * B"', r"is a formula that is no sum of the node's children"),
    ],
)
def test_other_methods_are_refused(four_cities, aggregation, reason):
    stated = {"  code: I\n": f"  code: I\n  aggregation: {{method: {aggregation}}}\n"}
    with pytest.raises(InnovIndexError, match=reason):
        linear_scores(four_cities(swap=stated))


def test_the_mean_of_one_child_is_that_child_whatever_its_power(four_cities):
    """B stands alone below C, whose mean is harmonic."""
    one = "{code: C, weight: 2, aggregation: {method: harmonic}, children: [{code: B, indicator: b}]}"
    index = four_cities(swap={"{code: B, weight: 2, indicator: b}": one})
    linear = linear_scores(index, nodes=["A", "B"])
    assert (linear.link.power, linear.given) == (1, (Fraction(1, 3), Fraction(2, 3)))


def test_a_rescaled_node_may_vary_but_not_what_is_below(four_cities):
    index = four_cities(more="levels: {1: {rescaling: {method: min_max}}}")
    assert linear_scores(index).nodes == ("A", "B")
    with pytest.raises(InnovIndexError, match="rescaling\\[A\\]"):
        linear_scores(index, level=2)


def test_a_unit_with_a_gap_is_left_out_of_what_is_linear(four_cities):
    index = four_cities(table=TABLE.replace("x,1,2,3", "x,1,2,"))
    reading = read_index(index)
    assert reading.linear.units == ("y", "z", "t")
    assert reading.enclosure is not None
    assert reading.enclosure.linear.units == ("x", "y", "z", "t")
    assert reading.remarks[0].startswith(
        "the score of x is not linear in the weights: it has no score for B, and the weight of B goes to"
    )


def test_where_every_unit_has_a_gap_ranks_are_enclosed_and_nothing_else_is_said(four_cities):
    """A is all that x and y have, B all that z and t have: no weight changes an order."""
    index = four_cities(table="city,a1,a2,b\nx,1,2,\ny,4,1,\nz,,,1\nt,,,2\n")
    result = robustness(index)
    found = {row[0]: row[2:7] for row in result.table("ranks").rows}
    assert found == {"y": (1,) * 5, "t": (2,) * 5, "x": (3,) * 5, "z": (4,) * 5}
    said = "\n".join(result.sentences)
    assert "no unit is without gaps" in said
    assert "Moving all weights" not in said
    assert [result.table(name).rows for name in ("preferences", "stability")] == [(), ()]
    with pytest.raises(InnovIndexError, match="no unit whose shares of the weights could be measured"):
        robustness(index, volumes=True)
    with pytest.raises(InnovIndexError, match="--pair x,y: the score of x is not linear"):
        robustness(index, pair=("x", "y"))


def test_units_by_code_or_name():
    linear = from_values(np.eye(3), names=["Anna", "Bert", "Cleo"])
    assert linear.position("Bert") == 1
    with pytest.raises(InnovIndexError, match="Did you mean 'Cleo'"):
        linear.position("Clea")


def test_weights_as_simple_fractions():
    assert exact_weights([1 / 3, 2 / 3]) == (Fraction(1, 3), Fraction(2, 3))
    assert exact_weights([0.1, 0.1, 0.8]) == (Fraction(1, 10), Fraction(1, 10), Fraction(4, 5))
    assert sum(exact_weights([0.123456789012345, np.pi, 0.5])) == 1
    with pytest.raises(InnovIndexError):
        exact_weights([1.0, -0.5])


def test_thirds_add_up_to_ties(four_cities):
    """Z has 1 in b, Y 2/3 in a; X and Y are level, as 1/3 and 1/3 are 2/3."""
    table = "city,a1,a2,b\nx,1,1,1\ny,2,2,0\nz,0,0,3\nt,3,3,0\n"
    index = four_cities(normalisation="min_max", table=table, swap={"weight: 2": "weight: 1"})
    linear = linear_scores(index)
    assert list(linear.ranks(linear.given)) == index.score().ranks[0, :, 0].tolist() == [3, 3, 1, 1]


ENCLOSED = [
    ("levels: {0: {rounding: {method: half_up, decimals: 0}}}", 1, r"scores are rounded \(rounding\[I\]\)"),
    (
        "levels: {0: {rounding: {method: half_up, decimals: 0, used_for: ranks}}}",
        1,
        r"scores are rounded \(rounding\[I\]\)",
    ),
    (
        "levels: {1: {rounding: {method: half_up, decimals: 0, used_for: parents}}}",
        2,
        r"scores on the way are rounded \(rounding\[A\]\)",
    ),
    ("ranking: {digits: 2}", 1, "scores are compared in 2 digits"),
    (
        "levels: {0: {rescaling: {method: min_max, quantiles: [0.3, 0.7], truncate: true}}}",
        1,
        r"different means may have equal scores \(rescaling\[I\] is min_max\)",
    ),
    ("levels: {0: {rescaling: {method: goalposts, lower: 2, upper: 9}}}", 1, "equal scores"),
]


@pytest.mark.parametrize(("more", "level", "message"), ENCLOSED)
def test_ranks_of_other_scores_than_these_are_enclosed(four_cities, more, level, message):
    reading = read_index(four_cities(more=more), level=level)
    plain = read_index(four_cities(), level=level)
    assert reading.enclosure is not None
    assert plain.enclosure is None
    assert plain.remarks == ()
    np.testing.assert_array_equal(reading.linear.values, plain.linear.values)
    assert any(re.search(message, remark) for remark in reading.remarks)


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ("levels: {1: {rounding: {method: half_up, decimals: 0, used_for: scores}}}", 1),
        ("levels: {1: {rounding: {method: half_up, decimals: 0, used_for: scores}}}", 2),
        ("levels: {0: {rescaling: {method: min_max, truncate: true}}}", 1),
        ("levels: {0: {rescaling: {method: goalposts, lower: 1, upper: 9}}}", 1),
        ("levels: {0: {rescaling: {method: percentile_rank}}}", 2),
        ("levels: {0: {rescaling: {method: tanh}}}", 2),
        ("levels: {1: {rescaling: {method: linear, offset: 7}}}", 2),
    ],
)
def test_what_changes_no_rank_changes_no_statement(four_cities, more, level):
    """Scores shown rounded, scales that cut nothing off, and a number that all units get."""
    found, plain = (read_index(four_cities(more=text), level=level) for text in (more, ""))
    assert found.enclosure is None
    np.testing.assert_array_equal(found.linear.values, plain.linear.values)
    assert found.linear.given == plain.linear.given


def test_a_factor_inside_the_tree_counts_as_weight(four_cities):
    """A counts 3 times: its indicators have 1/2 each of 3/5 of the index, B has 2/5."""
    index = four_cities(more="levels: {1: {rescaling: {method: linear, factor: 3, offset: 1}}}")
    linear = linear_scores(index, level=2)
    assert linear.given == (Fraction(3, 10), Fraction(3, 10), Fraction(2, 5))
    scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    np.testing.assert_allclose(scores * 5 / 3 + 1 / 3, index.score().scores[0, :, 0], rtol=1e-10)


def test_a_scale_of_its_own_for_each_group_is_refused(four_cities):
    table = TABLE.replace("city", "city,region").replace("\nx,", "\nx,N,").replace("\ny,", "\ny,N,")
    table = table.replace("\nz,", "\nz,S,").replace("\nt,", "\nt,S,")
    more = "levels: {0: {rescaling: {method: min_max, reference: {group: region}}}}"
    index = four_cities(more=more, table=table, swap={"id: city": "id: city, groups: [region]"})
    with pytest.raises(InnovIndexError, match="min_max, with a scale of its own for each region"):
        linear_scores(index)


def test_a_rounding_that_goes_no_further_has_no_effect(four_cities):
    more = "levels: {1: {rounding: {method: half_up, decimals: 0, used_for: parents}}}"
    linear = linear_scores(four_cities(more=more))
    first = float(linear.exact_scores(linear.given)[0]) * linear.step
    assert first == pytest.approx(8 / 3)


def test_only_ranked_units_are_rivals(four_cities):
    table = TABLE.replace("city", "city,region").replace("\nx,", "\nx,N,").replace("\ny,", "\ny,S,")
    table = table.replace("\nz,", "\nz,N,").replace("\nt,", "\nt,N,")
    swap = {"id: city": "id: city, groups: [region]"}
    index = four_cities(more="ranking: {among: {region: [N]}}", table=table, swap=swap)
    assert linear_scores(index).units == ("x", "z", "t")


def test_an_edition_has_its_own_weights(four_cities):
    rows = [line + ",2020" for line in TABLE.splitlines()[1:]] + [
        line + ",2021" for line in TABLE.splitlines()[1:]
    ]
    table = "\n".join(["city,a1,a2,b,edition", *rows]) + "\n"
    index = four_cities("sum", more='editions: {2021: {"weighting[A]": 3, "weighting[B]": 1}}', table=table)
    given = [linear_scores(index, 2, edition=edition).given for edition in ("2020", "2021")]
    assert given == [
        (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)),
        (Fraction(3, 7), Fraction(3, 7), Fraction(1, 7)),
    ]


def test_nodes_of_very_different_size_are_refused(four_cities):
    table = (
        "city,a1,a2,b\nx,1.5e12,2.25e12,97.123457\ny,4.1e12,1e12,5.3\nz,2.7e12,6e12,65.7\nt,3e12,3e12,51.1\n"
    )
    with pytest.raises(InnovIndexError, match="differ so much in size"):
        linear_scores(four_cities("sum", table=table))


GROUPED = """
units: {id: unit, groups: [region]}
indicators: {file: data.csv}
normalisation: {method: none}
aggregation: {method: arithmetic, missing: {mean_of: region}}
index:
  code: I
  children:
    - {code: A, weight: 1, children: [{indicator: a}]}
    - {code: B, weight: 1, children: [{indicator: b, weight: 1}, {indicator: c, weight: 3}]}
"""
GROUPED_TABLE = """\
unit,region,a,b,c
x,N,1,9,9
y,N,2,5,5
z,S,3,8,8
t,S,4,1,2
u,S,9,,
"""


def test_a_group_mean_is_a_constant_in_the_weights_above_it(make_index):
    """u has no b and no c: 4.5 and 5, so 4.875 for B, whatever the weights of A and B are."""
    index = innov_index.load(make_index(GROUPED, GROUPED_TABLE))
    for level, expected in ((1, [9, 4.875]), (2, [9, 4.5, 5])):
        linear = linear_scores(index, level=level)
        row = linear.values[linear.position("u")] * linear.step
        assert row.tolist() == pytest.approx(expected)
        scores = index.score()
        given = [float(score) * linear.step for score in linear.exact_scores(linear.given)]
        assert given == pytest.approx(scores.scores[0, :, 0].tolist())


def test_a_gap_that_no_group_mean_fills_is_told_with_its_true_reason(make_index):
    """No unit of S has b: the weight of b goes to c."""
    table = GROUPED_TABLE.replace("z,S,3,8,8", "z,S,3,,8").replace("t,S,4,1,2", "t,S,4,,2")
    index = innov_index.load(make_index(GROUPED, table))
    (remark, *_) = read_index(index, level=2).remarks
    assert re.search(r"its group has no mean there \(.*\), its weight goes to the other nodes", remark)
    assert "(t and u have gaps too)" in remark


RISING = ["share_of_best, scale: 100", "min_max", "z_score", "linear, offset: 7"]


@pytest.mark.parametrize("rescaling", RISING)
def test_a_rising_line_over_the_root_changes_no_statement(four_cities, rescaling):
    plain = linear_scores(four_cities())
    stated = {"  code: I\n": f"  code: I\n  rescaling: {{method: {rescaling}}}\n"}
    found = linear_scores(four_cities(swap=stated))
    assert (found.values == plain.values).all()
    assert found.given == plain.given

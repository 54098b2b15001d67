"""What `score` says beside the ranking: data that are missing or out of scale, choices without effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from innov_index.errors import InnovIndexError, UndefinedError
from innov_index.index import Index, load
from tests.indices import write_index

Made = Callable[..., Index]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An index of two or three indicators, in one row of the config each."""

    def make(data: str, index: str, *, units: str = "{id: unit}", more: str = "") -> Index:
        config = f"units: {units}\nindicators: {{file: data.csv}}\nindex: {{code: X, {index}}}\n{more}"
        return load(write_index(tmp_path, config, data))

    return make


def remark(index: Index, word: str) -> str:
    """The only remark that holds a word."""
    (found,) = [remark for remark in index.score().remarks if word in remark]
    return found


TWO = "children: [{indicator: a}, {indicator: b}]"


def test_an_indicator_that_no_unit_has(made: Made) -> None:
    index = made(
        "unit,a,b\nA,1,\nB,2,\n", "children: [{indicator: a, weight: 0.1}, {indicator: b, weight: 0.9}]"
    )
    assert remark(index, "no unit") == "no unit has a value of b (90% of the weight)"


def test_an_indicator_that_no_unit_has_in_one_edition(made: Made) -> None:
    data = "unit,edition,a,b\nA,2020,1,\nB,2020,2,\nA,2021,1,5\nB,2021,2,6\n"
    assert remark(made(data, TWO), "without a value").endswith("b (in 2020)")


def test_a_unit_ranked_on_one_value_of_four_is_named(made: Made) -> None:
    data = "unit,a,b,c,d\nA,1,2,3,4\nB,2,1,4,3\nCorve,3,,,\n"
    index = made(data, "children: [{indicator: a}, {indicator: b}, {indicator: c}, {indicator: d}]")
    assert remark(index, "less than half").endswith("Corve (1 of 4, 25% of the weight)")


def test_no_share_of_the_weight_below_a_formula(made: Made) -> None:
    aggregation = 'aggregation: {method: expression, formula: "first(a, b) + first(c, d, 1)"}'
    five = "children: [{indicator: a}, {indicator: b}, {indicator: c}, {indicator: d}, {indicator: e}]"
    index = made("unit,a,b,c,d,e\nA,1,2,3,4,\nC,2,1,4,3,\nB,9,,,,\n", f"{aggregation}, {five}")
    assert remark(index, "less than half").endswith("B (1 of 5)")
    assert remark(index, "no unit has") == "no unit has a value of e"


def test_half_of_the_values_is_enough(made: Made) -> None:
    index = made("unit,a,b\nA,1,2\nB,2,\nC,3,1\n", TWO)
    assert not [remark for remark in index.score().remarks if "less than half" in remark]


@pytest.mark.parametrize(
    ("treatment", "said"),
    [("", "its values are 60 to 80"), ("treatment: {method: log}, ", "before treatment they are 60 to 80")],
)
@pytest.mark.parametrize("truncate", ["true", "false"])
def test_all_units_beyond_a_goalpost(made: Made, treatment: str, said: str, truncate: str) -> None:
    """Goalposts 0 and 1 for 60 to 80, or for ln 60 = 4.1 to ln 80 = 4.4: every unit lies above both."""
    goalposts = f"normalisation: {{method: goalposts, lower: 0, upper: 1, truncate: {truncate}}}"
    index = made(
        "unit,life,rent\nA,60,1\nB,70,2\nC,80,3\n",
        f"children: [{{indicator: life, {treatment}{goalposts}}}, {{indicator: rent}}]",
    )
    text = remark(index, "'life'")
    assert said in text
    assert "lower 0, upper 1" in text


def test_goalposts_that_some_unit_lies_between_are_no_remark(made: Made) -> None:
    goalposts = "normalisation: {method: goalposts, lower: 0, upper: 65}"
    index = made("unit,life\nA,60\nB,70\n", f"children: [{{indicator: life, {goalposts}}}]")
    assert index.score().remarks == ()


def test_weighting_has_no_effect_under_a_sum(made: Made) -> None:
    more = "aggregation: {method: sum}\nweighting: {method: entropy}\n"
    index = made("unit,a,b\nA,1,2\nB,2,1\n", TWO, more=more)
    assert remark(index, "sum").endswith("has no effect below X: sum takes the weights as stated")


def test_weights_have_no_effect_under_a_minimum(made: Made) -> None:
    children = "children: [{indicator: a, weight: 0.9}, {indicator: b, weight: 0.1}]"
    index = made("unit,a,b\nA,1,2\nB,2,1\n", children, more="aggregation: {method: minimum}\n")
    assert remark(index, "minimum") == "weights have no effect below X: minimum does not use them"


@pytest.mark.parametrize(
    ("method", "data", "said"),
    [
        ("linear", "unit,a,b\nA,1,2\nB,,1\nC,3,3\n", "it needs editions"),
        ("mean", "unit,a,b\nA,1,2\nB,2,1\n", "no value is missing"),
        ("mean", "unit,a,b\nA,,2\nB,,1\n", "it can fill none of 2 gaps"),
    ],
)
def test_imputation_without_effect(made: Made, method: str, data: str, said: str) -> None:
    index = made(data, TWO, more=f"imputation: {{method: {method}}}\n")
    text = remark(index, "imputation")
    assert text.startswith(f"imputation {method} has no effect: {said}")


GROUPED = "unit,zone,a,b\nu1,x,1,\nu2,x,2,3\nu3,,3,5\nu4,,4,9\nu5,,5,\n"
BY_ZONE = "{id: unit, groups: [zone]}"


def test_units_without_a_group_are_no_group(made: Made) -> None:
    """u1 gets the 3 of u2, its only companion in x; u5 has no group whose mean it could get."""
    more = "imputation: {method: group_mean, by: zone}\n"
    index = made(GROUPED, TWO, units=BY_ZONE, more=more)
    values = index.score().steps["imputed"][0, :, 1]
    np.testing.assert_array_equal(values, [3, 3, 5, 9, np.nan])
    assert "3 units have no zone (u3, u4 and u5)" in remark(index, "zone")


def test_statistics_by_group_need_a_group_for_each_unit(made: Made) -> None:
    more = "normalisation: {method: min_max, reference: {group: zone}}\n"
    with pytest.raises(InnovIndexError, match="'zone' is empty for u3, u4 and u5"):
        made(GROUPED, TWO, units=BY_ZONE, more=more).score()


def test_a_group_mean_in_place_of_a_node_is_noted_there(made: Made) -> None:
    """ALL of u1 is the mean of a = 1 and of 3, what u2 of the same zone has of b."""
    more = "normalisation: {method: none}\naggregation: {method: arithmetic, missing: {mean_of: zone}}\n"
    scores = made(GROUPED, TWO, units=BY_ZONE, more=more).score()
    assert scores.of("X")[0, 0] == 2
    assert "mean of its group" in scores.note(0, 0, 2)
    assert scores.note(0, 1, 2) == scores.note(0, 4, 2) == ""


CHILDREN = "children: [{indicator: rent}, {indicator: roads}, {indicator: water}]"


@pytest.mark.parametrize("method", ["topsis", "vikor", "edas", "hellwig"])
def test_a_child_that_is_zero_for_every_unit_is_named(made: Made, method: str) -> None:
    more = f"normalisation: {{method: none}}\naggregation: {{method: {method}}}\n"
    with pytest.raises(UndefinedError) as caught:
        made("unit,rent,roads,water\nA,3,1,0\nB,2,2,0\nC,1,4,0\n", CHILDREN, more=more).score()
    assert f"aggregation[X] {method} has no result: 'water' is 0 for every unit" in str(caught.value)
    assert "rent" not in str(caught.value)


@pytest.mark.parametrize("method", ["topsis", "vikor", "edas", "hellwig", "promethee_ii"])
def test_a_missing_child_is_named(made: Made, method: str) -> None:
    more = f"normalisation: {{method: min_max, low: 1}}\naggregation: {{method: {method}}}\n"
    data = "unit,rent,roads,water\nArdle,3,1,\nB,2,2,2\nC,1,3,3\n"
    with pytest.raises(UndefinedError, match="'water' is missing") as caught:
        made(data, CHILDREN, more=more).score()
    assert "'Ardle'" in str(caught.value)
    if "missing: propagate" in str(caught.value):  # the way out is one
        more = more.replace(method, f"{method}, missing: propagate")
        index = made(data, CHILDREN, more=more)
        np.testing.assert_array_equal(np.isnan(index.score().of("X")[0]), [True, False, False])


def test_a_constant_that_is_harmless_is_not_blamed(made: Made) -> None:
    """topsis divides by the length of a column: 5 for every unit is no fault, 0 is."""
    more = "normalisation: {method: none}\naggregation: {method: topsis}\n"
    with pytest.raises(UndefinedError) as caught:
        made("unit,rent,roads,water\nA,3,5,0\nB,2,5,0\nC,1,5,0\n", CHILDREN, more=more).score()
    assert "'water' is 0" in str(caught.value)
    assert "roads" not in str(caught.value)


def test_goalposts_the_wrong_way_round_name_the_indicator_alone(made: Made) -> None:
    children = (
        "children: [{indicator: a, normalisation: {lower: 70, upper: 0}}, "
        "{indicator: b, normalisation: {lower: 2, upper: 12}}]"
    )
    with pytest.raises(InnovIndexError) as caught:
        made("unit,a,b\nA,1,2\nB,2,1\n", children, more="normalisation: {method: goalposts}\n").score()
    assert str(caught.value) == "normalisation[a]: lower (70) must be less than upper (0)"


PANEL = "unit,edition,a,b\nA,2020,0,9\nB,2020,2,5\nA,2021,1,9\nB,2021,2,5\n"
GEOMETRIC = "normalisation: {method: none}\naggregation: {method: geometric}\n"


def test_another_edition_is_no_obstacle(made: Made) -> None:
    """A has a zero in 2020; in 2021 its score is sqrt(1 · 9) = 3."""
    index = made(PANEL, TWO, more=GEOMETRIC)
    with pytest.raises(UndefinedError, match="in 2020"):
        index.score()
    scores = index.score("2021")
    assert scores.of("X")[1, 0] == pytest.approx(3)
    with pytest.raises(UndefinedError, match="in 2020"):
        index.score("2020")


def test_another_edition_is_an_obstacle_where_its_values_count(made: Made) -> None:
    """The logarithm of 0 in 2020 would be missing from the minimum over both editions."""
    more = "treatment: {method: log}\nnormalisation: {method: min_max, reference: pooled}\n"
    with pytest.raises(UndefinedError, match="log"):
        made(PANEL, TWO, more=more).score("2021")


def test_an_edition_s_own_rules_are_not_tried_on_others(made: Made) -> None:
    more = "normalisation: {method: none}\neditions: {2021: {aggregation.method: geometric}}\n"
    scores = made(PANEL, TWO, more=more).score()
    np.testing.assert_allclose(scores.of("X"), [[4.5, 3.5], [3, np.sqrt(10)]])


def test_general_rules_are_not_tried_on_an_edition_with_its_own(made: Made) -> None:
    more = GEOMETRIC + "editions: {2020: {aggregation.method: arithmetic}}\n"
    scores = made(PANEL, TWO, more=more).score()
    np.testing.assert_allclose(scores.of("X"), [[4.5, 3.5], [3, np.sqrt(10)]])


def test_a_constant_node_cannot_be_rescaled(made: Made) -> None:
    """a + b is 10 for each unit, exactly: its scale has no length, which is an error with the node's name."""
    index = made(
        "unit,a,b\nA,2,8\nB,4,6\nC,8,2\n",
        f"rescaling: {{method: min_max}}, {TWO}",
        more="normalisation: {method: none}\n",
    )
    with pytest.raises(UndefinedError, match=r"rescaling\[X\]"):
        index.score()


def test_units_with_bounds_of_their_own_beyond_them(made: Made) -> None:
    data = "unit,a,b,worst,best\nA,1,1,5,9\nB,2,2,6,9\nC,3,3,7,9\n"
    index = made(
        data,
        "children: [{indicator: a, normalisation: {method: goalposts_by_unit, lower: worst, upper: best, "
        "truncate: true}}, {indicator: b}]",
    )
    found = remark(index, "goalposts_by_unit")
    assert found.startswith("every unit lies at or beyond one bound of goalposts_by_unit for 'a'")
    assert found.endswith("its values are 1 to 3")


def test_a_treatment_that_uses_up_the_digits_of_an_indicator_is_told(made: Made) -> None:
    """Box-Cox with a large λ makes -1/λ + x^λ/λ of shares: of 0.001 a few digits are left beside -0.25."""
    data = "unit,a,b\nA,1.2e-3,1\nB,0.55e-3,2\nC,1.30e-3,3\nD,1.25e-3,5\nE,1.1e-3,9\n"
    index = made(data, TWO, more="treatment: {method: box_cox}\n")
    found = remark(index, "left that tell its units apart")
    assert found.startswith("'a' has 2 digits left that tell its units apart: its values are -0.25")
    assert "which were 0.00055 to 0.0013" in found
    larger = made(data.replace("e-3", ""), TWO, more="treatment: {method: box_cox}\n")
    assert not any("left that tell" in str(own) for own in larger.score().remarks)

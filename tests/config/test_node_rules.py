"""Formulas, roundings, nodes that only some units have, editions that differ; what of them is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import innov_index
from innov_index.analysis.selftest.run import selftest
from innov_index.cli import main
from innov_index.errors import InnovIndexError
from innov_index.model.scores import Scores
from tests.indices import SMALL_DATA

Write = Callable[..., Path]
NAN = float("nan")

PLAIN = """\
name: Plain
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: I
  children:
    - code: P
      children: [{indicator: a}, {indicator: b}]
    - {indicator: c}
"""

PANEL_DATA = """\
unit,edition,name,region,a,b,c
A,2020,Alpha,N,1,10,5
B,2020,Beta,S,2,30,4
A,2021,Alpha,N,3,20,
B,2021,Beta,S,5,40,2
"""


def scored(path: Path) -> Scores:
    return innov_index.load(path).score()


def message(path: Path) -> str:
    with pytest.raises(InnovIndexError) as refused:
        innov_index.load(path).score()
    return str(refused.value)


def test_a_formula_makes_a_ratio_of_children(make_index: Write) -> None:
    config = PLAIN.replace("code: P\n", "code: P\n      aggregation: {method: expression, formula: b / a}\n")
    assert scored(make_index(config)).of("P").tolist() == [[10.0, 15.0, 20 / 3, 8.0]]


def test_a_formula_may_name_any_deeper_node(make_index: Write) -> None:
    """A node used as input elsewhere: the root takes an indicator two levels down."""
    config = PLAIN.replace(
        "code: I\n", 'code: I\n  aggregation: {method: expression, formula: "{P} - a + c"}\n'
    )
    scores = scored(make_index(config))
    expected = scores.of("P") - [[1, 2, 3, 5]] + [[5, 4, 1, 2]]
    np.testing.assert_array_equal(scores.scores[..., 0], expected)


FORMULA_MISTAKES = {
    "d / a": ("no node 'd'", 0),
    "a / bb": ("no node 'bb'. Did you mean 'b'?", 4),
    "a + I": ("'I' does not stand deeper in the tree than 'P'", 4),
    "a + c": ("'c' does not stand deeper in the tree than 'P'", 4),
    "a +": ("found the end", 3),
    "maxx(a)": ("Did you mean 'max'?", 0),
}


@pytest.mark.parametrize("formula", FORMULA_MISTAKES)
def test_a_wrong_formula_is_refused_with_its_place_in_the_file(make_index: Write, formula: str) -> None:
    line = f"      aggregation: {{method: expression, formula: {formula}}}"
    text, place = FORMULA_MISTAKES[formula]
    found = message(make_index(PLAIN.replace("code: P\n", f"code: P\n{line}\n")))
    assert text in found
    assert (
        f"index.yaml:9:{line.index('formula: ') + len('formula: ') + place + 1}: aggregation[P].formula"
        in found
    )


def test_a_formula_needs_text(make_index: Write) -> None:
    config = PLAIN.replace("code: P\n", "code: P\n      aggregation: {method: expression}\n")
    assert "key 'formula' is missing in aggregation[P]" in message(make_index(config))


def test_a_division_by_zero_names_the_unit(make_index: Write) -> None:
    config = PLAIN.replace(
        "code: P\n", 'code: P\n      aggregation: {method: expression, formula: "1 / (a - 2)"}\n'
    )
    found = message(make_index(config))
    assert "aggregation[P] expression has no result for unit 'B'" in found
    assert "Undefined when: a division by zero" in found


@pytest.mark.parametrize(
    ("used_for", "node", "root", "first"),
    [("ranks", 5.5, 5.25, 1), ("scores", 6.0, 5.25, 1), ("parents", 6.0, 5.5, 1)],
)
def test_a_rounded_score_goes_as_far_as_stated(
    make_index: Write, used_for: str, node: float, root: float, first: int
) -> None:
    """Alpha: a = 1, b = 10, so P = 5.5; c = 5, so I = 5.25, or 5.5 from the rounded P."""
    rounding = f"      rounding: {{method: half_up, decimals: 0, used_for: {used_for}}}\n"
    scores = scored(make_index(PLAIN.replace("code: P\n", f"code: P\n{rounding}")))
    assert scores.of("P")[0, 0] == node
    assert scores.scores[0, 0, 0] == root


def test_ranks_are_taken_from_rounded_scores(make_index: Write) -> None:
    data = "unit,name,region,a,b,c\nA,Alpha,N,1,1.04,1\nB,Beta,N,1,1.02,1\nC,Gamma,S,1,3,1\n"
    rounding = "rounding: {method: half_up, decimals: 1, used_for: ranks}\nindex:"
    plain = scored(make_index(PLAIN, data))
    rounded = scored(make_index(PLAIN.replace("index:", rounding), data))
    assert plain.ranks[0, :, 0].tolist() == [2, 3, 1]
    assert rounded.ranks[0, :, 0].tolist() == [2, 2, 1]
    np.testing.assert_array_equal(plain.scores, rounded.scores)
    assert rounded.ranks[0, :, plain.framework.position["b"]].tolist() == [2, 2, 1]


def test_only_units_in_scope_are_ranked(make_index: Write) -> None:
    config = PLAIN.replace("index:", "ranking: {ties: min, among: {region: S}}\nindex:")
    scores = scored(make_index(config))
    np.testing.assert_array_equal(scores.ranks[0, :, 0], [NAN, NAN, 2, 1])
    assert not np.isnan(scores.scores).any()


def test_a_scope_without_units_is_refused(make_index: Write) -> None:
    config = PLAIN.replace("index:", "ranking: {among: {region: [S, Nn]}}\nindex:")
    assert "no region 'Nn' for ranking.among" in message(make_index(config))
    config = PLAIN.replace("index:", "ranking: {among: {regon: S}}\nindex:")
    assert "Did you mean 'region'?" in message(make_index(config))


def test_a_node_that_a_unit_does_not_have_is_no_gap(make_index: Write) -> None:
    """Materiality: c applies to the south only; in the north the index is P, under any rule for gaps."""
    config = PLAIN.replace("{indicator: c}", "{indicator: c, applies_to: {region: S}}")
    for rule in ("{missing: reweight, min_coverage: 1}", "{missing: propagate}"):
        scores = scored(make_index(config.replace("index:", f"aggregation: {rule}\nindex:")))
        p = scores.of("P")[0]
        assert scores.scores[0, :, 0].tolist() == [p[0], p[1], (p[2] + 1) / 2, (p[3] + 2) / 2]
        np.testing.assert_array_equal(scores.of("c")[0], [NAN, NAN, 1, 2])
        np.testing.assert_array_equal(scores.ranks[0, :, scores.framework.position["c"]], [NAN, NAN, 2, 1])


def test_what_stands_below_a_node_that_does_not_apply_does_not_apply(make_index: Write) -> None:
    config = PLAIN.replace("code: P\n", "code: P\n      applies_to: {region: [S]}\n")
    scores = scored(make_index(config))
    for code in ("P", "a", "b"):
        assert np.isnan(scores.of(code)[0]).tolist() == [True, True, False, False]
    assert scores.scores[0, :2, 0].tolist() == [5.0, 4.0]


COAST = """\
units: {id: unit, groups: [coast, zone]}
indicators: {file: data.csv}
normalisation: {method: none}
aggregation: {missing: {mean_of: zone}}
index:
  code: I
  children:
    - {indicator: a}
    - {indicator: c, applies_to: {coast: "yes"}%s}
"""
FISHERIES = "unit,coast,zone,a,c\nA,yes,z,1,4\nB,yes,z,3,8\nC,no,z,5,100\nD,yes,y,2,2\nE,no,y,4,\n"


def test_the_mean_of_the_group_counts_where_a_node_does_not_apply(make_index: Write) -> None:
    """C and E have no coast: the 6 of A and B counts for C, the 2 of D for E."""
    index = innov_index.load(make_index(COAST % ", elsewhere: missing", FISHERIES))
    scores = index.score()
    assert scores.of("I")[0].tolist() == [2.5, 5.5, 5.5, 2.0, 3.0]
    np.testing.assert_array_equal(scores.of("c")[0], [4, 8, NAN, 2, NAN])
    (remark,) = [text for text in scores.remarks if "mean of the unit's group" in text]
    assert remark.startswith("2 missing scores of c")
    assert selftest(index).holds
    without = scored(make_index(COAST % "", FISHERIES))
    assert without.of("I")[0].tolist() == [2.5, 5.5, 5.0, 2.0, 4.0]


def test_a_node_that_others_lack_follows_every_rule_for_gaps(make_index: Write) -> None:
    for rule, of_c in (("propagate", NAN), ("reweight", 5.0)):
        config = COAST.replace("{mean_of: zone}", rule) % ", elsewhere: missing"
        index = innov_index.load(make_index(config, FISHERIES))
        np.testing.assert_array_equal(index.score().of("I")[0], [2.5, 5.5, of_c, 2.0, of_c - 1])
        assert selftest(index).holds


def test_a_dimension_that_others_lack(make_index: Write) -> None:
    config = COAST.replace("{indicator: c, applies_to", "{code: P, children: [{indicator: c}], applies_to")
    index = innov_index.load(make_index(config % ", elsewhere: missing", FISHERIES))
    assert index.score().of("I")[0].tolist() == [2.5, 5.5, 5.5, 2.0, 3.0]
    np.testing.assert_array_equal(index.score().of("P")[0], [4, 8, NAN, 2, NAN])
    assert selftest(index).holds


def test_elsewhere_is_nothing_without_a_scope(make_index: Write) -> None:
    config = COAST.replace(', applies_to: {coast: "yes"}%s', ", elsewhere: missing")
    assert "elsewhere is about the units that applies_to leaves out" in message(make_index(config, FISHERIES))


def test_the_root_applies_to_every_unit(make_index: Write) -> None:
    config = PLAIN.replace("code: I\n", "code: I\n  applies_to: {region: S}\n")
    assert "the root applies to every unit" in message(make_index(config))


def test_a_gap_can_count_as_the_mean_of_the_group(make_index: Write) -> None:
    """B has no b: at P it counts as the 10 of A, the only other unit of the north."""
    data = "unit,name,region,a,b,c\nA,Alpha,N,1,10,5\nB,Beta,N,2,,4\nC,Gamma,S,3,20,1\nD,Delta,S,5,,2\n"
    rule = "      aggregation: {missing: {mean_of: region}}\n"
    scores = scored(make_index(PLAIN.replace("code: P\n", f"code: P\n{rule}"), data))
    assert scores.of("P")[0].tolist() == [5.5, 6.0, 11.5, 12.5]
    assert np.isnan(scores.of("b")[0]).tolist() == [False, True, False, True]


def test_an_edition_may_differ(make_index: Write) -> None:
    editions = """\
editions:
  "2021":
    weighting[a]: 0
    aggregation[I].missing: propagate
    index[c].direction: lower_is_better
index:"""
    weighted = PLAIN.replace(
        "{indicator: a}, {indicator: b}", "{indicator: a, weight: 1}, {indicator: b, weight: 1}"
    )
    scores = scored(make_index(weighted.replace("index:", editions, 1), PANEL_DATA))
    assert scores.editions == ("2020", "2021")
    assert scores.of("P").tolist() == [[5.5, 16.0], [20.0, 40.0]]
    np.testing.assert_array_equal(scores.scores[..., 0], [[5.25, 10.0], [NAN, 19.0]])
    np.testing.assert_array_equal(scores.of("c"), [[5, 4], [NAN, -2]])
    assert scores.weights[:, scores.framework.position["a"]].tolist() == [0.5, 0.0]


EDITION_MISTAKES = {
    "units: {id: x}": "'units' holds for all editions",
    "index[c].indicator: a": "'indicator' holds for all editions",
    "index[q].weight: 1": "no node 'q'",
    "normalisation: {method: zscore}": "Did you mean 'z_score'?",
}


@pytest.mark.parametrize("entry", EDITION_MISTAKES)
def test_what_an_edition_cannot_change_is_refused(make_index: Write, entry: str) -> None:
    config = PLAIN.replace(
        "index:", f'editions: {{"2021": {{"{entry.split(": ")[0]}": {entry.split(": ", 1)[1]}}}}}\nindex:', 1
    )
    found = message(make_index(config, PANEL_DATA))
    assert EDITION_MISTAKES[entry] in found
    assert "edition '2021'" in found


def test_an_edition_that_the_data_do_not_have_is_refused(make_index: Write) -> None:
    config = PLAIN.replace("index:", 'editions: {"2031": {"weighting": {method: equal}}}\nindex:', 1)
    assert "no edition '2031' for editions. Did you mean '2021'?" in message(make_index(config, PANEL_DATA))


def test_tables_may_be_read_in_part(make_index: Write) -> None:
    config = PLAIN.replace("{file: data.csv}", "{file: data.csv, where: {edition: 2021, unit: [A, B]}}")
    scores = scored(make_index(config, PANEL_DATA))
    assert scores.editions == ("2021",)
    assert scores.of("a").tolist() == [[3.0, 5.0]]
    config = PLAIN.replace("{file: data.csv}", "{file: data.csv, where: {edition: 1999}}")
    assert "no row with edition = 1999" in message(make_index(config, PANEL_DATA))


def test_leading_axes_pass_through_all_of_it(make_index: Write) -> None:
    """Draws of the values: one call, the same numbers as one by one."""
    from innov_index.pipeline.binding import bind
    from innov_index.pipeline.indicators import run_indicator_steps
    from innov_index.pipeline.levels import aggregate

    extra = """\
rounding: {method: half_up, decimals: 1, used_for: parents}
editions: {"2021": {"aggregation[P].formula": a + b}}
index:"""
    config = PLAIN.replace("index:", extra, 1).replace(
        "code: P\n", "code: P\n      aggregation: {method: expression, formula: a * b}\n"
    )
    config = config.replace("{indicator: c}", "{indicator: c, applies_to: {region: S}}")
    index = innov_index.load(make_index(config, PANEL_DATA))
    plan = bind(index.config.recipe, index.dataset)
    raw = index.dataset.columns(index.framework.indicators)
    draws = np.stack([raw, raw * 1.5, raw + 1])

    def run(values: np.ndarray) -> np.ndarray:
        return aggregate(plan, run_indicator_steps(plan, values).normalised).scores

    together = run(draws)
    for row, draw in enumerate(draws):
        np.testing.assert_array_equal(together[row], run(draw))
    assert together[0, 1, 1, 1] == 45.0


def with_ranking(ranking: str) -> str:
    return PLAIN.replace("index:", f"ranking: {ranking}\nindex:", 1)


def test_classes_go_by_the_score_that_is_ranked(make_index: Write) -> None:
    """Scores of I: 5.25, 10, 6.25 and 12.25; rounded for ranks to 5, 10, 6 and 12."""
    config = with_ranking("{classes: {breaks: [5.1, 10, 12.1], names: [Top, High, Low, Last]}}")
    assert scored(make_index(config)).columns["class"] == (("Low", "High", "Low", "Top"),)
    rounded = config.replace("index:", "rounding: {method: half_up, decimals: 0, used_for: ranks}\nindex:")
    assert scored(make_index(rounded)).columns["class"] == (("Last", "High", "Low", "High"),)
    coarse = config.replace("ranking: {", "ranking: {digits: 1, ")
    assert scored(make_index(coarse)).columns["class"] == (("Low", "Top", "Low", "Top"),)


def test_classes_of_the_other_methods_and_of_ranked_units_only(make_index: Write) -> None:
    config = with_ranking("{classes: {method: quantiles, probabilities: [0.5]}}")
    assert scored(make_index(config)).columns["class"] == ((2.0, 1.0, 2.0, 1.0),)
    config = with_ranking("{classes: {method: jenks, number: 2, names: [upper, lower]}}")
    assert scored(make_index(config)).columns["class"] == (("lower", "upper", "lower", "upper"),)
    config = with_ranking("{among: {region: N}, classes: {method: quantiles, probabilities: [0.5]}}")
    np.testing.assert_array_equal(scored(make_index(config)).columns["class"], [[2.0, 1.0, NAN, NAN]])


def test_a_scheme_may_change_the_classes(make_index: Write) -> None:
    config = with_ranking("{classes: {breaks: [10], names: [up, down]}}").replace(
        "index:", "schemes: {natural: {ranking: {classes: {method: jenks, number: 3}}}}\nindex:", 1
    )
    index = innov_index.load(make_index(config))
    assert index.varied("natural").score().columns["class"] == ((3.0, 2.0, 3.0, 1.0),)
    changed = index.varied(settings=["ranking.classes.breaks=[12]"]).score()
    assert changed.columns["class"] == (("down", "down", "down", "up"),)
    changed = index.varied(settings=["ranking.classes={method: jenks, number: 2}"]).score()
    assert changed.columns["class"] == ((2.0, 1.0, 2.0, 1.0),)


def test_ranks_inside_groups_of_units(make_index: Write) -> None:
    """A and B are in N, C and D in S; a unit without a region has no rank there."""
    path = make_index(with_ranking("{ties: dense, within: region}"))
    assert scored(path).columns["rank_in_region"] == ((2.0, 1.0, 2.0, 1.0),)
    output = CliRunner().invoke(main, ["score", str(path), "--format", "csv"]).stdout
    assert output.splitlines()[0] == "unit,name,rank,score,rank_in_region,P"
    data = SMALL_DATA.replace("Beta,N", "Beta,")
    found = scored(make_index(with_ranking("{within: [region]}"), data)).columns["rank_in_region"]
    np.testing.assert_array_equal(found, [[1.0, NAN, 2.0, 1.0]])


def test_a_rank_change_counts_places_gained(make_index: Write) -> None:
    config = PLAIN.replace("index:", "rank_change: [c, I]\nindex:", 1)
    path = make_index(config)
    scores = scored(path)
    assert scores.columns["rank_change"] == ((-3.0, 0.0, 1.0, 2.0),)
    assert list(scores.to_frame().columns[:6]) == ["unit", "name", "rank", "score", "rank_change", "P"]
    output = CliRunner().invoke(main, ["score", str(path), "--format", "csv"]).stdout
    assert output.splitlines()[:2] == ["unit,name,rank,score,rank_change,P", "D,Delta,1,12.25,2,22.5"]
    assert "rank_change" in CliRunner().invoke(main, ["score", str(path)]).stdout


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("rank_change: [c, J]", "rank_change: no node 'J'"),
        ("rank_change: [c]", "rank_change must"),
        ("ranking: {classes: {breaks: tall}}", "ranking.classes.breaks must be a list"),
        ("ranking: {classes: {}}", "key 'breaks' is missing in ranking.classes"),
        (
            "ranking: {classes: {method: jenk, number: 2}}",
            "ranking.classes.method: classes has no method 'jenk'",
        ),
        ("ranking: {classes: {breaks: [5], names: [A]}}", "ranking.classes.names must be 2 different names"),
        ("ranking: {classes: {method: jenks, number: 0}}", "ranking.classes.number must be at least 1"),
    ],
)
def test_wrong_columns_are_refused(make_index: Write, line: str, text: str) -> None:
    assert text in message(make_index(PLAIN.replace("index:", f"{line}\nindex:", 1)))


def test_a_column_never_hides_a_node(make_index: Write) -> None:
    config = with_ranking("{classes: {breaks: [1]}}").replace("code: P", "code: class")
    text = "`ranking.classes` adds a column 'class', which is a node's code here"
    assert text in message(make_index(config))
    config = with_ranking("{within: region}").replace("code: P", "code: rank_in_region")
    assert "`ranking.within` adds a column 'rank_in_region'" in message(make_index(config))


def test_a_group_that_the_data_do_not_have(make_index: Write) -> None:
    with pytest.raises(InnovIndexError, match="no group column 'reigon' for ranking"):
        scored(make_index(with_ranking("{within: reigon}")))


def test_the_best_can_be_100(make_index: Write) -> None:
    levels = "levels: {0: {rescaling: {method: share_of_best, scale: 100}}}\nindex:"
    scores = scored(make_index(PLAIN.replace("index:", levels, 1)))
    assert scores.scores[0, :, 0].tolist() == pytest.approx(
        [100 * x / 12.25 for x in (5.25, 10, 6.25, 12.25)]
    )


def test_an_index_is_more_than_an_indicator(make_index: Write) -> None:
    text = PLAIN[: PLAIN.index("index:")] + "index: {indicator: a}\n"
    with pytest.raises(InnovIndexError, match=r"index\.yaml:5:8: the index needs `children`"):
        innov_index.load(make_index(text))


@pytest.mark.parametrize("code", ["[{a: b}]", "{x: [1]}", "[]"])
def test_a_node_whose_code_is_no_name_is_called_by_its_place(make_index: Write, code: str) -> None:
    with pytest.raises(InnovIndexError) as refusal:
        innov_index.load(make_index(PLAIN, swap={"code: P": f"code: {code}"}))
    assert re.search(r"index\.yaml:\d+:13: index\.code must be a text", str(refusal.value))
    assert "Located" not in str(refusal.value)


@pytest.mark.parametrize(
    ("treatment", "reason"),
    [
        ("{fallback: {method: log}}", "'none' has no test that an indicator could fail; use winsorise"),
        ("{method: log, fallback: {method: log}}", "'log' has no test"),
        (
            "{method: winsorise, fallback: {method: winsorise, fallback: {method: log}}}",
            "a fallback has no fallback of its own",
        ),
    ],
)
def test_a_fallback_that_nothing_leads_to_is_refused(make_index: Write, treatment: str, reason: str) -> None:
    with pytest.raises(InnovIndexError, match=rf"index\.yaml:1:\d+: treatment\.fallback: {reason}"):
        innov_index.load(make_index(PLAIN, more=f"treatment: {treatment}"))

"""One account of a node: every reader gives the engine's numbers for every aggregation, or says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.queries import Query, questions_of
from innov_index.analysis.robustness.improvement import least_improvements
from innov_index.analysis.robustness.linear import unlinked
from innov_index.analysis.robustness.linear_index import linear_scores
from innov_index.config.nodes import Gaps, Kind, Rescaling, Rounding, Weights
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from innov_index.methods import catalogue
from innov_index.methods.kernels.powers import ARITHMETIC, Link, power_means
from innov_index.model.arrays import Floats
from innov_index.pipeline.binding import bind
from innov_index.pipeline.collapsed import collapse
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.undefined import REFUSED
from innov_index.report.page.arithmetic import arithmetic_of
from tests.indices import rows_of

METHODS = {method.name: dict(method.example) for method in catalogue.step("aggregation")}
TWINS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
INDICATORS = ("a", "b", "c", "d", "e")
VALUES = np.random.default_rng(5).integers(20, 90, (7, 5)).astype(float)

CONFIG = """\
indicators: {{file: data.csv}}
normalisation: {{method: none}}
index:
  code: I
  {root}
  children:
    - code: G
      weight: 0.6
      aggregation: {aggregation}
      {more}
      children:
        - {{indicator: a, weight: 0.4}}
        - {{indicator: b, weight: 0.3}}
        - {{indicator: c, weight: 0.2}}
        - {{indicator: d, weight: 0.1}}
    - {{indicator: e, weight: 0.4}}
"""

Make = Callable[..., Index]
Answer = TypeVar("Answer")


@pytest.fixture
def make(make_index: Callable[..., Path]) -> Make:
    """Writer of an index whose node G has four children and the aggregation asked for."""

    def write(
        method: str, values: Floats = VALUES, root: str = "", more: str = "", **options: object
    ) -> Index:
        aggregation = json.dumps({"method": method, **options})
        config = CONFIG.format(aggregation=aggregation, root=root, more=more)
        return load(make_index(config, rows_of(values, INDICATORS)))

    return write


@dataclass(frozen=True)
class Seen:
    """What the readers say of an index; None where they refuse."""

    exact: Floats | None
    improvements: tuple[tuple[str, float], ...] | None
    inferred: tuple[float, ...] | None
    page: dict[str, float] | None


def improvements_of(index: Index) -> tuple[tuple[str, float], ...]:
    """Nodes and the score that each would need for the last unit to reach the first."""
    scores, linear = index.score(), linear_scores(index)
    ranking = np.argsort(-scores.scores[0, :, 0])
    found = least_improvements(index, scores, linear, int(ranking[-1]), int(ranking[0]))
    return tuple((entry.node, entry.score_needed) for entry in found)


def inferred_of(index: Index) -> tuple[float, ...]:
    """Power, and smallest and largest weight of each child of G that agree with the order of its scores."""
    scores = index.score()
    column = scores.scores[0, :, scores.framework.position["G"]]
    order = " > ".join(scores.units.codes[unit] for unit in np.argsort(-column))
    (question,) = questions_of(index, Query(nodes=("G",), orders=(order,)))
    found = answer(question).inference
    assert found.weights is not None
    assert found.stated, "the weights of the config give the order of the config"
    return (found.power, *found.weights.smallest.tolist(), *found.weights.largest.tolist())


def exact_of(index: Index, level: int = 1) -> Floats:
    """Scores of the index as exact statements read them."""
    linear = linear_scores(index, level=level)
    scores = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    return unlinked(scores, linear.link)


def tried(read: Callable[[Index], Answer], index: Index) -> Answer | None:
    """What a reader says; None where it refuses, which it does with a reason."""
    try:
        return read(index)
    except InnovIndexError as error:
        reason = str(error)
    assert len(reason) > 40
    return None


def page_of(index: Index) -> dict[str, float] | None:
    """The mean of G as the page's scripts get it."""
    inner = index.framework.inner.tolist()
    return arithmetic_of(index.config.recipe, 1).means[inner.index(index.framework.position["G"])]


def seen(index: Index) -> Seen:
    return Seen(
        tried(exact_of, index), tried(improvements_of, index), tried(inferred_of, index), page_of(index)
    )


@pytest.mark.parametrize("name", METHODS)
def test_collapsed_sums_are_the_scores(name: str, make: Make) -> None:
    index = make(name, **METHODS[name])
    scores = index.score()
    plan = bind(index.config.recipe, index.dataset)
    collapsed = collapse(plan, VALUES)
    mean = index.config.recipe.node(index.framework.position["G"]).mean
    assert (collapsed is None) == (mean is None or not mean.is_plain)
    if collapsed is not None:
        (root,), _ = collapsed.scores(scores.weights[0][:, None], REFUSED)
        np.testing.assert_allclose(root, scores.scores[0, :, 0], rtol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_exact_statements_are_about_the_scores(name: str, make: Make) -> None:
    """The varied weights stand above G, so any method below is exact; and in G, if it is arithmetic."""
    index = make(name, **METHODS[name])
    scores = index.score().scores[0, :, 0]
    np.testing.assert_allclose(exact_of(index), scores, rtol=1e-9)
    link = index.config.recipe.node(index.framework.position["G"]).link
    if link == ARITHMETIC:
        ours = exact_of(index, level=2)
        np.testing.assert_allclose(ours / ours[0], scores / scores[0], rtol=1e-9)
    else:
        with pytest.raises(InnovIndexError, match=r"aggregation\[G\]|different powers above"):
            linear_scores(index, level=2)


@pytest.mark.parametrize("name", METHODS)
def test_an_improvement_as_said_brings_the_unit_level(name: str, make: Make) -> None:
    index = make(name, **METHODS[name])
    before = index.score()
    ranking = np.argsort(-before.scores[0, :, 0])
    behind, ahead = int(ranking[-1]), int(ranking[0])
    found = dict(improvements_of(index))
    link = index.config.recipe.node(index.framework.position["G"]).link
    assert set(found) == {"G", "e", *("abcd" if link == ARITHMETIC else "")}
    for code in found.keys() & set(INDICATORS):
        values = VALUES.copy()
        values[behind, INDICATORS.index(code)] = found[code]
        after = make(name, values, **METHODS[name]).score().scores[0, :, 0]
        if code == "e" or link == ARITHMETIC:
            assert after[behind] == pytest.approx(after[ahead], rel=1e-9)


@pytest.mark.parametrize("name", METHODS)
def test_stated_weights_agree_with_the_order_that_they_give(name: str, make: Make) -> None:
    index = make(name, **METHODS[name])
    if index.config.recipe.node(index.framework.position["G"]).link is None:
        with pytest.raises(InnovIndexError, match=f"G: {name} is not a weighted mean"):
            inferred_of(index)
    else:
        assert len(inferred_of(index)) == 9


@pytest.mark.parametrize("name", METHODS)
def test_the_page_computes_the_scores_or_knows_that_it_cannot(name: str, make: Make) -> None:
    index = make(name, **METHODS[name])
    scores = index.score()
    page = page_of(index)
    children = VALUES[:, :4]
    if page is None:
        assert index.config.recipe.node(index.framework.position["G"]).link is None
        return
    weights = scores.weights[0, [index.framework.position[code] for code in "abcd"]]
    link = Link(page.get("power", 1.0), page.get("offset", 0.0), page.get("factor", 1.0))
    mean = power_means(children, weights[:, None], link)[:, 0]
    np.testing.assert_allclose(mean * page.get("total", 1.0), scores.of("G")[0], rtol=1e-12)


@pytest.mark.parametrize("name", TWINS)
def test_a_power_mean_is_read_as_the_mean_of_its_power(name: str, make: Make) -> None:
    named = make(name)
    account, ours = named.config.recipe.nodes, seen(named)
    scores = named.score().scores
    power = make("power", p=TWINS[name])
    assert power.config.recipe.nodes == account
    np.testing.assert_array_equal(power.score().scores, scores)
    theirs = seen(power)
    np.testing.assert_array_equal(theirs.exact, ours.exact)
    assert (theirs.improvements, theirs.inferred, theirs.page) == (
        ours.improvements,
        ours.inferred,
        ours.page,
    )


def test_improvements_below_a_sum_are_found_as_below_a_mean(make: Make) -> None:
    """Weights that add up to 1 make the sum the mean."""
    assert dict(improvements_of(make("sum"))) == pytest.approx(dict(improvements_of(make("arithmetic"))))


@pytest.mark.parametrize(
    ("rescaling", "expected"),
    [
        ("{method: none}", Rescaling.NONE),
        ("{method: min_max}", Rescaling.AFFINE),
        ("{method: min_max, quantiles: [0.1, 0.9]}", Rescaling.AFFINE),
        ("{method: min_max, truncate: true}", Rescaling.CUT_OFF),
        ("{method: goalposts, lower: 0, upper: 100}", Rescaling.CUT_OFF),
        ("{method: goalposts, lower: 0, upper: 100, truncate: false}", Rescaling.AFFINE),
        ("{method: linear, factor: 2}", Rescaling.AFFINE),
        ("{method: robust_z}", Rescaling.AFFINE),
        ("{method: percentile_rank}", Rescaling.ORDER_KEEPING),
        ("{method: classes}", Rescaling.OTHER),
    ],
)
def test_rescaling_of_the_root_keeps_the_order_or_is_refused(
    rescaling: str, expected: Rescaling, make: Make
) -> None:
    index = make("arithmetic", root=f"rescaling: {rescaling}")
    assert index.config.recipe.nodes[0].rescaling is expected
    if expected is not Rescaling.OTHER:
        np.testing.assert_array_equal(np.argsort(exact_of(index)), np.argsort(index.score().scores[0, :, 0]))
    else:
        with pytest.raises(InnovIndexError, match=r"rescaling\[I\]"):
            linear_scores(index)


@pytest.mark.parametrize("lines", ["up", "down", "line"])
def test_affine_normalisations_lie_on_a_line_and_order_keeping_ones_in_order(lines: str) -> None:
    """What is declared beside each normalisation holds for what it computes."""
    from innov_index.methods.registry import Trait

    values = {"up": VALUES[:, :1], "down": -VALUES[:, :1] + 100, "line": np.arange(1.0, 8.0)[:, None]}[lines]
    options = {"goalposts": {"truncate": False}}
    checked = 0
    for method in catalogue.step("normalisation"):
        if not {Trait.AFFINE, Trait.ORDER_KEEPING} & method.traits:
            continue
        best = {"unit": int(values.argmax())} if "unit" in method.example else {}
        stated = {**method.example, **best, **options.get(method.name, {})}
        inputs = {name: np.ones(1) for name in method.inputs if name == "direction"}
        scores = method.function(values, **inputs, **stated)[:, 0]
        if np.isnan(scores).all():
            continue
        np.testing.assert_array_equal(
            np.argsort(scores, kind="stable"), np.argsort(values[:, 0], kind="stable")
        )
        if Trait.AFFINE in method.traits:
            slope, offset = np.polyfit(values[:, 0], scores, 1)
            assert slope > 0
            np.testing.assert_allclose(offset + slope * values[:, 0], scores, atol=1e-9 * np.ptp(scores))
        checked += 1
    assert checked > 12


def test_the_rest_of_the_account(make: Make) -> None:
    missing = {"missing": "propagate", "min_coverage": 0.5}
    more = "rounding: {method: half_up, decimals: 1, used_for: parents}\n      weighting: {method: entropy}"
    node = make("minimum", more=more, **missing).config.recipe.nodes[1]
    assert (node.kind, node.gaps, node.min_coverage) == (Kind.OTHER, Gaps.PROPAGATE, 0.5)
    assert (node.weights, node.uses_weights) == (Weights.LEARNED, False)
    assert node.rounding is Rounding.PARENTS
    total = make("sum", more="weighting: {method: entropy}").config.recipe.nodes[1]
    assert (total.kind, total.weights) == (Kind.SUM, Weights.AS_STATED)
    assert (total.link, total.mean) == (ARITHMETIC, None)
    formula = make("expression", formula="a / b").config.recipe.nodes[1]
    assert (formula.kind, formula.needs_all) == (Kind.FORMULA, True)
    assert (
        make("arithmetic", more="weighting: {method: equal}").config.recipe.nodes[1].weights is Weights.FIXED
    )


SUMS = {
    "0.4*a + 0.3*b + 0.2*c + 0.1*d": 0,
    "(d + 2*c + 3*b + 4*a) / 10 + 5": 5,
    "mean(a, mean(a, b), 0.6*c + 0.4*d) * 2": 0,
    "-2 - (-3) * (a + b + c + d) / 6 - 1e1 / 5": -4,
}


@pytest.mark.parametrize("formula", SUMS)
def test_a_sum_that_is_written_as_a_formula_is_that_sum(formula: str, make: Make) -> None:
    """Weights of the formula are those of G, for every reader, whatever is stated beside it."""
    from innov_index.methods.kernels.formula import read_formula

    linear = read_formula(formula).linear
    assert linear is not None
    named = read_formula(formula).codes
    terms = dict(zip(named, map(float, linear.factors), strict=True))
    written = make("expression", formula=formula, more="weighting: {method: entropy}")
    account = written.config.recipe.nodes[1]
    assert (account.kind, account.link, account.weights) == (Kind.SUM, ARITHMETIC, Weights.AS_STATED)
    assert (account.uses_weights, float(account.constant)) == (True, SUMS[formula])
    scores = written.score()
    expected = VALUES[:, :4] @ [terms[code] for code in "abcd"] + SUMS[formula]
    np.testing.assert_allclose(scores.of("G")[0], expected, rtol=1e-14)
    weights = dict(zip(scores.framework.codes, scores.weights[0], strict=True))
    total = sum(terms.values())
    assert [weights[code] for code in "abcd"] == pytest.approx([terms[code] / total for code in "abcd"])
    assert any("they stand in the formula" in remark for remark in scores.remarks)
    exact = exact_of(written, level=2)
    assert np.corrcoef(exact, scores.scores[0, :, 0])[0, 1] == pytest.approx(1, abs=1e-12)
    assert len(inferred_of(written)) == 9


def test_other_weights_in_a_formula_keep_its_total_and_its_constant(make: Make) -> None:
    index = make("expression", formula="2*a + b + c + d + 9")
    plan = bind(index.config.recipe, index.dataset)
    weights = index.score().weights[0].copy()
    weights[index.framework.children[1]] = [0.1, 0.2, 0.3, 0.4]
    found = aggregate(plan, VALUES[None], weights[None])
    np.testing.assert_allclose(
        found.scores[0, :, 1], 5 * VALUES[:, :4] @ [0.1, 0.2, 0.3, 0.4] + 9, rtol=1e-14
    )


@pytest.mark.parametrize(
    "formula", ["a + b + c", "a + b + c - d", "a * b + c + d", "a + b + c + d + max(a, 1)"]
)
def test_any_other_formula_has_no_weights(formula: str, make: Make) -> None:
    """One that leaves out a child, one that subtracts one, and those that are no sum."""
    index = make("expression", formula=formula)
    scores, children = index.score(), index.framework.children[1]
    assert index.config.recipe.nodes[1].kind is Kind.FORMULA
    assert np.isnan(scores.weights[0, children]).all()
    assert np.isnan(scores.effective_weights[0, children]).all()
    assert scores.effective_weights[0, [1, 6]].tolist() == pytest.approx([0.6, 0.4])
    assert scores.about_weights(0) == "no weights below G: the formula or method there uses none"
    assert index.score().framework.or_equal(scores.weights[0])[children].tolist() == [0.25] * 4


def test_what_is_rounded_on_the_way_is_no_improvement_by_a_line(make: Make) -> None:
    index = make("arithmetic")
    assert {code for code, _ in improvements_of(index)} == {"G", "e", "a", "b", "c", "d"}
    rounded = index.varied(settings=["rounding[a]={method: half_up, decimals: 0, used_for: parents}"])
    assert {code for code, _ in improvements_of(rounded)} == {"G", "e", "b", "c", "d"}

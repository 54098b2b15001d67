"""Other kinds of indices: stated weights and gaps, sums, editions, what the page cannot compute."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.answers import Answers
from innov_index.analysis.robustness.improvement import least_improvements
from innov_index.analysis.robustness.linear_index import linear_scores
from innov_index.report.page import page
from tests.conftest import ROOT


def _opened(folder: Path, config: Path, open_page: Callable, edition: str | None = None):
    report = folder / "report.html"
    report.write_text(page(Answers(innov_index.load(config), edition)), encoding="utf-8")
    return open_page(report)


def _same(opened, config: Path, edition: int = 0) -> None:
    engine = innov_index.load(config).score()
    shown = np.array(opened.scores(), dtype=np.float64)
    np.testing.assert_allclose(shown, engine.scores[edition, :, 0], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(np.array(opened.ranks(), dtype=np.float64), engine.ranks[edition, :, 0])


@pytest.mark.parametrize(
    "name", ["gii-2022", "wipo-clusters-2022", "gii-2021", "ihdi", "epi-2020-indicators"]
)
def test_published_indices(name: str, tmp_path: Path, open_page: Callable) -> None:
    """WIPO's: leaves with goalposts of their own, weights of a half, gaps; and a sum of two shares.

    UNDP's and Yale's: leaves that state options of the method above them, which no other method knows.
    """
    folder = tmp_path / "configs" / "published"
    folder.mkdir(parents=True)
    (tmp_path / "data").symlink_to(ROOT / "data")
    config = folder / f"{name}.yaml"
    config.write_bytes((ROOT / "configs" / "published" / f"{name}.yaml").read_bytes())
    opened = _opened(tmp_path, config, open_page)
    _same(opened, config, -1)
    if opened.evaluate("document.getElementById('export').disabled || innovIndex.means() === null"):
        return
    first = opened.evaluate("innovIndex.data.nodes[innovIndex.dimensions[0]].code")
    opened.slide(first, 72.5)
    _same(opened, opened.export(folder), -1)
    opened.choose("normalisation", "rank")
    _same(opened, opened.export(folder), -1)
    opened.choose("aggregation", "geometric")
    _same(opened, opened.export(folder), -1)


@pytest.mark.parametrize(
    ("steps", "data"),
    [
        (
            "normalisation: {method: none}\naggregation: {method: sum}\n",
            "A,0.1,0.2,-0.3\nB,0,0,0\nC,-0.3,0.1,0.2\nD,0.1,0.2,0.3\nE,0.3,0.2,0.1\nF,0.1,0,0\n",
        ),
        ("normalisation: {method: z_score}\n", "A,0.1,3.9,1\nB,0.7,3.3,1.7\nC,2.9,1.1,1.2\nD,3.3,0.7,1.7\n"),
        ("aggregation: {method: power, p: 0.005}\n", "A,9,1,4\nB,1,6,2\nC,5,5,5\nD,2,8,1\n"),
    ],
)
def test_rounding_errors_and_zeros_decide_as_in_the_engine(
    steps: str, data: str, make_index: Callable, open_page: Callable
) -> None:
    config = "indicators: {file: data.csv}\nindex: {code: X, children: [{code: P, children: [{indicator: a}, "
    config += "{indicator: b}]}, {indicator: c}]}\n"
    path = make_index(steps + config, "unit,a,b,c\n" + data)
    opened = _opened(path.parent, path, open_page)
    _same(opened, path)
    engine = innov_index.load(path).score()
    shown = opened.evaluate("Array.from(innovIndex.engine.scores[1])")
    np.testing.assert_allclose(np.array(shown, dtype=np.float64), engine.scores[0, :, 1], rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    "aggregation",
    [
        "{method: harmonic}",
        "{method: power, p: 2.5}",
        "{method: power, p: 0.004}",
        "{method: arithmetic, missing: propagate}",
        "{method: arithmetic, min_coverage: 0.6}",
    ],
)
@pytest.mark.parametrize("rescaling", ["{method: none}", "{method: z_score, mean: 50, sd: 10}"])
def test_means_gaps_and_rescaling(
    aggregation: str, rescaling: str, make_index: Callable, open_page: Callable
) -> None:
    data = "unit,name,region,population,a,b,c\nA,Alpha,N,1,1,10,5\nB,Beta,N,1,2,,4\nC,Gamma,S,1,3,20,1\n"
    data += "D,Delta,S,1,5,40,2\nE,Epsilon,S,1,4,15,\nF,Zeta,S,1,,,3\n"
    steps = f"normalisation: {{method: min_max, low: 1}}\naggregation: {aggregation}\n"
    more = f"{steps}levels: {{1: {{rescaling: {rescaling}}}}}\nranking: {{ties: average}}"
    config = make_index(data=data, more=more)
    opened = _opened(config.parent, config, open_page)
    _same(opened, config)
    opened.slide("P", 35)
    opened.slide("a", 80)
    _same(opened, opened.export(config.parent))


def test_editions(make_index: Callable, open_page: Callable) -> None:
    data = "unit,name,region,population,edition,a,b,c\n"
    for year in (2019, 2020):
        for k, unit in enumerate("ABCD"):
            data += f"{unit},{unit}{unit},N,1,{year},{k * year % 7},{(k + year) % 5},{k % 3 + year % 2}\n"
    config = make_index(data=data)
    opened = _opened(config.parent, config, open_page, "2019")
    assert "edition 2019" in opened.page.text_content("header")
    _same(opened, config, 0)
    opened.slide("P", 20)
    _same(opened, opened.export(config.parent), 0)


def test_a_scheme_without_a_result_in_another_edition(make_index: Callable, open_page: Callable) -> None:
    """In 2019 nobody has a value of c, which the scheme fills by a constant: no z-score tells units apart."""
    data = "unit,name,region,population,edition,a,b,c\n"
    for k, unit in enumerate("ABCD"):
        data += f"{unit},{unit},N,1,2019,{k},{k * k % 5},\n{unit},{unit},N,1,2020,{k % 3},{k * k},{k + 1}\n"
    more = "normalisation: {method: z_score}\n"
    more += "schemes: {filled: {imputation: {method: constant, value: 1}}}"
    config = make_index(data=data, more=more)
    opened = _opened(config.parent, config, open_page)
    _same(opened, config, 1)
    opened.choose("scheme", "1")
    stated = innov_index.load(config).varied("filled").score_edition("2020")
    shown = np.array(opened.scores(), dtype=np.float64)
    np.testing.assert_allclose(shown, stated.scores[1, :, 0], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "steps",
    ["aggregation: {method: topsis}", "rounding: {method: half_up, decimals: 0}"],
)
def test_what_the_page_cannot_compute_is_shown_as_the_engine_gave_it(
    steps: str, make_index: Callable, open_page: Callable
) -> None:
    config = make_index(more=steps)
    opened = _opened(config.parent, config, open_page)
    _same(opened, config)
    assert "only the engine computes" in opened.page.inner_text("#notice")
    assert opened.page.is_disabled("#weights input")


def test_another_normalisation_of_a_method_that_the_page_does_not_know_takes_means(
    make_index: Callable, open_page: Callable
) -> None:
    """TOPSIS is shown as the engine gave it; with another normalisation there is nothing to show of it."""
    config = make_index(more="aggregation: {method: topsis}")
    opened = _opened(config.parent, config, open_page)
    offered = "[...document.getElementById('aggregation').options].map((o) => o.value)"
    assert opened.evaluate(offered) == ["stated", "arithmetic", "geometric"]
    opened.choose("normalisation", "z_score")
    assert opened.evaluate(offered) == ["arithmetic", "geometric"]
    _same(opened, opened.export(config.parent))
    opened.choose("normalisation", "stated")
    assert opened.evaluate(offered) == ["stated", "arithmetic", "geometric"]
    _same(opened, config)


@pytest.mark.parametrize("weighting", ["given", "equal", "entropy"])
def test_means_of_nodes_without_weights_take_the_weights_that_are_stated(
    weighting: str, make_index: Callable, open_page: Callable
) -> None:
    """`bod` gives each unit weights of its own; with means the index has those of its weighting."""
    config = make_index(more=f"weighting: {{method: {weighting}}}\naggregation: {{method: bod}}")
    opened = _opened(config.parent, config, open_page)
    for normalisation in ("stated", "z_score"):
        opened.choose("normalisation", normalisation)
        opened.choose("aggregation", "arithmetic")
        _same(opened, opened.export(config.parent))
    if weighting == "given":
        weights = opened.evaluate("Array.from(innovIndex.state.weights)")
        assert weights == pytest.approx([1, 0.6, 0.5, 0.5, 0.4])


def test_no_weight_is_shown_below_a_formula_until_a_mean_is_chosen(
    make_index: Callable, open_page: Callable
) -> None:
    """max(P, c) takes no weights; 3 P + c states them."""
    for formula, expected in (("max(P, c)", ["no weight"] * 2), ("3*P + c - 1", ["75%", "25%"])):
        aggregation = f'{{method: expression, formula: "{formula}"}}'
        config = make_index(swap={"code: I": f"code: I\n  aggregation: {aggregation}"})
        opened = _opened(config.parent, config, open_page)
        _same(opened, config)
        outputs = "[...document.querySelectorAll('#weights output')].slice(0, 2).map((o) => o.textContent)"
        assert [text.replace(".0", "") for text in opened.evaluate(outputs)] == expected
        opened.choose("aggregation", "arithmetic")
        assert "%" in opened.evaluate(outputs)[0]


def test_numbers_are_written_as_the_reader_writes_them(make_index: Callable, open_page: Callable) -> None:
    config = make_index()
    report = config.parent / "report.html"
    report.write_text(page(Answers(innov_index.load(config))), encoding="utf-8")
    opened = open_page(report, locale="de-DE")
    assert "," in opened.page.inner_text(".ten li:first-child .score")
    assert "," in opened.page.inner_text("#ranking-body .score >> nth=0")


@pytest.mark.parametrize("better", ["higher_is_better", "lower_is_better"])
def test_ways_up_are_those_of_the_robustness_analysis(
    better: str, make_index: Callable, open_page: Callable
) -> None:
    """Against `analysis.robustness.improvement`, which asks for 1e-9 more: ahead, not level."""
    config = make_index(swap={"code: I\n": f"code: I\n  direction: {better}\n"})
    opened = _opened(config.parent, config, open_page)
    index = innov_index.load(config)
    scores = index.score()
    linear = linear_scores(index)
    order = [int(unit) for unit in scores.order()]
    compared = 0
    for above, unit in pairwise(order):
        expected = {
            entry.node: entry.score_needed
            for entry in least_improvements(index, scores, linear, unit, above)
            if not entry.beyond
        }
        ways = opened.evaluate(
            """unit => innovIndex.waysUp(innovIndex, unit).ways
                 .map(({ leaf, needed }) => [innovIndex.data.nodes[leaf].code, needed])""",
            unit,
        )
        for code, needed in ways:
            assert needed == pytest.approx(expected[code], abs=1e-6)
            compared += 1
    assert compared >= 2

"""Classes, ranks inside groups and changes of rank follow the explorer as the engine gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import innov_index
from innov_index.analysis.answers import Answers
from innov_index.report.page import page

DATA = "unit,name,region,population,a,b,c\n" + "".join(
    f"U{k},Unit {k},{'' if k == 7 else 'NNSSW'[k % 5]},1,"
    + (",," if k == 8 else f"{k * 7 % 13},{k * 5 % 11},{'' if k == 4 else k * k % 17}")
    + "\n"
    for k in range(14)
)
ADDED = "ranking: {{within: region, classes: {classes}}}\nrank_change: [P, c]\n"


def added(opened: Any, scores: Any) -> None:
    """Compare what the page says of each unit with the engine's columns."""
    for unit, name in enumerate(scores.units.names):
        said = opened.evaluate(
            """unit => {
              const inside = innovIndex.rankInside(innovIndex, "region", unit);
              const { places } = innovIndex.rankChange(innovIndex, unit);
              return [innovIndex.classesNow(innovIndex)[unit], inside && inside.rank, places];
            }""",
            unit,
        )
        columns = {key: column[0][unit] for key, column in scores.columns.items()}
        expected = columns["class"]
        if isinstance(expected, float):
            expected = "" if expected != expected else f"{expected:g}"
        assert said[0] == (expected or ""), name
        inside = columns["rank_in_region"]
        assert said[1] == (None if inside != inside else inside), name
        assert said[2] == pytest.approx(columns["rank_change"], nan_ok=True), name


@pytest.mark.parametrize(
    "classes",
    [
        "{breaks: [60, 45, 30], names: [First, Second, Third, '<b>Last</b>']}",
        "{method: quantiles, probabilities: [0.25, 0.5, 0.75]}",
    ],
)
@pytest.mark.parametrize("better", ["higher_is_better", "lower_is_better"])
def test_they_follow_the_explorer(
    better: str, classes: str, make_index: Callable, open_page: Callable
) -> None:
    turned = {"code: I\n": f"code: I\n  direction: {better}\n"}
    config = make_index(data=DATA, more=ADDED.format(classes=classes), swap=turned)
    opened = _opened(config, open_page)
    added(opened, innov_index.load(config).score())
    opened.slide("P", 20)
    opened.choose("normalisation", "rank")
    engine = innov_index.load(opened.export(config.parent)).score()
    added(opened, engine)
    leader = int(engine.order()[0])
    assert str(engine.columns["class"][0][leader]).removesuffix(".0") in opened.page.inner_text(
        "#ranking-body .group >> nth=0"
    )
    opened.evaluate(f"innovIndex.openUnit({leader})")
    facts = opened.page.inner_text("#unit-facts")
    assert "CLASS" in facts.upper()
    assert "there)" in facts
    assert "from" in facts


def test_natural_breaks_are_the_engines_only(make_index: Callable, open_page: Callable) -> None:
    config = make_index(data=DATA, more=ADDED.format(classes="{method: jenks, number: 3}"))
    opened = _opened(config, open_page)
    added(opened, innov_index.load(config).score())
    opened.slide("P", 20)
    assert set(opened.evaluate("innovIndex.classesNow(innovIndex)")) == {""}


def _opened(config: Path, open_page: Callable) -> Any:
    report = config.parent / "report.html"
    report.write_text(page(Answers(innov_index.load(config))), encoding="utf-8")
    return open_page(report)

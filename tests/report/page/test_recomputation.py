"""The selftest lets the page compute in a browser, and finds a script that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml

from innov_index.analysis.answers import Answers
from innov_index.analysis.selftest.outputs import Computed, of_output
from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.report.page import page, recomputation
from innov_index.report.page.recomputation import page_computed, recomputed
from tests.report.page.browser import require_browser

SCHEMES = "normalisation: {method: none}\nschemes:\n  'a|b': {aggregation: {method: geometric}}\n"


def test_the_page_under_every_choice(make_index: Callable[..., Path]) -> None:
    """Means of the raw numbers, as a reader can compute them: `none` leaves values as they are.

    The direction of c would turn its sign; here it is left out.
    """
    require_browser()
    path = make_index(more=SCHEMES, swap={", direction: lower_is_better": ""})
    found = {shown.choices: shown for shown in recomputed(page(Answers(load(path))))}
    a, b, c = np.array([1, 2, 3, 5.0]), np.array([10, 30, 20, 40.0]), np.array([5, 4, 1, 2.0])
    stated = 0.6 * (a + b) / 2 + 0.4 * c
    np.testing.assert_allclose(found[""].scores[:, 0], stated, rtol=1e-14)
    np.testing.assert_allclose(found[""].scores[:, 1], (a + b) / 2, rtol=1e-14)
    geometric = np.sqrt(a * b) ** 0.6 * c**0.4
    np.testing.assert_allclose(found["scheme a|b"].scores[:, 0], geometric, rtol=1e-14)
    moved = found["scheme as stated, weights moved"]
    tree = yaml.safe_load(moved.config)["index"]["children"]
    first, second, dimension = *tree[0]["children"], tree[0]
    assert [first["weight"], second["weight"], dimension["weight"]] == [0.9, 0.1, 0.5]
    np.testing.assert_allclose(moved.scores[:, 0], 0.5 * (0.9 * a + 0.1 * b) + 0.5 * c, rtol=1e-14)
    assert moved.ranks == ["1", "2", "3", "4"]
    assert moved.names == ["Delta", "Beta", "Alpha", "Gamma"]
    assert {shown.computed for shown in found.values()} == {True}


def test_the_page_gives_the_engines_numbers(make_index: Callable[..., Path]) -> None:
    """An edition that lacks a unit is shown; only the units and editions that there are are compared."""
    require_browser()
    rows = [(u, k, y) for y in (2019, 2020) for k, u in enumerate("ABCD") if (u, y) != ("B", 2020)]
    data = "unit,name,region,population,edition,a,b,c\n"
    data += "".join(f"{u},{u},N,1,{y},{7 * k % 5 + 1},{(3 * k + y) % 7 + 1},{k + 1}\n" for u, k, y in rows)
    relation = of_output(*_page_of(make_index(data=data)))
    assert relation.compared > 100
    assert relation.differences == []


def _page_of(path: Path) -> tuple:
    index = load(path)
    return index, "page", partial(page_computed, index)


def test_a_wrong_script_is_told_with_node_unit_and_choices(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    require_browser()
    document = import_module("innov_index.report.page.document")  # the package has a function of that name
    script = document._script()
    assert script.count("total[unit] += weight * part") == 1
    wrong = script.replace(
        "total[unit] += weight * part", "total[unit] += weight * (unit === 2 && node === 1 ? 2 : 1) * part"
    )
    monkeypatch.setattr(document, "_script", lambda: wrong)
    found = of_output(*_page_of(make_index()))
    assert {(d.node, d.unit) for d in found.differences if d.step == "scores"} == {("I", "C"), ("P", "C")}
    assert any(d.step == "scores (scheme as stated, weights moved)" for d in found.differences)


def test_a_page_that_does_not_run_is_told(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    require_browser()
    document = import_module("innov_index.report.page.document")
    monkeypatch.setattr(document, "_script", lambda: "throw new Error('no such thing');")
    assert "no such thing" in of_output(*_page_of(make_index())).told


def test_a_page_that_computes_nothing_is_told(make_index: Callable[..., Path]) -> None:
    require_browser()
    config = make_index(more="rounding: {method: half_up, decimals: 0}")
    assert "computes nothing" in of_output(*_page_of(config)).told


def test_scores_on_one_side_alone_differ(make_index: Callable[..., Path]) -> None:
    """An output that has scores where the config has none, and the reverse."""
    index = load(make_index(more="normalisation: {method: min_max, low: 0}"))
    text = index.config.path.read_text("utf-8") + "aggregation: {method: geometric}\n"
    scores, ranks, units = np.ones((4, 2)), np.ones((4, 1)), np.arange(4)
    (told,) = of_output(index, "", lambda: [Computed(scores, ranks, units, "geometric", text)]).differences
    assert told.step == "scores (geometric)"
    assert "geometric has no result for unit 'A': 'a' is 0" in str(told.engine)
    nothing = Computed(scores, ranks, units, "geometric", text, undefined=True)
    assert of_output(index, "", lambda: [nothing]).differences == []
    (told,) = of_output(index, "", lambda: [Computed(scores, ranks, units, undefined=True)]).differences
    assert told.reference == "no scores"


def test_without_a_browser_it_is_told(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputation, "PROGRAMS", ("no-such-program",))
    with pytest.raises(InnovIndexError, match="is installed"):
        recomputed("")
    assert of_output(*_page_of(make_index())).told == "no Chromium, Chrome or Edge is installed"

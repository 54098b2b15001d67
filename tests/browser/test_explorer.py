"""The explorer against the engine: what the page computes is what the engine computes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.answers import Answers
from innov_index.report.page import page
from tests.conftest import ROOT

SCHEMES = ("", "plain", "entropy", "geometric", "arwu 100", "ranks")


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with configs/2020.yaml, its data, and its report."""
    folder = tmp_path_factory.mktemp("hubs")
    (folder / "configs").mkdir()
    (folder / "data").symlink_to(ROOT / "data")
    config = folder / "configs" / "2020.yaml"
    shutil.copy(ROOT / "configs" / "2020.yaml", config)
    (folder / "report.html").write_text(page(Answers(innov_index.load(config))), encoding="utf-8")
    return folder


def _same_as_engine(opened, config: Path) -> None:
    """Scores within 1e-9 of what the engine makes of an exported config, and equal ranks."""
    engine = innov_index.load(config).score()
    shown = np.array(opened.scores(), dtype=np.float64)
    np.testing.assert_allclose(shown, engine.scores[0, :, 0], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(np.array(opened.ranks(), dtype=np.float64), engine.ranks[0, :, 0])


def test_the_page_opens_with_the_engines_ranking(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    _same_as_engine(opened, hubs / "configs" / "2020.yaml")
    scores = innov_index.load(hubs / "configs" / "2020.yaml").score()
    assert opened.names() == [scores.units.names[unit] for unit in scores.order()]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_with_every_normalisation_and_mean(hubs: Path, open_page: Callable, scheme: str) -> None:
    opened = open_page(hubs / "report.html")
    position = opened.evaluate("name => innovIndex.data.schemes.findIndex((s) => s.name === name)", scheme)
    opened.choose("scheme", str(position))
    compared = 0
    for normalisation in ("stated", "min_max", "lifted", "z_score", "rank"):
        if not opened.evaluate(f"'{position}|{normalisation}' in innovIndex.data.tables"):
            continue
        for aggregation in ("stated", "arithmetic", "geometric"):
            opened.choose("aggregation", aggregation)
            opened.choose("normalisation", normalisation)
            if (
                opened.evaluate("innovIndex.undefinedAt.length")
                or opened.evaluate("innovIndex.state.normalisation") != normalisation
            ):
                continue
            _same_as_engine(opened, opened.export(hubs / "configs"))
            compared += 1
    assert compared >= 8


def test_moved_weights_at_every_level(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    opened.choose("scheme", "1")
    for code, percent in (("RI", 61.5), ("IE.3", 10), ("EC.2.b", 87), ("RI.1.a", 0), ("EC", 20)):
        opened.slide(code, percent)
        _same_as_engine(opened, opened.export(hubs / "configs"))
    sums = opened.evaluate(
        """innovIndex.engine.inner.map((node) =>
             innovIndex.engine.children[node].reduce((sum, c) => sum + innovIndex.state.weights[c], 0))"""
    )
    np.testing.assert_allclose(sums, 1.0, atol=1e-12)


def test_a_mean_that_has_no_result_says_so(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    opened.choose("aggregation", "geometric")
    assert opened.evaluate("innovIndex.state.normalisation") == "lifted"
    opened.choose("normalisation", "z_score")
    assert "needs scores above zero" in opened.page.inner_text("#notice")
    assert opened.page.is_disabled("#export")


def test_a_shared_address_restores_the_ranking(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    opened.choose("scheme", "3")
    opened.choose("normalisation", "rank")
    opened.slide("RI", 70)
    opened.slide("IE.1.a", 12.5)
    opened.page.click("#share")
    opened.page.wait_for_selector("#address-row:not([hidden])")
    address = opened.page.input_value("#address")
    again = open_page(hubs / "report.html", fragment=address[address.index("#") :])
    assert again.scores() == opened.scores()
    assert again.names() == opened.names()
    assert again.page.input_value("#scheme") == "3"


def test_dragging_the_edge_of_a_column_moves_weight(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    opened.page.locator("#ranking-table").scroll_into_view_if_needed()
    thumb = opened.page.locator(".thumb").first
    box = thumb.bounding_box()
    opened.page.mouse.move(box["x"] + 12, box["y"] + 8)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 72, box["y"] + 8, steps=6)
    opened.page.mouse.up()
    first, second, third = opened.evaluate("innovIndex.dimensions.map((n) => innovIndex.state.weights[n])")
    assert first > 0.4 > 0.3 > second
    assert third == pytest.approx(1 / 3)
    before = first
    thumb.press("ArrowLeft")
    assert opened.evaluate("innovIndex.state.weights[innovIndex.dimensions[0]]") == pytest.approx(
        before - 0.01
    )
    _same_as_engine(opened, opened.export(hubs / "configs"))


def test_rows_show_where_the_stated_ranking_had_them(hubs: Path, open_page: Callable) -> None:
    opened = open_page(hubs / "report.html")
    assert opened.page.inner_text("#ranking-body .moved") == ""
    opened.slide("IE", 90)
    assert opened.page.is_visible("#explored")
    opened.names()
    moved = opened.page.eval_on_selector_all("#ranking-body .moved", "all => all.map((m) => m.textContent)")
    assert any("▲" in text for text in moved)
    opened.page.click("#reset")
    assert opened.page.is_hidden("#explored")
    _same_as_engine(opened, hubs / "configs" / "2020.yaml")

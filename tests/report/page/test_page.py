"""The page as a file: self-contained, under a strict policy, made of text that stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import innov_index
from innov_index.analysis.answers import Answers
from innov_index.cli import main
from innov_index.report.figures.geography import equal_earth, land
from innov_index.report.figures.kinds import KINDS, Request
from innov_index.report.figures.picture import ON_STRONG
from innov_index.report.figures.saving import to_svg
from innov_index.report.page import page
from innov_index.report.page.markup import Markup, join, person, tag
from innov_index.report.page.method import five_sentences
from innov_index.report.page.variants import ColumnPool, edits_between
from tests.browser.pages import HOSTILE, write_cities
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def hubs() -> str:
    return page(Answers(innov_index.load(ROOT / "configs" / "2020.yaml")))


def _data(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)[1])


def test_nothing_is_loaded_and_only_this_script_runs(hubs: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', hubs)[1].replace(
        "&#x27;", "'"
    )
    style = re.search(r"<style>(.*?)</style>", hubs, re.S)[1]
    script = re.search(r"<script>(.*?)</script>", hubs, re.S)[1]
    for directive, text in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="(?!#|data:)', hubs)
    assert not re.search(r'<[^>]+\s(?:style|on\w+)="', hubs.replace(script, ""))


@pytest.mark.parametrize(
    ("kind", "width"),
    [
        ("intervals", 84),
        ("sensitivity", 84),
        ("icicle", 174),
        ("distribution", 174),
        ("correlations", 120),
        ("map", 84),
        ("map", 174),
        ("network", 174),
    ],
)
def test_figures_are_those_that_plot_saves(hubs: str, kind: str, width: float) -> None:
    index = innov_index.load(ROOT / "configs" / "2020.yaml")
    assert to_svg(KINDS[kind](Request(Answers(index), width=width))) in hubs


def test_ids_are_unique_and_every_reference_resolves(hubs: str) -> None:
    body = re.sub(r"<script.*?</script>", "", hubs, flags=re.S)
    ids = re.findall(r'\sid="([^"]*)"', body)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:url\(#|xlink:href="#)([^)"]+)', body)
    referred += [name for names in re.findall(r'aria-labelledby="([^"]*)"', body) for name in names.split()]
    assert len(referred) > 50
    assert set(referred) <= set(ids)


def test_every_colour_of_figures_has_one_in_the_dark(hubs: str) -> None:
    """Else dark letters would stand on a dark page; only letters on a strong colour keep theirs."""
    style = re.search(r"<style>(.*?)</style>", hubs, re.S)[1]
    for side in ("fill", "stroke"):
        drawn = set(re.findall(rf'\s{side}="(#[0-9a-f]{{6}})"', hubs)) - {ON_STRONG.lower()}
        assert drawn
        assert {colour for colour in drawn if f'[{side}="{colour}"]' not in style} == set()


def test_the_same_index_gives_the_same_page(hubs: str) -> None:
    assert page(Answers(innov_index.load(ROOT / "configs" / "2020.yaml"))) == hubs


def test_two_hundred_units_by_31_indicators_stay_below_a_megabyte(tmp_path: Path) -> None:
    config = write_cities(tmp_path, [f"Metropolitan area {k}" for k in range(200)], indicators=31)
    assert len(page(Answers(innov_index.load(config))).encode()) < 1_000_000


def test_arrays_are_the_engines_bits(hubs: str) -> None:
    data = _data(hubs)
    scores = innov_index.load(ROOT / "configs" / "2020.yaml").score()
    columns = np.frombuffer(base64.b64decode(data["pool"]), dtype="<f8").reshape(-1, len(scores.units))
    shown = columns[data["tables"]["0|stated"]["columns"]].T
    np.testing.assert_array_equal(shown, scores.steps["normalised"][0])


def test_hostile_names_are_escaped(tmp_path: Path) -> None:
    html = page(Answers(innov_index.load(write_cities(tmp_path, list(HOSTILE)))))
    assert "<img" not in html
    assert html.count("</script>") == 2
    assert _data(html)["units"]["names"] == list(HOSTILE)


def test_gaps_of_the_config_are_said(make_index: Callable) -> None:
    html = page(Answers(innov_index.load(make_index())))
    assert "states neither schemes nor an uncertainty analysis" in html


def test_the_method_in_five_sentences() -> None:
    index = innov_index.load(ROOT / "configs" / "2020.yaml")
    sentences = five_sentences(index.score(), index.config.recipe, 0)
    assert len(sentences) == 5
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "40 units by 20 indicators" in sentences[0]
    assert "11 of 800 values are missing" in sentences[1]
    assert "a unit is kept if at least 66 % of its values are known" in sentences[1]
    assert (
        "by capping outliers (max points 2), and where that is not enough by taking the logarithm"
        in sentences[2]
    )


def test_the_command_writes_the_page(make_index: Callable, tmp_path: Path) -> None:
    config = make_index()
    result = CliRunner().invoke(main, ["report", str(config), "-o", str(tmp_path / "out.html")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_command_refuses_a_folder(make_index: Callable, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", str(make_index()), "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "this is a folder" in result.output


@pytest.mark.parametrize("config", sorted((ROOT / "configs/published").glob("*.yaml")), ids=lambda c: c.stem)
def test_every_published_index_has_a_page(config: Path) -> None:
    """Other normalisations are offered wherever the page can compute the index itself."""
    data = _data(page(Answers(innov_index.load(config))))
    assert "frozen" in data["tables"]["0|stated"] or len(data["normalisations"]) == 5


def test_no_page_without_a_score(make_index: Callable) -> None:
    data = "unit,name,region,population,a,b,c\nA,A,N,1,1,,\nB,B,N,1,,2,\n"
    more = "screening: {units: {min_coverage: 1}}\nnormalisation: {method: none}"
    config = make_index(data=data, more=more)
    with pytest.raises(innov_index.errors.InnovIndexError, match="no unit has a score"):
        page(Answers(innov_index.load(config)))


def test_markup_escapes_all_but_markup() -> None:
    assert tag("p", "a < b", title='"x"') == '<p title="&quot;x&quot;">a &lt; b</p>'
    assert join(Markup("<b>"), "<b>") == "<b>&lt;b&gt;"
    assert person("<i>") == "<bdi>&lt;i&gt;</bdi>"


def test_columns_stand_once() -> None:
    pool = ColumnPool()
    first = pool.add(np.array([[1.0, 2.0, 1.0], [np.nan, 3.0, np.nan]]))
    assert first == [0, 1, 0]
    assert pool.size == 32
    assert pool.growth(np.array([[2.0], [3.0]])) == 0


def test_edits_turn_one_into_the_other() -> None:
    before = {"a": 1, "b": {"c": [1, {"d": 2}], "e": 3}}
    after = {"a": 1, "b": {"c": [1, {"d": 4}]}, "f": None}
    assert edits_between(before, after) == [[["b", "e"]], [["b", "c", 1, "d"], 4], [["f"], None]]


def test_equal_areas_stay_equal() -> None:
    """A band of one degree between meridians has the area of the globe's: sin(b) - sin(a), as the map's."""
    latitudes = np.radians(np.linspace(-80, 80, 161))
    x, y = equal_earth(np.full(161, 10.0), np.degrees(latitudes))
    mapped = np.diff(y) * (x[1:] + x[:-1]) / 2
    globe = np.diff(np.sin(latitudes)) * np.radians(10.0)
    np.testing.assert_allclose(mapped / globe, 1.0, atol=2e-4)


def test_outlines_stay_on_the_globe() -> None:
    for outline in land():
        assert np.abs(outline[:, 0]).max() <= 180
        assert np.abs(outline[:, 1]).max() <= 90
        assert np.abs(np.diff(outline[:, 0])).max() < 90

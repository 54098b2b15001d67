"""The ranking table: sort, search, filter, expand; names that are hostile; a thousand units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import innov_index
from tests.browser.pages import HOSTILE, write_cities, write_report
from tests.indices import write_index

NAMES = ["Zürich", "São Paulo", "Accra", "Beijing", "Quito", "Oslo", "Lima", "Perth"]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return write_report(write_cities(tmp_path, NAMES))


def test_sorting_by_name_and_back(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    ranked = opened.names()
    opened.page.click("#ranking-table [data-sort=name]")
    assert opened.names() == sorted(NAMES, key=lambda name: name.replace("ü", "u"))
    assert opened.page.get_attribute("#ranking-table th.unit", "aria-sort") == "ascending"
    opened.page.click("#ranking-table [data-sort=rank]")
    assert opened.names() == ranked
    opened.page.click("#ranking-table [data-sort=rank]")
    assert opened.names() == ranked[::-1]


def test_sorting_by_a_dimension(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    opened.page.click("#strip button:nth-of-type(2)")
    node = opened.evaluate("innovIndex.dimensions[1]")
    scores = opened.evaluate(f"Array.from(innovIndex.engine.scores[{node}])")
    assert opened.names() == [NAMES[i] for i in sorted(range(len(NAMES)), key=lambda i: -scores[i])]


def test_search_ignores_case_and_accents(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    opened.page.fill("#search", "SAO p")
    assert opened.names() == ["São Paulo"]
    assert opened.page.inner_text("#shown") == "1 of 8 units."
    opened.page.fill("#search", "nowhere")
    assert opened.page.is_visible("#nothing")


def test_filter_by_group(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    opened.choose("filter-region", "region 1")
    assert opened.names() == ["São Paulo"]
    opened.choose("filter-region", "")
    assert len(opened.names()) == len(NAMES)


def test_a_row_expands_to_its_dimensions(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    button = opened.page.locator("#ranking-body .open").first
    button.focus()
    opened.page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert "First half" in opened.page.inner_text(".detail")
    opened.slide("A", 90)
    assert "First half" in opened.page.inner_text(".detail")
    button.click()
    assert opened.page.locator(".detail").count() == 0


def test_a_name_opens_the_unit_page(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    name = opened.names()[2]
    opened.page.click("#ranking-body tr:nth-child(3) .name")
    opened.page.wait_for_function("name => document.activeElement.textContent === name", arg=name)
    assert "To draw level with" in opened.page.inner_text("#ways")
    opened.choose("other-choice", "0")
    assert opened.page.is_visible("#legend-other")
    assert opened.page.locator("#profile-body tr").count() == 2 + 6


def test_the_way_up_that_is_named_suffices(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    reached = opened.evaluate(
        """() => {
          const { order, engine, recipe, waysUp } = innovIndex;
          const off = (unit, above, { leaf, needed }) =>
            Math.abs(engine.probe(unit, leaf, needed, recipe()) - engine.scores[0][above]);
          return order.slice(1).map((unit) => {
            const found = waysUp(innovIndex, unit);
            return found.ways.every((way) => off(unit, found.above, way) < 1e-9);
          });
        }"""
    )
    assert all(reached)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_name_without_spaces_makes_no_page_wider(width: int, tmp_path: Path, open_page: Callable) -> None:
    opened = open_page(write_report(write_cities(tmp_path, [*NAMES, "n" * 300])), width=width)
    opened.evaluate("innovIndex.openUnit(8)")
    for section in ("summary", "ranking", "compare", "unit", "method"):
        opened.evaluate(f"document.getElementById('{section}').scrollIntoView()")
        assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_a_rank_is_one_of_those_that_there_are(make_index: Callable[..., Path], open_page: Callable) -> None:
    """D has no value: three units have a rank."""
    data = "unit,name,region,population,a,b,c\nA,Alpha,N,1,1,10,5\nB,Beta,N,1,2,30,4\nC,Gamma,S,1,3,20,1\n"
    opened = open_page(write_report(make_index(data=data + "D,Delta,S,1,,,\n")))
    opened.evaluate("innovIndex.openUnit(1)")
    assert "of 3, score" in opened.page.inner_text("#unit-facts")
    opened.evaluate("innovIndex.openUnit(3)")
    assert "no rank, score –" in opened.page.inner_text("#unit-facts")


def test_two_rankings_as_a_slope_graph(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    opened.page.locator("#compare").scroll_into_view_if_needed()
    opened.choose("slope-left", "scheme2")
    opened.choose("slope-most", "all")
    assert opened.page.locator("#slope .line").count() == len(NAMES)
    assert "8 units in both rankings" in opened.page.inner_text("#slope-note")


def test_circles_of_the_map_follow_the_scores(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    opened.page.locator("#map").scroll_into_view_if_needed()
    opened.page.wait_for_selector("#map .desk [id*='-mark-'] title", state="attached")
    leader = opened.evaluate("innovIndex.order[0]")
    circle = opened.page.locator(f"#map .desk [id$='-mark-{leader}']")
    assert NAMES[leader] in circle.locator("title").text_content()
    wide = "mark => mark.getBoundingClientRect().width"
    before = [opened.page.locator(f"#map .desk [id$='-mark-{u}']").evaluate(wide) for u in range(len(NAMES))]
    assert max(before) == before[leader]
    opened.slide("A", 5)
    opened.page.wait_for_timeout(100)
    scores = opened.scores()
    after = [opened.page.locator(f"#map .desk [id$='-mark-{u}']").evaluate(wide) for u in range(len(NAMES))]
    by_size = sorted(range(len(NAMES)), key=lambda unit: -after[unit])
    assert by_size == sorted(range(len(NAMES)), key=lambda unit: -scores[unit])
    circle.dispatch_event("click")
    assert opened.page.inner_text("#unit-name") == NAMES[leader]


@pytest.mark.parametrize(("scheme", "bright"), [("light", False), ("dark", True)])
def test_letters_of_figures_are_legible_in_the_dark(
    report: Path, open_page: Callable, scheme: str, bright: bool
) -> None:
    opened = open_page(report, scheme=scheme)
    colours = opened.page.eval_on_selector_all(
        ".drawing text", "all => [...new Set(all.map((text) => getComputedStyle(text).fill))]"
    )
    levels = [max(int(part) for part in colour[4:-1].split(",")[:3]) for colour in colours]
    assert levels
    assert all((level > 160) == bright for level in levels), colours


def test_hostile_names_are_text(tmp_path: Path, open_page: Callable) -> None:
    report = write_report(write_cities(tmp_path, list(HOSTILE)))
    opened = open_page(report)
    assert set(opened.names()) == set(HOSTILE)
    for selector in ("#unit", "#map", "#compare", "#method"):
        opened.page.locator(selector).scroll_into_view_if_needed()
    for name in HOSTILE:
        opened.page.select_option("#unit-choice", str(HOSTILE.index(name)))
        assert opened.page.text_content("#unit-name") == name
    assert opened.page.locator("img").count() == 0
    assert opened.page.locator("script").count() == 2
    exported = opened.export(tmp_path)
    assert innov_index.load(exported).score().units.names == HOSTILE


def test_a_thousand_units(tmp_path: Path, open_page: Callable) -> None:
    config = write_cities(tmp_path, [f"Unit {k}" for k in range(1000)], indicators=31)
    opened = open_page(write_report(config))
    assert len(opened.names()) == 1000
    opened.slide("A", 10)
    opened.page.fill("#search", "unit 99")
    assert len(opened.names()) == 11
    engine = innov_index.load(opened.export(tmp_path)).score()
    assert opened.ranks() == engine.ranks[0, :, 0].tolist()


def test_imputed_indicators_are_counted_beside_the_name(tmp_path: Path, open_page: Callable) -> None:
    """E lacks two of three values, B one; under the scheme `gaps` nothing is imputed."""
    config = write_index(
        tmp_path,
        "imputation: {method: mean}\n"
        "indicators: {file: data.csv}\n"
        "index: {code: X, children: [{indicator: a}, {indicator: b}, {indicator: c}]}\n"
        "schemes: {gaps: {imputation: {method: none}}}\n",
        "unit,a,b,c\nA,1,1,1\nB,2,,4\nC,4,4,6\nD,9,9,2\nE,,,9\n",
    )
    opened = open_page(write_report(config))

    def marked() -> dict[str, str]:
        opened.names()
        rows = opened.page.eval_on_selector_all(
            "#ranking-body tr:not([hidden])",
            "rows => rows.map((row) => ['.name', '.group'].map((of) => row.querySelector(of).textContent))",
        )
        return {name: mark for name, mark in rows if mark}

    assert marked() == {"B": "1 of 3 imputed", "E": "2 of 3 imputed"}
    opened.evaluate("innovIndex.openUnit(4)")
    assert "33.3% (2 imputed)" in opened.page.text_content("#unit-facts")
    assert opened.page.eval_on_selector_all("#profile-body .imputed", "dots => dots.length") == 2
    opened.choose("scheme", "1")
    assert marked() == {}

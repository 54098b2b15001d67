"""WCAG 2.2 AA by axe-core, on a phone and on a desk, light and dark; and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.pages import write_cities, write_report

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [f"City {k}" for k in range(12)]
    return write_report(write_cities(tmp_path_factory.mktemp("axe"), names))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(report: Path, open_page: Callable, axe: str, width: int, scheme: str) -> None:
    opened = open_page(report, width=width, scheme=scheme)
    page = opened.page
    page.evaluate("document.getElementById('explorer').open = true")
    page.evaluate("document.querySelectorAll('#weights details').forEach((d) => (d.open = true))")
    page.locator("#ranking-body .open").first.click()
    for section in ("compare", "unit", "map", "method", "summary"):
        page.locator(f"#{section}").scroll_into_view_if_needed()
        page.wait_for_timeout(100)
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    assert [_told(violation) for violation in found["violations"]] == []
    assert len(found["passes"]) > 30


def _told(violation: dict) -> tuple[str, list[str]]:
    return violation["id"], [f"{n['html'][:120]} | {n['failureSummary']}" for n in violation["nodes"][:3]]


def test_axe_finds_nothing_before_anyone_scrolls(report: Path, open_page: Callable, axe: str) -> None:
    """Sections that scripts fill in when they come into sight are sound before, too."""
    page = open_page(report).page
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    assert [_told(violation) for violation in found["violations"]] == []


def test_everything_can_be_reached_by_keyboard(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    reached = set()
    for _ in range(120):
        opened.page.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"search", "scheme", "normalisation", "aggregation", "thumb", "name", "open", "export"} <= reached


def _reach(opened, selector: str, most: int = 150) -> None:
    """Press Tab until what has the focus is the first that a selector finds, and see that the focus shows."""
    for _ in range(most):
        opened.page.keyboard.press("Tab")
        if opened.evaluate("s => document.activeElement === document.querySelector(s)", selector):
            break
    else:
        raise AssertionError(f"Tab never came to {selector}")
    outline = opened.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        }"""
    )
    assert outline, f"the focus on {selector} cannot be seen"


@pytest.mark.parametrize("width", [390, 1280])
def test_all_is_done_by_keyboard_alone(report: Path, open_page: Callable, width: int) -> None:
    """Search, filter, sort, expand, weight, drag a column, open a unit: no mouse at any time."""
    opened = open_page(report, width=width)
    keyboard = opened.page.keyboard
    ranked = opened.names()
    if width < 1000:
        _reach(opened, "#explorer > summary")
        if not opened.evaluate("document.getElementById('explorer').open"):
            keyboard.press("Enter")
    _reach(opened, "#search")
    keyboard.type("City 1")
    assert opened.names() == [name for name in ranked if "City 1" in name]
    for _ in "City 1":
        keyboard.press("Backspace")
    _reach(opened, "#filter-region")
    keyboard.press("ArrowDown")
    assert 0 < len(opened.names()) < len(ranked)
    keyboard.press("Home")
    _reach(opened, "#ranking-table [data-sort='name']")
    keyboard.press("Enter")
    assert opened.names() == sorted(ranked, key=lambda name: int(name.split()[1]))
    _reach(opened, ".thumb")
    keyboard.press("PageUp")
    assert opened.evaluate("innovIndex.state.weights[innovIndex.dimensions[0]]") == pytest.approx(0.7)
    _reach(opened, "#ranking-body .open")
    keyboard.press("Enter")
    assert opened.page.locator(".detail").count() == 1
    keyboard.press("Tab")
    keyboard.press("Enter")
    opened.page.wait_for_function("document.activeElement.id === 'unit-name'")


def test_a_slider_is_moved_by_arrows_and_says_its_share(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    _reach(opened, "#weights input")
    opened.page.keyboard.press("ArrowRight")
    slider = opened.page.locator("#weights input").first
    assert slider.get_attribute("aria-valuetext") == "60.5%"
    assert "60.5" in opened.page.locator("#weights output").first.inner_text()


@pytest.mark.parametrize(("motion", "glides"), [("no-preference", True), ("reduce", False)])
def test_rows_glide_to_their_new_place(report: Path, open_page: Callable, motion: str, glides: bool) -> None:
    """Visibly, unless the reader asked for less motion."""
    opened = open_page(report)
    opened.page.emulate_media(reduced_motion=motion)
    opened.page.locator("#ranking-table").scroll_into_view_if_needed()
    before = opened.names()
    moving = opened.evaluate(
        """() => {
          const slider = document.querySelector("#weights input");
          slider.value = 5;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          const body = document.getElementById("ranking-body");
          const moves = ({ effect }) => effect.getKeyframes().some(({ transform }) => transform !== "none");
          return body.getAnimations({ subtree: true }).filter(moves).length;
        }"""
    )
    assert opened.names() != before
    assert (moving > 0) == glides


def test_paper_shows_all_and_no_controls(report: Path, open_page: Callable) -> None:
    """Every row and figure, in dark ink, within the width of a sheet."""
    opened = open_page(report, scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selector in ("nav", ".explorer", ".toolbar", ".thumbs"):
        assert not opened.page.locator(selector).first.is_visible()
    assert len(opened.names()) == 12
    colours = opened.page.eval_on_selector_all(
        ".drawing text, #ranking-body .name",
        "all => [...new Set(all.flatMap((e) => [getComputedStyle(e).fill, getComputedStyle(e).color]))]",
    )
    assert all(max(int(part) for part in colour[4:-1].split(",")[:3]) < 120 for colour in colours), colours
    assert opened.evaluate("document.getElementById('slope').querySelector('svg') !== null")
    assert opened.evaluate("document.getElementById('profile-body').children.length") > 0

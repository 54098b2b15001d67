"""WCAG 2.2 AA by axe-core, on a phone and on a desk, light and dark; and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.pages import write_index, write_report

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [f"City {k}" for k in range(12)]
    return write_report(write_index(tmp_path_factory.mktemp("axe"), names))


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


def test_everything_can_be_reached_by_keyboard(report: Path, open_page: Callable) -> None:
    opened = open_page(report)
    reached = set()
    for _ in range(120):
        opened.page.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"search", "scheme", "normalisation", "aggregation", "thumb", "name", "open", "export"} <= reached

"""A real Chromium, driven by Playwright. Without it these tests are skipped, or fail where it is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REQUIRE_BROWSER = "INNOV_INDEX_REQUIRE_BROWSER"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _unavailable(reason: str) -> None:
    if os.environ.get(REQUIRE_BROWSER):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _unavailable("playwright is not installed: pip install playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        _unavailable("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which axe-playwright-python ships."""
    try:
        import axe_playwright_python
    except ImportError:
        _unavailable("axe-core is not installed: pip install axe-playwright-python")
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@dataclass
class Opened:
    """A page in the browser, and everything it complained about or asked the network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def choose(self, key: str, value: str) -> None:
        self.page.select_option(f"#{key}", value)

    def slide(self, code: str, percent: float) -> None:
        """Set the slider of a node's weight, as a person's drag does."""
        self.page.evaluate(
            """([code, percent]) => {
              const node = innovIndex.data.nodes.findIndex((entry) => entry.code === code);
              const slider = document.getElementById(`weight-${node}`);
              slider.closest("details").open = true;
              slider.value = percent;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            [code, percent],
        )

    def names(self) -> list[str]:
        """Names in the table, from top to bottom."""
        self.evaluate("innovIndex.settle()")
        return self.page.eval_on_selector_all(
            "#ranking-body tr:not([hidden]) .name", "buttons => buttons.map((button) => button.textContent)"
        )

    def scores(self) -> list[float | None]:
        """Scores of the index as the page holds them; None: missing."""
        return self.evaluate("Array.from(innovIndex.engine.scores[0], (x) => x === x ? x : null)")

    def ranks(self) -> list[float | None]:
        return self.evaluate("Array.from(innovIndex.ranks, (x) => x === x ? x : null)")

    def export(self, folder: Path) -> Path:
        """Press the button and keep what it gives."""
        with self.page.expect_download() as download:
            self.page.click("#export")
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opener of an HTML file; at the end nothing may have been complained about or loaded."""
    contexts: list[Any] = []
    opened: list[Opened] = []

    def open_(
        path: Path, fragment: str = "", width: int = 1280, scheme: str = "light", locale: str = "en-GB"
    ) -> Opened:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale
        )
        contexts.append(context)
        here = Opened(context.new_page())
        here.page.on("console", lambda message: here.complaints.append(f"{message.type}: {message.text}"))
        here.page.on("pageerror", lambda error: here.complaints.append(f"error: {error}"))
        here.page.on("request", lambda request: here.requests.append(request.url))
        here.page.goto(path.as_uri() + fragment)
        here.page.wait_for_selector("html[data-ready]")
        opened.append(here)
        return here

    yield open_
    for here in opened:
        loaded = [url for url in here.requests if not url.startswith(("file:", "data:", "blob:"))]
        assert not loaded, f"the page asked the network for {loaded}"
        assert not here.complaints, here.complaints
    for context in contexts:
        context.close()

"""The page computed by a browser without a window: what it shows under each choice that it offers."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.analysis.answers import Answers
from innov_index.analysis.selftest.outputs import Computed
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.report.page import page
from innov_index.report.page.document import script_hash

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LONGEST = 300
"""Seconds that a browser may take."""
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
    "--enable-logging=stderr",
    "--log-level=0",
)
_FOUND = re.compile(r'<pre id="recomputed">(.*?)</pre>', re.S)
_COMPLAINT = re.compile(r":CONSOLE[(:]\d+\)?\] (.*)")
_NO_NUMBER = "–"


@frozen
class Shown:
    """What the page shows under some choices, in the order of its table, and what it has computed.

    `scores` (units, inner nodes) are in the order of the units. `computed` is False where the engine alone
    computes, and the page shows its numbers.
    """

    choices: str
    config: str
    computed: bool
    undefined: bool
    scores: Floats
    order: Sequence[int]
    names: Sequence[str]
    ranks: Sequence[str]
    shown: Sequence[str]
    decimals: int

    def as_computed(self, edition: str | None = None) -> Computed:
        """The scores of the page, and the ranks that its table shows."""
        ranks = np.full((len(self.order), 1), np.nan)
        ranks[list(self.order), 0] = [number_of(text) for text in self.ranks]
        return Computed(
            self.scores,
            ranks,
            np.arange(len(ranks)),
            choices=self.choices,
            config=self.config,
            undefined=self.undefined,
            edition=edition,
        )


def number_of(text: str) -> float:
    """A number as the page writes it; NaN for none."""
    return np.nan if text == _NO_NUMBER else float(text.replace(",", "").replace("−", "-"))


def recomputed(content: str) -> list[Shown]:
    """What a page shows as it is opened, under its schemes, normalisations and means, and after weights move.

    Raises
    ------
    InnovIndexError
        There is no browser, or the page does not run in it.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise InnovIndexError("no Chromium, Chrome or Edge is installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(_with_script(content), encoding="utf-8")
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        profile = f"--user-data-dir={Path(folder) / 'profile'}"
        command = [program, *_FLAGS, *sandbox, profile, "--dump-dom", path.as_uri()]
        try:
            done = subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
        except (OSError, subprocess.SubprocessError) as error:
            raise InnovIndexError(f"the browser did not open the page: {error}") from None
    complaints = _COMPLAINT.findall(done.stderr.decode("utf-8", "replace"))
    found = _FOUND.search(done.stdout.decode("utf-8", "replace"))
    if found is None or complaints:
        reason = complaints[0] if complaints else "it says nothing"
        raise InnovIndexError(f"the page does not run in the browser: {reason}")
    return [_shown(entry) for entry in json.loads(html.unescape(found.group(1)))]


def _with_script(content: str) -> str:
    """The page with one script more, which its policy allows."""
    script = resources.files("innov_index.report.page").joinpath("assets/recomputation.js").read_text("utf-8")
    script = f"(() => {{\n{script}\n}})();"
    allowed = content.replace("script-src ", f"script-src &#39;{script_hash(script)}&#39; ", 1)
    head, _, end = allowed.rpartition("</body>")
    return f"{head}<script>{script}</script></body>{end}"


def _shown(entry: dict[str, Any]) -> Shown:
    scores = np.array(entry["scores"], dtype=np.float64).T  # null, which is no number, becomes NaN
    return Shown(**{**entry, "scores": scores})


def page_computed(index: Index) -> list[Computed]:
    """What the page of an index computes in a browser.

    Raises
    ------
    InnovIndexError
        There is no browser, or the page computes nothing.
    """
    found = [entry.as_computed() for entry in recomputed(page(Answers(index))) if entry.computed]
    if not found:
        raise InnovIndexError("the page computes nothing: it shows the scores that the engine gave")
    return found

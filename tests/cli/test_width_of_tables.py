"""Tables on terminals of every width: no digit is lost, and every row has its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.report import terminal
from tests.indices import rows_of

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))

CONFIG = """\
indicators: {file: data.csv}
index:
  code: X
  children:
    - {code: Wealth, children: [{indicator: aa}, {indicator: bb}, {indicator: cc}]}
    - {code: Health, children: [{indicator: dd}, {indicator: ee}, {indicator: ff}]}
schemes:
  geometric means: {aggregation: {method: geometric}, normalisation: {method: min_max, low: 1, high: 100}}
  weights by entropy: {weighting: {method: entropy}}
  scores of standard deviations: {normalisation: {method: z_score}}
uncertainty:
  draws: 50
  seed: 1
  vary:
    - {weights: uniform}
    - {path: aggregation, alternatives: [as stated, {method: median}]}
"""

QUICK = ("score", "score --full", "compare", "audit --section statistics", "audit --section availability")
SLOW = (
    "audit",
    "audit --section correlations --section reliability --section components --section loadings",
    "audit --section influence --section removal",
    "audit --unit aaaa",
    "robustness --within 20%",
    "uncertainty",
    "sensitivity --runs 16",
    "methods",
)


def _printed(command: str, config: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(terminal, "screen_width", lambda *, err=False: width)
    name, *options = command.split()
    result = CliRunner().invoke(main, [name, *([] if name == "methods" else [str(config)]), *options])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def _numbers(lines: list[str]) -> set[str]:
    return set(re.findall(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", " ".join(lines)))


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize(
    ("units", "command"),
    [(40, command) for command in (*QUICK, *SLOW)]
    + [(132, command) for command in QUICK]
    + [(3000, command) for command in ("score", "compare")],
)
def test_every_number_is_whole_and_every_row_named(
    units: int,
    command: str,
    width: int,
    make_index: Callable[..., Path],
    make_values: Callable[..., np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The numbers printed are those of a terminal without end, and no row of a table begins with a gap."""
    values = make_values(units=units) * np.array([1e-5, 1, 1, 1e3, 1, 1])
    places = 26 ** np.arange(3, -1, -1)
    codes = ["".join(LETTERS[i // places % 26]) for i in range(units)]
    config = make_index(CONFIG, rows_of(values, ["aa", "bb", "cc", "dd", "ee", "ff"], units=codes))
    wide = _printed(command, config, 10_000, monkeypatch)
    lines = _printed(command, config, width, monkeypatch)
    assert _numbers(lines) == _numbers(wide)
    tables = [line for line in lines if line.startswith("  ") and line.strip() and "─" not in line]
    assert all(re.match(r"\s{2}\s*\S", line) for line in tables)
    assert max(map(len, (line.rstrip() for line in lines if "─" in line)), default=0) <= width

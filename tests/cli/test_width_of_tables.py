"""Tables on terminals of every width: no digit is lost, and every row has its name.

Every command runs once for each size of index; what it shows is then printed at every width.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.analysis.uncertainty import run as uncertainty_run
from innov_index.cli import COMMANDS, main
from innov_index.index import load
from innov_index.model.result import Part, Shown
from innov_index.report import terminal
from tests.indices import rows_of, write_index

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
WIDTHS = (60, 80, 100, 200)
INDICATORS = ("aa", "bb", "cc", "dd", "ee", "ff")

CONFIG = """\
units: {groups: [region]}
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
published: {name: Printed, file: published.csv, node: node, score: score, decimals: 3}
"""
RECORDS = """\
sources:
  - kind: values
    file: data.csv
    columns: {unit: unit}
    indicators: {aa: {measure: sum, of: aa}, bb: {measure: sum, of: bb}}
index: {code: X, children: [{indicator: aa}, {indicator: bb}]}
"""

ALWAYS = (
    "score",
    "compare",
    "derive",
    "uncertainty",
    "sensitivity --runs 16",
    "robustness --time-limit 0.2 --table stability",
    "reproduce",
    "infer",
    "infer --order aaaa>aaab",
    "validate",
    "audit",
    "audit --unit aaaa --group region",
    "audit --section statistics --section availability",
    "score --full",
    "compare --product --top 200",
    "derive --full",
    "sensitivity --runs 16 --table pairs",
    "sensitivity --table tornado",
    "robustness --time-limit 0.2 --top 5 --pair aaaa,aaab",
)
FEW_UNITS = (
    "selftest",
    "uncertainty --table frequencies",
    "uncertainty --table pairs",
    "uncertainty --replay 3",
    "robustness --table preferences",
    "robustness --table published",
    "audit --group region",
    "audit --section correlations --section reliability --section components --section loadings",
    "audit --section influence --section removal",
)
"""Further tables: those of many rows a unit, and those as long for any number of units."""
DATA = Path(__file__).resolve().parents[2] / "data" / "hubs-2020" / "indicators.csv.gz"
WITHOUT_INDEX = ("methods", "methods normalisation", "methods normalisation min_max", f"look {DATA}")
SHOWS_NO_TABLE = {"report", "export", "plot", "schema", "init", "import"}
SIZES = {40: (*ALWAYS, *FEW_UNITS), 132: ALWAYS, 3000: ALWAYS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The folder of an index with this many units, which is made once."""
    made: dict[int, Path] = {}

    def of(units: int) -> Path:
        if units not in made:
            made[units] = write(tmp_path_factory.mktemp(f"units{units}"), units)
        return made[units]

    return of


def write(folder: Path, units: int) -> Path:
    """Values of very different size; published are the scores of the index, to three decimals."""
    places = 26 ** np.arange(3, -1, -1)
    codes = ["".join(LETTERS[i // places % 26]) for i in range(units)]
    values = np.random.default_rng(0).gamma(3.0, 10.0, (units, 6)) * np.array([1e-5, 1, 1, 1e3, 1, 1])
    rows = rows_of(values, INDICATORS, units=codes, region=["North", "South", "East"])
    nodes = ("X", "Wealth", "Health")
    printed: list[list[object]] = [["unit", "node", "score"]]
    config = write_index(folder, CONFIG, rows, files={"records.yaml": RECORDS, "published.csv": printed})
    for node in nodes:
        scores = load(config).score().of(node)[0].round(3).tolist()
        printed += [[code, node, score] for code, score in zip(codes, scores, strict=True)]
    write_index(folder, CONFIG, rows, files={"published.csv": printed})
    return folder


def shown(words: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[Part]:
    """What a command shows."""
    parts: list[Part] = []
    monkeypatch.setattr(terminal, "print_screen", lambda shown, most=None: parts.extend(shown))
    monkeypatch.setattr(uncertainty_run, "CAUSE_RUNS", 16)
    monkeypatch.setattr(uncertainty_run, "EXACT_SECONDS", 0.2)
    name, *options = words.split()
    # a path that is printed may have numbers in it, and may be longer than a line
    monkeypatch.chdir(folder)
    alone = name in ("methods", "look")
    about = [] if alone else ["records.yaml" if name == "derive" else "index.yaml"]
    result = CliRunner().invoke(main, [name, *about, *options])
    assert result.exit_code == 0, result.output
    monkeypatch.undo()
    return parts


def printed(parts: Sequence[Part], width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of a terminal of this width."""
    monkeypatch.setattr(terminal, "screen_width", lambda *, err=False: width)
    with CliRunner().isolation() as (output, *_):
        terminal.print_screen(parts)
        text = output.getvalue().decode()
    monkeypatch.undo()
    return text.splitlines()


def numbers(lines: Sequence[str]) -> set[str]:
    return set(re.findall(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", " ".join(lines)))


@pytest.mark.parametrize(
    ("units", "command"), [(units, command) for units, commands in SIZES.items() for command in commands]
)
def test_every_number_is_whole_and_every_row_named(
    units: int, command: str, folder: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers printed are those of a terminal without end; in every block rows have different names."""
    parts = shown(command, folder(units), monkeypatch)
    assert parts
    wide = numbers(printed(parts, 10_000, monkeypatch))
    assert wide
    for width in WIDTHS:
        lines = printed(parts, width, monkeypatch)
        assert numbers(lines) == wide
        assert max((len(line.rstrip()) for line in lines if "─" in line), default=0) <= width
        for part in parts:
            if isinstance(part, Shown):
                assert_rows_keep_their_names(part, width)


def assert_rows_keep_their_names(part: Shown, width: int) -> None:
    columns = terminal.columns_of(part.sheet)
    for block in terminal.blocks(columns, width):
        sizes = terminal.widths(block, width)
        keys = [(column, size) for column, size in zip(block, sizes, strict=True) if column.names_rows]
        assert keys
        for column, size in keys:
            assert len(set(column.within(size))) == len(set(column.cells))


def test_every_command_that_shows_tables_is_tried() -> None:
    tried = {command.split()[0] for command in (*ALWAYS, *FEW_UNITS, *WITHOUT_INDEX)}
    assert tried | SHOWS_NO_TABLE == set(COMMANDS)


@pytest.mark.parametrize("command", WITHOUT_INDEX)
def test_the_catalogue(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = shown(command, tmp_path, monkeypatch)
    wide = numbers(printed(parts, 10_000, monkeypatch))
    assert all(numbers(printed(parts, width, monkeypatch)) == wide for width in WIDTHS)

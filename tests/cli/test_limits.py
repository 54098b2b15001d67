"""What a file may not be or hold: devices, pipes, archives that burst, text that a terminal would act on."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.errors import InnovIndexError
from innov_index.intake import opening
from innov_index.intake.formats import archives, sheet_places
from innov_index.io.file_names import ensure_portable
from innov_index.io.rendering import render
from innov_index.model.sheet import Sheet
from innov_index.wording import one_line, visible
from tests.indices import SMALL_DATA

Write = Callable[..., Path]


def refused(*words: str | Path) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 2, result.output
    return result.output


def records_from(name: str, where: dict[str, object] | None = None) -> dict[str, object]:
    source = {
        **({"where": where} if where else {}),
        "kind": "companies",
        "file": name,
        "columns": {"company": "unit", "unit": "unit"},
        "indicators": {"n": {"measure": "count"}},
    }
    return {"sources": [source], "index": {"code": "I", "children": [{"indicator": "n"}]}}


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs devices")
def test_devices_and_deserted_pipes_are_no_input(make_index: Write, tmp_path: Path) -> None:
    """/dev/zero never ends, and nobody writes into the pipe."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    reasons = {"pipe.csv": "nobody writes into this pipe", "zero.csv": "this is a device"}
    for name, reason in reasons.items():
        assert f"{name}: {reason}" in refused("score", make_index(swap={"data.csv": name}))
    assert "this is a device" in refused("score", "/dev/zero")
    assert "nobody writes into this pipe" in refused("score", tmp_path / "pipe.csv")
    assert "zero.csv: this is a device" in refused("derive", make_index(records_from("zero.csv")))
    assert "pipe.csv: this is a pipe" in refused("derive", make_index(records_from("pipe.csv")))


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="needs pipes with names")
class TestPipes:
    """What comes out of a pipe is read once, and stands where a file may."""

    def answered(self, folder: Path, line: str) -> str:
        program = f"{sys.executable} -m innov_index"
        done = subprocess.run(
            ["bash", "-c", line.replace("innov-index", program)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @pytest.mark.parametrize(
        "line",
        [
            "innov-index score <(cat index.yaml) --format csv",
            "innov-index score <(sleep 1.5; cat index.yaml) --format csv",
            "cat index.yaml | innov-index score /dev/stdin --format csv",
            "innov-index score /dev/stdin --format csv <index.yaml",
            "mkfifo p; cat index.yaml >p & sleep 0.2; innov-index score p --format csv",
            "innov-index score index.yaml --set indicators.file=<(cat data.csv) --format csv",
        ],
    )
    def test_a_config_or_a_table(self, make_index: Write, line: str) -> None:
        folder = make_index().parent
        expected = self.answered(folder, "innov-index score index.yaml --format csv")
        assert self.answered(folder, line) == expected

    def test_its_hash_is_that_of_the_file(self, make_index: Write) -> None:
        folder = make_index().parent
        self.answered(folder, "innov-index score <(cat index.yaml) -o a.csv")
        self.answered(folder, "innov-index score index.yaml -o b.csv")
        one, other = (
            json.loads((folder / f"{name}.csv.provenance.json").read_text())["config"] for name in "ab"
        )
        assert one == {**other, "path": "pipe"}


def test_a_gzip_file_that_bursts(make_index: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(SMALL_DATA.encode() + b"\n" * 5_000_000))
    monkeypatch.setattr(archives, "LARGEST", 1 << 20)
    config = make_index(swap={"data.csv": "data.csv.gz"})
    assert "data.csv.gz: decompresses to more than" in refused("score", config)
    assert len((tmp_path / "data.csv.gz").read_bytes()) < 10_000


def test_a_workbook_that_bursts(make_index: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    (tmp_path / "data.xlsx").write_bytes(stream.getvalue())
    monkeypatch.setattr(archives, "LARGEST", 1 << 20)
    config = make_index(swap={"data.csv": "data.xlsx"})
    assert "data.xlsx: decompresses to more than" in refused("score", config)


def test_a_table_that_is_too_large(make_index: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    config = make_index()
    monkeypatch.setattr(opening, "LARGEST", 50)
    assert "data.csv: larger than" in refused("score", config)


@pytest.mark.parametrize("name", ["data.csv", "data.xlsx"])
def test_a_table_with_too_many_cells(make_index: Write, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    header = ["unit", "name", "region", "a", "b", "c"]
    sheet = Sheet(header, [["A", "Alpha", "N", 1, 10, 5], ["B", "Beta", "N", 2, 30, 4]])
    config = make_index(swap={"data.csv": name}, files={name: render(sheet, Path(name))})
    monkeypatch.setattr(opening, "MOST_CELLS", 18)
    monkeypatch.setattr(sheet_places, "MOST_CELLS", 18)
    monkeypatch.setattr(sheet_places, "_FEW_CELLS", 0)
    assert CliRunner().invoke(main, ["score", str(config)]).exit_code == 0
    monkeypatch.setattr(opening, "MOST_CELLS", 17)
    monkeypatch.setattr(sheet_places, "MOST_CELLS", 17)
    assert "more than 17 cells" in refused("score", config)


def test_a_file_of_blank_lines(make_index: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    config = make_index(data=SMALL_DATA + "\n" * 1000)
    monkeypatch.setattr(opening, "MOST_CELLS", 500)
    assert "data.csv: more than 500 cells" in refused("score", config)


def test_a_cell_of_many_letters_is_read(make_index: Write) -> None:
    data = SMALL_DATA.replace("region", "region,note", 1).replace(",N,100", f",N,{'x' * 300_000},100")
    data = data.replace(",N,200", ",N,,200").replace(",S,", ",S,,")
    result = CliRunner().invoke(main, ["score", str(make_index(data=data))])
    assert result.exit_code == 0, result.output


def test_a_tree_of_many_levels(make_index: Write) -> None:
    below = [[f"n{i}", f"n{i - 1}"] for i in range(1, 3000)]
    chain = [["code", "parent"], ["n0", ""], *below, ["a", "n2999"]]
    config = make_index(
        "units: {id: unit}\nindicators: {file: data.csv}\nindex: {file: tree.csv}\n",
        files={"tree.csv": chain},
    )
    assert "tree.csv:53:1: more than 50 levels below the root" in refused("score", config)


def test_more_than_there_is_memory_for(make_index: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What numpy raises; limits keep every number that can be stated far below it on a usual machine."""

    def too_much(*_: object, **__: object) -> None:
        np.empty(1 << 58)

    monkeypatch.setattr("innov_index.analysis.ranking.run.ranking", too_much)
    assert "there is not enough memory" in refused("score", make_index())


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a{99999999999}", "a regular expression"),
        ("(" * 5000 + ")" * 5000, "a regular expression"),
        ("(", "missing )"),
    ],
)
def test_patterns_that_are_none(make_index: Write, pattern: str, reason: str) -> None:
    assert reason in refused("derive", make_index(records_from("data.csv", {"unit": {"matches": pattern}})))


@pytest.mark.filterwarnings("error")
def test_patterns_that_a_later_python_may_read_otherwise(make_index: Write) -> None:
    config = make_index(records_from("data.csv", {"unit": {"matches": "[[AB]|[C||D]"}}))
    result = CliRunner().invoke(main, ["derive", str(config)])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["../up"], "cannot be the name of a file"),
        (["x" * 300], "cannot be the name of a file"),
        (["Ties", "ties"], "differ in case alone"),
    ],
)
def test_names_of_exported_files(names: list[str], reason: str) -> None:
    with pytest.raises(InnovIndexError, match=reason):
        ensure_portable([f"{name}.graphml" for name in names], "--export")


def test_yaml_that_nests_or_multiplies(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    for depth, message in ((200, "nested more than"), (5000, "nested")):
        path.write_text("a: " + "[" * depth + "]" * depth)
        assert message in refused("score", path) or "depth" in refused("score", path)
    layers = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    path.write_text("a0: &a0 [x, x]\n" + "\n".join(layers))
    assert "aliases expand" in refused("score", path)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "no/such/folder/x.csv", ""])
def test_names_that_no_file_can_have(make_index: Write, name: str) -> None:
    config = make_index()
    output = str(config.parent / name)
    assert "Traceback" not in refused("score", config, "-o", output)
    assert "Traceback" not in refused("report", config, "-o", output.replace(".csv", ".html"))


ESCAPE = "\x1b[2J\x9b31m\u202eevil\x07"


def test_control_characters_never_reach_the_screen(make_index: Write) -> None:
    """As names of units and nodes, in remarks, and in errors about the config and the data."""
    config = make_index(
        data=SMALL_DATA.replace("Alpha", ESCAPE), swap={"name: Small index": 'name: "x\\e[31m\\a"'}
    )
    for command in ("score", "audit", "robustness"):
        shown = CliRunner().invoke(main, [command, str(config)]).output
        assert visible(shown) == shown
        assert "evil" in shown or command != "score"
    for swap in (
        {"weight: 0.6": 'weight: "\\e[31m"'},
        {"file: data.csv": 'file: "\\e]0;x\\a.csv"'},
        {"name: Small index": 'normalisation: {method: "\\e[31m"}'},
    ):
        shown = refused("score", make_index(swap=swap))
        assert visible(shown) == shown


def test_visible() -> None:
    assert visible("a\x1b[31mb\tc\nd\x00\u202e") == "a [31mb\tc\nd "
    assert one_line("a\tb\r\nc") == "a b c"

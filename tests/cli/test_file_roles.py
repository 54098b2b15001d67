"""No command writes over a file that it reads, or two outputs into one file; nothing is written then."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from tests.indices import write_index


@pytest.fixture
def folder(tmp_path: Path, make_index: Callable[..., Path]) -> Path:
    make_index(
        more="published: {file: published.csv, unit: unit, score: score}\n",
        files={"published.csv": "unit,score\nA,50\nB,60\n"},
    )
    return tmp_path


def refused(folder: Path, *words: str) -> str:
    """Run a command that must be refused and change nothing; return its message."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    kept = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(main, list(words))
    finally:
        os.chdir(kept)
    assert result.exit_code == 2, result.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert result.output.startswith("Error: ")
    return result.output


TABLES = ("score", "compare", "audit", "reproduce", "infer", "robustness", "derive")


@pytest.mark.parametrize("command", TABLES)
def test_the_data_stay(folder: Path, command: str) -> None:
    message = refused(folder, command, "index.yaml", "-o", "data.csv")
    assert "data.csv: this file is an input of the command" in message


@pytest.mark.parametrize("command", ["score", "audit"])
def test_a_file_that_only_another_question_reads_stays(folder: Path, command: str) -> None:
    assert "published.csv: this file is an input" in refused(
        folder, command, "index.yaml", "-o", "published.csv"
    )


def test_files_of_a_scheme_that_is_not_applied_stay(folder: Path, make_index: Callable[..., Path]) -> None:
    make_index(
        more="schemes:\n  other: {aggregation: {method: arithmetic}, units.file: other.csv}\n",
        swap={"units: {id: unit,": "units: {file: units.csv, id: unit,"},
        files={"units.csv": "unit,name,region\nA,Alpha,N\nB,Beta,N\n", "other.csv": "unit,name,region\n"},
    )
    assert "other.csv" in refused(folder, "score", "index.yaml", "-o", "other.csv")


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
@pytest.mark.parametrize("way", ["symbolic link", "hard link", "spelling", "absolute"])
def test_another_name_of_an_input(folder: Path, way: str) -> None:
    (folder / "below").mkdir()
    names = {
        "symbolic link": "link.csv",
        "hard link": "hard.csv",
        "spelling": "below/../data.csv",
        "absolute": str(folder / "data.csv"),
    }
    if way == "symbolic link":
        (folder / "link.csv").symlink_to("data.csv")
    elif way == "hard link":
        os.link(folder / "data.csv", folder / "hard.csv")
    message = refused(folder, "score", "index.yaml", "-o", names[way])
    assert f"{names[way]}: this file is an input of the command" in message


def test_provenance_and_changed_cells_do_not_replace_an_input(
    folder: Path, make_index: Callable[..., Path]
) -> None:
    shutil.copy(folder / "data.csv", folder / "out.changed.csv")
    make_index(
        more="imputation: {method: mean}\ntreatment: {method: winsorise}\n",
        swap={"data.csv": "out.changed.csv"},
        data=None,
    )
    table = (folder / "out.changed.csv").read_text().replace(",30,", ",,")
    (folder / "out.changed.csv").write_text(table)
    assert "out.changed.csv: this file is an input" in refused(folder, "score", "index.yaml", "-o", "out.csv")


def test_the_config_is_not_replaced_by_a_provenance(folder: Path) -> None:
    (folder / "index.yaml").rename(folder / "out.csv.provenance.json")
    message = refused(folder, "score", "out.csv.provenance.json", "-o", "out.csv")
    assert "out.csv.provenance.json: this file is an input" in message


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("infer", "index.yaml", "-o", "out.json", "--proof", "out.json"), "out.json"),
        (("infer", "index.yaml", "-o", "out.csv", "--proof", "./out.csv.provenance.json"), "out.csv.prov"),
        (("robustness", "index.yaml", "-o", "a.json", "--proof", "a.json"), "a.json"),
        (("uncertainty", "index.yaml", "-o", "a.parquet", "--draws-file", "a.parquet"), "a.parquet"),
        (("derive", "index.yaml", "-o", "a.csv", "--review", "a.csv"), "a.csv"),
        (("derive", "index.yaml", "-o", "a.csv", "--export", "a.csv"), "a.csv"),
    ],
)
def test_two_outputs_in_one_file(folder: Path, words: tuple[str, ...], name: str) -> None:
    message = refused(folder, *words)
    assert "two outputs of the command would be written to this file" in message
    assert name in message


@pytest.mark.parametrize(
    ("words", "endings"),
    [
        (("report", "index.yaml", "-o", "index.yaml"), ".html"),
        (("report", "index.yaml", "-o", "page.csv"), ".html"),
        (("export", "index.yaml", "-o", "x.csv"), ".xlsx"),
        (("plot", "scores", "index.yaml", "-o", "x.txt"), ".svg, .png or .pdf"),
        (("score", "index.yaml", "-o", "index.yaml"), ".csv"),
        (("infer", "index.yaml", "--proof", "proof.csv"), ".json"),
        (("robustness", "index.yaml", "--proof", "index.yaml"), ".json"),
        (("uncertainty", "index.yaml", "--draws-file", "draws.csv"), ".parquet"),
        (("derive", "index.yaml", "--review", "index.yaml"), ".csv"),
        (("schema", "-o", "index.yaml"), ".json"),
    ],
)
def test_an_extension_that_the_command_does_not_write(
    folder: Path, words: tuple[str, ...], endings: str
) -> None:
    assert endings in refused(folder, *words)


RECORDS = """\
name: Records
places: {names: names.csv}
sources:
  - kind: companies
    file: firms*.csv
    columns: {company: name, location: place}
    lookup: [{file: codes.csv, key: name, on: name, columns: {sector: sector}}]
    indicators: {n: {measure: count}}
index: {code: ALL, children: [{indicator: n}]}
"""


@pytest.mark.parametrize("name", ["firms-1.csv", "names.csv", "codes.csv"])
@pytest.mark.parametrize("option", ["-o", "--review"])
def test_what_records_are_read_with_stays(tmp_path: Path, name: str, option: str) -> None:
    tables = {
        "firms-1.csv": "name,place\nAcme,Paris\n",
        "names.csv": "pattern,unit\nParis,Paris\n",
        "codes.csv": "name,sector\nAcme,steel\n",
    }
    write_index(tmp_path, RECORDS, None, files=tables)
    assert f"{name}: this file is an input" in refused(tmp_path, "derive", "index.yaml", option, name)


TIES = """\
name: Ties
sources:
  - kind: collaboration
    form: ties
    file: degree.edges.csv
    columns: {source: source, target: target, weight: papers}
    indicators: {degree: {measure: degree}}
index: {code: ALL, children: [{indicator: degree}]}
"""


def test_exported_files_replace_neither_an_input_nor_the_result(tmp_path: Path) -> None:
    """A network of the indicator `degree` is exported as degree.edges.csv, the name of the source."""
    table = {"degree.edges.csv": "source,target,papers\nA,B,3\nB,C,1\n"}
    write_index(tmp_path, TIES, None, files=table)
    assert "degree.edges.csv: this file is an input" in refused(
        tmp_path, "derive", "index.yaml", "--export", "."
    )
    table = {"ties.csv": table["degree.edges.csv"]}
    write_index(tmp_path / "n", TIES.replace("degree.edges.csv", "ties.csv"), None, files=table)
    message = refused(tmp_path / "n", "derive", "index.yaml", "--export", ".", "-o", "degree.edges.csv")
    assert "degree.edges.csv: two outputs of the command" in message


def test_a_command_may_repeat_its_own_output(folder: Path) -> None:
    """The second run replaces the files of the first; an output is no input."""
    for _ in range(2):
        result = CliRunner().invoke(main, ["score", str(folder / "index.yaml"), "-o", str(folder / "o.csv")])
        assert result.exit_code == 0, result.output
    assert (folder / "o.csv").read_text().startswith("unit,")

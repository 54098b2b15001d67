"""Every file that a command writes keeps the links and the mode of the one that it replaces."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from innov_index.cli import COMMANDS, main
from tests.indices import SMALL_DATA, write_index

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")

MORE = """
imputation: {method: mean}
published: {file: published.csv, unit: unit, score: score}
uncertainty:
  draws: 20
  vary: [{weights: uniform}, {path: normalisation.method, alternatives: [min_max, rank]}]
"""

RECORDS = """\
sources:
  - kind: collaboration
    form: ties
    file: ties.csv
    columns: {source: source, target: target, weight: papers}
    indicators: {degree: {measure: degree}}
index: {code: ALL, children: [{indicator: degree}]}
"""

OUTPUTS = {
    "score": ("score", "index.yaml", "-o", "o.csv"),
    "score, compressed": ("score", "index.yaml", "-o", "o.csv.gz"),
    "score, json": ("score", "index.yaml", "-o", "o.json"),
    "score, markdown": ("score", "index.yaml", "-o", "o.md"),
    "score, parquet": ("score", "index.yaml", "-o", "o.parquet"),
    "score, workbook": ("score", "index.yaml", "-o", "o.xlsx"),
    "score, data package": ("score", "index.yaml", "-o", "package/datapackage.json"),
    "derive": ("derive", "records.yaml", "-o", "o.csv", "--review", "review.csv", "--export", "export"),
    "derive, traced": ("derive", "records.yaml", "--trace", "B", "degree", "-o", "o.csv"),
    "compare": ("compare", "index.yaml", "--across", "normalisation.method=[min_max, rank]", "-o", "o.csv"),
    "uncertainty": ("uncertainty", "index.yaml", "-o", "o.csv", "--draws-file", "draws.parquet"),
    "sensitivity": ("sensitivity", "index.yaml", "--runs", "16", "-o", "o.csv"),
    "report": ("report", "index.yaml", "-o", "o.html"),
    "export": ("export", "index.yaml", "-o", "o.xlsx"),
    "plot": ("plot", "scores", "index.yaml", "-o", "o.svg"),
    "plot, pixels": ("plot", "scores", "index.yaml", "-o", "o.png"),
    "plot, pages": ("plot", "scores", "index.yaml", "-o", "o.pdf"),
    "reproduce": ("reproduce", "index.yaml", "-o", "o.csv"),
    "infer": ("infer", "index.yaml", "-o", "o.csv", "--proof", "proof.json"),
    "robustness": ("robustness", "index.yaml", "-o", "o.csv", "--proof", "proof.json"),
    "selftest": ("selftest", "index.yaml", "-o", "o.csv"),
    "audit": ("audit", "index.yaml", "-o", "o.csv"),
    "look": ("look", "data.csv", "-o", "o.csv"),
    "schema": ("schema", "-o", "o.json"),
}

NOT_REPLACED = {("init", "folder"), ("import", "folder")}
"""What is refused where a file of the name is there already."""

READ = {"config", "configs", "files", "sources"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    files = {
        "published.csv": "unit,score\nA,50\nB,60\nC,40\nD,80\n",
        "ties.csv": "source,target,papers\nA,B,3\nB,C,1\n",
        "records.yaml": RECORDS,
    }
    write_index(tmp_path, data=SMALL_DATA.replace("30,4", ",4"), more=MORE, files=files)
    (tmp_path / "package").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_of(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir()}


def test_the_table_has_every_output() -> None:
    stated = {(words[0], word) for words in OUTPUTS.values() for word in words if word.startswith("-")}
    missing = []
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        missing += [
            (name, option.name)
            for option in command.params
            if isinstance(option.type, click.Path) and option.name not in READ
            if (name, option.name) not in NOT_REPLACED and not {(name, own) for own in option.opts} & stated
        ]
    assert missing == []


@pytest.mark.parametrize("words", OUTPUTS.values(), ids=OUTPUTS)
def test_links_and_modes_are_kept(words: tuple[str, ...], folder: Path) -> None:
    """Each file leads, as a symbolic link, to one elsewhere; that of every second one has two names."""
    inputs = files_of(folder)
    first = CliRunner().invoke(main, list(words))
    assert first.exit_code in (0, 1), first.output
    written = {path: path.read_bytes() for path in sorted(files_of(folder) - inputs)}
    assert len(written) >= 1
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for number, path in enumerate(written):
        there = elsewhere / str(number)
        there.write_text("what was there before\n" * 1000)
        there.chmod(0o2640 if number % 2 else 0o600)
        if number % 2 == 0:
            os.link(there, elsewhere / f"{number} too")
        path.unlink()
        path.symlink_to(there)
    second = CliRunner().invoke(main, list(words))
    assert second.exit_code == first.exit_code, second.output
    assert files_of(folder) - inputs - set(elsewhere.iterdir()) == set(written)
    for number, (path, content) in enumerate(written.items()):
        there = elsewhere / str(number)
        assert path.readlink() == there
        assert there.read_bytes() == content, path
        assert stat.S_IMODE(there.stat().st_mode) == (0o2640 if number % 2 else 0o600), path
        if number % 2 == 0:
            assert there.samefile(elsewhere / f"{number} too"), path
            assert (elsewhere / f"{number} too").read_bytes() == content


def test_a_write_protected_file_stays_so(folder: Path) -> None:
    """Whoever may write everywhere replaces it, and it is protected again; all others are told."""
    (folder / "o.csv").write_text("before")
    (folder / "o.csv").chmod(0o444)
    result = CliRunner().invoke(main, ["score", "index.yaml", "-o", "o.csv"])
    if result.exit_code == 2:
        assert "o.csv: cannot be written: the file is write-protected" in result.output
        assert (folder / "o.csv").read_text() == "before"
    assert stat.S_IMODE((folder / "o.csv").stat().st_mode) == 0o444

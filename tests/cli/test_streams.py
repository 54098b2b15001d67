"""Standard output that is full, closed or no longer read: one line, the right exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.io.rendering import RENDERERS

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")

PROGRAM = f"{sys.executable} -m innov_index"
SAID = "Error: standard output cannot be written: "


def shell(line: str) -> tuple[int, str]:
    """Exit code and standard error of a line of bash, in which `innov-index` stands for the program."""
    line = line.replace("innov-index", PROGRAM)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


@pytest.fixture
def config(make_index: Callable[..., Path]) -> Path:
    return make_index()


@pytest.mark.parametrize("words", ["score CONFIG", "score CONFIG --format csv", "--help", "audit CONFIG"])
def test_full(config: Path, words: str) -> None:
    line = f"innov-index {words.replace('CONFIG', str(config))} >/dev/full"
    assert shell(line) == (2, f"{SAID}No space left on device\n")


@pytest.mark.parametrize("words", ["score CONFIG", "validate CONFIG", "--version"])
def test_closed(config: Path, words: str) -> None:
    line = f"innov-index {words.replace('CONFIG', str(config))} >&-"
    assert shell(line) == (2, f"{SAID}it is closed\n")


def test_closed_but_not_needed(config: Path) -> None:
    output = config.parent / "out.csv"
    code, said = shell(f"innov-index score {config} -o {output} >&-")
    assert (code, output.read_text()[:9]) == (0, "unit,name"), said


def test_a_reader_that_has_had_enough(config: Path) -> None:
    """The pipe is closed before anything is written: `true` ends at once."""
    code, said = shell("(sleep 0.1; innov-index schema; echo $? >&2) | true; exit ${PIPESTATUS[0]}")
    assert (code, said) == (0, "0\n")


def test_the_answer_survives_a_reader_that_has_had_enough(config: Path) -> None:
    """`infer` answers no with exit code 1, whoever reads it."""
    orders = '--order "A > B > C > D" --order "D > C > B > A"'
    code, said = shell(f"innov-index infer {config} {orders} >/dev/null")
    assert code == 1, said
    code, said = shell(f"innov-index infer {config} {orders} | true; exit ${{PIPESTATUS[0]}}")
    assert code == 1, said


@pytest.mark.parametrize("target", ["2>/dev/full", "2>&-"])
def test_messages_that_cannot_be_said(config: Path, target: str) -> None:
    output = config.parent / "out.csv"
    assert shell(f"innov-index score {config} -o {output} {target}")[0] == 0
    assert output.exists()
    assert shell(f"innov-index score {config.parent}/none.yaml {target}")[0] == 2


def test_full_disk_of_a_file(config: Path) -> None:
    """A page into a device that is full: the device is named."""
    code, said = shell(f"innov-index report {config} -o /dev/full")
    assert (code, said) == (2, "Error: /dev/full: cannot be written: No space left on device\n")


class TestFullDisk:
    """Tables of every format, and draws, into a link to a device that is full: the link stays."""

    @pytest.mark.parametrize("ending", RENDERERS)
    def test_tables(self, config: Path, ending: str) -> None:
        output = config.parent / f"out{ending}"
        output.symlink_to("/dev/full")
        code, said = shell(f"innov-index score {config} -o {output}")
        assert (code, said) == (2, f"Error: {output}: cannot be written: No space left on device\n")
        assert output.readlink() == Path("/dev/full")

    def test_draws(self, make_index: Callable[..., Path]) -> None:
        pytest.importorskip("pyarrow")
        config = make_index(more="uncertainty: {draws: 9, vary: [{weights: noise, amount: 0.2}]}")
        output = config.parent / "draws.parquet"
        output.symlink_to("/dev/full")
        code, said = shell(f"innov-index uncertainty {config} --draws-file {output} >/dev/null")
        assert (code, said) == (2, f"Error: {output}: cannot be written: No space left on device\n")
        assert output.readlink() == Path("/dev/full")


def test_a_letter_that_the_encoding_lacks(make_index: Callable[..., Path]) -> None:
    config = make_index(swap={"name: Small index": "name: Łódź index"})
    code, said = shell(f"PYTHONIOENCODING=cp1252 innov-index score {config} >{config.parent}/said")
    assert (code, said) == (0, "")
    assert b"\\u0141\xf3d\\u017a index" in (config.parent / "said").read_bytes()

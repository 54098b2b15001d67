"""What goes wrong around the program: one line and exit code 2 or that of the signal; 3 is for bugs alone."""

from __future__ import annotations

import codecs
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.cli.boundary import failure_of_the_environment
from innov_index.cli.streams import letters_alike
from tests.conftest import ROOT

SLOW = """
import sys, time
from innov_index.io import writing
put = writing._put_in_place
def slow(temporary, target):
    print("writing", flush=True)
    time.sleep(30)
    put(temporary, target)
writing._put_in_place = slow
from innov_index.cli import main
main(["score", "index.yaml", "-o", "out.csv"])
"""


def started(folder: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_leaves_no_temporary_file(name: str, make_index: Callable[..., Path]) -> None:
    folder = make_index().parent
    before = sorted(os.listdir(folder))
    kind = signal.Signals[name]
    # as a terminal starts it: what runs the tests may ignore signals, and hand that down
    heeded = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    heeded += "; signal.signal(signal.SIGHUP, signal.SIG_DFL)"
    with started(folder, f"{heeded}\n{SLOW}") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "writing\n"
        assert len(os.listdir(folder)) > len(before)
        process.send_signal(kind)
        said = process.stderr.read()
    assert process.returncode == 128 + kind
    assert said == f"Error: stopped ({name}); nothing is left half-written\n"
    assert sorted(os.listdir(folder)) == before


def test_a_signal_that_is_ignored_stays_ignored(make_index: Callable[..., Path]) -> None:
    """As `nohup` asks for."""
    folder = make_index().parent
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{SLOW.replace('30', '1')}"
    with started(folder, code) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
    assert process.returncode == 0
    assert (folder / "out.csv").exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/tmp/x"), "/tmp/x: No space left on device"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (MemoryError(), "there is not enough memory for what was asked for"),
        (ImportError("libx.so: cannot open", name="numpy"), "the package numpy is installed and cannot be"),
        (RuntimeError("can't start new thread"), "lets this process start no further thread"),
        (
            UnicodeEncodeError("utf-8", "\udcff.yaml", 0, 1, "surrogates not allowed"),
            "bytes that are no text",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failures_of_the_environment(
    error: Exception, said: str, make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("innov_index.api.load", fail)
    result = CliRunner().invoke(main, ["score", str(make_index())])
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    "error",
    [KeyError("x"), ValueError("y"), ImportError("no such name", name="innov_index.x"), RuntimeError("z")],
)
def test_bugs_are_bugs(error: Exception) -> None:
    assert failure_of_the_environment(error) == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "koi8-r"])
class TestEncodingsOfTerminalsAndPipes:
    NAMES = ("Zürich", "北京", "Łódź", "😀 – “x”")

    @pytest.fixture
    def folder(self, make_index: Callable[..., Path]) -> Path:
        config = make_index()
        table = next(path for path in config.parent.glob("*.csv") if "A" in path.read_text())
        lines = table.read_text().splitlines()
        for at, name in enumerate(self.NAMES, 1):
            lines[at] = f"{name},{lines[at].partition(',')[2]}"
        table.write_text("\n".join(lines) + "\n")
        return config.parent

    def run(self, folder: Path, encoding: str, *words: str) -> bytes:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
        command = [sys.executable, "-m", "innov_index", *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        assert done.returncode in (0, 2), done.stderr
        return done.stdout

    def test_json_is_json_and_text_is_shown(self, encoding: str, folder: Path) -> None:
        printed = self.run(folder, encoding, "score", "index.yaml", "--format", "json")
        assert {row["unit"] for row in json.loads(printed.decode(encoding))} == set(self.NAMES)
        assert "rank" in self.run(folder, encoding, "score", "index.yaml").decode(encoding)

    def test_files_are_utf_8(self, encoding: str, folder: Path) -> None:
        self.run(folder, encoding, "score", "index.yaml", "-o", "out.csv")
        text = (folder / "out.csv").read_text("utf-8")
        assert all(name in text for name in ("Zürich", "北京", "Łódź"))

    def test_terminals_show_letters_alike(self, encoding: str) -> None:
        codecs.register_error("alike", letters_alike)
        shown = "Łódź ≥ 北京 – İzmir …".encode(encoding, "alike").decode(encoding)
        assert shown.endswith(("Izmir ...", "Izmir …"))
        assert "\\u5317\\u4eac" in shown


def test_a_command_starts_as_quickly_as_before() -> None:
    """Nothing of the boundary is imported that a command needs only when it fails."""
    code = "import sys, innov_index.cli.boundary; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "numpy" not in done.stdout
    assert "importlib.metadata" not in done.stdout

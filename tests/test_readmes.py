"""READMEs: generated parts are fresh, links lead somewhere, and every command shown runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from tests.conftest import ROOT

READMES = sorted(
    path
    for path in ROOT.rglob("README.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
SHELL = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INSTALLS = re.compile(r"python3 -m venv|pip install|apt-get ")
TESTED_ELSEWHERE = {"python data/build.py": "tests/test_data.py"}


def commands_of(path: Path) -> list[str]:
    """The commands that a README shows, in order, without those that install."""
    return [
        line
        for block in SHELL.findall(path.read_text("utf-8"))
        for line in block.replace("\\\n", " ").splitlines()
        if line.strip() and not line.startswith("#") and not INSTALLS.search(line)
    ]


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_generated_parts_are_fresh() -> None:
    """`python -m innov_index.cli.documentation` writes them; in a process of its own, as that is."""
    program = (
        "from innov_index.cli.documentation import documents\n"
        "print([str(path) for path, text in documents() if path.read_text('utf-8') != text])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(
        r"<!-- generated.*?<!-- end of generated part -->", "", path.read_text("utf-8"), flags=re.DOTALL
    )
    broken = [target for target in LINK.findall(text) if not (path.parent / target).exists()]
    assert not broken


def test_each_folder_of_the_package_has_a_readme() -> None:
    rooms = [path for path in (ROOT / "innov_index").iterdir() if path.is_dir() and path.name[0] not in "_."]
    missing = [room.name for room in rooms if not (room / "README.md").exists()]
    assert not missing


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the configs and data, so that commands that write do not write here."""
    folder = tmp_path_factory.mktemp("documents")
    for name in ("configs", "data"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize(
    "path",
    [path for path in READMES if commands_of(path)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_commands_run(copy: Path, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Commands are shown as run from the top of the project; exit 1 is an answer ("no"), not a failure."""
    monkeypatch.chdir(copy)
    for line in commands_of(path):
        for part in line.split("#")[0].split("&&"):
            run_command(part.strip())


def run_command(command: str) -> None:
    words = shlex.split(command.split("|")[0].split(">")[0])
    program = Path(words[0]).name
    if program == "innov-index":
        result = CliRunner().invoke(main, words[1:])
        assert result.exit_code in (0, 1), f"{command}\n{result.output}"
    elif program == "python" and command not in TESTED_ELSEWHERE:
        quick = {**os.environ, "INNOV_INDEX_QUICK": "1"}
        of_module = words[1] == "-m"
        script = [sys.executable, *(words[1:] if of_module else [str(ROOT / words[1]), *words[2:]])]
        done = subprocess.run(script, cwd=ROOT, env=quick, capture_output=True, text=True, check=False)
        answers = (0, 1) if of_module else (0,)
        assert done.returncode in answers, f"{command}\n{done.stderr}"
        assert "Traceback" not in done.stderr, f"{command}\n{done.stderr}"
    else:
        assert command in TESTED_ELSEWHERE, f"no test can run this: {command}"

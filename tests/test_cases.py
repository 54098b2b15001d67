"""The cases beside the project: small inputs on which the program once fell short, each with a check."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

LIST = ROOT / "tests" / "cases.txt"


def held() -> list[str]:
    """Names of the cases that must hold."""
    lines = map(str.strip, LIST.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def test_the_cases_of_the_list_hold(shared: Path, tmp_path: Path) -> None:
    program = tmp_path / "innov-index"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m innov_index "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "INNOV": str(program), "PY": sys.executable, "PYTHONPATH": path}
    done = subprocess.run(
        [str(shared / "cases" / "run"), *held()], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(held())} of {len(held())} hold" in done.stdout


def test_the_list_names_cases_once(shared: Path) -> None:
    names = held()
    assert len(names) == len(set(names))
    assert not [name for name in names if not (shared / "cases" / name / "check").is_file()]

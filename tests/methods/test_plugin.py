"""A third party's package adds a method: a real package, really installed, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # and needs pip

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "halving-normalisation"
version = "1.0"
dependencies = ["innov-index"]

[project.entry-points."innov_index.methods"]
halving = "halving_normalisation"

[tool.hatch.build.targets.wheel]
only-include = ["halving_normalisation.py"]
"""

MODULE = '''\
from innov_index.methods.normalisation import normalisation


@normalisation.method("half_of_best")
def half_of_best(values, direction, *, share: float = 0.5):
    """Give the best unit a share of one.

    Formula: s = share x / max

    Source: halving-normalisation

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
    share : float
        Score of the best unit.
    """
    return share * values / values.max(axis=-2, keepdims=True)
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the package."""
    source = tmp_path_factory.mktemp("halving")
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "halving_normalisation.py").write_text(MODULE)
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        command = [sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--target", target, source]
        subprocess.run(command, capture_output=True, text=True, check=True)
    return target


def run(site: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "innov_index", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def test_its_method_is_listed_and_scores(site: Path, make_index: Callable[..., Path]) -> None:
    names = [row["name"] for row in json.loads(run(site, "methods", "normalisation", "--format", "json"))]
    assert "half_of_best" in names
    swap = {"index:": "normalisation: {method: half_of_best, share: 0.25}\nindex:"}
    rows = json.loads(run(site, "score", str(make_index(swap=swap)), "--full", "--format", "json"))
    best = {row["node"]: row["score"] for row in rows if row["unit"] == "D"}
    assert best["a"] == 0.25
    assert "best unit a share" in run(site, "methods", "normalisation", "half_of_best")


def test_without_it_the_name_is_unknown(make_index: Callable[..., Path]) -> None:
    swap = {"index:": "normalisation: {method: half_of_best}\nindex:"}
    command = [sys.executable, "-m", "innov_index", "score", str(make_index(swap=swap))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no method 'half_of_best'" in done.stderr

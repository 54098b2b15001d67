"""Files for people who find the project: they parse, agree with `pyproject.toml`, and invent no address."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = [ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CITATION.cff")]
YAML_FILES = [
    *(ROOT / ".github").rglob("*.yml"),
    ROOT / ".pre-commit-config.yaml",
    ROOT / "CITATION.cff",
]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_every_file_is_yaml(path: Any) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))


def test_the_citation_is_about_this_version() -> None:
    citation = read("CITATION.cff")
    assert str(citation["version"]) == PROJECT["project"]["version"]
    assert citation["license"] == PROJECT["project"]["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["project"]["authors"]
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_address_is_invented(path: Any) -> None:
    text = path.read_text("utf-8")
    assert not re.findall(r"https?://\S+|\b[\w.]+@[\w.]+\.\w+\b", text)
    broken = [name for name in re.findall(r"\]\(([^)]+)\)", text) if not (ROOT / name).exists()]
    assert not broken


def test_the_workflow_tries_every_python_that_is_promised() -> None:
    tried = read(".github/workflows/ci.yml")["jobs"]["fast"]["strategy"]["matrix"]["python"]
    promised = [
        entry.rpartition(" ")[2]
        for entry in PROJECT["project"]["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", entry)
    ]
    assert set(promised) <= set(tried)
    assert f">={tried[0]}" == PROJECT["project"]["requires-python"]


def test_folders_that_the_workflow_tests_exist() -> None:
    steps = read(".github/workflows/ci.yml")["jobs"]["fast"]["steps"]
    named = re.findall(r"tests/\S+", steps[-1]["run"])
    assert len(named) > 5
    assert not [name for name in named if not (ROOT / name).exists()]


def test_a_release_needs_no_token() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    assert "id-token: write" in text
    assert "secrets." not in text


def test_spelling() -> None:
    if shutil.which("codespell") is None:
        pytest.skip("codespell is not installed")
    found = subprocess.run(["codespell"], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""

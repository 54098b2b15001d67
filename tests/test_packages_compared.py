"""The packages that tests compare with are there where nothing may be skipped, as in `.ci/run`."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, version

import pytest

from tests.conftest import ROOT


def declared() -> set[str]:
    """Distributions that the project and its extras name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = (project["dependencies"], *project["optional-dependencies"].values())
    named = {re.split(r"[<>=\[;]", one)[0].strip().lower() for entries in lists for one in entries}
    return named - {"innov-index"}


def installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def skipped_without() -> set[str]:
    """Packages without which some test skips itself."""
    calls = (
        node
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "importorskip" and node.args
    )
    names = (call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant))
    return {str(name).split(".")[0] for name in names}


@pytest.mark.skipif(
    not os.environ.get("INNOV_INDEX_REQUIRE_PACKAGES"), reason="tests may skip themselves here"
)
def test_no_declared_package_is_lacking() -> None:
    assert sorted(name for name in declared() if not installed(name)) == []


def test_what_tests_compare_with_is_declared() -> None:
    """Those that are installed: of others the distribution is not known."""
    distributions = packages_distributions()
    undeclared = {
        name
        for name in skipped_without()
        if name in distributions and not {d.lower() for d in distributions[name]} & declared()
    }
    assert undeclared == set()

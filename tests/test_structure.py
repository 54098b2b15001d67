"""The project's layout: tests mirror the package, and names of files tell them apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "innov_index"
TESTS = ROOT / "tests"


def rooms() -> list[Path]:
    """Folders of the package with more than an `__init__.py`, as paths inside it."""
    modules = (path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    return sorted({path.parent.relative_to(PACKAGE) for path in modules if path.parent != PACKAGE})


def test_every_room_of_the_package_has_its_tests() -> None:
    untested = [room.as_posix() for room in rooms() if not list((TESTS / room).glob("**/test_*.py"))]
    assert not untested


def test_no_two_test_modules_share_a_name() -> None:
    counts = Counter(path.name for path in TESTS.rglob("test_*.py"))
    assert [name for name, count in counts.items() if count > 1] == []

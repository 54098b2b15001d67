"""What travels in a wheel and in a source distribution, and that an installed package needs no more."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytest.importorskip("hatchling")

MEGABYTES = 1 << 20


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, built from a source distribution as an index would."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(built.glob("*.whl")))


def test_the_wheel_has_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"innov_index"}
    unwanted = [name for name in names if name.endswith((".md", ".pyc")) or "/pictures/" in name]
    assert not unwanted
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "innov_index").rglob("*.py")}
    assert ours <= set(names)
    assert {"innov_index/py.typed", "innov_index/datasets/tai.csv"} <= set(names)
    assert sum(entry.compress_size for entry in wheel.infolist()) < 3 * MEGABYTES


def test_the_wheel_works_where_nothing_else_is(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    program = (
        "import innov_index\n"
        "from innov_index.datasets import load_hubs_2020, load_tai\n"
        "assert 'site' in innov_index.__file__\n"
        "print(load_hubs_2020().score().rank('Boston'), load_tai().score().rank('Finland'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["2.0", "1.0"]


def test_a_new_user_comes_from_a_frame_to_a_page(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """The README's own lines, and one more; together with the two that install, at most twelve."""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = readme.partition("```python\n")[2].partition("```")[0].splitlines()
    typed = [line for line in shown if line.strip()] + ['index.report("page.html")']
    assert 2 + len(typed) <= 12
    wheel.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(typed)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "", "MPLCONFIGDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Bern" in (tmp_path / "page.html").read_text("utf-8")


def test_the_source_has_what_its_readme_shows(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    wanted = {
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "configs/2020.yaml",
        "tests/conftest.py",
        "pyproject.toml",
    }
    assert wanted <= names
    assert not [name for name in names if name.startswith((".venv", "site/")) or name.endswith(".pyc")]

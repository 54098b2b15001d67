"""A package that is installed and cannot be imported: the import's own reason, never advice to install it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.indices import write_index

REASON = "libmissing.so.3: cannot open shared object file"

CLOSENESS = """\
sources:
  - kind: collaboration
    form: ties
    file: ties.csv
    columns: {source: source, target: target, weight: papers}
    indicators: {near: {measure: closeness}}
index: {code: ALL, children: [{indicator: near}]}
"""

NEEDED = {
    "pyarrow": ("look", "table.parquet"),
    "openpyxl": ("score", "index.yaml", "-o", "out.xlsx"),
    "python_calamine": ("look", "table.xlsx"),
    "matplotlib": ("plot", "scores", "index.yaml", "-o", "out.svg"),
    "xlsxwriter": ("export", "index.yaml", "-o", "book.xlsx"),
    "igraph": ("derive", "closeness.yaml"),
    "distributed": ("derive", "closeness.yaml", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"),
    "dask": ("derive", "closeness.yaml", "--engine", "dask"),
    "sqlalchemy": ("validate", "database.yaml"),
    "scipy": ("infer", "index.yaml"),
    "rich": ("score", "index.yaml"),
    "pydantic": ("score", "index.yaml"),
    "yaml": ("score", "index.yaml"),
}
"""A command that cannot do without the package."""

NOT_NEEDED = {
    "joblib": ("score", "index.yaml"),
    "openpyxl": ("look", "table.xlsx"),
    "pyarrow": ("score", "index.yaml"),
    "matplotlib": ("score", "index.yaml"),
    "pandas": ("score", "index.yaml"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import openpyxl

    found = tmp_path_factory.mktemp("damaged")
    files = {
        "published.csv": "unit,score\nA,50\nB,60\nC,40\nD,80\n",
        "ties.csv": "source,target,papers\nA,B,3\nB,C,1\n",
        "closeness.yaml": CLOSENESS,
        "table.parquet": b"PAR1 and more PAR1",
    }
    write_index(found, more="published: {file: published.csv, unit: unit, score: score}\n", files=files)
    text = (found / "index.yaml").read_text()
    database = "indicators: {file: 'postgresql://localhost/x', table: t}"
    (found / "database.yaml").write_text(text.replace("indicators: {file: data.csv}", database))
    book = openpyxl.Workbook()
    book.active.append(["unit", "a"])
    book.active.append(["A", 1])
    book.save(found / "table.xlsx")
    return found


def run(package: str, words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    broken = folder / f"no {package}"
    (broken / package).mkdir(parents=True, exist_ok=True)
    (broken / package / "__init__.py").write_text(f"raise ImportError({REASON!r})")
    return subprocess.run(
        [sys.executable, "-m", "innov_index", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(broken), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("package", "words"), NEEDED.items(), ids=NEEDED)
def test_the_reason_is_told(package: str, words: tuple[str, ...], folder: Path) -> None:
    done = run(package, words, folder)
    assert done.returncode == 2, done.stderr
    assert REASON in done.stderr
    assert package in done.stderr
    assert "pip install" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("package", "words"), NOT_NEEDED.items(), ids=NOT_NEEDED)
def test_a_command_that_does_without_it_goes_on(package: str, words: tuple[str, ...], folder: Path) -> None:
    done = run(package, words, folder)
    assert done.returncode == 0, done.stderr

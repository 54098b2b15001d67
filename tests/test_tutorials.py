"""The tutorials run from top to bottom, as they stand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))

RUN = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
print(len([output for output in outputs if output.output_type == "execute_result"]))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorials beside configs and data, so that what they write is not written here."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "docs" / "tutorials", folder / "docs" / "tutorials")
    for name in ("configs", "data"):
        (folder / name).symlink_to(ROOT / name)
    return folder / "docs" / "tutorials"


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_runs(path: Path, copy: Path) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    done = subprocess.run(
        [sys.executable, "-c", RUN, path.name], cwd=copy, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 3


def test_there_are_five_without_outputs() -> None:
    assert len(TUTORIALS) == 5
    for path in TUTORIALS:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]


def test_from_a_frame_to_the_workbook_takes_twelve_cells_at_most() -> None:
    text = (ROOT / "docs" / "tutorials" / "data_scientist.ipynb").read_text("utf-8")
    assert len(json.loads(text)["cells"]) <= 13  # the first is the title
    for word in ("from_frame", "uncertainty(", "explore()", "export("):
        assert word in text

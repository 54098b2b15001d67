"""A workbook recalculated by LibreOffice without a window, from its formulas alone."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import InnovIndexError, load_extra
from innov_index.model.arrays import Floats

PROGRAM = "soffice"
LONGEST = 600
"""Seconds that a recalculation may take."""


def recalculated(content: bytes) -> tuple[Floats, Floats]:
    """Scores and ranks of the inner nodes as LibreOffice computes them, each (units, inner nodes).

    Stored results are left out first, so that every number that comes back has been computed.

    Raises
    ------
    InnovIndexError
        LibreOffice is not installed, or does not read the workbook.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise InnovIndexError("LibreOffice (soffice) is not installed")
    excel = load_extra("openpyxl", "reading a recalculated workbook", "excel")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl leaves out what is only for the eye
        source, target = Path(folder) / "formulas.xlsx", Path(folder) / "computed"
        excel.load_workbook(BytesIO(content)).save(source)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [
            program,
            "--headless",
            profile,
            "--convert-to",
            "xlsx",
            "--outdir",
            str(target),
            str(source),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
            book = excel.load_workbook(target / source.name, data_only=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise InnovIndexError(f"LibreOffice did not recalculate the workbook: {error}") from None
        return _area(book, "All_scores"), _area(book, "All_ranks")


def _area(book: Any, name: str) -> Floats:
    """The numbers in a named area; NaN where a cell holds none."""
    ((sheet, cells),) = book.defined_names[name].destinations
    rows = book[sheet][cells.replace("$", "")]
    rows = rows if isinstance(rows, tuple) else ((rows,),)
    return np.array(
        [[cell.value if isinstance(cell.value, int | float) else np.nan for cell in row] for row in rows],
        dtype=np.float64,
    )

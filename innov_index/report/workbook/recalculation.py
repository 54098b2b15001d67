"""A workbook recalculated by LibreOffice without a window, from its formulas alone."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.analysis.selftest.outputs import Computed
from innov_index.analysis.workings.run import workings_of
from innov_index.errors import InnovIndexError, load_extra
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.report.workbook import workbook

PROGRAM = "soffice"
LONGEST = 600
"""Seconds that a recalculation may take."""


def workbook_computed(index: Index) -> list[Computed]:
    """What LibreOffice makes of the workbook of an index; see `recalculated`."""
    scores, ranks = recalculated(workbook(index))
    return [Computed(scores, ranks, workings_of(index).rows)]


def recalculated(content: bytes) -> tuple[Floats, Floats]:
    """Scores and ranks of the inner nodes as LibreOffice computes them, each (units, inner nodes).

    Raises
    ------
    InnovIndexError
        LibreOffice is not installed, or does not read the workbook.
    """
    (book,) = recalculated_books([content])
    return area(book, "All_scores"), area(book, "All_ranks")


def recalculated_books(contents: Sequence[bytes]) -> list[Any]:
    """Workbooks as LibreOffice computes them, opened by openpyxl.

    Stored results are left out first, so that every number that comes back has been computed. To start takes
    longer than to compute, so it starts once.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise InnovIndexError("LibreOffice (soffice) is not installed")
    excel = load_extra("openpyxl", "reading a recalculated workbook", "excel")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl leaves out what is only for the eye
        sources = [Path(folder) / f"formulas_{number}.xlsx" for number in range(len(contents))]
        for source, content in zip(sources, contents, strict=True):
            excel.load_workbook(BytesIO(content)).save(source)
        target = Path(folder) / "computed"
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        to_excel = ["--headless", "--convert-to", "xlsx", "--outdir", str(target)]
        try:
            subprocess.run(
                [program, profile, *to_excel, *map(str, sources)],
                check=True,
                capture_output=True,
                timeout=LONGEST,
            )
            return [excel.load_workbook(target / source.name, data_only=True) for source in sources]
        except (OSError, subprocess.SubprocessError) as error:
            raise InnovIndexError(f"LibreOffice did not recalculate the workbook: {error}") from None


def area(book: Any, name: str) -> Floats:
    """The numbers in a named area; NaN where a cell holds none."""
    ((sheet, cells),) = book.defined_names[name].destinations
    rows = book[sheet][cells.replace("$", "")]
    rows = rows if isinstance(rows, tuple) else ((rows,),)
    return np.array(
        [[cell.value if isinstance(cell.value, int | float) else np.nan for cell in row] for row in rows],
        dtype=np.float64,
    )

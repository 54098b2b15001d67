"""LibreOffice without a window: workbooks recalculated from their formulas alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

REQUIRE = "INNOV_INDEX_REQUIRE_OFFICE"
PROGRAM = "soffice"


def require_office() -> str:
    """Path of the program; the test is skipped without it, and fails where it is required."""
    found = shutil.which(PROGRAM)
    if found:
        return found
    reason = "LibreOffice (soffice) is not installed"
    if os.environ.get(REQUIRE):
        pytest.fail(reason)
    pytest.skip(reason)


def recalculated(content: bytes, folder: Path, change: Callable[[Any], None] = lambda book: None) -> Any:
    """The workbook as LibreOffice computes it after a change."""
    (book,) = all_recalculated([content], folder, change)
    return book


def all_recalculated(
    contents: Sequence[bytes], folder: Path, change: Callable[[Any], None] = lambda book: None
) -> list[Any]:
    """Several workbooks as LibreOffice computes them, which takes longer to start than to compute one.

    openpyxl reads formulas without their stored results and writes them without: every number that comes back
    has been computed.
    """
    program = require_office()
    sources = [folder / f"formulas_{number}.xlsx" for number in range(len(contents))]
    target = folder / "computed"
    for content, source in zip(contents, sources, strict=True):
        book = openpyxl.load_workbook(BytesIO(content))
        change(book)
        book.save(source)
        stored = openpyxl.load_workbook(source, data_only=True)
        assert stored["Scores"].cell(stored["Scores"].max_row, 3).value is None
    subprocess.run(
        [
            program,
            "--headless",
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(target),
            *map(str, sources),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return [openpyxl.load_workbook(target / source.name, data_only=True) for source in sources]

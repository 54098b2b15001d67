"""Reading an Excel workbook of 10,000 rows x 50 columns: this project's reader beside openpyxl and pandas.

Each reader gives all cells of the sheet, in a process of its own; the sums of their numbers are compared. A
second workbook has formulas that failed or were never calculated in one cell of a hundred: the look at the
sheet's XML has to name them. openpyxl needs a second pass to name the latter, which is not counted.
"""

from __future__ import annotations

import io
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from quick import QUICK
from side_by_side import installed, peak_megabytes

ROWS, COLUMNS, REPEATED = (200, 5, 1) if QUICK else (10_000, 50, 3)
NEEDS = {"openpyxl": "openpyxl", "pandas with calamine": "python_calamine", "innov-index": "python_calamine"}


def workbook(share_of_errors: float) -> bytes:
    """A code, then numbers; a share of the cells are formulas without a usable result."""
    import xlsxwriter

    rng = np.random.default_rng(0)
    values = rng.gamma(3.0, 10.0, (ROWS, COLUMNS - 1))
    failed = rng.random(values.shape) < share_of_errors
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("Data")
    page.write_row(0, 0, ["unit", *(f"indicator {number}" for number in range(1, COLUMNS))])
    for row in range(ROWS):
        page.write_string(row + 1, 0, f"U{row:06d}")
        for column, value in enumerate(values[row], start=1):
            if failed[row, column - 1]:
                page.write_formula(row + 1, column, "=1/0", None, "#DIV/0!" if row % 2 else "")
            else:
                page.write_number(row + 1, column, value)
    book.close()
    return buffer.getvalue()


def with_innov_index(content: bytes) -> list[list[object]]:
    from innov_index.intake.formats.workbook import open_workbook

    return [list(row) for row in open_workbook(Path("book.xlsx"), content).sheet("Data").rows]


def with_openpyxl(content: bytes) -> list[list[object]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return [list(row) for row in book["Data"].iter_rows(values_only=True)]


def with_pandas(content: bytes) -> list[list[object]]:
    import pandas as pd

    frame = pd.read_excel(io.BytesIO(content), header=None, engine="calamine")
    return [list(row) for row in frame.itertuples(index=False)]


READERS: dict[str, Callable[[bytes], list[list[object]]]] = {
    "innov-index": with_innov_index,
    "openpyxl": with_openpyxl,
    "pandas with calamine": with_pandas,
}


def measure(name: str, content: bytes) -> tuple[float, float, float, float]:
    """Least processor and wall-clock seconds, peak memory and the sum of all numbers."""
    processor, wall = [], []
    for _ in range(REPEATED):
        began, used = time.perf_counter(), time.process_time()
        rows = READERS[name](content)
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    numbers = [cell for row in rows for cell in row if isinstance(cell, float) and cell == cell]
    return min(processor), min(wall), peak_megabytes(), float(np.sum(numbers))


def main() -> None:
    """Print a line for each reader and workbook."""
    context = multiprocessing.get_context("spawn")
    for title, share in (("numbers", 0.0), ("1 % failed formulas", 0.01)):
        content = workbook(share)
        print(f"{ROWS:,} x {COLUMNS}, {title}: {len(content) / 1e6:.1f} MB")
        found = {}
        for name in installed(READERS, NEEDS):
            with context.Pool(1) as pool:
                found[name] = pool.apply(measure, (name, content))
            processor, wall, memory, _ = found[name]
            print(f"  {name:22} {processor:6.2f} s processor {wall:6.2f} s wall {memory:6.0f} MB")
        sums = {round(total, 3) for *_, total in found.values()}
        print(f"  the same numbers: {len(sums) == 1}")
        if {"innov-index", "openpyxl"} <= found.keys():
            times = found["openpyxl"][0] / found["innov-index"][0]
            print(f"  innov-index is {times:.1f} times as fast as openpyxl")


if __name__ == "__main__":
    main()

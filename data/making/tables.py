"""Tables as text: every cell is copied, never parsed, so that every digit survives."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
Row = dict[str, str]
PLACE = ("latitude", "longitude")
PUBLISHED_COLUMNS = ("unit", "edition", "node", "score", "rank")


def read(path: Path) -> list[Row]:
    """The rows of a CSV file, every cell as text; a path that ends in .gz is compressed."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def table(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """The named columns as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(path: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Write the named columns; a path that ends in .gz is compressed, without time or file name inside."""
    content = table(rows, columns).encode()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


def unique(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, Row]:
    """The first row of every key, in the order of the rows."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(key(row), row)
    return first


def wide(rows: Iterable[Row], unit: str, column: str, cell: str) -> tuple[list[Row], list[str]]:
    """One row a unit and one column an indicator, with the names of those columns."""
    units: dict[str, Row] = {}
    columns: dict[str, None] = {}
    for row in rows:
        units.setdefault(row[unit], {unit: row[unit]})[row[column]] = row[cell]
        columns[row[column]] = None
    return list(units.values()), list(columns)


def panel(rows: Iterable[Row]) -> tuple[list[Row], list[str]]:
    """One row a unit and edition, one column an indicator, with the names of those columns."""
    table: dict[tuple[str, str], Row] = {}
    columns: dict[str, None] = {}
    for row in rows:
        key = (row["unit"], row["edition"])
        table.setdefault(key, dict(zip(("unit", "edition"), key, strict=True)))[row["indicator"]] = row[
            "value"
        ]
        columns[row["indicator"]] = None
    return [table[key] for key in sorted(table)], sorted(columns)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """The rows in the order of their rank."""
    return sorted(rows, key=lambda row: int(row["rank"]))

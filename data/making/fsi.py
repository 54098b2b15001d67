"""The Fragile States Index."""

from __future__ import annotations

from pathlib import Path

from making.tables import panel, read, write


def fragile_states(source: Path, folder: Path) -> None:
    """The Fragile States Index 2021."""
    rows, columns = panel(read(source / "input.csv"))
    write(folder / "indicators.csv.gz", rows, ("unit", *columns))
    published = [row for row in read(source / "published.csv") if row["node"] == "total"]
    write(folder / "published.csv.gz", published, ("unit", "node", "score"))

"""The Human Development Index and its relatives."""

from __future__ import annotations

from pathlib import Path

from making.tables import PUBLISHED_COLUMNS, panel, read, write

NO_INDEX = {("RWA", year) for year in ("1990", "1991", "1992", "1993", "1994")}
"""Country-years for which UNDP publishes no HDI although all inputs are available."""


def human_development(source: Path, folder: Path) -> None:
    """The Human Development Index and its relatives, 1990 to 2022."""
    values = [row for row in read(source / "input.csv") if (row["unit"], row["edition"]) not in NO_INDEX]
    rows, columns = panel(values)
    write(folder / "indicators.csv.gz", rows, ("unit", "edition", *columns))
    write(folder / "countries.csv.gz", read(source / "units.csv"), ("unit", "name"))
    write(folder / "published.csv.gz", read(source / "published.csv"), PUBLISHED_COLUMNS)

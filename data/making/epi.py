"""The Environmental Performance Index."""

from __future__ import annotations

from pathlib import Path

from making.tables import panel, read, write

COASTAL = {"SEA": "yes", "": ""}
"""The meaning in the tree of the EPI's word for an indicator that only countries with a coast have."""


def environmental_performance(source: Path, folder: Path) -> None:
    """The Environmental Performance Index 2020: raw values of 18 indicators, the tree, all scores.

    A country has a coast if it has a score for marine protected areas.
    """
    published = read(source / "published.csv")
    write(folder / "published.csv.gz", published, ("unit", "node", "score", "rank"))
    coastal = {row["unit"] for row in published if row["node"] == "MPA" and row["score"]}
    countries = [
        row | {"coast": "yes" if row["unit"] in coastal else "no"} for row in read(source / "units.csv")
    ]
    write(folder / "countries.csv.gz", countries, ("unit", "name", "coast"))
    raw = [row | {"indicator": row["indicator"].removesuffix("_raw")} for row in read(source / "input.csv")]
    values, columns = panel(raw)
    write(folder / "values.csv.gz", values, ("unit", *columns))
    tree = [
        row
        | {"code": row["node"], "name": row["name"].strip(), "applies_to.coast": COASTAL[row["materiality"]]}
        for row in read(source / "tree.csv")
    ]
    write(folder / "framework.csv", tree, ("code", "parent", "name", "weight", "applies_to.coast"))

"""The Global Innovation Hubs Index: orders and names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from making.tables import DATA, Row, read, unique, write

TREE_COLUMNS = ("level", "code", "parent", "name", "name_zh", "per_capita", "tag", "seen")


def gihi_indicators(rows: Sequence[Row]) -> list[Row]:
    """The tree, one row a node: dimensions, twelve second-level nodes, 31 indicators.

    `seen` lists the editions in which a page names the node; the names of the 31 as a whole are recalled.
    """
    seen: dict[str, set[str]] = {}
    for row in rows:
        if row["tag"] == "S":
            seen.setdefault(row["code"], set()).update(row["edition"].split("|"))
    tree = [row for row in rows if row["level"] in "12" or "recalled" in row["edition"]]
    return [
        row | {"name": row["name_en"], "seen": " ".join(sorted(seen.get(row["code"], ())))}
        for row in unique(tree, lambda row: row["code"]).values()
    ]


def gihi(sources: Path) -> None:
    """What is known of the Global Innovation Hubs Index: orders and names, no scores."""
    published = sources / "published" / "gihi"
    folder = DATA / "gihi"
    metros = {
        row["gihi_name"]: row["metro"]
        for row in read(sources / "raw" / "hubs_2020" / "units.csv")
        if row["gihi_name"]
    }
    orders = [
        row | {"unit": metros.get(row["city_en"], ""), "gihi_name": row["city_en"]}
        for row in read(published / "scores.csv")
        if row["tag"] == "S"
    ]
    write(folder / "orders.csv.gz", orders, ("edition", "rank", "unit", "gihi_name", "tag"))
    report = {"edition": "2020", "rank": "5", "unit": "Beijing", "reported": "2020-12-23"}
    write(folder / "news_reports.csv.gz", [report], tuple(report))

    partial = [row | {"order": row["order_as_listed"]} for row in read(published / "partial_orders.csv")]
    write(folder / "partial_orders.csv.gz", partial, ("edition", "scope", "order", "caveat", "tag"))

    nodes = gihi_indicators(read(published / "indicators.csv"))
    write(folder / "indicators.csv.gz", nodes, TREE_COLUMNS)

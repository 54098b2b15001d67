"""The tables of the OECD and JRC's handbook: its inputs, and its figures under the names of `reproduce`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from making.tables import Row, read, unique, write

INDICATORS = ("patents", "royalties", "internet", "exports")
INDICATORS += ("telephones", "electricity", "schooling", "university")
FACTORS = tuple(f"factor {at + 1}" for at in range(8))
ROWS = {
    "explained_variance": "variance explained",
    "cumulative_percent": "cumulative percent",
    "share_of_explained": "share of explained",
}
COPIED = ("figure_04", "table_23", "table_38", "table_41", "table_35")


def handbook(source: Path, folder: Path) -> None:
    """Every table of numbers that a config under `configs/handbook` uses."""
    _inputs(source, folder)
    for name in COPIED:
        _copy(folder / f"{name}.csv", read(source / f"{name}.csv"))
    _factors(source, folder)
    _weights(source, folder)
    _others(source, folder)
    _votes(source, folder)


def _copy(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    listed = list(rows)
    write(path, listed, tuple(listed[0]))


def _renamed(rows: Iterable[Row], names: Mapping[str, str]) -> list[Row]:
    """Columns under other names, special rows too; cells without a number are empty."""
    return [
        {names.get(key, key): "" if cell == "nan" else ROWS.get(cell, cell) for key, cell in row.items()}
        for row in rows
    ]


def _inputs(source: Path, folder: Path) -> None:
    """Table A.2; beside its two-decimal logarithms the recalled figures that they are of."""
    recalled = unique(read(source / "unrounded_recalled.csv"), lambda row: row["unit"])
    scores = unique(read(source / "undp_scores_recalled.csv"), lambda row: row["unit"])
    rows = []
    for row in read(source / "table_A2_first23.csv"):
        own = recalled[row["unit"]]
        more = {
            "telephones": own["telephones_per_1000"],
            "electricity": own["kwh_per_capita"],
            "log telephones": row["telephones"],
            "log electricity": row["electricity"],
            "UNDP score": scores[row["unit"]]["score"],
        }
        rows.append({**row, **more})
    _copy(folder / "indicators.csv", rows)
    for row in rows:
        for name in ("telephones", "electricity"):
            row[name] = f"{10 ** float(row[f'log {name}']):.6f}"
    _copy(folder / "indicators_as_printed.csv", rows)


def _factors(source: Path, folder: Path) -> None:
    names = {"f1": FACTORS[0], "f2": FACTORS[1], "f3": FACTORS[2], "f4": FACTORS[3], "indicator": "row"}
    names |= {f"pc{at + 1}": factor for at, factor in enumerate(FACTORS)}
    for name in ("table_08", "table_09", "table_17_squared_scaled"):
        _copy(folder / f"{name[:8]}.csv", _renamed(read(source / f"{name}.csv"), names))
    table_10 = [row for row in read(source / "table_10.csv") if row["row"] != "cumulative_percent"]
    _copy(folder / "table_10.csv", _renamed(table_10, names))
    cells: dict[str, Row] = {name: {"row": name} for name in INDICATORS}
    for row in read(source / "table_06.csv"):
        cells[row["row"]][row["column"]] = row["r"]
    write(folder / "table_06.csv", cells.values(), ("row", *INDICATORS))
    _copy(folder / "table_07.csv", read(source / "table_07_and_16.csv"))
    table_11 = {"deleted": "row", "correlation_with_total": "correlation with the rest"}
    everything = {"row": "all", "correlation with the rest": "", "alpha": ".70"}
    _copy(folder / "table_11.csv", [*_renamed(read(source / "table_11.csv"), table_11), everything])


def _weights(source: Path, folder: Path) -> None:
    """Tables 18 and 22: a row a method and indicator."""
    found = [
        {"indicator": row["indicator"], "method": method, "weight": row[method]}
        for row in read(source / "table_18.csv")
        for method in ("PC", "ML")
    ]
    _copy(folder / "table_18.csv", found)
    found = [
        {"indicator": indicator, "method": row["method"], "weight": row[indicator]}
        for row in read(source / "table_22.csv")
        for indicator in INDICATORS
    ]
    _copy(folder / "table_22.csv", found)
    table_19 = read(source / "table_19.csv")
    write(folder / "table_19.csv", _renamed(table_19, {f"w_{name}": name for name in INDICATORS}),
          ("unit", *INDICATORS, "score"))  # fmt: skip


def _others(source: Path, folder: Path) -> None:
    groups = [
        {"unit": row["unit"], "group": row["cluster_of_ten"]}
        for row in read(source / "figure_13_and_text.csv")
    ]
    _copy(folder / "figure_13.csv", groups)
    table_15 = read(source / "table_15.csv")
    write(folder / "table_15.csv", table_15, tuple(key for key in table_15[0] if key != "schooling"))
    percent = {"indicator": "row", "percent": "percent of correlations"}
    _copy(folder / "table_42.csv", _renamed(read(source / "table_42.csv"), percent))
    box = read(source / "box_07_kendall.csv")
    write(folder / "box_07.csv", box, ("person", "by_height", "by_weight"))
    contributions = [{"row": row["person"], "contribution": row["contribution"]} for row in box]
    _copy(folder / "box_07_printed.csv", [*contributions, {"row": "coefficient", "contribution": ".57"}])
    _scales(source, folder)
    section = {row["quantity"]: row["printed"] for row in read(source / "section_6_11.csv")}
    printed = [
        {"unit": unit, "node": node, "score": section[f"{unit}_{name}"]}
        for unit in ("unit1", "unit2")
        for node, name in (("BEFORE", "geometric"), ("AFTER", "after"), ("GROWTH", "percent"))
    ]
    _copy(folder / "section_6_11.csv", printed)
    # the indicators before, and the second one with a point more, as the text of the section states them
    before = {"unit1": ("21", "1", "1", "1"), "unit2": ("6", "6", "6", "6")}
    after = {"unit1": ("21", "2", "1", "1"), "unit2": ("6", "7", "6", "6")}
    names = ("unit", *(f"x{at}" for at in range(1, 5)), *(f"y{at}" for at in range(1, 5)))
    values = [dict(zip(names, (unit, *before[unit], *after[unit]), strict=True)) for unit in before]
    _copy(folder / "section_6_11_values.csv", values)


def _scales(source: Path, folder: Path) -> None:
    """Table 14: a row a unit and year."""
    quantities = {(row["unit"], row["quantity"]): row for row in read(source / "table_14.csv")}
    values, printed = [], []
    for unit in ("A", "B"):
        for year in ("2003", "2004"):
            own = {
                name: quantities[unit, name][year] for name in ("temperature_C", "temperature_F", "humidity")
            }
            values.append({"unit": unit, "edition": year, **own, "humidity again": own["humidity"]})
            means = {scale: quantities[unit, f"normalised_{scale}"][year] for scale in ("C", "F")}
            printed.append({"unit": unit, "edition": year, **means})
    _copy(folder / "table_14_values.csv", values)
    _copy(folder / "table_14.csv", printed)


def _votes(source: Path, folder: Path) -> None:
    """Orders of units by groups of indicators: a unit's value is the number of units behind it."""
    for name in ("25", "28", "31", "34"):
        orders: list[list[str]] = []
        for row in read(source / f"table_{name}.csv"):
            if row["place"] == "1":
                orders.append([])
            orders[-1].append(row["unit"])
        _copy(folder / f"table_{name}.csv", _behind(orders))
        if name == "31":
            without = [[unit for unit in order if unit != "d"] for order in orders]
            _copy(folder / "table_33_orders.csv", _behind(without))
    for name in ("26", "29", "32", "33"):
        rows = read(source / f"table_{name}.csv")
        _copy(folder / f"table_{name}.csv", [{k: v for k, v in row.items() if k != "points"} for row in rows])
    for name in ("27", "30", "36"):
        _copy(folder / f"table_{name}.csv", read(source / f"table_{name}.csv"))
    _copy(folder / "borda_points.csv", read(source / "text_borda_scores.csv"))
    orders_30 = [
        {"order": "|".join(row["order"]), "support": row["support"]}
        for row in read(source / "table_30_ckyl_orders.csv")
    ]
    _copy(folder / "table_30_orders.csv", orders_30)
    _copy(folder / "table_37.csv", read(source / "table_37.csv"))


def _behind(orders: list[list[str]]) -> list[Row]:
    units = sorted(orders[0])
    return [
        {
            "unit": unit,
            **{f"g{at + 1}": str(len(order) - 1 - order.index(unit)) for at, order in enumerate(orders)},
        }
        for unit in units
    ]

"""COINr's two tables: iData (units × indicators) and iMeta (indicators, tree, weights)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from innov_index.config.language import RESERVED_CODES
from innov_index.dataset.importing import EDITION, NAME, UNIT, ImportedIndex, ImportedNode
from innov_index.errors import DataError, Problem, not_found
from innov_index.intake.formats.workbook import open_workbook
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import read_bytes
from innov_index.intake.reading import TableOptions, read_table
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table
from innov_index.model.sheet import Cell, to_text
from innov_index.wording import listed

DATA_COLUMNS = ("uCode",)
META_COLUMNS = ("Level", "iCode", "Parent", "Direction", "Weight", "Type")

_KINDS = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
_OWN_COLUMNS = ("uCode", "uName", "Time")
_READ = (*META_COLUMNS, "iName", "Unit", "Denominator")
_OPTIONS = TableOptions(conventions=Conventions(missing=frozenset(["", "NA"])))
_ASKED = Asked(("uCode", "iCode"))


def read_coinr(first: Path, second: Path) -> ImportedIndex:
    """Read iData and iMeta, in either order.

    Each row of iMeta declares a column of iData as an indicator, group or denominator, or states a dimension.
    More than one `Time` gives editions.

    Raises
    ------
    DataError
        With every problem of iMeta and its line.
    """
    return _imported(*_told_apart(*(read_table(path, _OPTIONS, _ASKED) for path in (first, second))))


def sheets_of_coinr(path: Path) -> tuple[str, str] | None:
    """The sheets iData and iMeta of a workbook, if it has both."""
    by_name = {title.name.casefold(): title.name for title in open_workbook(path, read_bytes(path)).titles}
    return (by_name["idata"], by_name["imeta"]) if {"idata", "imeta"} <= by_name.keys() else None


def read_coinr_workbook(path: Path, sheets: tuple[str, str]) -> ImportedIndex:
    """Read iData and iMeta from two sheets of one workbook; see `read_coinr`."""
    found = (read_table(path, replace(_OPTIONS, sheets=(sheet,)), _ASKED) for sheet in sheets)
    return _imported(*_told_apart(*found))


def _imported(data: Table, meta: Table) -> ImportedIndex:
    meta.require(META_COLUMNS, "COINr's iMeta")
    data.require(DATA_COLUMNS, "COINr's iData")
    rows = _rows(meta)
    nodes = _nodes(meta, rows)
    by_kind = {kind: tuple(code for code, row in rows.items() if _kind(meta, row) == kind) for kind in _KINDS}
    times = data.text("Time") if "Time" in data.columns else ()
    _refuse_repeated_units(data, times)
    several = len(set(times)) > 1
    wanted = (*by_kind["Denominator"], *by_kind["Indicator"])
    data.require((*by_kind["Group"], *wanted), "named in iMeta")
    return ImportedIndex(
        source=f"COINr's tables {_named(data)} and {_named(meta)}",
        nodes=nodes,
        units=data.text("uCode"),
        names=data.text("uName") if "uName" in data.columns else data.text("uCode"),
        numbers=_numbers(data, wanted),
        editions=times if several else (),
        groups={name: tuple(map(_without_na, data.text(name))) for name in by_kind["Group"]},
        denominators=by_kind["Denominator"],
        remarks=(*_left_out(data, meta, rows, by_kind["Other"]), *_one_time(times)),
    )


def _named(table: Table) -> str:
    return Path(table.file).name + (f" ({table.sheet})" if table.sheet else "")


def _told_apart(first: Table, second: Table) -> tuple[Table, Table]:
    """Return the two tables as iData and iMeta."""
    if "uCode" in first.columns and "iCode" in second.columns:
        return first, second
    if "uCode" in second.columns and "iCode" in first.columns:
        return second, first
    raise DataError(
        f"{first.file} and {second.file} are not COINr's tables: one needs a column uCode (iData), the other "
        "a column iCode (iMeta)"
    )


def _refuse_repeated_units(data: Table, times: Sequence[str]) -> None:
    seen: set[tuple[str, str]] = set()
    problems = []
    for row, unit in enumerate(data.text("uCode")):
        time = times[row] if times else ""
        if (unit, time) in seen:
            within = f" within Time {time}" if time else ""
            problems.append(Problem(f"unit '{unit}' is repeated{within}", data.mark(row, "uCode")))
        seen.add((unit, time))
    DataError.raise_if(problems)


def _rows(meta: Table) -> dict[str, int]:
    """Row of each code in iMeta; raises an error with the problems of single rows."""
    codes, parents, directions = meta.text("iCode"), _texts(meta, "Parent"), _texts(meta, "Direction")
    rows: dict[str, int] = {}
    problems = []
    for row, code in enumerate(codes):
        kind = _kind(meta, row)
        if not code:
            problems.append(Problem("a row without an iCode", meta.mark(row, "iCode")))
        elif code in rows:
            problems.append(Problem(f"iCode '{code}' is repeated", meta.mark(row, "iCode")))
        elif kind not in _KINDS:
            message = not_found("Type", kind, _KINDS, f"(of '{code}')")
            problems.append(Problem(message, meta.mark(row, "Type")))
        elif kind in ("Indicator", "Aggregate") and code in RESERVED_CODES:
            message = (
                f"'{code}' cannot be a code, because it is a column of the output; rename it in both tables"
            )
            problems.append(Problem(message, meta.mark(row, "iCode")))
        elif kind in ("Group", "Denominator") and code in (UNIT, NAME, EDITION):
            message = f"'{code}' is already a column of the imported data; rename it in both tables"
            problems.append(Problem(message, meta.mark(row, "iCode")))
        elif kind == "Indicator" and _signed(directions[row]) not in ("1", "-1"):
            message = f"Direction of '{code}' must be 1 or -1; got '{directions[row]}'"
            problems.append(Problem(message, meta.mark(row, "Direction")))
        elif kind == "Indicator" and not parents[row]:
            problems.append(Problem(f"indicator '{code}' has no Parent", meta.mark(row, "Parent")))
        rows.setdefault(code, row)
    DataError.raise_if(problems)
    return rows


def _signed(text: str) -> str:
    """A whole number as a table program writes it, 1.0, without its decimals."""
    return text.removeprefix("+").removesuffix(".0")


def _nodes(meta: Table, rows: Mapping[str, int]) -> tuple[ImportedNode, ...]:
    """Nodes of the tree, the highest level first; siblings keep their order."""
    parents = _texts(meta, "Parent")
    names = _texts(meta, "iName") if "iName" in meta.columns else meta.text("iCode")
    units = _texts(meta, "Unit") if "Unit" in meta.columns else ("",) * meta.rows
    per = _texts(meta, "Denominator") if "Denominator" in meta.columns else ("",) * meta.rows
    in_tree = {code: row for code, row in rows.items() if _kind(meta, row) in ("Indicator", "Aggregate")}
    _refuse_bad_parents(meta, in_tree, parents)
    weights, levels = meta.numbers(["Weight"])[:, 0], meta.numbers(["Level"])[:, 0]
    directions = _texts(meta, "Direction")
    nodes = []
    for code, row in sorted(in_tree.items(), key=lambda entry: -levels[entry[1]]):
        leaf = _kind(meta, row) == "Indicator"
        direction: Literal[1, 0, -1] = (-1 if _signed(directions[row]) == "-1" else 1) if leaf else 0
        weight = float(weights[row]) if weights[row] == weights[row] else None
        nodes.append(
            ImportedNode(
                code, parents[row], names[row], weight, direction, units[row] if leaf else "", per[row]
            )
        )
    return tuple(nodes)


def _refuse_bad_parents(meta: Table, rows: Mapping[str, int], parents: Sequence[str]) -> None:
    dimensions = [code for code, row in rows.items() if _kind(meta, row) == "Aggregate"]
    problems = [
        Problem(
            not_found("Aggregate", parents[row], dimensions, f"in iMeta (Parent of '{code}')"),
            meta.mark(row, "Parent"),
        )
        for code, row in rows.items()
        if parents[row] and parents[row] not in dimensions
    ]
    roots = [code for code in dimensions if not parents[rows[code]]]
    if len(roots) != 1:
        message = f"exactly one Aggregate, the index, must have no Parent; found {listed(roots)}"
        problems.append(Problem(f"{meta.file}: {message}"))
    DataError.raise_if(problems)


def _numbers(data: Table, columns: Sequence[str]) -> dict[str, tuple[Cell, ...]]:
    values = data.numbers(columns)
    return {name: tuple(map(float, values[:, i])) for i, name in enumerate(columns)}


def _left_out(data: Table, meta: Table, rows: Mapping[str, int], others: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in data.columns if name not in rows and name not in _OWN_COLUMNS]
    dropped = [name for name in (*others, *unknown) if name in data.columns]
    stated = [name for name in meta.columns if name not in _READ and any(map(_without_na, meta.text(name)))]
    remarks = [*data.remarks, *meta.remarks]
    if dropped:
        remarks.append(f"columns of the data that are left out: {listed(dropped)}")
    if stated:
        remarks.append(
            f"columns of iMeta that are not imported: {listed(stated)}; state those that you need as "
            "options of a step"
        )
    return tuple(remarks)


def _one_time(times: Sequence[str]) -> tuple[str, ...]:
    return (f"all rows have Time {times[0]}; it is left out",) if len(set(times)) == 1 else ()


def _kind(meta: Table, row: int) -> str:
    return meta.text("Type")[row]


def _texts(table: Table, column: str) -> tuple[str, ...]:
    return tuple(map(_without_na, table.text(column)))


def _without_na(text: str) -> str:
    """R writes a missing text as NA."""
    return "" if to_text(text) == "NA" else text

"""A tree given as a table → the same blocks as a tree written inline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from innov_index.config.language import FrameworkFile, NodeBlock
from innov_index.config.located import Located
from innov_index.config.messages import unknown
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS
from innov_index.config.yaml_reader import scalar
from innov_index.errors import ConfigError, Mark, Problem, not_found
from innov_index.intake.frames import Frame
from innov_index.intake.reading import read_table
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.stated_options import stated_options
from innov_index.intake.table import Table
from innov_index.wording import listed

_STEPS = (*LEAF_STEPS, *NODE_STEPS)
_NUMBERS = ("weight", "direction", "scale")
_APPLIES = "applies_to"

MOST_LEVELS = 50
"""Levels below the root; a tree that is written inline is nested in two blocks a level."""
_KEYS = tuple(key for key in NodeBlock.model_fields if key not in ("code", "children", _APPLIES, *_STEPS))
"""Keys of a node that are columns of the table."""


def expand_framework(stated: Located, folder: Path, frames: Mapping[str, Frame]) -> Located:
    """Replace `{file: framework.csv}` by the nested blocks that the table states.

    The table has one row a node, siblings in their order: `code`, `parent` (empty for the
    root), any of name, weight, direction, indicator, unit, per, scale, flags (several separated by `;`), and
    columns `step.option` and `applies_to.column`. A node without children is an indicator; its column is its
    code by default. `frames` are tables in memory, by the names that the config has for them.
    """
    block = FrameworkFile.model_validate(stated.plain())
    options = stated_options(block)
    if block.file in frames:
        table = frames[block.file].table(options.conventions)
    else:
        table = read_table(folder / block.file, options, Asked(("code", "parent")))
    table.require(("code", "parent"), "a framework table")
    _refuse_unknown_columns(table)
    rows = _rows(table)
    root = _root(rows, table)
    return _nested(rows, root, table)


def _refuse_unknown_columns(table: Table) -> None:
    known = ("code", "parent", *_KEYS)
    problems = [
        Problem(
            unknown("column", column, (*known, "step.option"), "a framework table"),
            Mark(table.file, 1),
        )
        for column in table.columns
        if column not in known and column.partition(".")[0] not in (*_STEPS, _APPLIES)
    ]
    ConfigError.raise_if(problems)


def _rows(table: Table) -> dict[str, int]:
    """Row number of each code."""
    rows: dict[str, int] = {}
    problems = []
    for row, code in enumerate(table.text("code")):
        if not code:
            problems.append(Problem("a row without a code", table.mark(row, "code")))
        elif code in rows:
            message = (
                f"code '{code}' is repeated; it stands first in line {table.mark(rows[code], 'code').line}"
            )
            problems.append(Problem(message, table.mark(row, "code")))
        else:
            rows[code] = row
    ConfigError.raise_if(problems)
    return rows


def _root(rows: Mapping[str, int], table: Table) -> str:
    """Code of the only row without a parent; every other row must lead up to it."""
    parents = table.text("parent")
    problems = [
        Problem(
            not_found("code", parents[row], rows, f"in the table, the parent of '{code}'"),
            table.mark(row, "parent"),
        )
        for code, row in rows.items()
        if parents[row] and parents[row] not in rows
    ]
    ConfigError.raise_if(problems)
    _refuse_cycles(rows, parents, table)
    roots = [code for code, row in rows.items() if not parents[row]]
    if len(roots) > 1:
        message = f"more than one root (a row without a parent): {listed(roots, 5)}"
        raise ConfigError(Problem(message, table.mark(rows[roots[1]], "parent")))
    return roots[0]


def _refuse_cycles(rows: Mapping[str, int], parents: tuple[str, ...], table: Table) -> None:
    leads_up: set[str] = set()
    for start, row in rows.items():
        path = [start]
        while parents[rows[path[-1]]] and path[-1] not in leads_up:
            above = parents[rows[path[-1]]]
            if above in path:
                circle = " → ".join([*path[path.index(above) :], above])
                raise ConfigError(Problem(f"the tree has a circle: {circle}", table.mark(row, "parent")))
            path.append(above)
        leads_up.update(path)


def _nested(rows: Mapping[str, int], root: str, table: Table) -> Located:
    """The blocks, children first, so that no recursion is needed."""
    parents = table.text("parent")
    children: dict[str, list[str]] = {code: [] for code in rows}
    for code, row in rows.items():
        if parents[row]:
            children[parents[row]].append(code)
    order, level = [root], {root: 0}
    for code in order:
        order.extend(children[code])
        level |= dict.fromkeys(children[code], level[code] + 1)
        if level[code] > MOST_LEVELS:
            message = f"more than {MOST_LEVELS} levels below the root"
            raise ConfigError(Problem(message, table.mark(rows[code], "code")))
    texts = {column: table.text(column) for column in table.columns}
    blocks: dict[str, Located] = {}
    for code in reversed(order):
        below = tuple(blocks.pop(child) for child in children[code])
        cells = {column: text[rows[code]] for column, text in texts.items()}
        blocks[code] = _block(cells, table, rows[code], below)
    return blocks[root]


def _block(cells: Mapping[str, str], table: Table, row: int, children: tuple[Located, ...]) -> Located:
    code, mark = cells["code"], table.mark(row, "code")
    block = Located({}, mark).with_entry("code", Located(code, mark))
    steps: dict[str, Located] = {}
    for column, text in cells.items():
        if column in ("code", "parent") or not text:
            continue
        here = table.mark(row, column)
        step, _, option = column.partition(".")
        if option:
            value = Located(text if step == _APPLIES else scalar(text), here)
            steps[step] = steps.get(step, Located({}, here)).with_entry(option, value)
        else:
            block = block.with_entry(column, _cell(column, text, here))
    for step, setting in steps.items():
        block = block.with_entry(step, setting)
    if children:
        return block.with_entry("children", Located(children, mark))
    if "indicator" not in block.mapping:
        block = block.with_entry("indicator", Located(code, mark))
    return block


def _cell(column: str, text: str, mark: Mark) -> Located:
    if column == "flags":
        return Located(tuple(Located(flag.strip(), mark) for flag in text.split(";")), mark)
    return Located(scalar(text) if column in _NUMBERS else text, mark)

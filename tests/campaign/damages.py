"""Small damages to a config or a table, as people and programs do them."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from typing import Any

import yaml

from tests.campaign.folders import CONFIG, TABLE, FolderCase, dumped, places
from tests.campaign.hostile_index import HOSTILE, table

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 1e308, -1e308, 1e-320, 10**30, float("inf"), float("nan"), [], {}, [[]],
    {"a": {}}, [1, 2], "", " ", "x", "1e5", "mean", "none", "./data.csv", "data.csv", "index.yaml", "0x10",
    "2020-01-01", *HOSTILE[:6],
)  # fmt: skip
CELLS = (
    "",
    "..",
    "n/a",
    "nan",
    "inf",
    "1e999",
    "-",
    "1,5",
    "1.234,5",
    "12%",
    "TRUE",
    " 7 ",
    "0x1F",
    "1e-320",
    "'1",
    "−5",
)


def damaged(case: FolderCase, rng: random.Random) -> FolderCase:
    """One to three damages."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        damage = rng.choice([_config_value, _config_key, _config_text, _cell, _column, _rows, _bytes])
        case = damage(case, rng)
    return case


def _config_value(case: FolderCase, rng: random.Random) -> FolderCase:
    config = case.config
    if not config:
        return case
    container, key = rng.choice(places(config))
    container[key] = rng.choice(VALUES)
    return case.having(CONFIG, dumped(config))


def _config_key(case: FolderCase, rng: random.Random) -> FolderCase:
    """A key left out, misspelt, or put somewhere else."""
    config = case.config
    if not config:
        return case
    containers = [place for place in places(config) if isinstance(place[0], dict)]
    container, key = rng.choice(containers)
    value = container.pop(key)
    if rng.random() < 0.5:
        other, _ = rng.choice(containers)
        other[rng.choice([key, f"{key}s", str(key)[:-1] or "x"])] = value
    try:
        return case.having(CONFIG, dumped(config))
    except (yaml.YAMLError, RecursionError):
        return case


def _config_text(case: FolderCase, rng: random.Random) -> FolderCase:
    text = case.files[CONFIG].decode("utf-8", "replace")
    at = rng.randrange(len(text) or 1)
    piece = rng.choice(
        ["\t", ":", "- ", "{", "}", "[", "&a ", "*a", "!x ", "#", "'", '"', "\n", "%", "|", "\x00", "<<: "]
    )
    return case.having(CONFIG, (text[:at] + piece + text[at + rng.choice([0, 1]) :]).encode())


def _table(case: FolderCase) -> list[list[str]]:
    return [*csv.reader(case.files[TABLE].decode("utf-8", "replace").splitlines())]


def _cell(case: FolderCase, rng: random.Random) -> FolderCase:
    rows = _table(case)
    row = rng.choice(rows) if rows else []
    if row:
        row[rng.randrange(len(row))] = rng.choice([*CELLS, *HOSTILE])
    return case.having(TABLE, table(rows))


def _column(case: FolderCase, rng: random.Random) -> FolderCase:
    """A column left out, twice, renamed, or without values."""
    rows = _table(case)
    if not rows or not rows[0]:
        return case
    at = rng.randrange(len(rows[0]))
    changes: tuple[Callable[[int, list[str]], list[str]], ...] = (
        lambda _, row: row[:at] + row[at + 1 :],
        lambda _, row: [*row, *row[at : at + 1]],
        lambda number, row: row if number else [*row[:at], rng.choice(HOSTILE), *row[at + 1 :]],
        lambda number, row: [*row[:at], "", *row[at + 1 :]] if number else row,
        lambda number, row: [*row[:at], row[at] if at < len(row) and number == 0 else "5", *row[at + 1 :]],
    )
    change = rng.choice(changes)
    return case.having(TABLE, table([change(number, row) for number, row in enumerate(rows)]))


def _rows(case: FolderCase, rng: random.Random) -> FolderCase:
    """Rows left out, twice, cut short, or a footer."""
    rows = _table(case)
    at = rng.randrange(len(rows) or 1)
    changed = rng.choice(
        [
            rows[:at] + rows[at + 1 :],
            [*rows, *rows[at : at + 1]],
            [*rows, ["Source: somebody"]],
            [["A title"], [], *rows],
            rows[:1],
            [*rows[:at], *[row[:2] for row in rows[at : at + 1]], *rows[at + 1 :]],
        ]
    )
    return case.having(TABLE, table(changed))


def _bytes(case: FolderCase, rng: random.Random) -> FolderCase:
    """Another encoding, line ends, a mark of byte order, an odd byte, the first half only."""
    content = case.files[TABLE]
    text = content.decode("utf-8", "replace")
    changed = rng.choice(
        [
            content.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + content,
            text.encode("utf-16"),
            content.replace(b",", b";"),
            content.replace(b",", b"\t"),
            content[: len(content) // 2],
            content[: len(content) // 2] + b"\xff\xfe" + content[len(content) // 2 :],
            b"",
            b"\n",
        ]
    )
    return case.having(TABLE, changed)

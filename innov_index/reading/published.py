"""What somebody else announced → scores and ranks at the units, editions and nodes of this index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from innov_index.config.language import PublishedBlock
from innov_index.config.load import Config
from innov_index.errors import DataError, Problem, did_you_mean
from innov_index.io.tables import Table, read_table
from innov_index.model.arrays import Floats, Ints, read_only
from innov_index.model.dataset import Units
from innov_index.model.framework import Framework


@dataclass(frozen=True)
class Published:
    """Announced figures: `scores` and `ranks` have shape (editions, units, nodes); NaN: none announced.

    `unmatched` are the units of the announcement that this index does not have.
    """

    name: str
    file: Path
    block: PublishedBlock
    scores: Floats
    ranks: Floats
    unmatched: tuple[str, ...]


def read_published(
    config: Config, block: PublishedBlock, units: Units, editions: tuple[str, ...], framework: Framework
) -> Published:
    """Read one `published:` block.

    Raises
    ------
    DataError
        A file or column is missing, or a row is about something that cannot be.
    """
    path = config.folder / block.file
    table = read_table(
        path,
        sheet=block.sheet,
        cells=block.range,
        delimiter=block.delimiter,
        decimal=block.decimal,
        encoding=block.encoding,
        missing=tuple(block.missing),
    )
    unit_column = block.unit or config.block.units.id
    table.require((unit_column, *block.where), "published figures")
    rows = _rows(table, block)
    at_unit, unmatched = _units(table, rows, unit_column, block, units)
    at_edition = _editions(table, rows, block, editions)
    shape = (max(len(editions), 1), len(units), len(framework))
    scores, ranks = np.full(shape, np.nan), np.full(shape, np.nan)
    place = (at_edition, at_unit)
    if block.nodes is not None:
        target = scores if block.nodes == "scores" else ranks
        for code in set(table.columns) & set(framework.codes):
            _store(target, place, framework.position[code], table.numbers((code,))[rows, 0])
    at_node = _nodes(table, rows, block, framework)
    for target, column in (
        (scores, _column(block.score, "score", table)),
        (ranks, _column(block.rank, "rank", table)),
    ):
        if column is not None:
            _store(target, place, at_node, table.numbers((column,))[rows, 0])
    if np.isnan(scores).all() and np.isnan(ranks).all():
        raise DataError(
            f"{table.file}: no published score or rank; name the columns with `score`, `rank`, `nodes`"
        )
    return Published(block.name or path.name, path, block, read_only(scores), read_only(ranks), unmatched)


def _rows(table: Table, block: PublishedBlock) -> Ints:
    """Rows in which the columns of `where` hold the texts stated."""
    chosen = np.ones(table.rows, dtype=np.bool_)
    for column, text in block.where.items():
        chosen &= np.array([cell == str(text) for cell in table.text(column)])
    if not chosen.any():
        stated = ", ".join(f"{column} = {text}" for column, text in block.where.items())
        raise DataError(f"{table.file}: no row with {stated}")
    return np.flatnonzero(chosen)


def _units(
    table: Table, rows: Ints, column: str, block: PublishedBlock, units: Units
) -> tuple[Ints, tuple[str, ...]]:
    """Unit of each row (-1: not in this index), and the names that were not found."""
    known: Mapping[str, int] = units.position
    if block.match == "name":
        known = {name: index for index, name in enumerate(units.names)}
    texts = table.text(column)
    found = np.array([known.get(texts[row], -1) for row in rows], dtype=np.int64)
    unmatched = tuple(dict.fromkeys(texts[row] for row, at in zip(rows, found, strict=True) if at < 0))
    return found, unmatched


def _editions(table: Table, rows: Ints, block: PublishedBlock, editions: tuple[str, ...]) -> Ints:
    if not editions or (block.edition is None and "edition" not in table.columns):
        return np.zeros(len(rows), dtype=np.int64)
    texts = table.text(block.edition or "edition")
    known = {edition: index for index, edition in enumerate(editions)}
    return np.array([known.get(texts[row], -1) for row in rows], dtype=np.int64)


def _nodes(table: Table, rows: Ints, block: PublishedBlock, framework: Framework) -> Ints:
    """Node of each row; the root where the table has no node column."""
    column = _column(block.node, "node", table)
    if column is None:
        return np.zeros(len(rows), dtype=np.int64)
    texts = table.text(column)
    unknown = [row for row in rows if texts[row] not in framework.position]
    if unknown:
        row = int(unknown[0])
        message = f"'{texts[row]}' is no node of the index.{did_you_mean(texts[row], framework.codes)}"
        raise DataError(Problem(message, table.mark(row, column)))
    return np.array([framework.position[texts[row]] for row in rows], dtype=np.int64)


def _column(stated: str | None, usual: str, table: Table) -> str | None:
    if stated is not None:
        table.require((stated,), "published figures")
        return stated
    return usual if usual in table.columns else None


def _store(target: Floats, place: tuple[Ints, Ints], node: int | Ints, numbers: Floats) -> None:
    edition, unit = place
    known = (edition >= 0) & (unit >= 0)
    nodes = np.broadcast_to(node, known.shape)
    target[edition[known], unit[known], nodes[known]] = numbers[known]

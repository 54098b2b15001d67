"""The tables that a config names, each read once."""

from __future__ import annotations

from pathlib import Path

from innov_index.config.language import TableBlock
from innov_index.config.steps import texts_of
from innov_index.intake.tables.table import Table, read_table


class Tables:
    """Tables of one config, and what was noticed on reading them.

    Parameters
    ----------
    folder : Path
        Of the config: where relative paths start.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[tuple[Path, tuple[object, ...]], Table] = {}

    def open(self, block: TableBlock, file: str) -> Table:
        """The rows of `file` that a block is about, read as it says.

        Raises
        ------
        DataError
            The file cannot be read, or has no column that `where` names.
        """
        path = self.folder / file
        options = {
            "sheet": block.sheet,
            "cells": block.range,
            "delimiter": block.delimiter,
            "decimal": block.decimal,
            "encoding": block.encoding,
            "missing": tuple(block.missing),
        }
        key = (path, tuple(options.values()))
        if key not in self._read:
            self._read[key] = read_table(path, **options)  # type: ignore[arg-type]
        return self._read[key].where({column: texts_of(texts) for column, texts in block.where.items()})

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(path for path, _ in self._read))

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(remark for table in self._read.values() for remark in table.remarks))

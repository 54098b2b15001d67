"""Large JSON lines through pyarrow, which parses nothing but the wanted values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from innov_index.errors import Mark, load_extra
from innov_index.intake.formats.archives import ensure_usual_ratio, open_decompressed
from innov_index.intake.formats.json_lines import objects_of
from innov_index.intake.records.arrow import NotPlain, at_path
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.column_paths import ColumnPath, Step, require_paths
from innov_index.intake.records.json_records import SEARCHED, titles_of, without_values
from innov_index.intake.records.nested_columns import values_along
from innov_index.intake.records.wanted_columns import WantedColumns

_BLOCK = 4 << 20
"""Bytes parsed at a time, up to the end of a line."""

_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")


def batches_of_large_lines(path: Path, shown: str, wanted: WantedColumns) -> Iterator[Batch]:
    """Batches of the objects of a large file of JSON lines.

    Raises
    ------
    NotPlain
        The values of a path are of different types, or lines are blank or no JSON: to be read line by line.
    """
    with open_decompressed(path) as (_, file):
        first = [record for _, record in islice(objects_of(shown, file), SEARCHED)]
    paths = require_paths(titles_of(first), wanted, Mark(shown))
    schema = _schema(first, paths.values())
    said = tuple(without_values(shown, first, paths.values()))
    line = 1
    with open_decompressed(path) as (_, file):
        for block in _parsed(path, file, schema):
            columns = {at: at_path(block.column(at.root), at, shown) for at in dict.fromkeys(paths.values())}
            lines = np.arange(line, line + block.num_rows, dtype=np.int64)
            yield Batch(shown, lines, {role: columns[at] for role, at in paths.items()}, said)
            line, said = line + block.num_rows, ()


def _parsed(path: Path, file: IO[bytes], schema: Any) -> Iterator[Any]:
    """The wanted values of blocks of whole lines."""
    arrow = load_extra("pyarrow", "reading large JSON lines", "parquet")
    json = load_extra("pyarrow.json", "reading large JSON lines", "parquet")
    parsing = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    packed, read = path.stat().st_size, 0
    while content := file.read(_BLOCK) + file.readline():
        read += len(content)
        ensure_usual_ratio(path, read, packed)
        if not content[:1].strip() or _BLANK_LINE.search(content):  # records are numbered as lines are
            raise NotPlain
        whole = json.ReadOptions(use_threads=False, block_size=len(content) + 1)
        try:
            block = json.read_json(arrow.BufferReader(content), whole, parsing)
            block.validate(full=True)  # texts may be no UTF-8
        except arrow.ArrowInvalid:
            raise NotPlain from None
        yield block


@dataclass
class _Node:
    """What the schema needs of a value: its type, or those of its elements or keys."""

    leaf: Any = None
    element: _Node | None = None
    keys: dict[str, _Node] = field(default_factory=dict)

    def inside(self, step: Step) -> _Node:
        """The value at a step."""
        if isinstance(step, str):
            return self.keys.setdefault(step, _Node())
        self.element = self.element or _Node()
        return self.element

    def type(self, arrow: Any) -> Any:
        """The Arrow type; a value that is taken both whole and apart has none."""
        kinds = [self.leaf is not None, self.element is not None, bool(self.keys)]
        if sum(kinds) != 1:
            raise NotPlain
        if self.element is not None:
            return arrow.list_(self.element.type(arrow))
        if self.keys:
            return arrow.struct([(name, node.type(arrow)) for name, node in self.keys.items()])
        return self.leaf


def _schema(records: Sequence[Mapping[str, Any]], paths: Iterable[ColumnPath]) -> Any:
    """The types of the wanted values, from the first records."""
    arrow = load_extra("pyarrow", "reading large JSON lines", "parquet")
    whole = _Node()
    for path in dict.fromkeys(paths):
        node = whole
        for step in (path.root, *path.steps):
            node = node.inside(step)
        node.leaf = _leaf_type(values_along(records, path), arrow)
    return arrow.schema([(name, node.type(arrow)) for name, node in whole.keys.items()])


def _leaf_type(values: Iterable[Any], arrow: Any) -> Any:
    types: Mapping[type, Any] = {
        str: arrow.string(),
        bool: arrow.bool_(),
        int: arrow.int64(),
        float: arrow.float64(),
    }
    found = {type(value) for value in values if value is not None}
    if not found:
        return arrow.string()
    if len(found) > 1 or not found <= types.keys():
        raise NotPlain
    return types[found.pop()]

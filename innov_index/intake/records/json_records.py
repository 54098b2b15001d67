"""JSON as batches of records: an object a line, or the list of objects in a document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any, TypeAlias

import numpy as np

from innov_index.errors import DataError, Mark, did_you_mean, not_found
from innov_index.intake.formats.data_package import is_data_package
from innov_index.intake.formats.json_lines import objects_of
from innov_index.intake.formats.kinds import is_json_stat
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.column_paths import ColumnPath, column_path, require_paths
from innov_index.intake.records.nested_columns import PathReader, values_along
from innov_index.intake.records.rows_in_batches import ROWS_A_BATCH
from innov_index.intake.records.wanted_columns import WantedColumns, names_in
from innov_index.wording import listed

Record: TypeAlias = Mapping[str, Any]

SEARCHED = 1000
"""Records whose keys are the columns."""

_NESTED_A_BATCH = 20_000
_DEEPEST = 4


def is_message(content: bytes) -> bool:
    """Whether a JSON document holds tables or series: a data package, JSON-stat or SDMX."""
    return is_json_stat(content) or b'"dataSets"' in content or is_data_package(content)


def batches_of_lines(shown: str, file: IO[bytes], wanted: WantedColumns) -> Iterator[Batch]:
    """Batches of the objects of JSON lines, read as a stream."""
    return batches_of_objects(shown, objects_of(shown, file), wanted, ())


def batches_of_document(
    shown: str, content: bytes, wanted: WantedColumns, stated: str | Sequence[str] | None
) -> Iterator[Batch]:
    """The objects of the list in a document that has the wanted columns; `stated` is its path.

    Raises
    ------
    DataError
        The document is damaged, or has no such list, or several.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{shown}: this JSON file is damaged or truncated ({error})") from None
    found = dict(_lists(document, ""))
    said: tuple[str, ...] = ()
    if stated is not None:
        name = stated if isinstance(stated, str) else ", ".join(stated)
        if name not in found:
            raise DataError(f"{shown}: {not_found('list of objects', name, list(found))}")
    else:
        name = _with_most(shown, found, wanted)
        said = (f"{shown}: records are read from '{name}'",) if name else ()
    return batches_of_objects(shown, enumerate(found[name], 1), wanted, said)


def _lists(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Sequence[Record]]]:
    """The lists of objects inside objects, by their paths, and an object that stands alone."""
    if isinstance(value, list):
        if value and all(isinstance(entry, dict) for entry in value):
            yield name, value
        return
    if isinstance(value, dict):
        if not name:
            yield "", [value]
        if depth < _DEEPEST:
            for key, inner in value.items():
                yield from _lists(inner, f"{name}.{key}" if name else key, depth + 1)


def _with_most(shown: str, lists: Mapping[str, Sequence[Record]], wanted: WantedColumns) -> str:
    """The list whose objects have most of the wanted columns."""
    if not lists:
        raise DataError(f"{shown}: this JSON file has no list of objects")
    numbers = {name: _number_of_names(titles_of(records), wanted) for name, records in lists.items()}
    most = [name for name, number in numbers.items() if number == max(numbers.values())]
    if len(most) > 1 and most[0]:
        raise DataError(
            f"{shown}: several lists of objects have the columns: {listed(map(repr, most), 5)}; choose one "
            "with `sheet`"
        )
    return most[0]


def _number_of_names(titles: Sequence[str], wanted: WantedColumns) -> int:
    roots = {
        path.root for names in wanted.values() for name in names if (path := column_path(name)) is not None
    }
    return len(names_in(titles, wanted)) + len(roots & set(titles))


def titles_of(records: Iterable[Record]) -> list[str]:
    return list(dict.fromkeys(key for record in islice(records, SEARCHED) for key in record))


def batches_of_objects(
    shown: str, records: Iterable[tuple[int, Record]], wanted: WantedColumns, said: tuple[str, ...]
) -> Iterator[Batch]:
    """Batches of objects, each with its line or number; their keys are the columns."""
    numbered = iter(records)
    first = list(islice(numbered, SEARCHED))
    searched = [record for _, record in first]
    paths = require_paths(titles_of(searched), wanted, Mark(shown))
    said = (*said, *without_values(shown, searched, paths.values()))
    readers = {path: PathReader(path, shown, searched) for path in dict.fromkeys(paths.values())}
    rows = _NESTED_A_BATCH if any(path.steps for path in readers) else ROWS_A_BATCH
    others = chain(first, numbered)
    while lines := _collected(islice(others, rows), list(readers.values())):
        columns = {path: reader.column() for path, reader in readers.items()}
        of_roles = {role: columns[path] for role, path in paths.items()}
        yield Batch(shown, np.array(lines, dtype=np.int64), of_roles, said)
        said = ()


def _collected(records: Iterable[tuple[int, Record]], readers: Sequence[PathReader]) -> list[int]:
    """The lines of some records, whose values the readers have then; records themselves are not kept."""
    lines = []
    for line, record in records:
        lines.append(line)
        for reader in readers:
            reader.add(line, record)
    return lines


def without_values(shown: str, records: Sequence[Record], paths: Iterable[ColumnPath]) -> list[str]:
    """What is told of paths at which the first records have no key."""
    told = []
    for path in dict.fromkeys(paths):
        steps = (path.root, *path.steps)
        reached = [values_along(records, path, upto) for upto in range(len(steps) + 1)]
        empty = next((at for at, values in enumerate(reached) if not values), None)
        if not path.steps or empty is None or not records:
            continue
        objects = [value for value in reached[empty - 1] if isinstance(value, dict)]
        known = list(dict.fromkeys(key for value in objects for key in value))
        missing = steps[empty - 1]
        if isinstance(missing, str):
            near = did_you_mean(missing, known)
            told.append(f"{shown}: the first {len(records):,} records have no '{path}'.{near}".rstrip("."))
    return told

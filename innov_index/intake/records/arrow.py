"""Large files through pyarrow: CSV in blocks, Parquet by row groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import DataError, InnovIndexError, Mark, Problem, load_extra
from innov_index.intake.records.batch import Batch, WantedColumns
from innov_index.intake.records.header import require_columns

ROWS_A_PARTITION = 1_000_000
_BLOCK = 16 << 20


class NeedsTolerantReader(Exception):
    """The file has rows of uneven width or is not entirely UTF-8: only the tolerant reader can read it."""


@contextmanager
def _readable(path: Path, what: str) -> Iterator[None]:
    """Turn whatever goes wrong into one error that names the file."""
    try:
        yield
    except (InnovIndexError, NeedsTolerantReader):
        raise
    except Exception as error:  # damaged files raise various errors, not only pyarrow's
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: cannot be read as {what}; it may be truncated ({reason})") from None


def row_groups(path: Path) -> list[tuple[int, ...]]:
    """Row groups of a Parquet file, combined up to about a million rows."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    groups: list[tuple[int, ...]] = [()]
    rows = 0
    with _readable(path, "a Parquet file"):
        metadata = parquet.read_metadata(path)
        for group in range(metadata.num_row_groups):
            if rows and rows + metadata.row_group(group).num_rows > ROWS_A_PARTITION:
                groups.append(())
                rows = 0
            groups[-1] = (*groups[-1], group)
            rows += metadata.row_group(group).num_rows
    return groups


def read_parquet(path: Path, shown: str, wanted: WantedColumns, groups: tuple[int, ...]) -> Iterator[Batch]:
    """Read some row groups of a Parquet file as one batch."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    with _readable(path, "a Parquet file"):
        metadata = parquet.read_metadata(path)
        file = parquet.ParquetFile(
            path,
            metadata=metadata,
            read_dictionary=repeating(metadata),
            page_checksum_verification=True,  # of pages that have one
        )
        names = file.schema_arrow.names
        positions = require_columns(shown, names, wanted)
        before = sum(file.metadata.row_group(group).num_rows for group in range(groups[0] if groups else 0))
        needed = list(dict.fromkeys(names[position] for position in positions.values()))
        table = file.read_row_groups(list(groups), columns=needed)
    columns = {
        role: _plain(_joined(table.column(names[position])), shown, names[position])
        for role, position in positions.items()
    }
    yield Batch(shown, np.arange(before + 1, before + table.num_rows + 1, dtype=np.int64), columns)


def _plain(column: Any, shown: str, name: str) -> Any:
    """A column in a type that all functions on columns take, with the same cells."""
    arrow = load_extra("pyarrow", "reading a Parquet file", "parquet")
    types = arrow.types
    kind = column.type
    if types.is_nested(kind):
        raise DataError(Problem(f"column '{name}' is of type {kind}; a cell holds one value", Mark(shown)))
    if types.is_float16(kind):  # which older versions of pyarrow do not cast
        numbers = [None if cell is None else float(cell) for cell in column.to_pylist()]
        return arrow.array(numbers, arrow.float64())
    if types.is_uint64(kind):
        try:
            return column.cast(arrow.int64())
        except arrow.ArrowInvalid:
            return column.cast(arrow.large_string())
    if types.is_dictionary(kind) or any(test(kind) for test in (types.is_string, types.is_large_string)):
        return column
    if types.is_null(kind) or "string" in str(kind):
        return column.cast(arrow.large_string())
    if "binary" in str(kind):  # as older writers store texts
        try:
            return column.cast(arrow.large_binary()).cast(arrow.large_string())
        except arrow.ArrowInvalid:
            message = f"column '{name}' holds bytes that are no UTF-8 text"
            raise DataError(Problem(message, Mark(shown))) from None
    return column


def repeating(metadata: Any) -> list[str]:
    """Columns of repeating texts, for which it is faster to use the file's own list of distinct texts.

    A text stored as such needs four bytes for its length alone.
    """
    groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    return [
        metadata.schema.column(at).path
        for at in range(metadata.num_columns)
        if metadata.schema.column(at).converted_type == "UTF8"
        and sum(group.column(at).total_uncompressed_size for group in groups) < 4 * metadata.num_rows
    ]


def read_csv(
    path: Path, shown: str, wanted: WantedColumns, *, skipped_lines: int, names: list[str], delimiter: str
) -> Iterator[Batch]:
    """Read batches of a large CSV file in UTF-8 whose header is known."""
    arrow = load_extra("pyarrow", f"{path}: reading a large file", "parquet")
    arrow_csv = load_extra("pyarrow.csv", f"{path}: reading a large file", "parquet")
    positions = require_columns(shown, names, wanted)
    unique = [f"{index}" for index in range(len(names))]
    needed = [unique[position] for position in dict.fromkeys(positions.values())]

    def refuse(row: Any) -> str:
        uneven.append(row.number)
        return "skip"

    uneven: list[int | None] = []
    with _readable(path, "a text table"):
        reader = arrow_csv.open_csv(
            arrow.input_stream(str(path), compression="gzip" if path.suffix == ".gz" else None),
            read_options=arrow_csv.ReadOptions(
                block_size=_BLOCK, skip_rows=skipped_lines, column_names=unique
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=needed,
                column_types=dict.fromkeys(needed, arrow.string()),
                strings_can_be_null=False,
            ),
        )
    line = skipped_lines + 1
    while True:
        with _readable(path, "a text table"):
            try:
                table = reader.read_next_batch()
            except StopIteration:
                table = None
            except arrow.ArrowInvalid as error:
                if "UTF8" in str(error):
                    raise NeedsTolerantReader from None
                raise
        if uneven:
            raise NeedsTolerantReader
        if table is None:
            return
        columns = {role: table.column(unique[position]) for role, position in positions.items()}
        yield Batch(shown, np.arange(line, line + table.num_rows, dtype=np.int64), columns)
        line += table.num_rows


def _joined(column: Any) -> Any:
    """Combine the pieces of a column into one Arrow array."""
    combined = column.combine_chunks()
    if hasattr(combined, "chunks"):  # no rows, or too many for one array
        arrow = load_extra("pyarrow", "reading this file", "parquet")
        chunks = combined.chunks
        return arrow.concat_arrays(chunks) if chunks else arrow.array([], type=column.type)
    return combined

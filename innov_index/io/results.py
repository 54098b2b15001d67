"""Writing a result to a file: format by extension, provenance beside it, all files or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from innov_index.errors import InnovIndexError
from innov_index.io.described_tables import data_package, is_description
from innov_index.io.file_roles import announce_outputs
from innov_index.io.hashing import provenance_path
from innov_index.io.rendering import extension_of, render, to_workbook
from innov_index.io.writing import ensure_writable, is_stream, write_all
from innov_index.model.provenance import JointProvenance, Provenance
from innov_index.model.result import Beside, Result
from innov_index.wording import counted, listed


def announce_results(*paths: Path) -> None:
    """Say that tables will be written to these files; raise where one could not be, and create nothing."""
    for path in paths:
        extension_of(path)
    _announce(paths)


def announce_document(path: Path, extensions: Sequence[str]) -> None:
    """Say that a file of another kind will be written, whose name must end in one of `extensions`."""
    of_one_kind = len(extensions) == 1
    if not path.name.lower().endswith(tuple(extensions)) and not (of_one_kind and is_stream(path)):
        raise InnovIndexError(f"{path}: the name of this file must end in {listed(extensions, last='or')}")
    _announce([path])


def _announce(paths: Sequence[Path]) -> None:
    for path in paths:
        ensure_writable(path)
    announce_outputs(*(file for path in paths for file in (path, provenance_path(path))))


def write_result(result: Result, output: Path, table: str | None = None) -> str:
    """Write one table of a result, the first by default; a workbook gets them all, this one first.

    Returns
    -------
    str
        What was written, e.g. "ranks.csv (46 rows) and ranks.csv.provenance.json".
    """
    contents, size = _contents(result, output, table)
    return write_with_provenance(contents, size, lambda: result.provenance)


def write_with_provenance(
    contents: Mapping[Path, str | bytes],
    size: str,
    provenance: Callable[[], Provenance | JointProvenance | None],
) -> str:
    """Write files and the provenance of the first one beside it; say what was written, see `write_result`."""
    output = next(iter(contents))
    if is_stream(output):
        # a pipe or a device has no place beside it
        write_all({output: contents[output]})
        return f"{output} ({size})"
    made_from = provenance()
    written = dict(contents)
    if made_from is not None:
        written[provenance_path(output)] = made_from.to_json()
    write_all(written)
    return " and ".join([f"{output} ({size})", *(path.name for path in written if path != output)])


def _size_of(extra: Beside) -> str:
    rows = len(extra.sheet.rows)
    return f"{rows:,} {extra.title.lower().removesuffix('s' if rows == 1 else '')}"


def _contents(result: Result, output: Path, table: str | None) -> tuple[dict[Path, str | bytes], str]:
    """The files, the named one first, and how much is in it."""
    extension = extension_of(output)
    if extension == ".xlsx" and len(result.tables) > 1:
        first = {} if table is None else {table: result.table(table)}
        sheets = {**first, **result.tables, **{extra.title: extra.sheet for extra in result.beside}}
        return {output: to_workbook(sheets)}, counted(len(sheets), "sheet")
    sheet = result.table(table)
    size = ", ".join(
        [
            counted(len(sheet.rows), "row"),
            *(_size_of(extra) for extra in result.beside),
        ]
    )
    if extension == ".xlsx":
        sheets = {"Sheet1": sheet, **{extra.title: extra.sheet for extra in result.beside}}
        return {output: to_workbook(sheets)}, size
    if is_description(output):
        name = table or next(iter(result.tables))
        described = {name: sheet, **{f"{name}.{extra.suffix}": extra.sheet for extra in result.beside}}
        return data_package(output, result.title, described), size
    stem = output.name[: -len(extension)]
    contents: dict[Path, str | bytes] = {output: render(sheet, output)}
    for extra in result.beside:
        contents[output.with_name(f"{stem}.{extra.suffix}{extension}")] = render(extra.sheet, output)
    return contents, size

"""Frictionless data packages: `datapackage.json` says where tables are and how their cells are written.

Source: the Data Package, Table Dialect and Table Schema standards (specs.frictionlessdata.io, version 1;
datapackage.org, version 2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from innov_index.errors import DataError, Problem
from innov_index.frozen import frozen

_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")


@frozen
class PackageField:
    """A column as the package describes it.

    Attributes
    ----------
    name : str
    kind : str
        The type: "string", "number", "integer", "boolean", "year", "date", …; "any" where none is stated.
    decimal, group : str
        Decimal mark and mark of thousands of numbers; an empty `group` is none.
    bare : bool
        False where numbers stand beside other characters, such as "95%" or "€ 95".
    true, false : tuple of str
        What stands for yes and no in a boolean.
    missing : tuple of str
        What stands for a missing value.
    form : str
        The pattern of dates, or "default".
    title, description : str
    """

    name: str
    kind: str = "any"
    decimal: str = "."
    group: str = ""
    bare: bool = True
    true: tuple[str, ...] = _TRUE
    false: tuple[str, ...] = _FALSE
    missing: tuple[str, ...] = ("",)
    form: str = "default"
    title: str = ""
    description: str = ""


@frozen
class PackageTable:
    """A resource of the package: a table in one file, or in parts with the same columns.

    Attributes
    ----------
    name : str
    files : tuple of Path
        All in the folder of the package.
    delimiter, quote : str, optional
        None where the package leaves them to the reader; an empty `quote` says that quotes are text.
    header_rows : int
        0 where the file has no header: then the fields name the columns.
    comment : str
        Lines that begin with it are left out; empty: none.
    encoding, sheet : str, optional
    fields : tuple of PackageField
    missing : tuple of str
    primary_key : tuple of str
    title : str
    """

    name: str
    files: tuple[Path, ...]
    delimiter: str | None = None
    quote: str | None = None
    header_rows: int = 1
    comment: str = ""
    encoding: str | None = None
    sheet: str | None = None
    fields: tuple[PackageField, ...] = ()
    missing: tuple[str, ...] = ("",)
    primary_key: tuple[str, ...] = ()
    title: str = ""


@frozen
class DataPackage:
    """The tables of a package in order."""

    path: Path
    name: str
    tables: tuple[PackageTable, ...]


class _NotStatedWell(ValueError):
    """What the package says is not valid; the message begins with the place in it."""


def is_data_package(content: bytes) -> bool:
    """Whether a JSON file describes a data package."""
    try:
        described = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(described, dict) and isinstance(described.get("resources"), list)


def read_data_package(path: Path, content: bytes) -> DataPackage:
    """Read the description of a package; its tables are not opened.

    Parameters
    ----------
    path : Path
        The `datapackage.json`; tables are looked for in its folder.
    content : bytes
        Of that file.

    Raises
    ------
    DataError
        It is no description of a package; a table lies outside the folder, behind a URL or in the description
        itself. All such problems are named.
    """
    try:
        described = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not valid JSON ({error})") from None
    resources = described.get("resources") if isinstance(described, dict) else None
    if not isinstance(resources, list) or not resources:
        raise DataError(f"{path}: no data package: it has no list of `resources`")
    tables, problems = [], []
    for number, resource in enumerate(resources):
        try:
            tables.append(_table(path.parent, resource, f"resources[{number}]"))
        except _NotStatedWell as error:
            problems.append(Problem(f"{path}: {error}"))
    DataError.raise_if(problems)
    return DataPackage(path, str(described.get("name", "")), tuple(tables))


def _table(folder: Path, resource: Any, place: str) -> PackageTable:
    described = _object(resource, place)
    dialect = _referred(folder, described.get("dialect", {}), f"{place}.dialect")
    schema = _referred(folder, described.get("schema", {}), f"{place}.schema")
    missing = _texts(schema.get("missingValues", [""]), f"{place}.schema.missingValues")
    return PackageTable(
        name=str(described.get("name", "")),
        files=tuple(_files(folder, described, place)),
        delimiter=_text(dialect, "delimiter", f"{place}.dialect"),
        quote=_text(dialect, "quoteChar", f"{place}.dialect"),
        header_rows=_header_rows(dialect),
        comment=_text(dialect, "commentChar", f"{place}.dialect") or "",
        encoding=_text(described, "encoding", place),
        sheet=_text(dialect, "sheetName", f"{place}.dialect"),
        fields=tuple(_fields(schema, missing, f"{place}.schema.fields")),
        missing=missing,
        primary_key=_texts(schema.get("primaryKey", []), f"{place}.schema.primaryKey"),
        title=str(described.get("title", "")),
    )


def _files(folder: Path, described: Mapping[str, Any], place: str) -> Iterator[Path]:
    """The files of a table, which a package of somebody else must not look for outside its folder."""
    if "path" not in described:
        inline = "; data in the description itself are not read" if "data" in described else ""
        raise _NotStatedWell(f"{place}: no `path`{inline}")
    stated = described["path"]
    for text in _texts(stated, f"{place}.path"):
        if "://" in text:
            raise _NotStatedWell(f"{place}.path: {text} is a URL; download it and state the file")
        pure = PurePosixPath(text)
        outside = pure.is_absolute() or ".." in pure.parts or "\\" in text or ":" in text[:2]
        file = folder / text
        if outside or not text or not _resolved(file).is_relative_to(_resolved(folder)):
            raise _NotStatedWell(f"{place}.path: {text!r} is not a file in the folder of the package")
        yield file


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise _NotStatedWell(f"{path} is no valid path") from None


def _referred(folder: Path, stated: Any, place: str) -> Mapping[str, Any]:
    """A part of the description, which may stand in a file of its own."""
    if not isinstance(stated, str):
        return _object(stated, place)
    (file,) = _files(folder, {"path": stated}, place)
    try:
        return _object(json.loads(file.read_bytes()), place)
    except (OSError, ValueError, RecursionError) as error:
        raise _NotStatedWell(f"{place}: {stated} cannot be read ({error})") from None


def _object(stated: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(stated, dict):
        raise _NotStatedWell(f"{place}: an object is expected; got {json.dumps(stated)[:40]}")
    return stated


def _text(stated: Mapping[str, Any], name: str, place: str) -> str | None:
    text = stated.get(name)
    if text is not None and not isinstance(text, str):
        raise _NotStatedWell(f"{place}.{name}: a text is expected; got {json.dumps(text)[:40]}")
    return text


def _texts(stated: Any, place: str) -> tuple[str, ...]:
    """A text or a list of them; in version 2 a missing value may have a label beside it."""
    listed = stated if isinstance(stated, list) else [stated]
    texts = [item.get("value") if isinstance(item, dict) else item for item in listed]
    found = tuple(text for text in texts if isinstance(text, str))
    if len(found) < len(texts):
        raise _NotStatedWell(f"{place}: texts are expected; got {json.dumps(stated)[:40]}")
    return found


def _header_rows(dialect: Mapping[str, Any]) -> int:
    """How many rows are the header; version 2 lists them, counted from 1."""
    if dialect.get("header") is False:
        return 0
    rows = dialect.get("headerRows")
    return len(rows) if isinstance(rows, list) and rows else 1


def _fields(schema: Mapping[str, Any], missing: tuple[str, ...], place: str) -> Iterator[PackageField]:
    fields = schema.get("fields", [])
    if not isinstance(fields, list):
        raise _NotStatedWell(f"{place}: a list is expected")
    for number, stated in enumerate(fields):
        here = f"{place}[{number}]"
        described = _object(stated, here)
        name = _text(described, "name", here)
        if not name:
            raise _NotStatedWell(f"{here}: no `name`")
        yield PackageField(
            name=name,
            kind=_text(described, "type", here) or "any",
            decimal=_text(described, "decimalChar", here) or ".",
            group=_text(described, "groupChar", here) or "",
            bare=described.get("bareNumber") is not False,
            true=_texts(described.get("trueValues", list(_TRUE)), f"{here}.trueValues"),
            false=_texts(described.get("falseValues", list(_FALSE)), f"{here}.falseValues"),
            missing=_texts(described.get("missingValues", list(missing)), f"{here}.missingValues"),
            form=_text(described, "format", here) or "default",
            title=_text(described, "title", here) or "",
            description=_text(described, "description", here) or "",
        )

"""The parts of a workbook that is a zip archive, each decompressed within limits."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.formats.kinds import DAMAGED_ZIP

LARGEST_PART = 1 << 30
"""Bytes of one part when decompressed."""

_SMALL_PART = 64 << 20
_LARGEST_RATIO = 200

_ENTITY = tuple("<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


@frozen
class Parts:
    """Parts by name; names are compared without regard to case and with slashes, as Excel does."""

    path: Path
    content: bytes

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(io.BytesIO(self.content))
        except DAMAGED_ZIP as error:
            raise self._damaged(error) from None

    @cached_property
    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        return {_plain(entry.filename): entry for entry in self._archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def read(self, name: str) -> bytes:
        """Decompress a part.

        Raises
        ------
        DataError
            There is no such part, it is damaged or too large.
        """
        entry = self._entries.get(_plain(name))
        if entry is None:
            raise DataError(f"{self.path}: damaged: the workbook has no part {name}")
        self._ensure_small(entry)
        try:
            with self._archive.open(entry) as file:
                return file.read()
        except DAMAGED_ZIP as error:
            raise self._damaged(error) from None

    def tree(self, name: str) -> ElementTree.Element:
        """Parse a small part of XML."""
        return parsed(self.path, self.read(name))

    def _ensure_small(self, entry: zipfile.ZipInfo) -> None:
        size, packed = entry.file_size, max(entry.compress_size, 1)
        if size > LARGEST_PART:
            raise DataError(
                f"{self.path}: {entry.filename} decompresses to more than {LARGEST_PART >> 30} GB, too large "
                "for a workbook; save the table as CSV or Parquet"
            )
        if size > _SMALL_PART and size > _LARGEST_RATIO * packed:
            raise DataError(
                f"{self.path}: {entry.filename} decompresses to {size // packed} times its size, which no "
                "table does; save the table as CSV"
            )

    def _damaged(self, error: Exception) -> DataError:
        return DataError(f"{self.path}: this workbook is damaged or truncated ({error}); download it again")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def resolved(target: str, beside: str) -> str:
    """Name of the part that a relationship points to; relative ones start in the folder of `beside`."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), target))


def parsed(path: Path, xml: bytes) -> ElementTree.Element:
    """Parse XML that defines no entities: a few lines of those can expand to terabytes."""
    ensure_no_entities(path, xml)
    try:
        return ElementTree.fromstring(xml)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(f"{path}: its XML is damaged ({error})") from None


def ensure_no_entities(path: Path, xml: bytes) -> None:
    """Raise where XML defines entities."""
    if any(mark in xml for mark in _ENTITY):
        raise DataError(f"{path}: defines XML entities, which tables do not need; it is not read")


_RELATION = re.compile(r"relationship$", re.IGNORECASE)


@frozen
class Relation:
    """What a part points to."""

    kind: str
    target: str


def relations(parts: Parts, name: str) -> dict[str, Relation]:
    """What a part points to, by identifier."""
    folder, base = posixpath.split(name)
    tree = parts.tree(f"{folder}/_rels/{base}.rels")
    return {
        element.get("Id", ""): Relation(
            element.get("Type", "").rsplit("/", 1)[-1], resolved(element.get("Target", ""), name)
        )
        for element in tree.iter()
        if _RELATION.search(element.tag)
    }

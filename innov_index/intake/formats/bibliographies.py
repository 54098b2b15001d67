"""Files of references, of any format that gives a record as named values instead of cells."""

from __future__ import annotations

import io
from collections.abc import Iterator

from innov_index.intake.formats.tagged_text import Record, tag_format, tagged_records


def is_references(content: bytes) -> bool:
    """Whether a text, of which the beginning is given, holds references."""
    return tag_format(content[:4000].decode("utf-8", "replace")) is not None


def references(text: str) -> Iterator[tuple[int, Record]]:
    """The references in a text, each with the line on which it begins."""
    tags = tag_format(text)
    return iter(()) if tags is None else tagged_records(tags, io.StringIO(text, newline=None))

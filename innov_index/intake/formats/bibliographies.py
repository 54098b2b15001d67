"""Files of references, of any format that gives a record as named values instead of cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from innov_index.intake.formats.bibtex import bibtex_records, is_bibtex
from innov_index.intake.formats.tagged_text import tag_format, tagged_records


def is_references(content: bytes) -> bool:
    """Whether a text, of which the beginning is given, holds references."""
    text = content[:4000].decode("utf-8", "replace")
    return tag_format(text) is not None or is_bibtex(text)


def references(file: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The references in the text of a file, each with the line on which it begins."""
    tags = tag_format(text)
    if tags is None:
        yield from bibtex_records(file, text)
    else:
        yield from tagged_records(tags, io.StringIO(text, newline=None))

"""Files of references, of any format that gives a record as named values instead of cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

_BEGINNINGS = ("TY  -", "PMID-", "FN ", "PT ", "@", "%")
"""How such files begin; their readers are loaded for no others."""


def is_references(content: bytes) -> bool:
    """Whether a text, of which the beginning is given, holds references."""
    text = content[:4000].decode("utf-8", "replace")
    if not text.lstrip("\ufeff \t\r\n").startswith(_BEGINNINGS):
        return False
    from innov_index.intake.formats.bibtex import is_bibtex
    from innov_index.intake.formats.tagged_text import tag_format

    return tag_format(text) is not None or is_bibtex(text)


def references(file: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The references in the text of a file, each with the line on which it begins."""
    from innov_index.intake.formats.bibtex import bibtex_records
    from innov_index.intake.formats.tagged_text import tag_format, tagged_records

    tags = tag_format(text)
    if tags is None:
        yield from bibtex_records(file, text)
    else:
        yield from tagged_records(tags, io.StringIO(text, newline=None))

"""What a person states of how a file is read, as the options of the readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from innov_index.intake.number_texts import Conventions
from innov_index.intake.reading import TableOptions
from innov_index.intake.shape.sheet_tables import Shape


def stated_options(stated: Any) -> TableOptions:
    """The options of a block that has `file`; of blocks without numbers, those of numbers are absent."""
    header = stated.header or ()
    several = (header,) if isinstance(header, int) else tuple(header)
    return TableOptions(
        sheets=_several(stated.sheet),
        delimiter=stated.delimiter,
        encoding=stated.encoding,
        shape=Shape(
            stated.range,
            stated.skip,
            tuple(row for row in several if isinstance(row, int)),
            stated.transposed,
            tuple(title for title in several if isinstance(title, str)),
            stated.uneven,
        ),
        conventions=_conventions(stated),
    )


def _conventions(stated: Any) -> Conventions:
    missing = getattr(stated, "missing", None)
    return Conventions(
        None if missing is None else frozenset(missing),
        stated.decimal,
        getattr(stated, "bounds", None),
        getattr(stated, "ranges", None),
        tuple((getattr(stated, "map", None) or {}).items()),
    )


def _several(stated: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if stated is None else (stated,) if isinstance(stated, str) else tuple(stated)

"""What a config says of how its tables are read, as the options of the room that reads them."""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.config.language import NotBlock, TableBlock, TableFile, Where
from innov_index.intake.number_texts import Conventions
from innov_index.intake.reading import TableOptions
from innov_index.intake.row_filters import Condition
from innov_index.intake.shape.sheet_tables import Shape


def options_of(block: TableFile) -> TableOptions:
    """How a block of the config says that its file is to be read."""
    header = block.header or ()
    return TableOptions(
        sheets=_several(block.sheet),
        delimiter=block.delimiter,
        encoding=block.encoding,
        shape=Shape(
            block.range, block.skip, (header,) if isinstance(header, int) else tuple(header), block.transposed
        ),
        conventions=_conventions(block)
        if isinstance(block, TableBlock)
        else Conventions(decimal=block.decimal),
    )


def _conventions(block: TableBlock) -> Conventions:
    missing = None if block.missing is None else frozenset(block.missing)
    return Conventions(missing, block.decimal, block.bounds, block.ranges, tuple(block.map.items()))


def _several(stated: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if stated is None else (stated,) if isinstance(stated, str) else tuple(stated)


def conditions_of(stated: Where) -> dict[str, Condition]:
    """The conditions of a `where:` block, by column."""
    found = {}
    for column, texts in stated.items():
        negated = isinstance(texts, NotBlock)
        plain = texts.texts if isinstance(texts, NotBlock) else texts
        several = plain if isinstance(plain, list) else [plain]
        found[column] = Condition(tuple(map(str, several)), negated)
    return found

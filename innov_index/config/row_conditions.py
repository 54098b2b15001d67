"""What a config says of the rows of a table that are meant, as conditions of the room that reads them."""

from __future__ import annotations

from innov_index.config.language import NotBlock, Where
from innov_index.intake.row_filters import Condition


def conditions_of(stated: Where) -> dict[str, Condition]:
    """The conditions of a `where:` block, by column."""
    found = {}
    for column, texts in stated.items():
        negated = isinstance(texts, NotBlock)
        plain = texts.texts if isinstance(texts, NotBlock) else texts
        several = plain if isinstance(plain, list) else [plain]
        found[column] = Condition(tuple(map(str, several)), negated)
    return found

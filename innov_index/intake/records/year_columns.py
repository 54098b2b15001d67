"""Years as columns: `hdi_{year}` is a column for each year, and each record has a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

YEAR = "{year}"
"""The place of the year in the title of a column."""

OF_YEAR = "\x1e"
"""Between a role and the year of one of its columns."""

YEARS = "\x1dyear"
"""Role of the years themselves."""


def has_year(name: str) -> bool:
    """Whether a name stands for a column for each year."""
    return YEAR in name


def columns_of_years(columns: Iterable[str], name: str) -> dict[str, str]:
    """The column of each year, in the order of the file."""
    pattern = _pattern(name)
    found: dict[str, str] = {}
    for column in columns:
        match = pattern.fullmatch(column.strip())
        if match is not None:
            found.setdefault(match["year"], column)
    return found


@cache
def _pattern(name: str) -> re.Pattern[str]:
    first, *others = map(re.escape, name.strip().split(YEAR))
    rest = "(?P=year)".join(others)
    return re.compile(f"{first}(?P<year>[12][0-9]{{3}}){rest}", re.IGNORECASE)


def without_years(roles: Iterable[str]) -> set[str]:
    """The roles, without the years of their columns."""
    return {role.partition(OF_YEAR)[0] for role in roles}

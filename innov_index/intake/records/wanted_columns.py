"""The columns that a source of records asks for, by what they mean; each may have several names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from innov_index.errors import DataError, Mark, Problem, did_you_mean
from innov_index.intake.records.year_columns import OF_YEAR, columns_of_years, has_year, without_years
from innov_index.wording import listed

WantedColumns: TypeAlias = Mapping[str, tuple[str, ...]]
"""Role of a column → the names that it may have in a file; `NONE` among them where a file may lack it."""

NONE = ""

IF_THERE = "\0"
"""Among the names of a role that a file need not have, of which nothing is told then.

Followed by the name of a column, it says that the role is needed unless the file has that column.
"""


def names_in(columns: Sequence[str], wanted: WantedColumns) -> dict[str, str]:
    """The name of each role's column among those of a file; roles without one are left out.

    Of columns for each year, each has a role of its own (see `year_columns`).
    Names are read literally first, then without capitals and with blanks for underscores.
    """
    exact = dict.fromkeys(columns)
    loose = {_folded(name): name for name in reversed(columns)}
    found: dict[str, str] = {}
    for role, alternatives in wanted.items():
        for name in filter(_is_name, alternatives):
            if has_year(name):
                years = columns_of_years(columns, name)
                found |= {f"{role}{OF_YEAR}{year}": column for year, column in years.items()}
                if years:
                    break
                continue
            own = name if name in exact else loose.get(_folded(name))
            if own is not None:
                found[role] = own
                break
    return found


def _is_name(alternative: str) -> bool:
    return alternative != NONE and not alternative.startswith(IF_THERE)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def require_names(columns: Sequence[str], wanted: WantedColumns, mark: Mark) -> dict[str, str]:
    """The name of each role's column, or one error that names all that are missing or there twice.

    Parameters
    ----------
    columns : names
        Of all columns of a file, in order.
    wanted : mapping
    mark : Mark
        Place of the header.
    """
    found = names_in(columns, wanted)
    require_all(columns, lacking(wanted, found), mark)
    require_once(columns, found.values(), mark)
    return found


def lacking(wanted: WantedColumns, found: Iterable[str]) -> WantedColumns:
    """The columns that are not found."""
    roles = without_years(found)
    return {role: names for role, names in wanted.items() if role not in roles}


def require_all(columns: Sequence[str], missing: WantedColumns, mark: Mark) -> None:
    """One error that names all that are missing, if any are."""
    needed = [
        [*filter(_is_name, names)]
        for names in required(missing).values()
        if not any(name.startswith(IF_THERE) and name[1:] in columns for name in names)
    ]
    if needed:
        present = listed(filter(None, columns), 40)
        raise DataError([Problem(f"{_missing(needed, columns)} Columns in this file: {present}", mark)])


def _missing(needed: Sequence[Sequence[str]], columns: Sequence[str]) -> str:
    """A sentence on columns, by the names that each may have, with the nearest names that there are."""
    named = [f"'{' or '.join(names)}'" for names in needed]
    near = [did_you_mean(names[0], columns).strip() for names in needed]
    if len(named) == 1:
        return f"no column {named[0]}. {near[0]}".rstrip()
    shown = [
        f"{name} ({hint[0].lower()}{hint[1:]})" if hint else name
        for name, hint in zip(named, near, strict=True)
    ]
    return f"no columns {listed(shown)}."


def required(wanted: WantedColumns) -> WantedColumns:
    """The columns that a file must have."""
    return {role: names for role, names in wanted.items() if NONE not in names and IF_THERE not in names}


def require_once(columns: Sequence[str], used: Iterable[str], mark: Mark) -> None:
    """An error that names the columns that are used and there twice, if any are."""
    twice = [name for name in dict.fromkeys(used) if columns.count(name) > 1]
    DataError.raise_if([Problem(f"two columns are named '{name}'", mark) for name in twice])

"""How the texts of tables become units: letter for letter, or as names of countries (`units: {names: …}`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from innov_index.config.language import UnitsBlock
from innov_index.dataset.name_matching import unknown_name
from innov_index.errors import DataError, Problem
from innov_index.frozen import frozen
from innov_index.intake.countries.register import Match, Register, register
from innov_index.intake.table import Table
from innov_index.model.result import Gravity, Remark
from innov_index.wording import counted, listed

_MOST = 20
"""Largest number of problems in one message."""

_SHOWN = 10


@frozen
class Meanings:
    """What the texts of a column stand for.

    `units` has the position of a unit for each text that stands for one; `taken` says why, of those that are
    not literally the unit's code or name. `others` are countries that are not among the units.
    """

    units: Mapping[str, int]
    taken: Mapping[str, str]
    aggregates: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class UnitNames:
    """A text stands for the unit whose code it is, letter for letter.

    `remarks` say what was taken for what, and what was left out.

    Parameters
    ----------
    block : UnitsBlock
        The config's `units`.
    """

    def __init__(self, block: UnitsBlock) -> None:
        self.block = block
        self.said: list[Remark] = []

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return tuple(dict.fromkeys(self.said))

    def own_table(self, table: Table) -> Table:
        """The table that decides which units there are."""
        return table

    def units_among_values(self, table: Table) -> Table:
        """The table of values, whose rows are the units."""
        return table

    def values_of(self, table: Table, column: str, codes: Sequence[str], names: Sequence[str]) -> Table:
        """The rows about these units, with the units' codes; no row may be about something unknown."""
        return table

    def rows_about(self, table: Table, column: str, codes: Sequence[str], names: Sequence[str]) -> Table:
        """The table with the units' codes in rows about these units, and others as they are."""
        return table

    def meanings(self, texts: Iterable[str], codes: Sequence[str], names: Sequence[str]) -> Meanings:
        """What texts stand for; those that are not a unit's code are unknown."""
        position = {code: index for index, code in enumerate(codes)}
        distinct = dict.fromkeys(texts)
        units = {text: position[text] for text in distinct if text in position}
        return Meanings(units, {}, unknown=tuple(text for text in distinct if text not in position))

    def near(self, text: str) -> tuple[str, ...]:
        """Names that may have been meant, besides those of the units."""
        return ()


class CountryNames(UnitNames):
    """A text that is not a unit's code stands for the country whose name or code it is, by the register.

    Aggregates such as the World are no units, unless the units' own table lists them.
    """

    def own_table(self, table: Table) -> Table:
        """The table; two names of one country become the first."""
        countries = register()
        column = self.block.id
        texts = table.text(column)
        names = table.text(self.block.name) if self.block.name else texts
        first: dict[str, str] = {}
        name_of: dict[str, str] = {}
        unknown = []
        for text, name in _first_names(texts, names).items():
            match = countries.match(text)
            if match is not None:
                name_of[text] = first.setdefault(match.area.iso3, text)
                if name_of[text] != text:
                    self._note(table, text, name_of[text], _why(countries, text, match))
            elif text and not countries.aggregate(text) and countries.match(name) is None:
                unknown.append(text)
        if unknown:
            told = f"{_file(table)}: not in the register of countries, so found by the code alone: "
            self.said.append(Remark(told + listed(unknown, _SHOWN), Gravity.FIGURE))
        return _renamed(table, column, name_of)

    def units_among_values(self, table: Table) -> Table:
        """The table without aggregates; names of one country become the first."""
        countries = register()
        texts = set(table.text(self.block.id))
        aggregates = {text for text in texts if countries.match(text) is None and countries.aggregate(text)}
        return self.own_table(self._without(table, self.block.id, aggregates, "no countries"))

    def values_of(self, table: Table, column: str, codes: Sequence[str], names: Sequence[str]) -> Table:
        """Leave out aggregates and countries that are not among the units; refuse what is neither."""
        found = self.meanings(table.text(column), codes, names)
        self._refuse_unknown(table, column, codes, {text for text in found.unknown if text})
        self._note_taken(table, found, codes)
        table = self._without(table, column, found.aggregates, "no countries")
        table = self._without(table, column, found.others, "not among the units")
        return _renamed(table, column, {text: codes[index] for text, index in found.units.items()})

    def rows_about(self, table: Table, column: str, codes: Sequence[str], names: Sequence[str]) -> Table:
        """Put the units' codes in rows about these units."""
        found = self.meanings(table.text(column), codes, names)
        self._note_taken(table, found, codes)
        return _renamed(table, column, {text: codes[index] for text, index in found.units.items()})

    def meanings(self, texts: Iterable[str], codes: Sequence[str], names: Sequence[str]) -> Meanings:
        """What texts stand for: a unit by its code or its country, an aggregate, or another country."""
        countries = register()
        position = {code: index for index, code in enumerate(codes)}
        of_country = _units_by_country(countries, codes, names)
        units, taken = {}, {}
        kinds: dict[str, list[str]] = {"aggregates": [], "others": [], "unknown": []}
        for text in dict.fromkeys(texts):
            match = countries.match(text)
            if text in position:
                units[text] = position[text]
            elif match is not None and match.area.iso3 in of_country:
                units[text] = of_country[match.area.iso3]
                if text != names[units[text]]:
                    taken[text] = _why(countries, text, match)
            elif match is not None:
                kinds["others"].append(text)
            else:
                kinds["aggregates" if countries.aggregate(text) else "unknown"].append(text)
        return Meanings(units, taken, **{kind: tuple(found) for kind, found in kinds.items()})

    def near(self, text: str) -> tuple[str, ...]:
        """Names of countries that may have been meant."""
        return register().near(text)

    def _note_taken(self, table: Table, found: Meanings, codes: Sequence[str]) -> None:
        for text, why in found.taken.items():
            self._note(table, text, codes[found.units[text]], why)

    def _note(self, table: Table, text: str, unit: str, why: str) -> None:
        self.said.append(Remark.about(_file(table), taken_for(text, unit, why)))

    def _without(self, table: Table, column: str, texts: Collection[str], why: str) -> Table:
        """The table without the rows of these texts."""
        if not texts:
            return table
        rows = np.array([text not in texts for text in table.text(column)])
        told = f"{_file(table)}: {counted(int((~rows).sum()), 'row')} left out, {why}: "
        self.said.append(Remark(told + listed(sorted(texts), _SHOWN), Gravity.DATA))
        return table.only(np.flatnonzero(rows))

    def _refuse_unknown(
        self, table: Table, column: str, codes: Sequence[str], unknown: Collection[str]
    ) -> None:
        problems = [
            Problem(_unknown(text, codes), table.mark(row, column))
            for row, text in enumerate(table.text(column))
            if text in unknown
        ]
        DataError.raise_if(problems[:_MOST])


_NAMES: Mapping[str | None, Callable[[UnitsBlock], UnitNames]] = {None: UnitNames, "countries": CountryNames}


def taken_for(text: str, unit: str, why: str) -> Remark:
    """The remark on a text that is not literally a unit's code or name."""
    return Remark(f"'{text}' is taken for {unit} ({why})", kind="names taken for units")


def unit_names(block: UnitsBlock) -> UnitNames:
    """How texts become the units of a config."""
    return _NAMES[block.names](block)


def _units_by_country(countries: Register, codes: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """The unit of each country: by its code, or else by its name."""
    units: dict[str, int] = {}
    for index, (code, name) in enumerate(zip(codes, names, strict=True)):
        match = countries.match(code)
        if match is None and not countries.aggregate(code):
            match = countries.match(name)
        if match is None:
            continue
        if (other := units.setdefault(match.area.iso3, index)) != index:
            raise DataError(f"units '{codes[other]}' and '{code}' are both {match.area.name}")
    return units


def _first_names(texts: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The name beside each code where it first appears, in the order of appearance."""
    found: dict[str, str] = {}
    for text, name in zip(texts, names, strict=True):
        found.setdefault(text, name)
    return found


def _why(countries: Register, text: str, match: Match) -> str:
    """Whose name or code a text is, and how it is written there; that an aggregate is called so as well."""
    source = match.sources[0]
    told = source if match.literal else f"'{match.alias}', {source}"
    aggregate = countries.aggregate(text)
    return (
        told if aggregate is None else f"{told}; it is also a name for several countries, {aggregate.source}"
    )


def _unknown(text: str, codes: Sequence[str]) -> str:
    """Why a text is no unit, and what may have been meant."""
    countries = register()
    start = f"no unit '{text}' in the table of units, and no such country"
    if meanings := countries.meanings(text):
        return f"{start}: it may be {listed(meanings, last='or')}"
    if (whole := countries.whole(text)) is not None:
        return f"{start}: it is a part of {whole.name}"
    if text.isdecimal() and (padded := countries.match(text.zfill(3))) is not None:
        return f"{start}; in M49, {text.zfill(3)} is {padded.area.name}"
    if near := countries.near(text):
        return f"{start}. Did you mean {listed([repr(name) for name in near], last='or')}?"
    return unknown_name("unit", text, codes, "in the table of units, and no such country")


def _renamed(table: Table, column: str, name_of: Mapping[str, str]) -> Table:
    """The table with other texts in a column."""
    texts = table.text(column)
    renamed = [name_of.get(text, text) for text in texts]
    return table if tuple(renamed) == texts else table.with_text(column, renamed)


def _file(table: Table) -> str:
    return Path(table.file).name

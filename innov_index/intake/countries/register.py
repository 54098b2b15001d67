"""The register of countries and areas: which one a code or a name stands for, and by whose list.

`match` finds codes (ISO 3166-1, M49, Eurostat) and names as offices print them. It compares letter by letter
after folding (`spelling.py`), never by likeness: a text that the register does not know, or knows of two
countries, matches nothing. Aggregates, such as the World or the European Union, are known as such.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from innov_index.frozen import frozen
from innov_index.intake.countries.spelling import near_names, spellings
from innov_index.intake.folding import read_as_utf8

FILE = Path(__file__).with_name("register.json")
"""Made from the tables in `data/countries` by `data/build.py`."""

_BESIDE_CODES = " \u00a0'*†‡"
"""Marks of footnotes, and the apostrophe that keeps 004 a text in a spreadsheet."""


@frozen
class Area:
    """A country or area.

    Attributes
    ----------
    iso3, iso2 : str
        Codes of ISO 3166-1; for Kosovo, which has none, XKX (World Bank) and XK.
    m49 : str
        Three digits, the UN's; empty for Kosovo.
    eurostat : str
        Eurostat's two letters: EL for Greece, UK for the United Kingdom.
    name, short_name : str
        The UN's name, and a shorter one.
    un_region, un_subregion, un_intermediate_region : str
        By the UN's M49; empty where it has none.
    world_bank_region, income_group : str
        By the World Bank, in the fiscal year `Register.income_year`; empty for areas that it does not list.
    """

    iso3: str
    iso2: str
    m49: str
    eurostat: str
    name: str
    short_name: str
    un_region: str
    un_subregion: str
    un_intermediate_region: str
    world_bank_region: str
    income_group: str


@frozen
class Match:
    """What a text stands for, and why.

    Attributes
    ----------
    area : Area
    alias : str
        The code or name in the register that the text was found to be.
    sources : texts
        The lists that have it.
    literal : bool
        Whether the text is this alias letter for letter.
    """

    area: Area
    alias: str
    sources: tuple[str, ...]
    literal: bool


@frozen
class Aggregate:
    """Several countries under one name, and the list that has it; `code` is empty where there is none."""

    name: str
    code: str
    source: str


class Register:
    """Countries and areas with their codes and names.

    Parameters
    ----------
    tables : mapping
        As in `register.json`.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.areas: Mapping[str, Area] = {row[0]: Area(*row) for row in tables["areas"]}
        self.income_year: str = tables["income_year"]
        self.sources: tuple[str, ...] = tuple(tables["sources"])
        self._names: Mapping[str, Sequence[Any]] = tables["names"]
        self._other_codes: Mapping[str, Sequence[str]] = tables["codes"]
        self._ambiguous: Mapping[str, Sequence[str]] = tables["ambiguous"]
        self._aggregates: Mapping[str, Sequence[str]] = tables["aggregates"]
        self._aggregate_codes: Mapping[str, Sequence[str]] = tables["aggregate_codes"]
        self._parts: Mapping[str, str] = tables["parts"]

    @cached_property
    def _codes(self) -> Mapping[str, tuple[Area, str]]:
        """Codes in capitals, with the list that they are of; ISO 3166-1 comes first."""
        codes: dict[str, tuple[Area, str]] = {}
        for field, source in (
            ("iso3", "ISO 3166-1, three letters"),
            ("iso2", "ISO 3166-1, two letters"),
            ("m49", "M49"),
            ("eurostat", "Eurostat's codes"),
        ):
            for area in self.areas.values():
                if code := getattr(area, field):
                    codes.setdefault(code, (area, source))
        others = {code: (self.areas[iso3], source) for code, (iso3, source) in self._other_codes.items()}
        return {**others, **codes}

    def match(self, text: str) -> Match | None:
        """The country or area that a code or a name stands for.

        Codes are in capitals; three letters may be small. M49 has three digits, with its zeros: 004.

        Returns
        -------
        Match or None
            None: the register does not know the text, or it may be one of several countries.
        """
        code = text.strip(_BESIDE_CODES)
        code = code.upper() if len(code) == 3 and code.islower() else code
        if code in self._codes:
            area, source = self._codes[code]
            return Match(area, code, (source,), text == code)
        entry = self._entry(text) or self._entry(read_as_utf8(text))
        if entry is None:
            return None
        iso3, names = entry
        alias, sources = next((pair for pair in names if pair[0] == text), names[0])
        return Match(self.areas[iso3], alias, tuple(self.sources[i] for i in sources), text == alias)

    def _entry(self, text: str) -> Sequence[Any] | None:
        """The country, and its names, that the first known spelling of a text stands for."""
        for spelling in spellings(text):
            if spelling in self._ambiguous:
                return None
            if spelling in self._names:
                return self._names[spelling]
        return None

    def aggregate(self, text: str) -> Aggregate | None:
        """The aggregate that a code or a name stands for."""
        code = text.strip(_BESIDE_CODES)
        if code in self._aggregate_codes:
            name, source = self._aggregate_codes[code]
            return Aggregate(name, code, source)
        for spelling in spellings(text):
            if spelling in self._aggregates:
                return Aggregate(*self._aggregates[spelling])
        return None

    def meanings(self, text: str) -> tuple[str, ...]:
        """What an ambiguous text may stand for; empty if it is not ambiguous."""
        known = (self._ambiguous[spelling] for spelling in spellings(text) if spelling in self._ambiguous)
        return tuple(next(known, ()))

    def whole(self, text: str) -> Area | None:
        """The country of which a text names a part, which is no country here: as England, of the UK."""
        known = (self._parts[spelling] for spelling in spellings(text) if spelling in self._parts)
        iso3 = next(known, None)
        return None if iso3 is None else self.areas[iso3]

    def near(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Names of the countries with the most similar names, for a person to choose from."""
        names = {entry[1][0][0]: entry[0] for entry in self._names.values()}
        close = near_names(text, names, 3 * most)
        return tuple(dict.fromkeys(self.areas[names[name]].name for name in close))[:most]


@lru_cache(maxsize=1)
def register() -> Register:
    """The register that comes with the package, read when it is first asked for."""
    return Register(json.loads(FILE.read_bytes()))


def match(text: str) -> Match | None:
    """The country or area that a text stands for; see `Register.match`."""
    return register().match(text)

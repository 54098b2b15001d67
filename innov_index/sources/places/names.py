"""How names are compared: codes of countries and states, rules on institutions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from innov_index.errors import DataError, Problem
from innov_index.frozen import frozen
from innov_index.intake.countries.register import register
from innov_index.intake.folding import fold, fold_name
from innov_index.intake.patterns import Expression, expression
from innov_index.intake.table import Table


def fold_institution(text: str) -> str:
    """The folded name of an institution, with `&` as `and` and without a leading `the`."""
    return fold(text.replace("&", " and ")).removeprefix("the ")


IN_ADDRESSES = {"america": "US"}
"""Folded names that stand for a country in an address, though not in a table of countries."""

LOCAL_NAMES = Path(__file__).with_name("local_names.csv")
"""Names of countries in their official languages, as CLDR has them, that the register lacks."""

CITY_STATES = {"SG": "1880252", "HK": "1819729", "MO": "1821274", "MC": "2993458"}
"""City-states, with the GeoNames id of the city."""

_US_STATES = (
    "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,"
    "FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,"
    "LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,"
    "MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,"
    "NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,"
    "SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,"
    "WV West Virginia,WI Wisconsin,WY Wyoming,DC District of Columbia"
)
US_STATES = {fold(entry[3:]): entry[:2] for entry in _US_STATES.split(",")}


class Countries:
    """Names of countries and their ISO 3166 codes of two letters; a code stands for itself.

    A person's own names come first, then those of the gazetteer, then the register of countries; a part of a
    country, such as Scotland, stands for the whole.
    """

    def __init__(
        self, names: Iterable[tuple[str, str, str]], aliases: Mapping[str, str] | None = None
    ) -> None:
        """`names` are (code, code of three letters, name); `aliases` are a person's own names → codes."""
        self._by_name: dict[str, str] = IN_ADDRESSES | _local_names()
        self._codes: set[str] = set()
        for code, long_code, name in names:
            self._codes.add(code)
            self._by_name.setdefault(fold_name(name), code)
            self._by_name.setdefault(fold_name(long_code), code)
        self._by_name |= {fold_name(name): code for name, code in (aliases or {}).items()}

    def code(self, text: str) -> str | None:
        """The code, or None if the text names no country."""
        text = text.strip()
        if not text or text in self._codes:
            return text or None
        return self._by_name.get(fold_name(text)) or _registered(text)


@cache
def _local_names() -> dict[str, str]:
    with LOCAL_NAMES.open(encoding="utf-8", newline="") as file:
        return {fold_name(row["name"]): row["country"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1 << 12)
def _registered(text: str) -> str | None:
    """The code by the register of countries."""
    countries = register()
    found = countries.match(text)
    area = countries.whole(text) if found is None else found.area
    return None if area is None else area.iso2


def without_digits(text: str) -> str:
    """The words without postcodes: `310027 Hangzhou` is Hangzhou."""
    return " ".join(word for word in text.split() if not any(letter.isdigit() for letter in word))


def state_code(text: str) -> str:
    """The two letters of a US state; any other text is returned as it is."""
    return US_STATES.get(fold(text), text.strip().upper() if len(text.strip()) <= 3 else text.strip())


EXCLUDED = "!"
NO_COUNTRY = "-"


@frozen
class Rule:
    """A regular expression on the folded name, for one country or any, and the unit it implies."""

    unit: str
    country: str
    pattern: Expression

    def is_for(self, country: str | None) -> bool:
        """Whether the rule is about names in a country, None where it is unknown."""
        if self.country == NO_COUNTRY:
            return country is None
        return not self.country or country is None or country == self.country


class NameRules:
    """Rules in order; the first that matches decides. The unit `!` means: in none of the units."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._matching: dict[str, tuple[Rule, ...]] = {}
        """The rules whose expressions are found in a folded name."""

    @classmethod
    def from_table(cls, table: Table) -> NameRules:
        """Read the columns unit, country (two letters, empty for any, `-` for unknown) and pattern."""
        table.require(["unit", "country", "pattern"], "name rules")
        rows = zip(table.text("unit"), table.text("country"), table.text("pattern"), strict=True)
        rules, problems = [], []
        for position, (unit, country, pattern) in enumerate(rows):
            try:
                rules.append(Rule(unit, country, expression(pattern)))
            except ValueError as error:
                message = f"not a regular expression: {pattern!r} ({error})"
                problems.append(Problem(message, table.mark(position, "pattern")))
        DataError.raise_if(problems)
        return cls(rules)

    def read(self, names: Iterable[str]) -> None:
        """Search for all expressions in names, which takes less time for many at once than one by one."""
        folded = {fold_institution(name) for name in names} - self._matching.keys()
        found = [rule.pattern.found_in(folded) for rule in self.rules]
        for name in folded:
            self._matching[name] = tuple(
                rule for rule, matching in zip(self.rules, found, strict=True) if name in matching
            )

    def unit_of(self, name: str, country: str | None) -> tuple[str | None, bool]:
        """The unit, and whether any rule matched."""
        self.read((name,))
        for rule in self._matching[fold_institution(name)]:
            if rule.is_for(country):
                return (None, True) if rule.unit == EXCLUDED else (rule.unit, True)
        return None, False

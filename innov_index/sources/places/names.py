"""Names of institutions → units, by patterns that a person wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innov_index.errors import DataError, Problem
from innov_index.intake.tables.table import Table
from innov_index.sources.places.folding import fold_institution

EXCLUDED = "!"
NO_COUNTRY = "-"


@dataclass(frozen=True)
class Rule:
    """A regular expression on the folded name, for one country or any, and the unit it stands for."""

    unit: str
    country: str
    pattern: re.Pattern[str]

    def holds(self, name: str, country: str | None) -> bool:
        if self.country == NO_COUNTRY:
            return country is None and self.pattern.search(name) is not None
        elsewhere = self.country and country is not None and country != self.country
        return not elsewhere and self.pattern.search(name) is not None


@dataclass(frozen=True)
class NameRules:
    """Rules in order; the first that holds decides. Unit `!` means: in none of the units."""

    rules: tuple[Rule, ...]

    @classmethod
    def from_table(cls, table: Table) -> NameRules:
        """Columns unit, country (two letters, empty for any, `-` where no country is known), pattern."""
        table.require(["unit", "country", "pattern"], "name rules")
        rows = zip(table.text("unit"), table.text("country"), table.text("pattern"), strict=True)
        rules, problems = [], []
        for position, (unit, country, pattern) in enumerate(rows):
            try:
                rules.append(Rule(unit, country, re.compile(pattern)))
            except re.error as error:
                message = f"not a regular expression: {pattern!r} ({error})"
                problems.append(Problem(message, table.mark(position, "pattern")))
        if problems:
            raise DataError(problems)
        return cls(tuple(rules))

    def unit_of(self, name: str, country: str | None) -> tuple[str | None, bool]:
        """The unit, and whether a rule held at all."""
        folded = fold_institution(name)
        for rule in self.rules:
            if rule.holds(folded, country):
                return (None, True) if rule.unit == EXCLUDED else (rule.unit, True)
        return None, False

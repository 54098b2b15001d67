"""A config for tables that were looked at: units, indicators, a tree, published figures."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from innov_index.analysis.look.grouping import groups_of
from innov_index.analysis.look.guess import Guess, has_aggregates
from innov_index.analysis.look.printed_results import NO_RESULTS
from innov_index.config.language import RESERVED_CODES
from innov_index.frozen import frozen
from innov_index.intake.arrangement import year_columns, years_in

_PLAIN = re.compile(r"[A-Za-z_][\w .()/-]*\w|[A-Za-z_]")
_WORDS = frozenset(["yes", "no", "on", "off", "true", "false", "null", "y", "n"])


@frozen
class Starter:
    """The blocks of a config that reads some files, as YAML."""

    units: str
    indicators: str
    tree: tuple[str, ...]
    published: str | None = None

    @property
    def lines(self) -> list[str]:
        """The block that says how the files are read."""
        published = [] if self.published is None else [f"published: {self.published}"]
        return [f"units: {self.units}", f"indicators: {self.indicators}", *published]

    def config(self, title: str) -> str:
        """A whole config, which scores at once."""
        lines = [
            "version: 1",
            f"name: {quoted(title)}",
            *self.lines,
            "",
            "# the steps below are defaults; `innov-index methods STEP` lists others",
            "imputation: {method: none}",
            "normalisation: {method: min_max, low: 0, high: 100}",
            "aggregation: {method: arithmetic, missing: reweight}",
            "",
            "# directions are for you to state; groups, if there are some, are guessed from the titles",
            "index:",
            f"  code: {_code_of_index(self.tree)}",
            "  children:",
            *(f"    {line}" for line in self.tree),
        ]
        return "\n".join(lines) + "\n"


def starter(guesses: Sequence[Guess], files: Sequence[str]) -> Starter:
    """The config for tables of these files, as paths from the folder of the config."""
    first = guesses[0]
    units = {"id": first.unit} | ({"name": first.name} if first.name else {})
    if any(map(has_aggregates, guesses)):
        units["names"] = "countries"  # it leaves aggregates out
    indicators: dict[str, object] = {"file": files[0] if len(files) == 1 else list(files)}
    sheets = list(dict.fromkeys(guess.table.sheet for guess in guesses if guess.table.sheet))
    if len(sheets) > 1 and len(files) == 1:
        indicators["sheet"] = sheets
    elif sheets and len(files) == 1:
        indicators["sheet"] = sheets[0]
    others = [guess.unit for guess in guesses if guess.unit != first.unit]
    if others:
        indicators["unit"] = list(dict.fromkeys([first.unit, *others]))
    if first.edition is not None and first.edition != "edition":
        indicators["edition"] = first.edition
    names = _indicators(guesses)
    if first.indicator is not None:
        indicators["indicator"] = first.indicator
        if first.value is not None:
            indicators["value"] = first.value
    elif _by_name(guesses, names):
        indicators["indicator"] = {"name_of": "file"}
    return Starter(flow(units), flow(indicators), _tree(names), _published(guesses, files))


def _published(guesses: Sequence[Guess], files: Sequence[str]) -> str | None:
    """The columns with results that the only table has."""
    found = guesses[0]
    if len(guesses) > 1 or len(files) > 1 or found.printed == NO_RESULTS:
        return None
    stated = {"file": files[0], "unit": found.unit, "edition": found.edition}
    stated |= {"sheet": found.table.sheet or None, **vars(found.printed), "claims": "nothing"}
    return flow({key: text for key, text in stated.items() if text is not None})


def _tree(names: Sequence[str]) -> tuple[str, ...]:
    """The lines of the tree: dimensions where titles tell some, otherwise all indicators in a row."""
    lines = []
    for group in groups_of(names):
        code = f"{group.name} group" if group.name in RESERVED_CODES else group.name
        lines += [f"- code: {quoted(code)}", "  children:"]
        lines += [f"    - {_leaf(name)}" for name in group.indicators]
    return tuple(lines or [f"- {_leaf(name)}" for name in names])


def _indicators(guesses: Sequence[Guess]) -> list[str]:
    return list(dict.fromkeys(name for guess in guesses for name in guess.indicators))


def _by_name(guesses: Sequence[Guess], names: Sequence[str]) -> bool:
    """Whether the name of each file is its indicator: columns are years in all of them."""
    if len(guesses) < 2 or years_in([Path(guess.table.file).stem for guess in guesses]) is not None:
        return False
    return len(names) > 1 and all(year_columns(guess.table) for guess in guesses)


def _leaf(name: str) -> str:
    """A leaf; an indicator that is called like a column of the output gets another code."""
    entry: dict[str, object] = {"indicator": name}
    if name in RESERVED_CODES:
        entry["code"] = f"{name} value"
    return flow(entry)


def _code_of_index(tree: Sequence[str]) -> str:
    code = "INDEX"
    while any(code in leaf for leaf in tree):
        code += "_"
    return code


def flow(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text as YAML, in quotes where it could be taken for something else."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)

"""A config for tables that were looked at: units, indicators, a flat tree."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from innov_index.analysis.look.guess import Guess, has_aggregates
from innov_index.config.language import RESERVED_CODES
from innov_index.intake.arrangement import year_columns, years_in

_PLAIN = re.compile(r"[A-Za-z_][\w .()/-]*\w|[A-Za-z_]")
_WORDS = frozenset(["yes", "no", "on", "off", "true", "false", "null", "y", "n"])


@dataclass(frozen=True)
class Starter:
    """The blocks of a config that reads some files, as YAML."""

    units: str
    indicators: str
    tree: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The block that says how the files are read."""
        return [f"units: {self.units}", f"indicators: {self.indicators}"]

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
            "# directions and groups of indicators are for you to state",
            "index:",
            f"  code: {_code_of_index(self.tree)}",
            "  children:",
            *(f"    - {leaf}" for leaf in self.tree),
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
    leaves = tuple(_leaf(name) for name in names)
    return Starter(flow(units), flow(indicators), leaves)


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

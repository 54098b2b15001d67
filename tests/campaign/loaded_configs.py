"""A mutated config is loaded, scored and validated in this process: a result, or a refusal with its place."""

from __future__ import annotations

import os
import random
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np

from innov_index.analysis.validity import validate
from innov_index.config import framework_table
from innov_index.dataset import config_tables
from innov_index.errors import InnovIndexError, Problem
from innov_index.index import Index, load
from innov_index.intake.reading import TableOptions, read_tables
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table
from innov_index.sources.places import placing
from tests.campaign.config_bases import Base, random_base
from tests.campaign.crashes import crash_of
from tests.campaign.folders import CONFIG
from tests.campaign.mutated_configs import mutated
from tests.campaign.runs import SECONDS, TooLongError, limited
from tests.campaign.second_opinion import REFUSED
from tests.conftest import ROOT

VALIDATED = 1_000
"""Values (units x indicators x schemes) up to which a config is scored under each scheme and varied."""

SCORED = 30_000
"""Values up to which it is scored."""

ODD = re.compile(
    r"object at 0x|Located\(|Mark\(|<class|<function|Traceback|NoneType|numpy|np\.|dtype|ufunc|pydantic|"
    r"Input should|KeyError|unhashable|not subscriptable|positional argument|unexpected keyword|ndarray|"
    r"operand|broadcast|invalid value"
)
"""What only a program says."""


PLACE = re.compile(r"'[^']*'|\[[^]]+\]|`[^`]+`|^uncertainty: |/\S")
"""A name that a person gave, the path of a step or of a file."""


@dataclass(frozen=True)
class ConfigCase:
    """The text of a config in the folder of what it came from."""

    base: Base
    text: bytes

    def write(self, folder: Path) -> Path:
        """The config and what lies around it; the path of the config."""
        place = folder / self.base.place
        place.mkdir(parents=True, exist_ok=True)
        for name, target in self.base.links.items():
            (folder / name).symlink_to(target)
        for name, content in self.base.files.items():
            (place / name).write_bytes(content)
        path = place / CONFIG
        path.write_bytes(self.text)
        return path

    def smaller(self) -> Iterator[ConfigCase]:
        """With a block of lines less, or a line, or a piece of a line."""
        lines = self.text.split(b"\n")
        size = len(lines) // 2
        while size:
            for at in range(0, len(lines), size):
                yield replace(self, text=b"\n".join(lines[:at] + lines[at + size :]))
            size //= 2
        for at, line in enumerate(lines):
            for piece in re.finditer(rb"[{,][^{},]*(?=[,}])", line):
                less = line[: piece.start()] + line[piece.end() :]
                yield replace(self, text=b"\n".join([*lines[:at], less, *lines[at + 1 :]]))


def random_config(rng: np.random.Generator) -> ConfigCase:
    """A config with some mutations."""
    own = random.Random(int(rng.integers(2**63)))
    base = random_base(own)
    return ConfigCase(base, mutated(base.text, own))


def fault_of_config(case: ConfigCase, folder: Path) -> str:
    """What is wrong with what the program says of a config, in a line."""
    path = case.write(folder)
    with warnings.catch_warnings(record=True) as warned, _tables_kept():
        warnings.simplefilter("always")
        found = _fault(path)
    for entry in warned:
        if issubclass(entry.category, RuntimeWarning | UserWarning | FutureWarning | DeprecationWarning):
            return f"warning: {entry.category.__name__}: {_without_names(str(entry.message))}"
    return found


def _fault(path: Path) -> str:
    try:
        with limited(SECONDS):
            _tried(load(path))
    except TooLongError:
        return "slow"
    except InnovIndexError as error:
        return _fault_of_refusal(error.problems, path) or REFUSED
    except AssertionError as error:
        return str(error) or crash_of(error)
    except Exception as error:
        return crash_of(error)
    return ""


def _tried(index: Index) -> None:
    """Scored and validated as far as its size allows, for thousands of cases a minute."""
    leaves = len(index.framework.leaves)
    size = len(index.dataset.units) * leaves * max(len(index.dataset.editions), 1)
    if size <= SCORED:
        scores = index.score().scores
        assert not np.isinf(scores).any(), "infinite scores"
    if size * (1 + len(index.schemes)) <= VALIDATED:
        validate(index)


def _fault_of_refusal(problems: Sequence[Problem], path: Path) -> str:
    """Words of a program, or nothing that says where: no mark, file, node, step, indicator or unit."""
    for problem in problems:
        if not problem.message.strip() or ODD.search(problem.message):
            return f"odd words: {_without_names(problem.message)[:60]}"
    said = "\n".join(problem.message for problem in problems)
    marked = any(problem.mark is not None and problem.mark.file for problem in problems)
    named = PLACE.search(said) or str(path.parent) in said
    return "" if marked or named else f"no place: {_without_names(said)}"


def _without_names(said: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+|/\S+", "#", said.split("\n")[0])[:140]


@cache
def _read_once(path: Path, options: TableOptions, asked: Asked) -> list[Table]:
    return read_tables(path, options, asked)


def _read_all(path: Path, options: TableOptions, asked: Asked) -> list[Table]:
    """The tables of a file of the project are read once for all cases; those of the case each time."""
    found = Path(os.path.realpath(path)) if os.path.isfile(path) else Path()
    return (_read_once if ROOT in found.parents else read_tables)(path, options, asked)


def _read_one(path: str | Path, options: TableOptions | None = None, asked: Asked | None = None) -> Table:
    return _read_all(Path(path), options or TableOptions(), asked or Asked())[0]


@contextmanager
def _tables_kept() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(config_tables, "read_tables", _read_all))
        for module in (framework_table, placing):
            stack.enter_context(mock.patch.object(module, "read_table", _read_one))
        yield

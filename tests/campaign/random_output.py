"""Random indices for pages and workbooks: with schemes, and names that mean something elsewhere."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.campaign.cases import Case
from tests.campaign.folders import FolderCase
from tests.campaign.hostile_index import HOSTILE, random_folder, random_scheme
from tests.campaign.random_index import random_index

EVERY_METHOD = 0.6
"""Share of the cases whose methods are drawn from the whole catalogue."""


BATCH = 6
"""Workbooks that LibreOffice recalculates at once: it takes longer to start than to compute one."""


@dataclass(frozen=True)
class Batch:
    """Several indices, each in a folder of its own."""

    cases: Sequence[Case | FolderCase]

    def write(self, folder: Path) -> list[Path]:
        """Write the folders; the paths of the configs."""
        return [case.write(folder / str(number)) for number, case in enumerate(self.cases)]

    def smaller(self) -> Iterator[Batch]:
        """Each index alone; a smaller one where it is alone."""
        if len(self.cases) > 1:
            yield from (Batch([case]) for case in self.cases)
        else:
            yield from (Batch([case]) for case in self.cases[0].smaller())


def random_batch(rng: np.random.Generator) -> Batch:
    """Some indices whose workbooks are recalculated at once."""
    return Batch([random_output(rng) for _ in range(BATCH)])


def random_output(rng: np.random.Generator) -> Case | FolderCase:
    """An index of which a page and a workbook can be made, unless it has no scores."""
    own = random.Random(int(rng.integers(2**63)))
    return _named(random_index(rng), own) if own.random() < EVERY_METHOD else random_folder(own)


def _named(case: Case, rng: random.Random) -> Case:
    """The case with names of its units and nodes, and up to two schemes."""
    header, *rows = case.rows
    codes = list(dict.fromkeys(row[0] for row in rows))
    names = {code: rng.choice(HOSTILE) if rng.random() < 0.3 else f"Unit {code}" for code in codes}
    config: dict[str, Any] = {**case.config, "units": {**case.config["units"], "name": "name"}}
    config["index"] = _with_names(config["index"], rng)
    config["schemes"] = {f"s{k}": random_scheme(rng) for k in range(rng.choice([0, 0, 1, 2]))}
    if not config["schemes"]:
        del config["schemes"]
    return Case(config, [[*header, "name"], *([*row, names[row[0]]] for row in rows)])


def _with_names(node: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    named = dict(node)
    if rng.random() < 0.1:
        named["name"] = rng.choice(HOSTILE)
    if "children" in node:
        named["children"] = [_with_names(child, rng) for child in node["children"]]
    return named

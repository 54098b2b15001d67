"""`python -m tests.campaign`: tries random cases, and keeps what fails as small as it gets.

Case number n of a seed is the same whatever else is tried, so a failure can be repeated by its number.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import click
import numpy as np

from tests.campaign.damaged_files import fault_of_damage, random_damage
from tests.campaign.exact_ranks import fault_of_ranks, random_ranks
from tests.campaign.hostile_patterns import fault_of_pattern, random_pattern
from tests.campaign.hostile_queries import fault_of_query, random_query
from tests.campaign.intended import fault_of_table
from tests.campaign.loaded_configs import fault_of_config, random_config
from tests.campaign.mutated_records import fault_of_records, random_records
from tests.campaign.mutated_tables import random_table
from tests.campaign.output_faults import fault_of_page, fault_of_workbooks
from tests.campaign.printed import fault_of_printed, random_printed
from tests.campaign.random_index import random_index
from tests.campaign.random_output import random_batch, random_output
from tests.campaign.random_uncertainty import random_uncertainty
from tests.campaign.runs import fault_of, random_run
from tests.campaign.second_opinion import REFUSED, redrawn, related, second_opinion


class Case(Protocol):
    """What a kind of cases needs."""

    def write(self, folder: Path) -> Path: ...
    def smaller(self) -> Iterable[Any]: ...


Make = Callable[[np.random.Generator], Any]
Fault = Callable[[Any, Path], str]

KINDS: dict[str, tuple[Make, Fault]] = {
    "indices": (random_index, second_opinion),
    "relations": (random_index, related),
    "draws": (random_uncertainty, redrawn),
    "commands": (random_run, fault_of),
    "configs": (random_config, fault_of_config),
    "damage": (random_damage, fault_of_damage),
    "queries": (random_query, fault_of_query),
    "patterns": (random_pattern, fault_of_pattern),
    "infer": (random_printed, fault_of_printed),
    "ranks": (random_ranks, fault_of_ranks),
    "records": (random_records, fault_of_records),
    "tables": (random_table, fault_of_table),
    "pages": (random_output, fault_of_page),
    "workbooks": (random_batch, fault_of_workbooks),
}
"""What is tried: how a case is made, and what is wrong with it."""

MOST_STEPS = 400
"""Smaller cases that are tried for a failure."""


@dataclass
class Account:
    """What a campaign found: how often each outcome, and the first case of each fault."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)


def campaign(
    kind: str,
    seed: int,
    *,
    cases: int | None = None,
    seconds: float = np.inf,
    first: int = 0,
    keep: Path | None = None,
) -> Account:
    """Try cases of one kind until so many are tried, or the time is over.

    Parameters
    ----------
    kind : str
    seed : int
    cases : int, optional
    seconds : float
    first : int
        Number of the first case.
    keep : Path, optional
        Folder for one case of each fault, made smaller.
    """
    make, fault = KINDS[kind]
    account, start, number = Account(), time.monotonic(), first
    with tempfile.TemporaryDirectory() as scratch:
        while (cases is None or number < first + cases) and time.monotonic() < start + seconds:
            case = make(np.random.default_rng([seed, number]))
            found = _tried(fault, case, Path(scratch))
            account.outcomes[found or "agrees"] += 1
            if found and not found.startswith(REFUSED) and found not in account.faults:
                account.faults[found] = number
                if keep is not None:
                    _smallest(case, found, fault, Path(scratch)).write(keep / f"{kind}-{seed}-{number}")
            number += 1
    return account


def _tried(fault: Fault, case: Case, scratch: Path) -> str:
    folder = scratch / "case"
    shutil.rmtree(folder, ignore_errors=True)
    return fault(case, folder)


def _smallest(case: Case, found: str, fault: Fault, scratch: Path) -> Case:
    """The case with as little in it as still shows the same fault."""
    steps = 0
    shrinking = True
    while shrinking and steps < MOST_STEPS:
        shrinking = False
        for smaller in case.smaller():
            steps += 1
            if steps > MOST_STEPS:
                break
            if _tried(fault, smaller, scratch) == found:
                case, shrinking = smaller, True
                break
    return case


@click.command(help=__doc__)
@click.option("--minutes", type=float, default=1.0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--first", type=int, default=0, help="Number of the first case.")
@click.option("--cases", type=int, help="Stop after this many.")
@click.option(
    "--only", type=click.Choice(sorted(KINDS)), multiple=True, help="Kinds of cases; all by default."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for one small case of each fault.")
def main(
    minutes: float, seed: int, first: int, cases: int | None, only: tuple[str, ...], keep: Path | None
) -> None:
    if os.environ.get("INNOV_INDEX_QUICK"):
        cases, keep = 1, None
    kinds = only or tuple(KINDS)
    failed = False
    for kind in kinds:
        account = campaign(kind, seed, cases=cases, seconds=60 * minutes / len(kinds), first=first, keep=keep)
        click.echo(f"{kind}: {account.outcomes.total():,} cases")
        for outcome, times in account.outcomes.most_common():
            at = f" (first: {account.faults[outcome]})" if outcome in account.faults else ""
            click.echo(f"  {times:>8,} {outcome}{at}")
        failed |= bool(account.faults)
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()

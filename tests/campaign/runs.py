"""What was wrong in a run: a crash, a partial output, a changed input, a sentence that cannot be true."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import signal
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import FrameType

import numpy as np
from click.testing import CliRunner, Result

from innov_index.cli import main
from tests.campaign.command_lines import random_command_line
from tests.campaign.damages import damaged
from tests.campaign.folders import FolderCase
from tests.campaign.hostile_index import random_folder

COMMANDS = 4
DAMAGED = 0.4
"""Share of the cases with a damaged config or table."""
SECONDS = 120
ANSWERS = (0, 1, 2)
ONE = re.compile(
    r"(?<![\w.,/±+-])1 (?:of 1 )?(?:units|indicators|values|draws|dimensions|ranks|figures|editions|schemes"
    r"|places|groups|remarks|points|cells|rows|pairs|combinations|evaluations|runs|scores|others|nodes|children|gaps)\b"
)
ODD = re.compile(r"(?<![\w'])(nan|inf|-inf|None|Traceback|Warning|array\(|np\.|<function|nanth)(?![\w'])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class TooLongError(Exception):
    """A command ran longer than any command about so small an index may."""


def random_run(rng: np.random.Generator) -> FolderCase:
    """A random index, often damaged, and some command lines about it."""
    own = random.Random(int(rng.integers(2**63)))
    case = random_folder(own)
    if own.random() < DAMAGED:
        case = damaged(case, own)
    return replace(case, commands=[random_command_line(own) for _ in range(COMMANDS)])


def fault_of(case: FolderCase, folder: Path) -> str:
    """The first thing that is wrong with a case, less what differs from case to case; "" where nothing is."""
    return next(map(_kind, faults_of(case, folder)), "")


def _kind(fault: str) -> str:
    """What was wrong, by its last line, without the command and without numbers."""
    head, _, rest = fault.partition(": ")
    if head in ("crash", "warning"):
        lines = [line.strip() for line in rest.strip().splitlines() if line.strip(" ~^")]
        head = f"{head}: {' / '.join(lines[-2:]) if head == 'crash' else lines[-1].split(': ', 1)[-1]}"
    return re.sub(r"\d+", "#", head)[:160]


def faults_of(case: FolderCase, folder: Path) -> Iterator[str]:
    """What was wrong, one text each, of which kind it is first."""
    case.write(folder)
    for command in case.commands:
        yield from _faults_of_command(case, command, folder)


def _faults_of_command(case: FolderCase, command: Sequence[str], folder: Path) -> Iterator[str]:
    before = set(os.listdir(folder))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            with _inside(folder), limited(SECONDS):
                result = CliRunner().invoke(main, [*command])
        except TooLongError:
            yield f"slow: {' '.join(command)} took more than {SECONDS} s"
            return
    line = " ".join(command)
    yield from (
        f"warning: {line}: {entry.category.__name__}: {entry.message}" for entry in warned if _ours(entry)
    )
    if result.exit_code not in ANSWERS:
        yield f"crash: {line}: {_reason(result)}"
        return
    new = sorted(set(os.listdir(folder)) - before)
    yield from (
        f"{fault} on the page: {line}" for name in new for fault in _faults_of_page(folder / name, case)
    )
    if result.exit_code == 2 and new:
        yield f"partial: {line}: wrote {new} although it failed"
    for name, content in case.files.items():
        if (folder / name).read_bytes() != content:
            yield f"input: {line}: changed {name}"
    yield from (f"{fault}: {line}" for fault in _faults_of_text(result, case, command))
    for name in new:
        (folder / name).unlink()


def _ours(entry: warnings.WarningMessage) -> bool:
    return issubclass(
        entry.category, RuntimeWarning | UserWarning | DeprecationWarning
    ) and "Glyph" not in str(entry.message)


def _reason(result: Result) -> str:
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return "".join(traceback.format_exception(result.exception))[-600:]
    return f"exit {result.exit_code}: {result.output[-400:]}"


def _faults_of_page(path: Path, case: FolderCase) -> Iterator[str]:
    """What is wrong with the words of a page, apart from its scripts and figures."""
    if path.suffix == ".html":
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", path.read_text("utf-8"), flags=re.S)
        yield from _odd_words(" ".join(re.sub(r"<[^>]+>", " ", text).split()), case)


def _odd_words(said: str, case: FolderCase) -> Iterator[str]:
    stated = b"\n".join(case.files.values()).decode("utf-8", "replace")
    for found in ONE.finditer(said):
        yield f"plural ({_around(said, found)})"
    for found in ODD.finditer(said):
        if found.group() not in stated:
            yield f"odd word ({_around(said, found)})"


def _faults_of_text(result: Result, case: FolderCase, command: Sequence[str]) -> Iterator[str]:
    stated = b"\n".join(case.files.values()).decode("utf-8", "replace")
    said = result.output
    yield from _odd_words(said, case)
    if "--format" not in command and CONTROL.search(said.replace("\r\n", "\n")):
        yield "control character"
    if result.exit_code == 2 and not re.search(r"^Error: .", said, re.M):
        yield "silent refusal"
    if (
        result.exit_code == 0
        and result.stdout.startswith("unit,")
        and ",rank,score" in result.stdout.split("\n")[0]
    ):
        yield from _faults_of_ranking(result.stdout, stated)


def _around(said: str, found: re.Match[str]) -> str:
    start = max(said.rfind("\n", 0, found.start()) + 1, found.start() - 40)
    return said[start : found.end() + 25].split("\n")[0].strip()


def _faults_of_ranking(printed: str, config: str) -> Iterator[str]:
    """Ranks follow scores: within an edition nobody with a better score has a worse rank."""
    less = bool(re.search(r"^  direction: lower_is_better", config, re.M))
    rows = list(csv.DictReader(io.StringIO(printed)))
    by_edition: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row["rank"] and row["score"]:
            by_edition.setdefault(row.get("edition") or "", []).append(
                (float(row["score"]), float(row["rank"]))
            )
    for pairs in by_edition.values():
        ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
        for (one, first), (other, second) in pairwise(ordered):
            behind = one > other if less else one < other
            if first < second and behind and abs(one - other) > 1e-9 * max(abs(one), abs(other)):
                yield f"rank (score {one} is before {other})"
        if not any(rank == min(pair[1] for pair in pairs) for _, rank in pairs):
            yield "rank (nobody is first)"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `TooLongError` where this lasts longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)

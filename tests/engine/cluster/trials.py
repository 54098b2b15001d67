"""What becomes of a command whose cluster fails: the bytes of a run here, or one sentence in time.

    python -m tests.engine.cluster.trials --seed 1 [--rows 4_000_000] [--only worker memory]

Each trial starts a scheduler and two workers, runs `derive` or `uncertainty` on them, and does to them what
its kind says, at a random moment of the run. Printed are how each trial ended, and how long after the fault.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.engine.cluster.clusters import (
    WITHOUT_PACKAGE,
    Cluster,
    can_mount,
    kill,
    running_cluster,
    seeing,
)
from tests.indices import write_index
from tests.sources.deriving import GAZETTEER

IN_TIME = 30.0
"""Seconds after a fault by which a command must have ended that cannot go on."""

CITIES = ["Paris,France", "Zürich,Switzerland", "Boston,US", "Beijing,China", "Shenzhen,China", ","]

CONFIG = """
units: {{file: units.csv}}
places: {{gazetteer: "{gazetteer}", units: country}}
sources:
  - {{kind: documents, file: records, columns: {columns}, indicators: {{
      n: {{counting: fractional by author}}}}}}
  - {{kind: collaboration, file: records, columns: {columns}, indicators: {{
      ties: {{measure: strength, counting: newman}}, central: {{measure: eigenvector}}}}}}
normalisation: {{method: min_max}}
index:
  code: X
  children: [{{indicator: n}}, {{indicator: ties}}, {{indicator: central}}]
"""

COMMANDS = {
    "derive": ("derive", "index.yaml"),
    "uncertainty": (
        "uncertainty",
        str(ROOT / "configs" / "2020.yaml"),
        "--draws",
        "1000000",
        "--table",
        "frequencies",
    ),
}


def make_records(folder: Path, rows: int, files: int = 24, seed: int = 1) -> Path:
    """Authors of papers, each paper spread over several files; and the config of an index of them."""
    draw = random.Random(seed)
    (folder / "records").mkdir(parents=True)
    a_file = -(-rows // files)
    for number in range(files):
        lines = ["paper,author,city,country"]
        lines += [
            f"P{draw.randrange(rows // 4)},{draw.randrange(9)},{draw.choice(CITIES)}" for _ in range(a_file)
        ]
        (folder / "records" / f"{number:02}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    columns = "{document: paper, author: author, city: city, country: country}"
    text = CONFIG.format(gazetteer=GAZETTEER, columns=columns)
    return write_index(folder, text, None, files={"units.csv": "unit\nFR\nCH\nUS\nCN\n"})


@dataclass
class Ended:
    """How a command ended: exit code, what it said, what it wrote, seconds in all and since the fault."""

    code: int | None
    said: str
    written: bytes
    seconds: float
    since: float

    def fault(self, whole: bytes, in_time: float = IN_TIME) -> str:
        """What is wrong with it; empty where it has the right bytes, or one sentence in time."""
        if self.code == 0:
            return "" if self.written == whole else "OTHER BYTES"
        lines = [line for line in self.said.splitlines() if line.strip()]
        if self.code is None:
            return "not ended"
        if self.code != 2 or self.written or len(lines) != 1 or not lines[0].startswith("Error: "):
            return f"exit {self.code}: {self.said[:500]}"
        return "" if self.since <= in_time else f"{self.since:.0f} s after the fault: {lines[0]}"

    def __str__(self) -> str:
        return f"{self.seconds:5.1f} s, {'the same bytes' if self.code == 0 else self.said.strip()}"


def run(
    command: Sequence[str],
    folder: Path,
    address: str | None = None,
    at: float = 0.0,
    then: Callable[[], None] | None = None,
) -> Ended:
    """Run a command, on a cluster or here, and do something to the cluster after some seconds."""
    output = folder / f"{time.monotonic_ns()}.csv"
    on = () if address is None else ("--engine", "dask", "--scheduler", address)
    begin = time.monotonic()
    program = [sys.executable, "-m", "innov_index", *command, "-o", str(output), *on]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(program, cwd=folder, env=_environment(), stdout=said, stderr=said)
        fault = begin
        if then is not None:
            with_patience(process, at)
            fault = time.monotonic()
            then()
        with_patience(process, 300.0)
        end = time.monotonic()
        code = process.poll()
        process.kill()
        process.wait()
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    written = output.read_bytes() if output.exists() else b""
    return Ended(code, text, written, end - begin, end - fault)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def with_patience(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the end of a process, but only for so long."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


@contextmanager
def _odd_workers(folder: Path, kind: str) -> Iterator[Cluster]:
    """A cluster of a usual worker and one that is not fit, or of two that lack memory."""
    with running_cluster(folder, 0) as cluster:
        if kind == "package":
            cluster.add_worker(program=("-c", WITHOUT_PACKAGE))
        elif kind == "files":
            cluster.add_worker(before=seeing(folder / "other" / "records", folder / "records"))
        else:
            cluster.add_worker("--memory-limit", "400MB" if kind == "memory" else "250MB", "--nanny")
        if kind == "starved":
            cluster.add_worker("--memory-limit", "250MB", "--nanny")
        else:
            cluster.add_worker()
        cluster.wait_for(2)
        yield cluster


def odd_trial(kind: str, folder: Path) -> Ended:
    """How `derive` ends where workers are not fit."""
    with _odd_workers(folder, kind) as cluster:
        return run(COMMANDS["derive"], folder, cluster.address)


def deadly_trial(kind: str, name: str, folder: Path, share: float, usual: float) -> Ended:
    """How a command ends where a part of the cluster is killed after this share of its usual time."""
    with running_cluster(folder, 2) as cluster:
        victims = {"worker": cluster.workers[:1], "both": cluster.workers, "scheduler": [cluster.scheduler]}

        def strike() -> None:
            for victim in victims[kind]:
                kill(victim)

        return run(COMMANDS[name], folder, cluster.address, share * usual, strike)


def trials(
    kind: str, number: int, folder: Path, seed: int, names: Sequence[str] = tuple(COMMANDS)
) -> Iterator[tuple[str, Ended, bytes]]:
    """Trials of a kind: what was done, how the command ended, the bytes that are right."""
    if kind not in DEADLY:
        yield "derive", odd_trial(kind, folder), run(COMMANDS["derive"], folder).written
        return
    draw = random.Random(f"{seed} {kind}")
    wholes = {name: run(COMMANDS[name], folder) for name in names}
    usual = {}
    for name in names:
        with running_cluster(folder, 2) as cluster:
            usual[name] = run(COMMANDS[name], folder, cluster.address).seconds
    for trial in range(number):
        name = names[trial % len(names)]
        share = draw.uniform(0.1, 1.0)
        ended = deadly_trial(kind, name, folder, share, usual[name])
        yield f"{name}, at {share:.0%} of {usual[name]:.1f} s", ended, wholes[name].written


NUMBERS = {"worker": 20, "both": 5, "scheduler": 5, "package": 1, "files": 1, "memory": 1, "starved": 1}
DEADLY = ("worker", "both", "scheduler")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=4_000_000)
    parser.add_argument("--only", nargs="+", choices=NUMBERS, default=list(NUMBERS))
    arguments = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_records(folder, arguments.rows)
        make_records(folder / "other", arguments.rows, seed=2)
        for kind in arguments.only:
            if kind == "files" and not can_mount():
                print("files: not tried, as no process may see other files here")
                continue
            for done, ended, whole in trials(kind, NUMBERS[kind], folder, arguments.seed):
                fault = ended.fault(whole)
                wrong += bool(fault)
                print(f"{kind:10} {done:40} {fault or ended}", flush=True)
    print(f"{wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

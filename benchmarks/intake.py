"""`innov-index score` beside a short pandas script that does the same steps, as whole processes in turn.

Usage: python benchmarks/intake.py [--rounds N]

100,000 units x 50 indicators from CSV and from Parquet, a twentieth of the values missing: group means in
their place, winsorising where skewness and kurtosis ask for it, min-max, arithmetic means in a tree of six
nodes. Both write a CSV with unit, name, rank, score, number of imputed values and the scores of all nodes.
`score` also writes what it always does: each changed value in a second table, and hashes; the script does so
with --changed, for a second ratio. Prints medians of processor time, peak memory and their ratios; then
1,000,000 x 20 from Parquet. All modules are compiled, as in installed programs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from quick import QUICK

ROUNDS = 1 if QUICK else 5
SIZE, LARGE = ((300, 10), (500, 5)) if QUICK else ((100_000, 50), (1_000_000, 20))
DIMENSIONS = 5
SCRIPT = Path(__file__).with_name("score_with_pandas.py")
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
OURS, SHORT, WHOLE = "innov-index", "pandas", "pandas, with imputed values"


def data(units: int, indicators: int) -> dict[str, object]:
    """Columns of synthetic data as COINr's timings have them: one indicator in ten is log-normal."""
    rng = np.random.default_rng(1)
    values = rng.normal(50, 10, (indicators, units))
    values[::10] = rng.lognormal(0, 1.5, values[::10].shape)
    values = values.round(4)
    values[rng.random(values.shape) < 0.05] = np.nan
    codes = [f"U{unit:07d}" for unit in range(units)]
    groups = [f"g{unit % 5}" for unit in range(units)]
    return {"unit": codes, "group": groups, **{f"x{at}": column for at, column in enumerate(values)}}


def config(file: str, indicators: int) -> dict[str, object]:
    """The index; `score_with_pandas.py` states the same."""
    families = np.array_split(np.arange(indicators), DIMENSIONS)
    return {
        "units": {"id": "unit", "groups": ["group"]},
        "indicators": {"file": file},
        "imputation": {"method": "group_mean", "by": "group"},
        "treatment": {"method": "winsorise", "max_points": 5, "skewness": 2, "kurtosis": 3.5},
        "index": {
            "code": "I",
            "children": [
                {"code": f"d{at}", "children": [{"indicator": f"x{leaf}"} for leaf in family]}
                for at, family in enumerate(families)
            ],
        },
    }


def write(folder: Path, ending: str, units: int, indicators: int) -> None:
    """`data.csv` or `data.parquet`, and a config for it."""
    import pandas as pd

    frame = pd.DataFrame(data(units, indicators))
    file = folder / f"data{ending}"
    if ending == ".csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file, index=False)
    (folder / "index.yaml").write_text(json.dumps(config(file.name, indicators)))


def run(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Processor and wall-clock seconds and peak megabytes of one finished process."""
    began = time.perf_counter()
    with (folder / "printed.txt").open("wb") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=printed, env=COMPILED)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{(folder / 'printed.txt').read_text()}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024


def commands(ending: str) -> dict[str, list[str]]:
    script = [sys.executable, str(SCRIPT), f"data{ending}", "theirs.csv"]
    return {
        OURS: [sys.executable, "-m", "innov_index", "score", "index.yaml", "-o", "ours.csv"],
        SHORT: script,
        WHOLE: [*script, "--changed"],
    }


def differences(folder: Path) -> str:
    """How far the numbers that both wrote are apart; other columns, or other units, are refused."""
    import pandas as pd

    largest, ranks = 0.0, 0
    for name, keys in (("", ["unit"]), (".changed", ["unit", "indicator"])):
        files = [folder / f"{who}{name}.csv" for who in ("ours", "theirs")]
        ours, theirs = (pd.read_csv(file).set_index(keys) for file in files)
        if list(ours) != list(theirs) or set(ours.index) != set(theirs.index):
            raise SystemExit(f"not the same: {list(ours)} and {list(theirs)}")
        theirs = theirs.loc[ours.index]
        if "rank" in ours:
            ranks = int((ours.pop("rank") != theirs.pop("rank")).sum())
        numbers = list(ours.select_dtypes("number"))
        largest = max(largest, float((ours[numbers] - theirs[numbers]).abs().max().max()))
    return f"{largest:.1g} between scores; {ranks} ranks (of scores that rounding alone tells apart)"


def compare(ending: str, rounds: int) -> None:
    """Print the programs' figures and the medians of their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, ending, *SIZE)
        found: dict[str, list[tuple[float, float, float]]] = {}
        for round_ in range(rounds + 1):
            for program, command in commands(ending).items():
                runs = found.setdefault(program, [])
                measured = run(command, folder)
                if round_:  # the first compiles modules
                    runs.append(measured)
        print(f"{SIZE[0]:,} x {SIZE[1]} from {ending[1:]}, {rounds} rounds")
        for program, runs in found.items():
            processor, wall, memory = (statistics.median(column) for column in zip(*runs, strict=True))
            print(f"  {program:28} {processor:6.2f} s processor {wall:6.2f} s wall {memory:6.0f} MB")
        for other in (SHORT, WHOLE):
            pairs = list(zip(found[OURS], found[other], strict=True))
            ratio = [statistics.median(ours[at] / theirs[at] for ours, theirs in pairs) for at in (0, 2)]
            print(f"  beside {other}: {ratio[0]:.2f} times its time, {ratio[1]:.2f} times its memory")
        print(f"  largest difference: {differences(folder)}")


def main() -> None:
    """Print all comparisons."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = arguments.parse_args().rounds
    for ending in (".csv", ".parquet"):
        compare(ending, rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, ".parquet", *LARGE)
        processor, wall, memory = run(commands(".parquet")[OURS], folder)
        print(f"{LARGE[0]:,} x {LARGE[1]} from parquet")
        print(f"  {OURS:28} {processor:6.2f} s processor {wall:6.2f} s wall {memory:6.0f} MB")


if __name__ == "__main__":
    main()

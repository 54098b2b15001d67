"""`derive` beside `derive -o`: records are read once, here and on a Dask cluster of two workers.

    python benchmarks/derive_to_a_file.py [--rows 20_000_000] [--times 3]

The rows are those of `derive.py`. Printed are medians of alternating runs: wall-clock time, processor time
and peak memory of the command, which is the client of the cluster; and the ratios of both forms. Where other
work keeps the computer busy, runs of one form differ by a quarter, so what the output itself takes, from the
result to the written file, is measured inside of the command, too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from clusters import Measured, measured, running_cluster
from derive import ROWS, make_files
from quick import QUICK

TIMES = 1 if QUICK else 3
WORDS = {"derive": ("--format", "csv"), "derive -o": ("-o", "derived.csv")}

SHOWN = """\
import sys, time
import innov_index.cli.derive as command
from innov_index.cli import main
show = command.show
def measured(*arguments, **options):
    begin = time.process_time()
    show(*arguments, **options)
    print(f"shown {time.process_time() - begin} of {time.process_time()}", file=sys.stderr)
command.show = measured
main(sys.argv[1:])
"""
"""The command, which says how many processor seconds went by from the result to its output, and in all."""

CONFIG = """\
name: Author rows
sources:
  - kind: documents
    file: records
    columns: {document: document, unit: unit}
    where: {year: {min: 2015}}
    indicators: {documents: {}}
  - kind: collaboration
    file: records
    columns: {document: document, unit: unit}
    where: {year: {min: 2015}}
    indicators: {ties: {measure: strength}}
normalisation: {method: min_max}
index:
  code: X
  children: [{indicator: documents}, {indicator: ties}]
"""


def compare(where: str, folder: Path, times: int, address: str | None) -> None:
    """Both forms in turns."""
    runs: dict[str, list[Measured]] = {name: [] for name in WORDS}
    for _ in range(times):
        for name, words in WORDS.items():
            runs[name].append(measured(("derive", "index.yaml", *words), folder, address))
    found = {
        name: Measured(
            median(own.seconds for own in each),
            median(own.processor for own in each),
            median(own.megabytes for own in each),
        )
        for name, each in runs.items()
    }
    for name, each in found.items():
        print(f"{where:12} {name:10} {each}")
    plain, filed = found.values()
    print(
        f"{where:12} ratio: processor {filed.processor / plain.processor:.2f}, "
        f"memory {filed.megabytes / plain.megabytes:.2f}",
        flush=True,
    )


def compare_outputs(where: str, folder: Path, times: int, address: str | None) -> None:
    """What `derive` prints beside what `derive -o` writes, without all that comes before."""
    on = () if address is None else ("--engine", "dask", "--scheduler", address)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WORDS}
    for _ in range(times):
        for name, words in WORDS.items():
            command = [sys.executable, "-c", SHOWN, "derive", "index.yaml", *words, *on]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
            said = next(line for line in done.stderr.splitlines() if line.startswith("shown ")).split()
            found[name].append((float(said[1]), float(said[3])))
    (shown, whole), (written, _) = (tuple(map(median, zip(*each, strict=True))) for each in found.values())
    print(
        f"{where:12} printing takes {shown:.3f} s, writing with provenance {written:.3f} s, "
        f"{(written - shown) / whole:.1%} of the {whole:.1f} s of `derive` more",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=ROWS)
    parser.add_argument("--times", type=int, default=TIMES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_files(folder, arguments.rows, "parquet")
        (folder / "index.yaml").write_text(CONFIG, encoding="utf-8")
        compare("here", folder, arguments.times, None)
        compare_outputs("here", folder, arguments.times, None)
        here = (folder / "derived.csv").read_bytes()
        with running_cluster(folder, 2) as cluster:
            compare("two workers", folder, arguments.times, cluster.address)
            compare_outputs("two workers", folder, arguments.times, cluster.address)
            peaks = " and ".join(f"{megabytes:.0f}" for megabytes in cluster.megabytes())
            print(f"workers: at most {peaks} MB")
        if (folder / "derived.csv").read_bytes() != here:
            sys.exit("other bytes from the workers")


if __name__ == "__main__":
    main()

"""Parquet and gzip files with damaged bytes: the right numbers or one sentence, never the end of the process.

Many files are a case, as a process of its own reads them one after the other: it may be ended by one.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from innov_index.cli import main
from tests.conftest import ROOT

FILES = 20
SECONDS = 10
"""For one file of at most a megabyte."""
BEHAVED = ("right", "refused", "not known")
CONFIG = """\
units: {file: units.csv}
sources:
  - kind: values
    file: NAME
    columns: {unit: unit, id: id}
    indicators: {s: {measure: sum, of: v}, n: {measure: count}}
normalisation: {method: none}
index: {code: X, children: [{indicator: s}, {indicator: n}]}
"""


@dataclass(frozen=True)
class DamagedFile:
    """A file before and after its damage, and whether its own checksums tell."""

    name: str
    sound: bytes
    damaged: bytes
    is_checked: bool


@dataclass(frozen=True)
class DamagedFiles:
    """Files that are read one after the other."""

    files: tuple[DamagedFile, ...]

    def write(self, folder: Path) -> Path:
        """Write each file into a folder of its own, beside what it was before."""
        for number, file in enumerate(self.files):
            for kind, content in (("sound", file.sound), ("damaged", file.damaged)):
                own = folder / f"{number:03}" / kind
                own.mkdir(parents=True, exist_ok=True)
                (own / file.name).write_bytes(content)
                (own / "units.csv").write_text("unit,name\nA,Aland\nB,Borg\nC,Cor\n")
                (own / "index.yaml").write_text(CONFIG.replace("NAME", file.name))
        return folder

    def smaller(self) -> Iterator[DamagedFiles]:
        """Each file alone."""
        if len(self.files) > 1:
            yield from (replace(self, files=(file,)) for file in self.files)


def random_damage(rng: np.random.Generator) -> DamagedFiles:
    """Some Parquet and gzip files, each damaged in another way."""
    own = random.Random(int(rng.integers(2**63)))
    return DamagedFiles(tuple(own.choice([_parquet, _parquet, _gzip])(own) for _ in range(FILES)))


def _rows(own: random.Random, rows: int) -> dict[str, list[object]]:
    return {
        "unit": [own.choice("ABC") for _ in range(rows)],
        "id": [f"r{row}" for row in range(rows)],
        "v": [row % 7 if row % 5 else None for row in range(rows)],
    }


def _parquet(own: random.Random) -> DamagedFile:
    rows = own.choice([5, 120, 3000])
    table = pa.table({**_rows(own, rows), "words": [["x", "y"][: row % 3] for row in range(rows)]})
    checked = own.random() < 0.5
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression=own.choice(["none", "snappy", "zstd", "gzip", "brotli", "lz4"]),
        row_group_size=own.choice([rows, max(1, rows // 3)]),
        write_page_checksum=checked,
        data_page_version=own.choice(["1.0", "2.0"]),
        write_page_index=own.random() < 0.5,
        use_dictionary=own.random() < 0.7,
        store_schema=own.random() < 0.5,
        data_page_size=own.choice([100, 1 << 20]),
    )
    sound = buffer.getvalue()
    footer = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    in_footer = own.random() < 0.6
    damaged = _damaged(own, sound, footer if in_footer else 4, len(sound) if in_footer else footer)
    # the footer and the heads of pages have no checksum
    payload = checked and not in_footer and pq.ParquetFile(io.BytesIO(sound)).metadata.num_row_groups > 0
    return DamagedFile("records.parquet", sound, damaged, payload and damaged[footer:] == sound[footer:])


def _gzip(own: random.Random) -> DamagedFile:
    rows = own.choice([5, 3000, 40_000])
    columns = _rows(own, rows)
    lines = [
        ",".join("" if cell is None else str(cell) for cell in row)
        for row in zip(*columns.values(), strict=True)
    ]
    sound = gzip.compress("\n".join([",".join(columns), *lines, ""]).encode(), own.choice([0, 1, 6]), mtime=0)
    return DamagedFile("records.csv.gz", sound, _damaged(own, sound, 0, len(sound)), True)


def _damaged(own: random.Random, sound: bytes, start: int, end: int) -> bytes:
    """Bytes changed, left out or put in between two places, or all behind one lost."""
    content = bytearray(sound)
    for _ in range(own.choice([1, 1, 1, 2, 4])):
        at = min(own.randrange(start, end), len(content) - 1)
        kind = own.choice(["byte", "byte", "bit", "bit", "lost", "more", "end", "fill"])
        if kind == "byte":
            content[at] = own.randrange(256)
        elif kind == "bit":
            content[at] ^= 1 << own.randrange(8)
        elif kind == "lost":
            del content[at : at + own.choice([1, 2, 8])]
        elif kind == "more":
            content[at:at] = own.randbytes(own.choice([1, 2, 8]))
        elif kind == "end":
            del content[max(at, 1) :]
        else:
            content[at : at + 4] = own.choice([b"\xff" * 4, bytes(4)])
    return bytes(content)


def fault_of_damage(case: DamagedFiles, folder: Path) -> str:
    """What the process said of each file; the first that is not as it should be."""
    case.write(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.campaign.damaged_files", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    if len(said) < len(case.files):
        return f"ends the process: {(done.stderr.strip().splitlines() or ['?'])[-1][:120]}"
    for file, found in zip(case.files, said, strict=True):
        if found not in BEHAVED or (found == "not known" and file.is_checked):
            return f"{file.name}: {found}"
    return ""


def _outcome(before: Result, after: Result, seconds: float, name: str) -> str:
    if after.exit_code == 2:
        lines = after.output.strip().splitlines()
        is_one = len(lines) == 1 and len(lines[0]) < 500
        return "refused" if is_one and name in after.output else f"says: {after.output[:200]}"
    if after.exit_code != 0:
        return f"crash: {after.output[:200]}"
    if seconds > SECONDS:
        return "takes long"
    return "right" if after.stdout == before.stdout else "not known"


def _read_all(folder: Path) -> None:
    """In a process of its own: say of each file what became of it."""
    for own in sorted(folder.iterdir()):
        results = []
        for kind in ("sound", "damaged"):
            os.chdir(own / kind)
            start = time.monotonic()
            results.append(CliRunner().invoke(main, ["derive", "index.yaml", "--full", "--format", "csv"]))
        name = next(path.name for path in own.glob("damaged/records*"))
        found = _outcome(results[0], results[1], time.monotonic() - start, name)
        os.chdir(own / "damaged")
        if CliRunner().invoke(main, ["look", name]).exit_code not in (0, 2):
            found = "crash of look"
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    _read_all(Path(sys.argv[1]))

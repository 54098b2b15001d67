"""Nested JSON lines to indicators: the engine beside pyarrow's reader and pandas, each in its own process.

    python benchmarks/nested.py [--works 300_000] [--only engine pandas] [--keep FOLDER]

The lines are made up in the shape of works of OpenAlex: authors, their institutions with countries, topics,
and an abstract that nobody needs. Both count documents and fractions by author for each country since 2018.
Printed are wall-clock time, processor time, peak memory and ratios; results are compared. `--keep` writes the
lines to a folder and keeps them there.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from quick import QUICK
from side_by_side import installed, peak_megabytes

WORKS = 2_000 if QUICK else 300_000
WORKS_A_FILE = 100_000
COUNTRIES = [a + b for a in "ABCDEFGH" for b in "KLMNOPQR"]
INSTITUTIONS = 5_000
FIRST_YEAR = 2018
WORDS = [f"word{number}" for number in range(400)]

Counts = dict[str, tuple[float, float]]


def make_files(
    folder: Path, works: int, works_a_file: int = WORKS_A_FILE, countries: Sequence[str] = COUNTRIES
) -> None:
    """Works in files of so many; the institutions are in these countries in turn."""
    draw = random.Random(20260101)
    for start in range(0, works, works_a_file):
        with (folder / f"works_{start // works_a_file:03d}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(start, min(start + works_a_file, works)):
                file.write(json.dumps(make_work(draw, number, countries)) + "\n")


def make_work(draw: random.Random, number: int, countries: Sequence[str] = COUNTRIES) -> dict:
    """One work."""
    year = draw.randrange(2012, 2025)
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.5555/{number}" if number % 10 else None,
        "display_name": " ".join(draw.choices(WORDS, k=9)),
        "publication_year": year,
        "publication_date": f"{year}-06-01",
        "type": draw.choice(["article", "article", "review", "preprint"]),
        "authorships": [make_author(draw, countries) for _ in range(draw.choice([1, 2, 3, 3, 4, 5, 6, 9]))],
        "topics": [{"id": f"T{draw.randrange(4500)}", "score": draw.random()} for _ in range(3)],
        "abstract_inverted_index": {word: draw.sample(range(150), 2) for word in draw.sample(WORDS, 40)},
    }


def make_author(draw: random.Random, countries: Sequence[str]) -> dict:
    """An author with none to three institutions."""
    institutions = []
    for _ in range(draw.choice([0, 1, 1, 1, 1, 2, 3])):
        place = draw.randrange(INSTITUTIONS)
        institutions.append(
            {
                "id": f"https://openalex.org/I{place}",
                "display_name": f"Institute of {WORDS[place % 400]}",
                "country_code": countries[place % len(countries)],
                "type": "education",
            }
        )
    person = draw.randrange(10**7)
    return {
        "author_position": "middle",
        "author": {"id": f"https://openalex.org/A{person}", "display_name": f"Name {person}"},
        "institutions": institutions,
        "raw_affiliation_strings": [entry["display_name"] for entry in institutions],
    }


def engine(folder: Path) -> Counts:
    """This package: `derive` as the command runs it."""
    from innov_index.sources.documents import DocumentMeasure, DocumentSource
    from innov_index.sources.filters import CellTest
    from innov_index.sources.places.place_options import Places
    from innov_index.sources.run_sources import derive

    source = DocumentSource(
        kind="documents",
        file="*.jsonl",
        columns={
            "document": "id",
            "year": "publication_year",
            "author": "authorships[].author.id",
            "country": "authorships[].institutions[].country_code",
        },
        where={"year": CellTest(min=FIRST_YEAR)},
        indicators={"whole": DocumentMeasure(), "parts": DocumentMeasure(counting="fractional by author")},
    )
    (result,) = derive([source], Places(units="as written"), folder)
    parts = result.columns["parts"].values
    return {unit: (count, parts[unit]) for unit, count in result.columns["whole"].values.items()}


def pandas_explode(folder: Path) -> Counts:
    """Pyarrow reads, pandas explodes."""
    import pandas as pd
    from pyarrow import json as arrow_json

    wanted = ["id", "publication_year", "authorships"]
    pieces = []
    for path in sorted(folder.iterdir()):
        rows = arrow_json.read_json(path).select(wanted).to_pandas()
        rows = rows[rows["publication_year"] >= FIRST_YEAR].explode("authorships")
        rows["author"] = rows["authorships"].map(lambda author: author["author"]["id"])
        rows["institutions"] = rows["authorships"].map(lambda author: author["institutions"])
        rows = rows[["id", "author", "institutions"]].explode("institutions")
        rows["country"] = rows["institutions"].map(lambda place: place["country_code"], na_action="ignore")
        pieces.append(rows[["id", "author", "country"]])
    rows = pd.concat(pieces, ignore_index=True)
    authors = rows.groupby("id")["author"].nunique()
    addresses = rows.groupby(["id", "author"])["country"].transform("size")
    rows["part"] = 1 / (rows["id"].map(authors) * addresses)
    placed = rows[rows["country"].notna()]
    whole = placed.drop_duplicates(["id", "country"]).groupby("country").size()
    parts = placed.groupby("country")["part"].sum()
    return {country: (float(count), float(parts[country])) for country, count in whole.items()}


CONTENDERS: dict[str, Callable[[Path], Counts]] = {"engine": engine, "pandas": pandas_explode}
NEEDS = {"pandas": "pandas"}


def run_one(name: str, folder: Path) -> None:
    """Time, memory and a digest of the result, for one contender in its own process."""
    begin, processor = time.perf_counter(), time.process_time()
    result = CONTENDERS[name](folder)
    measured = {
        "seconds": time.perf_counter() - begin,
        "processor": time.process_time() - processor,
        "megabytes": peak_megabytes(),
        "digest": repr([(unit, whole, round(part, 6)) for unit, (whole, part) in sorted(result.items())]),
    }
    print(json.dumps(measured))


def compare(works: int, names: list[str], folder: Path) -> None:
    """Run the contenders one after the other on the same files."""
    if not any(folder.iterdir()):
        make_files(folder, works)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    found = {name: _apart(name, folder) for name in installed(names, NEEDS)}
    base = found.get("engine", next(iter(found.values())))
    print(f"{works:,} works, {size:,.0f} MB")
    for name, measured in found.items():
        same = "same result" if measured["digest"] == base["digest"] else "ANOTHER RESULT"
        print(
            f"{name:7} {measured['seconds']:7.1f} s ({measured['seconds'] / base['seconds']:5.2f}x)  "
            f"processor {measured['processor']:7.1f} s  memory {measured['megabytes']:7.0f} MB  {same}"
        )


def _apart(name: str, folder: Path) -> dict:
    command = [sys.executable, __file__, "--run", name, "--keep", str(folder)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--works", type=int, default=WORKS)
    parser.add_argument("--only", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--run", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run_one(options.run, options.keep)
    elif options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        compare(options.works, options.only, options.keep)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            compare(options.works, options.only, Path(temporary))


if __name__ == "__main__":
    main()

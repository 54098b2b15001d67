"""From nested works of OpenAlex to the web page of an index of cities: one config, one command.

    python benchmarks/works_to_page.py [--works 1_000_000] [--keep FOLDER]

A million made-up works in the shape of OpenAlex's snapshot, and institutions with their cities, become the
papers of each city, the network of cities that write together, an index of both and its page; on this
computer, on a Dask cluster of two workers, and on one that loses a worker halfway. The page must be the same
to the byte. Printed are time and memory.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import sys
import tempfile
from pathlib import Path

from clusters import killed_after, measured, running_cluster
from nested import INSTITUTIONS, make_files
from quick import QUICK

WORKS = 2_000 if QUICK else 1_000_000
CITIES = 300
GAZETTEER = Path(__file__).resolve().parents[1] / "data" / "gazetteer"

CONFIG = """\
name: Cities of made-up works
places: {{gazetteer: "{gazetteer}", units: city, ambiguous: largest}}
sources:
  - format: openalex
    file: works_*.jsonl
    lookup_files: {{institutions: institutions.jsonl}}
    years: [2018, 2024]
    indicators:
      papers: {{}}
      shares: {{counting: fractional by author}}
  - kind: collaboration
    format: openalex
    file: works_*.jsonl
    lookup_files: {{institutions: institutions.jsonl}}
    years: [2018, 2024]
    indicators:
      partners: {{measure: degree}}
      joint: {{measure: strength, counting: newman}}
      centrality: {{measure: eigenvector}}
normalisation: {{method: min_max}}
index:
  code: CITIES
  children:
    - code: PAPERS
      children: [{{indicator: papers, unit: papers}}, {{indicator: shares, unit: papers}}]
    - code: TIES
      children:
        - {{indicator: partners, unit: cities}}
        - {{indicator: joint, unit: papers}}
        - {{indicator: centrality, unit: eigenvector component}}
"""


def make_index(folder: Path, works: int) -> None:
    """Works, institutions in the largest cities, and the config."""
    with gzip.open(GAZETTEER / "cities.csv.gz", "rt", encoding="utf-8") as file:
        cities = sorted(csv.DictReader(file), key=lambda city: -int(city["population"]))[:CITIES]
    draw = random.Random(20260102)
    seats = [cities[min(int(draw.expovariate(5 / CITIES)), CITIES - 1)] for _ in range(INSTITUTIONS)]
    make_files(folder, works, max(works // 20, 1), [city["country"] for city in seats])
    with (folder / "institutions.jsonl").open("w", encoding="utf-8") as file:
        for number, city in enumerate(seats):
            place = {"city": city["name"], "region": None, "country_code": city["country"]}
            place |= {"geonames_city_id": city["geonameid"], "latitude": float(city["latitude"])}
            place |= {"longitude": float(city["longitude"])}
            entry = {"id": f"https://openalex.org/I{number}", "display_name": f"Institute {number}"}
            file.write(json.dumps(entry | {"geo": place}) + "\n")
    (folder / "index.yaml").write_text(CONFIG.format(gazetteer=GAZETTEER.as_posix()), encoding="utf-8")


def compare(folder: Path) -> None:
    """The page here and on clusters."""
    here = measured(("report", "index.yaml", "-o", "here.html"), folder)
    print(f"here:                        {here}", flush=True)
    wrong: list[str] = []
    halfway = 0.0
    for name, loses in (("two workers", False), ("two workers, one lost", True)):
        with running_cluster(folder, 2) as cluster:
            timer = killed_after(cluster.workers[0], halfway) if loses else None
            there = measured(("report", "index.yaml", "-o", "there.html"), folder, cluster.address)
            halfway = there.seconds / 2
            lost = " (it was lost)" if timer is not None and not timer.is_alive() else ""
            peaks = " and ".join(f"{megabytes:.0f}" for megabytes in cluster.megabytes())
            print(f"{name + ':':28} {there}; workers {peaks} MB{lost}", flush=True)
        wrong += [
            f"{name}: another {ending}"
            for ending in ("html", "html.provenance.json")
            if (folder / f"here.{ending}").read_bytes() != (folder / f"there.{ending}").read_bytes()
        ]
    print("; ".join(wrong) or "the same bytes")
    sys.exit(len(wrong))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--works", type=lambda text: int(text.replace("_", "")), default=WORKS)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "index.yaml").exists():
            make_index(folder, arguments.works)
        compare(folder)


if __name__ == "__main__":
    main()

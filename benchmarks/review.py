"""What `derive --review` adds for thousands of unknown places, beside rapidfuzz's matrix of the same names.

    python benchmarks/review.py [--places 7_500] [--country US]

The places are cities of the gazetteer with one letter changed and one added, in all countries or in one. The
review names the three most similar places of each; rapidfuzz's `cdist` only compares each name with all names
of its country. Printed are processor times, the median of alternating runs, and their ratio.
"""

from __future__ import annotations

import argparse
import random
import statistics
import string
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from quick import QUICK
from rapidfuzz import fuzz, process

from innov_index.analysis.derive.tables import review_sheet
from innov_index.config.load import load_config
from innov_index.dataset.derived import derive_indicators
from innov_index.intake.folding import fold_name
from innov_index.sources.places.gazetteer import Gazetteer, gazetteer_of

GAZETTEER = Path(__file__).parents[1] / "data" / "gazetteer"
PLACES = 300 if QUICK else 7_500
RUNS = 1 if QUICK else 5

CONFIG = """
version: 1
name: Unknown places
places: {{gazetteer: {gazetteer}}}
sources:
  - kind: values
    file: places.csv
    columns: {{city: city, country: country}}
    indicators: {{records: {{}}}}
index: {{code: ALL, children: [{{indicator: records}}]}}
"""


def misspelt(gazetteer: Gazetteer, number: int, country: str | None) -> list[tuple[str, str]]:
    """Names that no place has, with their countries."""
    draw = random.Random(20261201)
    cities = [city for city in gazetteer.cities.values() if country in (None, city.country)]
    found: dict[tuple[str, str], None] = {}
    while len(found) < number:
        city = draw.choice(cities)
        letters = list(city.name)
        letters[draw.randrange(len(letters))] = draw.choice(string.ascii_lowercase)
        letters.insert(draw.randrange(len(letters)), draw.choice(string.ascii_lowercase))
        name = "".join(letters).strip()
        if fold_name(name) and not gazetteer.ids(city.country, fold_name(name)) and "," not in name:
            found[name, city.country] = None
    return list(found)


def seconds(run: Callable[[], object]) -> float:
    """Processor time of one run."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--country")
    stated = parser.parse_args()
    gazetteer = gazetteer_of(GAZETTEER)
    places = misspelt(gazetteer, stated.places, stated.country)
    names = defaultdict(list)
    for name, country in places:
        names[country].append(fold_name(name))

    def matrix() -> None:
        for country, own in names.items():
            process.cdist(own, gazetteer.folded_names[country], scorer=fuzz.ratio)

    with tempfile.TemporaryDirectory() as folder:
        lines = ["city,country", *(f"{name},{country}" for name, country in places)]
        (Path(folder) / "places.csv").write_text("\n".join(lines) + "\n", "utf-8")
        path = Path(folder) / "config.yaml"
        path.write_text(CONFIG.format(gazetteer=GAZETTEER), "utf-8")
        config = load_config(path)
        derived = derive_indicators(config)

        def review() -> object:
            gazetteer.__dict__.pop("folded_names", None)  # a run gathers them once
            return review_sheet(derived, config)

        rows = len(review_sheet(derived, config).rows)
        times = [(seconds(review), seconds(matrix)) for _ in range(RUNS)]
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{rows} places to settle: review {ours:.2f} s, cdist {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()

"""Misspelt cities of inventors: how many are found, how many wrongly, at several bounds of confidence.

    python benchmarks/misspelt_cities.py [--fit] [--list FILE] [--bound 0.85]

Reads `../shared/raw/gazetteer/city_typos.csv.gz` (29,867 misspelt addresses of USPTO inventors with their
corrections) and splits its rows in two with the seed 20261201. The weights of `spelling_confidence.py` come
from one half, and `--fit` prints them; the figures are those of the other half. Left out are rows corrected
to another country and those whose written name is a name of the gazetteer. `--list` writes what was accepted
at `--bound` although the correction is another place, to be read by a person.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from quick import QUICK

from innov_index.frozen import frozen
from innov_index.intake.folding import fold_name
from innov_index.sources.places import spelling_confidence
from innov_index.sources.places.misspelt_names import NamesOfArea, spelling
from innov_index.sources.places.names_by_area import NamesByArea
from innov_index.sources.places.place_options import Places
from innov_index.sources.places.placing import Placer

ROOT = Path(__file__).parents[1]
TYPOS = ROOT.parent / "shared" / "raw" / "gazetteer" / "city_typos.csv.gz"
SEED = 20261201
BOUNDS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
REGULARISATION = 0.1


@frozen
class Case:
    """A misspelt city, its area, and the ids of the place that is meant, if the gazetteer has it."""

    row: dict[str, str]
    words: tuple[str, ...]
    area: NamesOfArea
    meant: frozenset[str]


def cases() -> tuple[list[Case], list[Case]]:
    """The rows to tune on, and those to report on."""
    text = gzip.decompress(TYPOS.read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    placer = Placer(Places(gazetteer="data/gazetteer"), ROOT)
    matcher, areas = placer.matcher, NamesByArea(placer.gazetteer)
    found: list[Case] = []
    for row in rows:
        country = row["country_written"]
        if row["country"] != country:
            continue
        if matcher.match(row["city_written"], country, row["state_written"]).cities:
            continue
        area = areas.area(country, row["state_written"])
        meant = frozenset(city.id for city in matcher.match(row["city"], country, row["state"]).cities)
        if not meant and row["state"] == row["state_written"]:
            spelled = area.named(fold_name(row["city"]).split())  # TAI-PEI is Taipei
            meant = frozenset(spelled.ids if spelled is not None else ())
        found.append(Case(row, tuple(fold_name(row["city_written"]).split()), area, meant))
    tune = np.random.default_rng(SEED).permutation(len(found)) < len(found) // 2
    if QUICK:
        tune &= np.arange(len(found)) % 40 == 0
    held = ~tune & (np.arange(len(found)) % 40 == 0 if QUICK else True)
    return [found[at] for at in np.flatnonzero(tune)], [found[at] for at in np.flatnonzero(held)]


def is_right_as_it_is(case: Case) -> bool:
    """Whether what is written is the name of a smaller place, never taken for another."""
    named = case.area.named(case.words)
    return named is not None and not named.ids


def fit(tune: Sequence[Case]) -> None:
    """Print the weights that make the corrections likeliest, with a small penalty on large weights."""
    from scipy.optimize import minimize

    names: dict[str, int] = {}
    of_none: dict[str, int] = {}
    entries, none_entries, of_case, right = [], [], [], []
    for at, case in enumerate(tune):
        smaller = set() if case.meant else {spelling(fold_name(case.row["city"]).split())}
        for own in case.area.resemblances(case.words):
            found = spelling_confidence.evidence(own, case.words, case.area)
            entries.append({names.setdefault(what, len(names)): value for what, value in found.items()})
            of_case.append(at)
            is_smaller = not own.named.ids and own.name in smaller
            right.append(bool(case.meant & set(own.named.ids)) or is_smaller)
        found = spelling_confidence.evidence_of_none(case.words, case.area)
        none_entries.append({of_none.setdefault(what, len(of_none)): value for what, value in found.items()})
    evidence, none = _dense(entries, len(names)), _dense(none_entries, len(of_none))
    of, is_right = np.array(of_case), np.array(right)
    any_right = np.zeros(len(tune), bool)
    np.logical_or.at(any_right, of, is_right)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores, of_nothing = evidence @ weights[: len(names)], none @ weights[len(names) :]
        highest = of_nothing.copy()
        np.maximum.at(highest, of, scores)
        shares, rest = np.exp(scores - highest[of]), np.exp(of_nothing - highest)
        total = rest.copy()
        np.add.at(total, of, shares)
        p, p_none = shares / total[of], rest / total
        p_right = np.zeros(len(tune))
        np.add.at(p_right, of, p * is_right)
        likelihood = np.log(np.where(any_right, p_right, p_none)).sum()
        wanted = np.where(any_right[of], p * is_right / np.maximum(p_right, 1e-300)[of], 0)
        slopes = np.concatenate([evidence.T @ (wanted - p), none.T @ (~any_right - p_none)])
        penalty = REGULARISATION * weights
        return -likelihood + penalty @ weights / 2, -slopes + penalty

    weights = minimize(loss, np.zeros(len(names) + len(of_none)), jac=True, method="L-BFGS-B").x
    for title, own in (("WEIGHTS", weights[: len(names)]), ("NONE_WEIGHTS", weights[len(names) :])):
        print(f"{title}: Mapping[str, float] = {{")
        for what, weight in zip(names if title == "WEIGHTS" else of_none, own.tolist(), strict=True):
            print(f'    "{what}": {weight:.2f},')
        print("}")


def _dense(entries: Sequence[dict[int, float]], columns: int) -> np.ndarray:
    table = np.zeros((len(entries), columns))
    for row, own in enumerate(entries):
        for column, value in own.items():
            table[row, column] = value
    return table


def report(held: Sequence[Case], bound: float, listed: Path | None) -> None:
    """Print shares of what is found at several bounds."""
    meant = [spelling_confidence.most_likely(case.words, case.area) for case in held]
    inside = sum(bool(case.meant) for case in held)
    print(f"{inside:,} rows whose correction is in the gazetteer, {len(held) - inside:,} others")
    print("bound  right  contradicting  others accepted  accepted  contradicting of them")
    for at in sorted({*BOUNDS, bound}):
        taken = [
            (case, own)
            for case, own in zip(held, meant, strict=True)
            if own is not None and own.confidence >= at and len(own.ids) == 1
        ]
        right = sum(bool(case.meant & set(own.ids)) for case, own in taken)
        wrong = sum(bool(case.meant) for case, _ in taken) - right
        others = len(taken) - right - wrong
        print(
            f"{at:5.2f}  {right / inside:5.1%}  {wrong / inside:13.2%}  {others / (len(held) - inside):15.2%}"
            f"  {len(taken):8,}  {(wrong + others) / max(1, len(taken)):21.1%}"
        )
        if listed is not None and at == bound:
            _write(listed, [(case, own) for case, own in taken if not case.meant & set(own.ids)])


def _write(path: Path, contradictions: Sequence[tuple[Case, spelling_confidence.Meant]]) -> None:
    cities = Placer(Places(gazetteer="data/gazetteer"), ROOT).gazetteer.cities
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("confidence", *contradictions[0][0].row, "taken for", "population"))
        for case, own in sorted(contradictions, key=lambda pair: -pair[1].confidence):
            city = cities[own.ids[0]]
            writer.writerow((f"{own.confidence:.3f}", *case.row.values(), city.label, city.population))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--list", type=Path, metavar="FILE")
    parser.add_argument("--bound", type=float, default=0.85)
    stated = parser.parse_args()
    if not TYPOS.is_file():
        print(f"{TYPOS} is not there: nothing to measure")
        return
    tune, held = cases()
    if stated.fit:
        fit([case for case in tune if not is_right_as_it_is(case)])
    else:
        report(held, stated.bound, stated.list)


if __name__ == "__main__":
    main()

"""Random printed tables, and the linear programs that say which weights can have made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

import innov_index
from innov_index.analysis.infer.run import infer
from tests.indices import rows_of, write_index

CERTAIN = 1e-7
"""A program whose best slack lies nearer to 0 than this decides nothing."""


@dataclass
class Edition:
    """One edition as it is printed: exact children, scores, and ranks from best to last place."""

    children: np.ndarray
    scores: np.ndarray
    best: np.ndarray
    last: np.ndarray

    def smaller(self) -> Iterator[Edition]:
        """Without a unit, without a score, without a rank."""
        for unit in range(len(self.scores)):
            rest = np.arange(len(self.scores)) != unit
            yield Edition(self.children[rest], self.scores[rest], self.best[rest], self.last[rest])
            if not np.isnan(self.scores[unit]):
                yield replace(self, scores=np.where(rest, self.scores, np.nan))
            if not np.isnan(self.best[unit]):
                gap = (np.where(rest, ends, np.nan) for ends in (self.best, self.last))
                yield Edition(self.children, self.scores, *gap)

    def places_apart(self, one: int, other: int) -> int:
        """How many places one unit is before another at least; 0: they share one; -1: not known."""
        if np.isnan(self.best[[one, other]]).any():
            return -1
        if self.best[one] == self.last[one] == self.best[other] == self.last[other]:
            return 0
        if self.last[one] >= self.best[other]:
            return -1
        bands = sorted({(b, e) for b, e in zip(self.best, self.last, strict=True) if b == b})
        if any(above[1] >= below[0] for above, below in pairwise(bands)):
            return 1
        place = {band: at for at, band in enumerate(bands)}
        return place[self.best[other], self.last[other]] - place[self.best[one], self.last[one]]


@dataclass
class Table:
    """Editions with the same weights; how the root is scaled, rounded before it is ranked, and read."""

    editions: list[Edition]
    weights: np.ndarray
    decimals: int
    input_decimals: int | None
    scaling: str
    rounded: int | None
    less: bool

    def smaller(self) -> Iterator[Table]:
        """With an edition less, with a unit less, with a printed figure less."""
        if len(self.editions) > 1:
            yield from (replace(self, editions=[edition]) for edition in self.editions)
        for at, edition in enumerate(self.editions):
            others = (self.editions[:at], self.editions[at + 1 :])
            for less in edition.smaller() if len(self.editions) == 1 else ():
                yield replace(self, editions=[*others[0], less, *others[1]])

    @property
    def config(self) -> str:
        inputs = "" if self.input_decimals is None else f", decimals: {self.input_decimals}"
        lines = {
            "none": "aggregation: {method: arithmetic}",
            "ratio": "aggregation: {method: sum}",
            "affine": "rescaling: {method: linear, offset: 30, factor: 2}",
        }
        root = [lines[self.scaling]] + (["direction: lower_is_better"] if self.less else [])
        if self.rounded is not None:
            root.append(f"rounding: {{method: half_up, decimals: {self.rounded}, used_for: ranks}}")
        children = ", ".join(
            f"{{indicator: c{j}, weight: {weight}{', direction: lower_is_better' if self.less else ''}}}"
            for j, weight in enumerate(self.weights.tolist())
        )
        return f"""\
units: {{id: unit}}
indicators: {{file: data.csv{inputs}}}
normalisation: {{method: none}}
index: {{code: I, {", ".join(root)}, children: [{children}]}}
published: {{file: published.csv, score: score, rank: rank, decimals: {self.decimals}}}
"""

    def write(self, folder: Path) -> Path:
        values = np.stack([edition.children for edition in self.editions])
        years = [2020 + at for at in range(len(self.editions))] if len(self.editions) > 1 else []
        columns = [f"c{j}" for j in range(values.shape[2])]
        data = rows_of(values if years else values[0], columns, editions=years)
        rows: list[list[object]] = [["unit", *(["edition"] if years else []), "score", "rank"]]
        for at, edition in enumerate(self.editions):
            for unit, score in enumerate(edition.scores.tolist()):
                shown = "" if score != score else f"{score:.{self.decimals}f}"
                named = [years[at]] if years else []
                rows.append([f"u{unit}", *named, shown, printed_rank(edition, unit)])
        return write_index(folder, self.config, data, files={"published.csv": rows})


def printed_rank(edition: Edition, unit: int) -> str:
    """As rankings print it: 4, =2, 101-152, 501+."""
    best, last = edition.best[unit], edition.last[unit]
    if np.isnan(best):
        return ""
    if np.isinf(last):
        return f"{best:.0f}+"
    if best != last:
        return f"{best:.0f}-{last:.0f}"
    shared = (edition.best == best) & (edition.last == last)
    return f"={best:.0f}" if shared.sum() > 1 and unit % 2 else f"{best:.0f}"


def half_up(values: np.ndarray, decimals: int) -> np.ndarray:
    """Halves away from zero; the values are not negative."""
    return np.floor(np.round(values * 10**decimals, 9) + 0.5) / 10**decimals


SCALINGS = ("none", "none", "ratio", "affine")


def random_table(rng: np.random.Generator, scaling: str) -> Table:
    """Ties, bands, gaps among the figures, a scale, ranks of rounded scores, two editions, false figures."""
    n, k = int(rng.integers(3, 8)), int(rng.integers(2, 5))
    weights = rng.multinomial(12, np.ones(k) / k)
    weights[0] += not weights[0]
    factor, offset = {"none": (1, 0), "ratio": (weights.sum(), 0)}.get(scaling, (2, 30))
    decimals, rounded = int(rng.integers(0, 3)), int(rng.integers(0, 2)) if rng.random() < 0.3 else None
    less = bool(rng.random() < 0.3)
    input_decimals = 0 if rng.random() < 0.4 else None
    editions = []
    for _ in range(2 if rng.random() < 0.35 else 1):
        children = rng.integers(0, 12, (n, k)).astype(float)
        if rng.random() < 0.3:
            children[1] = children[0]
        exact = offset + factor * (children @ weights) / weights.sum()
        compared = np.round(exact, 9) if rounded is None else half_up(exact, rounded)
        scores = np.round(exact, decimals)
        editions.append(printed_edition(rng, children, scores, -compared if less else compared, decimals))
    return Table(editions, weights, decimals, input_decimals, scaling, rounded, less)


def printed_edition(
    rng: np.random.Generator, children: np.ndarray, scores: np.ndarray, compared: np.ndarray, decimals: int
) -> Edition:
    """Ranks of what is compared, some of them as bands; now and then a false figure; gaps."""
    n = len(scores)
    best = 1 + (compared[:, None] < compared).sum(axis=1).astype(float)
    last = best.copy()
    if rng.random() < 0.4:
        low = best >= rng.integers(2, n + 1)
        best[low], last[low] = best[low].min(initial=1), (n if rng.random() < 0.5 else np.inf)
    if rng.random() < 0.3:
        scores[rng.integers(n)] += rng.choice([-1, 1]) * rng.integers(1, 4) * 10.0**-decimals
    if rng.random() < 0.2:
        one, other = rng.choice(n, 2, replace=False)
        best[[one, other]], last[[one, other]] = best[[other, one]], last[[other, one]]
    scores[rng.random(n) < 0.1] = np.nan
    unranked = rng.random(n) < 0.1
    best[unranked] = last[unranked] = np.nan
    return Edition(children, scores, best, last)


class Program:
    """The linear program of a table.

    Unknowns: weights w; of each unit its mean m = Σ w c and, where ranks are taken from rounded scores, r;
    t and α with published = (m + α) / t; the lead. Rows say row · x ≤ 0 or = 0.
    """

    def __init__(self, given: Table) -> None:
        self.given = given
        self.k = len(given.weights)
        self.units = sum(len(edition.scores) for edition in given.editions)
        self.size = self.k + 2 * self.units + 3
        self.t, self.alpha, self.lead = range(self.size - 3, self.size)
        self.below: list[np.ndarray] = [self.row({self.t: -1, self.lead: 1})]
        self.equal: list[np.ndarray] = []
        first = 0
        for edition in given.editions:
            for unit in range(len(edition.scores)):
                self.add_scores(edition, unit, first)
                for other in range(len(edition.scores)):
                    self.add_pair(edition.places_apart(unit, other), first + unit, first + other)
            first += len(edition.scores)

    def row(self, entries: dict[int, float]) -> np.ndarray:
        row = np.zeros(self.size)
        for at, entry in entries.items():
            row[at] += entry
        return row

    def add_scores(self, edition: Edition, unit: int, first: int) -> None:
        half = 0.0 if self.given.input_decimals is None else 0.5
        children, mean = edition.children[unit], self.k + first + unit
        for sign in (1, -1):
            ends = dict(enumerate(sign * (children - sign * half)))
            self.below.append(self.row({**ends, mean: -sign}))
        score, step = edition.scores[unit], 0.5 * 10.0**-self.given.decimals
        if not np.isnan(score):
            for sign in (1, -1):
                end = score + sign * step
                self.below.append(self.row({mean: sign, self.alpha: sign, self.t: -sign * end}))
        rounded = self.given.rounded
        if rounded is None:
            return
        mark, unit_of_rank = mean + self.units, 10.0**-rounded
        for sign in (1, -1):
            self.below.append(
                self.row({mark: sign, mean: -sign, self.alpha: -sign, self.t: -0.5 * unit_of_rank})
            )
            if not np.isnan(score):
                end = half_up(np.array(score + sign * step), rounded)
                self.below.append(self.row({mark: sign, self.t: -sign * end}))

    def add_pair(self, apart: int, one: int, other: int) -> None:
        if apart < 0 or one == other:
            return
        before, after = self.k + one, self.k + other
        if self.given.less:
            before, after = after, before
        if apart > 0:
            strictly = apart == 1 or self.given.rounded is None
            self.below.append(self.row({after: 1, before: -1, self.lead: float(strictly)}))
        if self.given.rounded is None:
            if apart == 0:
                self.equal.append(self.row({before: 1, after: -1}))
            return
        least = apart * 10.0**-self.given.rounded
        difference = self.row({after + self.units: 1, before + self.units: -1, self.t: least})
        (self.below if apart else self.equal).append(difference)

    def solve(self, gain: np.ndarray, least_lead: float | None) -> float | None:
        """The greatest gain · x."""
        scaling = self.given.scaling
        bounds: list[tuple[float | None, float | None]] = [(0, 1)] * self.k
        bounds += [(None, None)] * (2 * self.units)
        bounds += [(1, 1) if scaling == "none" else (0, None)]
        bounds += [(None, None) if scaling == "affine" else (0, 0), (least_lead, 1)]
        total = self.row(dict.fromkeys(range(self.k), 1.0))
        found = linprog(
            -gain,
            A_ub=np.array(self.below),
            b_ub=np.zeros(len(self.below)),
            A_eq=np.array([total, *self.equal]),
            b_eq=[1.0, *np.zeros(len(self.equal))],
            bounds=bounds,
        )
        return -found.fun if found.status == 0 else None

    def ends(self) -> np.ndarray:
        """Smallest and largest weights."""
        rows = np.eye(self.size)[: self.k]
        return np.array([[-self.solve(-row, 0.0), self.solve(row, 0.0)] for row in rows]).T


def disagreement(given: Table, folder: Path) -> str:
    """In what `infer` and the linear programs differ about a table, in a few words; "" where they agree."""
    (answer,) = infer(innov_index.load(given.write(folder))).facts
    if len(answer.question.units) != sum(len(edition.scores) for edition in given.editions):
        return "other units"
    found, program = answer.inference, Program(given)
    lead = program.solve(np.eye(program.size)[program.lead], None)
    if lead is not None and abs(lead) <= CERTAIN:  # proved by rational numbers either way
        return "" if found.exists or found.disagreement is not None else "nothing proved"
    if found.exists != (lead is not None and lead > 0):
        return "weights exist" if found.exists else "no weights exist"
    if found.exists:
        ends = np.array([found.weights.smallest, found.weights.largest])
        if not np.allclose(ends, program.ends(), rtol=1e-7, atol=2e-6):
            return "ends of weights"
    return ""

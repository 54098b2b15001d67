"""Ranks over sets of weights, for every kind of node, against every weight of a grid in exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import innov_index
from innov_index.analysis.robustness.certificates import WrongCertificate, proofs_json
from innov_index.analysis.robustness.enclosures import least_mean
from innov_index.analysis.robustness.run import robustness
from innov_index.analysis.robustness.sentences import headlines
from innov_index.analysis.robustness.study import study
from innov_index.analysis.robustness.weight_sets import Statements, within
from innov_index.errors import InnovIndexError
from tests.indices import rows_of, write_index

FAMILIES = {"P": ("a", "b"), "Q": ("c", "d")}
GRID = 8
CLOSE = Decimal(10) ** -40

Score = Decimal | None


@dataclass(frozen=True)
class Mean:
    """An aggregation as a config states it, and in exact numbers: constant + total x mean of a power."""

    stated: Mapping[str, Any]
    power: int = 1
    total: Fraction = Fraction(1)
    constant: Fraction = Fraction(0)


def means(children: Sequence[str], weights: Sequence[int]) -> dict[str, Mean]:
    terms = " + ".join(f"{weight} * {code} / 4" for code, weight in zip(children, weights, strict=True))
    total = Fraction(sum(weights))
    return {
        "arithmetic": Mean({"method": "arithmetic"}),
        "geometric": Mean({"method": "geometric"}, 0),
        "harmonic": Mean({"method": "harmonic"}, -1),
        "quadratic": Mean({"method": "power", "p": 2}, 2),
        "sum": Mean({"method": "sum"}, 1, total),
        "formula": Mean({"method": "expression", "formula": f"{terms} + 1.5"}, 1, total / 4, Fraction(3, 2)),
    }


ALIKE = {"arithmetic": ("arithmetic", "sum", "formula")}
RATIONAL = ("arithmetic", "harmonic", "sum", "formula")
MONOTONE = ("none", "linear", "min_max", "z_score", "percentile_rank", "rank", "goalposts")


@dataclass(frozen=True)
class Case:
    """An index, drawn at random: two inner nodes with two indicators each."""

    values: np.ndarray
    groups: Sequence[str]
    stated: Mapping[str, Sequence[int]]
    means: Mapping[str, Mean]
    level: int
    missing: object
    lines: Mapping[str, tuple[Fraction, Fraction]]
    rescaling: Mapping[str, Any]
    rounding: Mapping[str, Mapping[str, Any]]
    digits: int
    statements: Statements

    def config(self) -> dict[str, Any]:
        index: dict[str, Any] = {"code": "I", "rescaling": dict(self.rescaling), "children": []}
        nodes = {"I": index}
        for code, weight in zip(FAMILIES, self.stated["I"], strict=True):
            leaves = [
                {"indicator": leaf, "weight": own}
                for leaf, own in zip(FAMILIES[code], self.stated[code], strict=True)
            ]
            nodes[code] = {"code": code, "weight": weight, "children": leaves}
            index["children"].append(nodes[code])
        for code, node in nodes.items():
            node["aggregation"] = {**self.means[code].stated, "missing": self.missing}
            if code in self.lines:
                factor, offset = map(float, self.lines[code])
                node["rescaling"] = {"method": "linear", "factor": factor, "offset": offset}
            if code in self.rounding:
                node["rounding"] = dict(self.rounding[code])
        return {
            "units": {"id": "unit", "groups": ["region"]},
            "indicators": {"file": "data.csv"},
            "normalisation": {"method": "none"},
            "ranking": {"digits": self.digits},
            "index": index,
        }

    def write(self, folder: Path) -> innov_index.Index:
        return innov_index.load(
            write_index(folder, self.config(), rows_of(self.values, "abcd", region=self.groups))
        )


def drawn(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    pick: Callable[..., Any] = lambda *choices: choices[int(rng.integers(len(choices)))]  # noqa: E731
    level = pick(1, 2)
    stated = {code: rng.integers(1, 4, 2).tolist() for code in ("I", "P", "Q")}
    top = pick("arithmetic", "arithmetic", "geometric", "harmonic", "quadratic", "sum", "formula")
    base = "arithmetic" if top in ALIKE["arithmetic"] else top
    below = ALIKE.get(base, (base,)) if level == 2 else RATIONAL
    chosen = {"I": top, "P": pick(*below), "Q": pick(*below)}
    kinds = {"I": means(tuple(FAMILIES), stated["I"])} | {
        code: means(leaves, stated[code]) for code, leaves in FAMILIES.items()
    }
    values = rng.integers(1, 10, (6, 4)).astype(float)
    adds = any(name in ("sum", "formula") for name in chosen.values())
    missing = pick("reweight", "reweight", {"mean_of": "region"}) if not adds else "propagate"
    if rng.random() < 0.5:
        values[rng.random(values.shape) < 0.12] = np.nan
        values[0] = [3, 5, 2, 8]
    lines = {}
    if rng.random() < 0.4:
        offset = Fraction(0) if kinds["I"][top].power != 1 else Fraction(pick(0, 3))
        lines["P"] = (Fraction(pick(1, 3), 2), offset)
    method = pick(*MONOTONE)
    rescaling: dict[str, Any] = {"method": method}
    if method == "linear":
        rescaling |= {"factor": 2.5, "offset": -4}
    if method == "goalposts":
        rescaling |= {"lower": pick(0, 3), "upper": pick(6, 40)}
    rounding: dict[str, dict[str, Any]] = {}
    if rng.random() < 0.35:
        rounding["I"] = {
            "method": pick("half_up", "half_even"),
            "decimals": pick(0, 1),
            "used_for": pick("ranks", "scores", "parents"),
        }
    if rng.random() < 0.3:
        rounding["P"] = {"method": "half_up", "decimals": 1, "used_for": pick("scores", "parents")}
    nodes = ["P", "Q"] if level == 1 else list("abcd")
    statements = pick(
        Statements(),
        Statements("30%"),
        Statements(bounds=[f"{nodes[0]}=0.25..0.75"]),
        Statements(orders=[f"{nodes[0]}>={nodes[1]}"]),
    )
    digits = pick(12, 12, 12, 2)
    if method in ("z_score", "percentile_rank", "rank"):  # here a matter of order alone
        rounding.pop("I", None)
        digits = 12
    return Case(
        values,
        [pick("N", "S") for _ in range(6)],
        stated,
        {code: kinds[code][name] for code, name in chosen.items()},
        level,
        missing,
        lines,
        rescaling,
        rounding,
        digits,
        statements,
    )


class Oracle:
    """The index in exact numbers: scores of nodes by the shares of the nodes that vary."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.table = [
            [None if value != value else Decimal(int(value)) for value in row] for row in case.values.tolist()
        ]

    def ranks(self, weights: Sequence[Fraction]) -> list[int | None]:
        with localcontext() as context:
            context.prec = 80
            compared = self._compared(self._root(weights))
        return [
            None if own is None else 1 + sum(other is not None and other - own > CLOSE for other in compared)
            for own in compared
        ]

    def _root(self, weights: Sequence[Fraction]) -> list[Score]:
        case = self.case
        children, values, inner = [], [], []
        for at, (code, leaves) in enumerate(FAMILIES.items()):
            columns = [[row["abcd".index(leaf)] for row in self.table] for leaf in leaves]
            if case.level == 1:
                local, volume = (
                    [Fraction(weight, sum(case.stated[code])) for weight in case.stated[code]],
                    weights[at],
                )
            else:
                own = list(weights[2 * at : 2 * at + 2])
                local = [weight / sum(own) for weight in own] if sum(own) else [Fraction(1, 2)] * 2
                factor = case.means[code].total * case.lines.get(code, (Fraction(1), 0))[0]
                volume = sum(own) / factor ** case.means[code].power
            children.append(code)
            inner.append(volume)
            values.append(self._node(code, columns, local))
        total = sum(inner)
        return self._node("I", values, [volume / total for volume in inner])

    def _node(self, code: str, columns: list[list[Score]], local: Sequence[Fraction]) -> list[Score]:
        """One node for all units, as its parent gets it."""
        case, mean = self.case, self.case.means[code]
        if isinstance(case.missing, dict):
            columns = [self._filled(column) for column in columns]
        factor, offset = case.lines.get(code, (Fraction(1), Fraction(0)))
        scores: list[Score] = []
        for parts in zip(*columns, strict=True):
            score = None
            if case.missing != "propagate" or None not in parts:
                score = _mean(parts, local, mean.power)
            if score is not None:
                score = _exact(mean.constant) + _exact(mean.total) * score
                score = _exact(factor) * score + _exact(offset)
            scores.append(score)
        rounding = case.rounding.get(code, {})
        if code != "I" and rounding.get("used_for") == "parents":
            scores = [_rounded(score, rounding) for score in scores]
        return scores

    def _filled(self, column: list[Score]) -> list[Score]:
        filled = []
        for own, group in zip(column, self.case.groups, strict=True):
            known = [s for s, g in zip(column, self.case.groups, strict=True) if g == group and s is not None]
            filled.append(sum(known, Decimal(0)) / len(known) if own is None and known else own)
        return filled

    def _compared(self, scores: list[Score]) -> list[Score]:
        """Rescaled by what is no mere matter of order, then rounded."""
        rescaling, rounding = self.case.rescaling, self.case.rounding.get("I")
        found: list[Score] = []
        known = [score for score in scores if score is not None]
        for score in scores:
            if score is not None and rescaling["method"] == "min_max" and max(known) > min(known):
                score = (score - min(known)) / (max(known) - min(known)) * 100
            if score is not None and rescaling["method"] == "linear":
                score = Decimal("2.5") * score - 4
            if score is not None and rescaling["method"] == "goalposts":
                low, high = rescaling["lower"], rescaling["upper"]
                score = min(max((score - low) / (high - low) * 100, Decimal(0)), Decimal(100))
            if rounding is not None:
                score = _rounded(score, rounding)
            if score and self.case.digits < 12:
                shift = Decimal(10) ** (score.adjusted() - self.case.digits + 1)
                score = (score / shift + 0).quantize(Decimal(1), ROUND_HALF_EVEN) * shift
            found.append(score)
        return found


def _exact(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _mean(parts: Sequence[Score], local: Sequence[Fraction], power: int) -> Score:
    present = [(part, _exact(weight)) for part, weight in zip(parts, local, strict=True) if part is not None]
    total = sum(weight for _, weight in present)
    if not total:
        return None
    if power == 0:
        return (sum(weight * part.ln() for part, weight in present) / total).exp()
    mean = sum(weight * part**power for part, weight in present) / total
    return mean.sqrt() if power == 2 else mean**power


def _rounded(score: Score, rounding: Mapping[str, Any]) -> Score:
    if score is None:
        return None
    way = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}[rounding["method"]]
    # what is a half but for the precision of the numbers here is a half
    near = score.quantize(Decimal(10) ** -50)
    return near.quantize(Decimal(10) ** -rounding["decimals"], way)


def grid(size: int) -> Iterator[tuple[Fraction, ...]]:
    for parts in product(range(GRID + 1), repeat=size - 1):
        if sum(parts) <= GRID:
            yield tuple(Fraction(part, GRID) for part in (*parts, GRID - sum(parts)))


def check(case: Case, folder: Path) -> tuple[int, int]:
    """No rank of the grid lies outside, and what is said to be reached is; exact ranks, and all."""
    found = study(case.write(folder), case.statements, level=case.level, time_limit=20)
    oracle, ranges = Oracle(case), found.ranges
    place = [int(code[1:]) for code in ranges.linear.units]
    for weights in grid(len(ranges.linear.nodes)):
        if not ranges.weights.contains(weights):
            continue
        ranks = oracle.ranks(weights)
        for unit, row in enumerate(place):
            best, worst = ranges.best[unit].bound, ranges.worst[unit].bound
            assert ranks[row] is None or best <= ranks[row] <= worst, (weights, row, ranks[row], best, worst)
    for claim in ranges.claims:
        assert ranges.weights.contains(claim.weights)
        rank = oracle.ranks(claim.weights)[place[claim.unit]]
        assert rank == claim.rank, (claim.sense, claim.unit, claim.rank, rank, claim.weights)
    ranges.check()
    if ranges.enclosure is None:
        assert ranges.exact
    return sum(claim.exact for claim in ranges.claims), len(ranges.claims)


@pytest.mark.parametrize("seed", range(60))
def test_ranks_are_those_of_the_index(seed: int, tmp_path: Path) -> None:
    check(drawn(seed), tmp_path)


GAPS = """
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index: {code: I, children: [{indicator: a}, {indicator: b}, {indicator: c}]}
"""
TABLE = "unit,a,b,c\nu,9,,3\nx,1,9,5\ny,2,5,4\nz,3,8,1\nt,5,1,2\n"


def test_ranks_of_a_unit_with_a_gap_by_hand(tmp_path: Path) -> None:
    """u has 9 wherever b is alone beside a, 3 beside c, and no score with all the weight on b."""
    index = innov_index.load(write_index(tmp_path, GAPS, TABLE))
    found = study(index, Statements())
    assert found.linear.units == ("x", "y", "z", "t")
    ranges = found.ranges
    assert ranges.linear.units == ("u", "x", "y", "z", "t")
    # 3 in u's gap and nearly all the weight on it: behind x, y and z; 9 is ahead of all, or level
    assert (ranges.best[0].rank, ranges.worst[0].rank, ranges.worst[0].exact) == (1, 4, True)
    # x is last with all the weight on a, y is never ahead of both x and u
    assert (ranges.best[1].rank, ranges.worst[1].rank) == (1, 5)
    assert ranges.best[2].rank == 2
    text = proofs_json(ranges.proved_in, ranges.weights, ranges.claims).decode()
    assert "u, at most" in text
    assert "seen from the index itself" in text


def test_a_wrong_claim_about_an_enclosed_rank_does_not_pass(tmp_path: Path) -> None:
    index = innov_index.load(write_index(tmp_path, GAPS, TABLE))
    ranges = study(index, Statements("20%")).ranges
    claim = ranges.worst[2]
    for wrong in (replace(claim, bound=claim.bound - 1), replace(claim, rank=claim.rank - 1)):
        worst = (*ranges.worst[:2], wrong, *ranges.worst[3:])
        with pytest.raises(WrongCertificate):
            replace(ranges, worst=worst).check()


def test_statements_in_words_and_what_a_pair_needs(tmp_path: Path) -> None:
    index = innov_index.load(write_index(tmp_path, GAPS, TABLE))
    result = robustness(index, check=True)
    said = "\n".join(result.sentences)
    assert "The score of u is not linear in the weights: it has no score for b, and the weight of b" in said
    assert "the first place of the units without gaps holds up to" in said
    assert "All 10 bounds hold in exact numbers" in said
    assert [row[0] for row in result.table("ranks").rows] == ["u", "x", "z", "y", "t"]
    assert len(result.table("preferences").rows) == 6
    with pytest.raises(InnovIndexError, match="--pair u,x: the score of u is not linear"):
        robustness(index, pair=("u", "x"))
    assert robustness(index, pair=("x", "y")).facts.pair is not None


def test_a_published_rank_is_looked_for_with_the_weights_of_the_index(tmp_path: Path) -> None:
    """u is 4th only where b counts for nearly everything, and never 5th."""
    published = "published: {file: published.csv, name: Theirs}"
    for rank, answer in ((1, "yes"), (4, "yes"), (5, "no")):
        path = write_index(
            tmp_path / str(rank),
            GAPS,
            TABLE,
            more=published,
            files={"published.csv": f"unit,rank\nu,{rank}\n"},
        )
        (entry,) = study(innov_index.load(path), Statements()).published
        assert (entry.announced, entry.answer) == (rank, answer)


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_mean_of_some_nodes_is_that_of_a_linear_programme(seed: int) -> None:
    """By the substitution of Charnes and Cooper (1962): v = w t with the sum of v over the nodes 1."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 6))
    given = [Fraction(int(part), 60) for part in rng.multinomial(60 - size, np.ones(size) / size) + 1]
    weights = within(given, Fraction(int(rng.integers(1, 9)), 10))
    values = rng.integers(-50, 50, size)
    nodes = np.flatnonzero(rng.random(size) < 0.7)
    nodes = nodes if len(nodes) else np.array([0])
    inside = np.isin(np.arange(size), nodes).astype(float)
    bounds = np.vstack(
        [
            np.column_stack([-np.eye(size), weights.lower_array]),
            np.column_stack([np.eye(size), -weights.upper_array]),
        ]
    )
    equal = np.vstack([np.append(np.ones(size), -1.0), np.append(inside, 0.0)])
    found = linprog(
        np.append(values * inside, 0.0), A_ub=bounds, b_ub=np.zeros(2 * size), A_eq=equal, b_eq=[0.0, 1.0]
    )
    assert float(least_mean(weights, values, nodes)) == pytest.approx(found.fun, abs=1e-9)


EDITIONS = """
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
ROOT
index:
  code: I
  children:
    - {indicator: a, weight: 2}
    - {indicator: b, weight: 1}
    - {indicator: c, weight: 1}
"""


@pytest.mark.parametrize(
    "root",
    [
        "",
        "levels: {0: {rescaling: {method: min_max, reference: pooled}}}",
        "levels: {0: {rescaling: {method: z_score, reference: {edition: 2020}}}}",
        "levels: {0: {rescaling: {method: percentile_rank, reference: pooled}}}",
        "levels: {0: {rounding: {method: half_up, decimals: 0}}}",
    ],
)
def test_an_edition_is_what_it_would_be_alone(root: str, tmp_path: Path) -> None:
    """However its scale is learned, each edition has the ranks of an index with its rows only."""
    rng = np.random.default_rng(8)
    values = rng.integers(1, 20, (2, 7, 3)).astype(float)
    values[1, 2, 0] = np.nan
    config = EDITIONS.replace("ROOT", root)
    both = innov_index.load(
        write_index(tmp_path / "both", config, rows_of(values, "abc", editions=("2020", "2021")))
    )
    for edition, table in zip(("2020", "2021"), values, strict=True):
        plain = config if "rounding" in root else EDITIONS.replace("ROOT", "")
        alone = innov_index.load(write_index(tmp_path / edition, plain, rows_of(table, "abc")))
        ours = study(both, Statements("30%"), edition=edition).ranges
        theirs = study(alone, Statements("30%")).ranges
        for mine, other in zip(ours.claims, theirs.claims, strict=True):
            assert (mine.rank, mine.bound) == (other.rank, other.bound)


def test_without_time_the_bounds_of_enclosed_ranks_still_hold(tmp_path: Path) -> None:
    case = drawn(11)
    index = replace(case, values=np.where(np.eye(6, 4) > 0, np.nan, case.values)).write(tmp_path)
    hurried, settled = (robustness(index, Statements(), level=1, time_limit=limit).facts for limit in (0, 20))
    assert any("Time ran out" in sentence for sentence in headlines(hurried)) == (
        hurried.ranges.unfinished > 0
    )
    assert settled.ranges.unfinished == 0
    for loose, tight in zip(hurried.ranges.best, settled.ranges.best, strict=True):
        assert loose.bound <= tight.bound <= tight.rank
    for loose, tight in zip(hurried.ranges.worst, settled.ranges.worst, strict=True):
        assert tight.rank <= tight.bound <= loose.bound

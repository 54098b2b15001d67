"""Several nodes at once: agreement with linear programs that hold every hidden score, and proofs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

import innov_index
from innov_index.analysis.infer import together
from innov_index.analysis.infer.answering import answer, answers_to
from innov_index.analysis.infer.infeasibility import decide
from innov_index.analysis.infer.order_of_units import Order
from innov_index.analysis.infer.proofs import proof
from innov_index.analysis.infer.questions import Question
from innov_index.analysis.infer.run import infer
from innov_index.analysis.infer.sentences import sentences
from innov_index.analysis.infer.together import ask_together, trees_of
from innov_index.dataset.printed_figures import Intervals, known, printed, side_by_side
from tests.indices import rows_of, write_index

CERTAIN = 1e-7

TREE = {"I": ("P", "Q", "c"), "P": ("a", "b"), "Q": ("d", "R"), "R": ("e", "f")}
LEAVES = ("c", "a", "b", "d", "e", "f")


@dataclass
class Case:
    """Printed scores and ranks of the nodes of a tree; of some nodes nothing, or ranks alone, are printed."""

    leaves: dict[str, np.ndarray]
    half: float
    scores: dict[str, tuple[np.ndarray, int]]
    ranks: dict[str, np.ndarray]
    weights: dict[str, list[Fraction]]
    scaling: str

    @property
    def units(self) -> int:
        return len(self.leaves["a"])

    @property
    def nodes(self) -> list[str]:
        """The nodes that are asked about, the top first."""
        return [node for node in TREE if node in self.scores or node in self.ranks]

    def below(self, node: str) -> tuple[str, ...]:
        return TREE[node]


def case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    units = int(rng.integers(4, 9))
    leaves = {leaf: rng.integers(0, 20, units).astype(float) for leaf in LEAVES}
    weights = {
        node: [Fraction(int(part), 4) for part in 1 + rng.multinomial(3, np.ones(len(below)) / len(below))]
        for node, below in TREE.items()
    }
    true = dict(leaves)
    for node in reversed(TREE):
        total = sum(weights[node])
        true[node] = sum(
            float(w / total) * true[child] for w, child in zip(weights[node], TREE[node], strict=True)
        )
    scaling = ("none", "none", "affine")[seed % 3]
    true["I"] = true["I"] * 2 + 30 if scaling == "affine" else true["I"]
    scores, ranks = {}, {}
    for node in TREE:
        decimals = int(rng.integers(0, 2))
        figures = np.round(true[node], decimals)
        if rng.random() < 0.1:
            figures[rng.integers(units)] += 10.0**-decimals
        figures[rng.random(units) < 0.1] = np.nan
        order = 1 + (np.round(true[node], 9)[:, None] < np.round(true[node], 9)).sum(axis=1).astype(float)
        kind = rng.choice(["scores", "both", "ranks"], p=[0.4, 0.4, 0.2])
        if kind != "ranks":
            scores[node] = (figures, decimals)
        if kind != "scores":
            order[rng.random(units) < 0.1] = np.nan
            ranks[node] = order
    return Case(leaves, float(rng.choice([0.0, 0.5])), scores, ranks, weights, scaling)


def questions(given: Case) -> list[Question]:
    nothing = np.full(given.units, np.nan)

    def column(code: str) -> Intervals:
        if code in LEAVES:
            half = given.half
            return printed(given.leaves[code], 0) if half else known(given.leaves[code])
        if code not in given.scores:
            return known(np.zeros(given.units))  # computed: not used, as the node's weights are unknown
        return printed(*given.scores[code])

    found = []
    for node, below in TREE.items():
        figures = side_by_side([column(code) for code in below])
        # a unit without a printed score of a child is left out, as it is when a config is read
        figures = figures.of(~figures.missing.any(axis=1))
        ranks = given.ranks.get(node)
        groups = (
            []
            if ranks is None
            else [np.flatnonzero(ranks == rank).tolist() for rank in np.unique(ranks[~np.isnan(ranks)])]
        )
        order = Order(
            (tuple(map(tuple, groups)),) if groups else (),
            tuple(tuple(group) for group in groups if len(group) > 1),
        )
        found.append(
            Question(
                source="made up",
                edition=None,
                node=node,
                children=below,
                names=below,
                units=tuple(f"U{i}" for i in range(given.units)),
                figures=figures,
                parent=printed(*given.scores[node]) if node in given.scores else printed(nothing, 0),
                order=order,
                power=1.0,
                scaling=given.scaling if node == "I" else "none",
                stated=tuple(given.weights[node]),
                remarks=(),
                computed=tuple(code for code in below if code in TREE and code not in given.scores),
            )
        )
    return found


class Program:
    """Every hidden number is an unknown: contributions of leaves and nodes of every unit, a lead, t and α."""

    def __init__(self, given: Case) -> None:
        self.given = given
        self.names = [*LEAVES, *TREE]
        self.k, self.n = len(LEAVES), given.units
        self.size = self.k + len(self.names) * self.n + 3
        self.t, self.alpha, self.lead = range(self.size - 3, self.size)
        self.below: list[np.ndarray] = [self.row({self.t: -1, self.lead: 1})]
        self.equal: list[np.ndarray] = []
        for j, leaf in enumerate(LEAVES):
            for unit in range(self.n):
                value, at = given.leaves[leaf][unit], self.at(leaf, unit)
                self.below += [
                    self.row({at: 1, j: -(value + given.half)}),
                    self.row({at: -1, j: value - given.half}),
                ]
        for question in questions(given):
            self.add_node(question)

    def at(self, name: str, unit: int) -> int:
        return self.k + self.names.index(name) * self.n + unit

    def row(self, entries: dict[int, float]) -> np.ndarray:
        row = np.zeros(self.size)
        for at, entry in entries.items():
            row[at] += entry
        return row

    def mass(self, node: str, times: float) -> dict[int, float]:
        if node in LEAVES:
            return {LEAVES.index(node): times}
        return {at: entry for child in TREE[node] for at, entry in self.mass(child, times).items()}

    def add_node(self, question: Question) -> None:
        node, left_out = question.node, question.figures.missing.any(axis=1)
        for unit in range(self.n):
            at = self.at(node, unit)
            if not left_out[unit]:
                self.equal.append(self.row({at: 1, **{self.at(child, unit): -1.0 for child in TREE[node]}}))
            for sign, end in ((1, question.parent.high[unit]), (-1, question.parent.low[unit])):
                if np.isnan(end):
                    continue
                if node == "I" and self.given.scaling == "affine":
                    self.below.append(self.row({at: sign, self.alpha: sign, self.t: -sign * end}))
                else:
                    self.below.append(self.row({at: sign, **self.mass(node, -sign * end)}))
        ranks = self.given.ranks.get(node)
        for one in range(self.n) if ranks is not None else ():
            for other in range(self.n):
                if one == other or left_out[one] or left_out[other]:
                    continue
                pair = {self.at(node, other): 1.0, self.at(node, one): -1.0}
                if ranks[one] < ranks[other]:
                    self.below.append(self.row({**pair, self.lead: 1.0}))
                elif ranks[one] == ranks[other] and one < other:
                    self.equal.append(self.row(pair))

    def solve(self, gain: np.ndarray, least_lead: float | None, normal: str = "I") -> float | None:
        scaled = self.given.scaling == "affine"
        bounds: list[tuple[float | None, float | None]] = [(0, None)] * self.k
        bounds += [(None, None)] * (len(self.names) * self.n)
        bounds += [(0, None) if scaled else (0, 0), (None, None) if scaled else (0, 0)]
        bounds += [(least_lead, 1)]
        below = self.below if scaled else self.below[1:]
        found = linprog(
            -gain,
            A_ub=np.array(below),
            b_ub=np.zeros(len(below)),
            A_eq=np.array([self.row(self.mass(normal, 1.0)), *self.equal]),
            b_eq=[1.0, *np.zeros(len(self.equal))],
            bounds=bounds,
        )
        return -found.fun if found.status == 0 else None


def proves(said: dict, nodes: dict[str, tuple[str, ...]]) -> bool:
    """Whether the statements of a proof contradict each other; only Python's fractions are used."""

    def leaves(node: str) -> list[str]:
        return [leaf for child in nodes[node] for leaf in (leaves(child) if child in nodes else [child])]

    totals = [Fraction(0)] * (len(said["leaves"]) + (0 if said["scaling"] == "none" else 2))
    strict = False
    for statement in said["statements"]:
        multiplier = Fraction(statement["multiplier"])
        assert multiplier > 0
        strict |= statement["strict"]
        below = leaves(statement["node"])
        scaled = statement["node"] == "I" and said["scaling"] != "none"
        for j in range(len(totals)):
            entry = Fraction(statement["at_most"][j]) - Fraction(statement["at_least"][j])
            is_below = j < len(said["leaves"]) and said["leaves"][j] in below
            entry += Fraction(statement["noise"]) * is_below
            entry += Fraction(statement["rounding"]) * ((j == len(said["leaves"])) if scaled else is_below)
            totals[j] += multiplier * entry
    weights, scale = totals[: len(said["leaves"])], totals[len(said["leaves"]) :]
    if scale and (scale[1] != 0 or scale[0] > 0):
        return False
    return max(weights) < 0 or (max(weights) == 0 and (strict or bool(scale and scale[0] < 0)))


def test_contradictions_between_nodes_are_proved_and_irreducible() -> None:
    proved, between = 0, 0
    for seed in range(60):
        given = case(seed)
        found = answers_to(questions(given))[0]
        if not found.contradicts_others:
            continue
        contradiction, rows = found.together.contradiction, found.together.rows
        assert proves(json.loads(json.dumps(proof(found))), TREE)
        figures = set(contradiction.units)
        assert all(decide(rows.only(figures - {figure})).exists for figure in figures), seed
        assert all(name in " ".join(sentences(found)) for name in ("no weights of I, P, Q and R together",))
        proved += 1
        between += len({rows.of_figure(figure)[0] for figure in figures}) > 1
    assert proved > 2
    assert between > 1


def test_a_dimension_printed_in_whole_numbers_is_known_better_from_its_children(tmp_path: Path) -> None:
    """P is printed as 5, 2 and 7; by its own children it is 5.4, 2 and 7 where both weigh the same."""
    config = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: I
  children:
    - {code: P, weight: 9, children: [{indicator: a}, {indicator: b}]}
    - {indicator: c, weight: 1}
published: {file: published.csv, node: node, decimals: {I: 2, P: 0}}
"""
    values = np.array([[5.0, 5.8, 0.0], [1, 3, 7], [8, 6, 2]])
    p = values[:, :2].mean(axis=1)
    rows = [["unit", "node", "score"]]
    rows += [[f"u{u}", "P", f"{p[u]:.0f}"] for u in range(3)]
    rows += [[f"u{u}", "I", f"{0.9 * p[u] + 0.1 * values[u, 2]:.2f}"] for u in range(3)]
    index = innov_index.load(
        write_index(tmp_path, config, rows_of(values, "abc"), files={"published.csv": rows})
    )
    top, below = infer(index).facts
    alone = [answer(found.question).inference.weights for found in (top, below)]
    assert top.exists
    assert top.stated
    assert top.inference.weights.width < 0.6 * alone[0].width
    assert below.inference.weights.width < 0.6 * alone[1].width
    assert top.inference.weights.simple[0] == (Fraction(9, 10), Fraction(1, 10))


def test_what_would_be_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_CELLS", 1)
    top, *below = answers_to(questions(case(1)))
    assert any("are not used here" in text for text in sentences(top))
    assert all(found.together is None for found in (top, *below))


def exactly(given: Case) -> bool:
    """Whether the rows hold everything: leaves known exactly, or no ranks below the top."""
    return given.half == 0 or set(given.ranks) <= {"I"}


@pytest.mark.parametrize("seed", range(80))
def test_trees_agree_with_linear_programs(seed: int) -> None:
    given = case(seed)
    (tree,) = trees_of(questions(given))
    assert set(tree.codes) == set(TREE)
    found = ask_together(tree, [None] * len(tree.codes))
    program = Program(given)
    lead = program.solve(np.eye(program.size)[program.lead], None)
    if lead is None or abs(lead) <= CERTAIN:
        if lead is None and exactly(given):
            assert not found.exists
        assert found.exists or found.contradiction is not None
        return
    assert found.exists or (lead <= 0)
    if exactly(given):
        assert found.exists == (lead > 0)
    if lead <= 0 or not found.exists:
        return
    for node, weights in zip(tree.codes, found.weights, strict=True):
        forms = [program.row(program.mass(child, 1.0)) for child in TREE[node]]
        ends = np.array(
            [[-program.solve(-form, 0.0, node), program.solve(form, 0.0, node)] for form in forms]
        )
        if exactly(given):
            np.testing.assert_allclose(weights.smallest, ends[:, 0], atol=3e-6)
            np.testing.assert_allclose(weights.largest, ends[:, 1], atol=3e-6)
        else:
            assert (weights.smallest <= ends[:, 0] + 3e-6).all()
            assert (weights.largest >= ends[:, 1] - 3e-6).all()

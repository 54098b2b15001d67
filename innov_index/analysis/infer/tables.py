"""Weights and contradictions, in tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from innov_index.analysis.infer.answering import Answer
from innov_index.analysis.infer.contradictions import Contradiction
from innov_index.analysis.infer.joint_rows import JointRows
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.sentences import figure_names
from innov_index.analysis.infer.together import Together
from innov_index.model.sheet import Cell, Kind, Sheet

MOST_LEADS = 8
"""With more children than this, the leads in each are not shown."""


def weights_table(answers: Sequence[Answer]) -> Sheet:
    """One row a child: the stated weight; the smallest, largest and central ones that agree; a simple one."""
    rows: list[list[Cell]] = []
    for answer in answers:
        question, found = answer.question, answer.inference.weights
        total = sum(question.stated)
        for i, code in enumerate(question.children):
            agreeing: list[Cell] = [None] * 4
            if found is not None:
                ends = [float(found.smallest[i]), float(found.largest[i]), float(found.centre[i])]
                agreeing = [*ends, str(found.simple[0][i]) if found.simple else None]
            verdict = "exist" if answer.exists else "none exist"
            stated = None if question.weightless else float(question.stated[i] / total)
            rows.append([question.source, question.node, verdict, code, question.names[i], stated, *agreeing])
    columns = ["published", "node", "weights", "child", "name", "stated", "smallest", "largest", "centre"]
    shares = dict.fromkeys(("stated", "smallest", "largest", "centre"), Kind.SHARE)
    return Sheet([*columns, "simple"], rows, shares)


def answer_table(answer: Answer) -> Sheet:
    """For a screen: the rows of one answer, without the columns that are the same in all of them."""
    sheet = weights_table([answer])
    dropped = {"published", "node", "weights"}
    if not answer.exists:
        dropped |= {"smallest", "largest", "centre", "simple"}
    kept = [i for i, name in enumerate(sheet.columns) if name not in dropped]
    return Sheet([sheet.columns[i] for i in kept], [[row[i] for i in kept] for row in sheet.rows])


def contradiction_table(answer: Answer) -> Sheet | None:
    """For a screen: the units whose figures contradict each other; None where weights exist."""
    units, together = answer.question.units, answer.together
    if answer.contradicts_others and together is not None and together.contradiction is not None:
        return _of_several(together, together.contradiction, units)
    found, rows = answer.inference.disagreement, answer.inference.rows
    if found is None:
        return None
    if isinstance(rows, OrderRows):
        local = found.contradiction.rows
        if not isinstance(local, OrderRows):
            raise TypeError(f"an order is contradicted by {type(local).__name__}")
        keys = np.array(sorted(found.certificate.multipliers))
        shown = len(answer.question.children) <= MOST_LEADS
        leads = local.leads(keys).tolist() if shown else [[] for _ in keys]
        lines = [
            [units[better], units[worse] if strict or not local.strict else f"{units[worse]} (equal)", *lead]
            for (better, worse), strict, lead in zip(
                local.owners(keys).tolist(), local.strictly(keys).tolist(), leads, strict=True
            )
        ]
        ahead = [f"lead in {code}" for code in answer.question.children] if leads[0] else []
        return Sheet(["before", "after", *ahead], lines)
    parent = answer.question.parent
    culprits = found.contradiction.culprits
    figures: list[list[Cell]] = []
    names = figure_names(answer, found.contradiction.units)
    for name, figure, (low, high) in zip(names, found.contradiction.units, found.allowed, strict=True):
        told = None
        if parent is not None and figure < len(units):
            told = float((parent.low[figure] + parent.high[figure]) / 2)
        figures.append([name, told, _finite(low), _finite(high), "yes" if figure in culprits else "no"])
    of = "figure" if isinstance(rows, JointRows) else "unit"
    return Sheet([of, "published", "others: from", "others: to", "enough to leave out"], figures)


def _of_several(found: Together, contradiction: Contradiction, units: Sequence[str]) -> Sheet:
    """The figures of several nodes that contradict each other."""
    lines: list[list[Cell]] = []
    printed = {node.code: node.own for node in found.rows.nodes}
    for figure in contradiction.units:
        node, unit, rank = found.rows.of_figure(figure)
        told = None if rank else float((printed[node].low[unit] + printed[node].high[unit]) / 2)
        left_out = "yes" if figure in contradiction.culprits else "no"
        lines.append([node, f"{'rank' if rank else 'score'} of {units[unit]}", told, left_out])
    return Sheet(["node", "figure", "published", "enough to leave out"], lines)


def _finite(number: float) -> Cell:
    return number if math.isfinite(number) else None

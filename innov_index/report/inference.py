"""Weights behind published figures, as sheets and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.inference import Disagreement, Miss, Range, WeightSet
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.power_means import NAMED
from innov_index.analysis.infer.questions import Answer
from innov_index.analysis.infer.score_rows import ScoreRows
from innov_index.model.arrays import Floats
from innov_index.model.sheet import Cell, Sheet

LISTED = 8
"""So many units are named in a sentence."""


def weights_sheet(answers: Sequence[Answer]) -> Sheet:
    """One row a child: its stated weight, the smallest, largest and central one that agree, a simple one."""
    rows: list[list[Cell]] = []
    for answer in answers:
        question, found = answer.question, answer.inference.weights
        total = sum(question.stated)
        for i, code in enumerate(question.children):
            agreeing: list[Cell] = [None] * 4
            if found is not None:
                ends = [float(found.smallest[i]), float(found.largest[i]), float(found.centre[i])]
                agreeing = [*ends, str(found.simple[0][i]) if found.simple else None]
            verdict = "exist" if found is not None else "none exist"
            stated = float(question.stated[i] / total)
            rows.append([question.source, question.node, verdict, code, question.names[i], stated, *agreeing])
    columns = ["published", "node", "weights", "child", "name", "stated", "smallest", "largest", "centre"]
    return Sheet([*columns, "simple"], rows)


def answer_sheet(answer: Answer) -> Sheet:
    """The rows of one answer, without what is the same in all of them."""
    sheet = weights_sheet([answer])
    dropped = {"published", "node", "weights"}
    if not answer.exists:
        dropped |= {"smallest", "largest", "centre", "simple"}
    kept = [i for i, name in enumerate(sheet.columns) if name not in dropped]
    return Sheet([sheet.columns[i] for i in kept], [[row[i] for i in kept] for row in sheet.rows])


def title(answer: Answer) -> str:
    """What was asked, in a line."""
    question = answer.question
    kind = "scores" if question.parent is not None else "order"
    mean = f"{_mean_name(answer.inference.power)} of {len(question.children)} children"
    return f"{question.node} as {mean}, from the {kind} of {question.source}"


def contradiction_sheet(answer: Answer) -> Sheet | None:
    """Whose figures contradict each other."""
    found, rows = answer.inference.disagreement, answer.inference.rows
    if found is None:
        return None
    units = answer.question.units
    if isinstance(rows, OrderRows):
        local = found.contradiction.rows
        keys = np.array(sorted(found.certificate.multipliers))
        leads = local.matrix(keys).tolist() if len(answer.question.children) <= LISTED else [[] for _ in keys]
        lines = [
            [units[better], units[worse], *lead]
            for (better, worse), lead in zip(local.owners(keys).tolist(), leads, strict=True)
        ]
        ahead = [f"lead in {code}" for code in answer.question.children] if leads[0] else []
        return Sheet(["before", "after", *ahead], lines)
    parent = answer.question.parent
    culprits = found.contradiction.culprits
    figures: list[list[Cell]] = []
    for unit, (low, high) in zip(found.contradiction.units, found.allowed, strict=True):
        figure = float((parent.low[unit] + parent.high[unit]) / 2) if parent is not None else None
        figures.append(
            [units[unit], figure, _finite(low), _finite(high), "yes" if unit in culprits else "no"]
        )
    return Sheet(["unit", "published", "others: from", "others: to", "enough to leave out"], figures)


def sentences(answer: Answer) -> list[str]:
    """What the answer says, one sentence an entry."""
    found = answer.inference
    if found.weights is not None:
        said = _existing(answer, found.weights)
    else:
        said = _contradicting(answer, found.disagreement) if found.disagreement else []
    return [
        *said,
        *_searched(answer),
        _stated(answer),
        *_dominance(answer),
        *_left_out(answer),
        *answer.question.remarks,
    ]


def proof(answer: Answer) -> dict[str, object] | None:
    """The proof that no weights exist, complete in itself: any program can check it."""
    found, rows = answer.inference.disagreement, answer.inference.rows
    if found is None:
        return None
    local = found.contradiction.rows
    statements = [
        _statement(answer, local, key, multiplier)
        for key, multiplier in sorted(found.certificate.multipliers.items())
    ]
    return {
        "claim": "no weights (not negative, sum 1) exist",
        "node": answer.question.node,
        "children": list(answer.question.children),
        "power": answer.inference.power,
        "scaling": rows.scaling,
        "strict": rows.strict,
        "how": "multiply each statement's coefficients by its multiplier and add up: all sums of weights are "
        + ("at most 0" if rows.strict else "negative")
        + ", but every statement says: coefficients · weights "
        + ("> 0" if rows.strict else ">= 0"),
        "statements": statements,
    }


def _statement(
    answer: Answer, rows: ScoreRows | OrderRows, key: int, multiplier: Fraction
) -> dict[str, object]:
    figures, units = answer.question.figures, answer.question.units
    if isinstance(rows, OrderRows):
        better, worse = rows.owners(np.array([key]))[0].tolist()
        return {
            "multiplier": str(multiplier),
            "better": units[better],
            "worse": units[worse],
            "better_at_most": _texts(figures.high[better]),
            "worse_at_least": _texts(figures.low[worse]),
        }
    unit, upper = int(rows.row_unit[key]), bool(rows.upper[key])
    parent = rows.parent.high[unit] if upper else rows.parent.low[unit]
    children = figures.low[unit] if upper else figures.high[unit]
    side = "at_most" if upper else "at_least"
    return {
        "multiplier": str(multiplier),
        "unit": units[unit],
        f"parent_{side}": repr(float(parent)),
        f"children_{'at_least' if upper else 'at_most'}": _texts(children),
    }


def _texts(figures: Floats) -> list[str | None]:
    return [None if math.isnan(figure) else repr(figure) for figure in figures.tolist()]


def _existing(answer: Answer, found: WeightSet) -> list[str]:
    used = int(answer.inference.used.sum())
    said = [
        f"weights exist: those above agree with the figures of all {used} units; each weight is known to "
        f"within {found.width:.2g}"
    ]
    if found.simple:
        shown = " or ".join("(" + ", ".join(map(str, weights)) + ")" for weights in found.simple[:3])
        said.append(f"simple weights inside: {shown}")
    if found.factor is not None and found.offset is None:
        said.append(f"published = b × mean with b from {_between(found.factor)}")
    if found.factor is not None and found.offset is not None:
        ends = f"b from {_between(found.factor)} and a from {_between(found.offset)}"
        said.append(f"published = a + b × mean with {ends}")
    return said


def _contradicting(answer: Answer, found: Disagreement) -> list[str]:
    units = answer.question.units
    involved = [units[unit] for unit in found.contradiction.units]
    start = "no weights exist (proved in exact arithmetic):"
    said = [f"{start} the figure of {involved[0]} alone rules them out"]
    if len(involved) > 1:
        said = [
            f"{start} the figures of these {len(involved)} units contradict each other, and would no longer "
            "without any one of them"
        ]
    culprits = [units[unit] for unit in found.contradiction.culprits]
    if culprits:
        said.append(f"without {_listed(culprits, ' or without ')} all other figures agree with some weights")
    else:
        said.append("more than one unit must be left out before all the others agree")
    return [*said, *_hopeless(answer, found), *_mending(answer, found)]


def _hopeless(answer: Answer, found: Disagreement) -> list[str]:
    if not found.unattainable:
        return []
    if answer.question.parent is None:
        pairs = len(answer.inference.rows.complete())
        return [f"{found.unattainable} of the {pairs} pairs of the order cannot be had with any weights"]
    return [f"{found.unattainable} figures lie outside the range of their children: no weights give them"]


def _mending(answer: Answer, found: Disagreement) -> list[str]:
    units, mending = answer.question.units, found.mending
    if mending is None:
        return []
    order = isinstance(answer.inference.rows, OrderRows)
    unit_name = "points of score" if order else "units of the last decimal"
    changes = sorted(mending.changes.items(), key=lambda entry: -entry[1])
    shown = _listed([f"{units[unit]} by {size:.3g}" for unit, size in changes])
    return [
        f"the least change that mends it, {mending.total:.3g} {unit_name} in all: {shown}",
        f"if all may change, none need change by more than {mending.spread:.3g}",
    ]


def _searched(answer: Answer) -> list[str]:
    search = answer.search
    if search is None:
        return []
    if not search.ranges:
        return [f"no power of the mean from -5 to 5 agrees; {search.best:.4g} comes nearest"]
    ranges = " and ".join(f"{low:.4f} to {high:.4f}" for low, high in search.ranges)
    return [f"powers of the mean that agree: {ranges}; best {search.best:.4g}"]


def _stated(answer: Answer) -> str:
    if answer.inference.stated:
        return "the stated weights agree with every figure"
    missed = [_missed(answer, miss) for miss in answer.inference.stated_misses]
    return f"the stated weights do not agree: {len(missed)} units differ, most {_listed(missed)}"


def _missed(answer: Answer, miss: Miss) -> str:
    parent, name = answer.question.parent, answer.question.units[miss.unit]
    if parent is None:
        return name
    low, high = parent.low[miss.unit], parent.high[miss.unit]
    given = f"{miss.low:.5g}" if miss.high - miss.low < 1e-9 else f"{miss.low:.5g} to {miss.high:.5g}"
    return f"{name} ({given}, published {(low + high) / 2:.5g})"


def _dominance(answer: Answer) -> list[str]:
    found = answer.inference.dominance
    if not found.pairs:
        return []
    return [
        f"{found.decided} of {found.pairs} pairs of units ({found.share:.1%}) stand whatever the weights; "
        f"the weights decide the other {found.by_weights}"
    ]


def _left_out(answer: Answer) -> list[str]:
    question, used = answer.question, answer.inference.used
    if question.parent is not None:
        asked = ~question.parent.missing
    else:
        asked = np.zeros(len(used), dtype=np.bool_)
        asked[[unit for chain in question.chains for group in chain for unit in group]] = True
    units = [question.units[unit] for unit in np.flatnonzero(asked & ~used)]
    if not units:
        return []
    return [f"{len(units)} units say nothing here (a gap, or a figure without a mean): {_listed(units)}"]


def _listed(texts: Sequence[str], between: str = ", ") -> str:
    rest = len(texts) - LISTED
    return between.join(texts[:LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _between(ends: Range) -> str:
    low, high = (f"{end:.4g}" if math.isfinite(end) else "any size" for end in ends)
    return f"{low} to {high}"


def _finite(number: float) -> Cell:
    return number if math.isfinite(number) else None


def _mean_name(power: float) -> str:
    named = {value: name for name, value in NAMED.items()}
    return f"{named[power]} mean" if power in named else f"mean of power {power:.4g}"

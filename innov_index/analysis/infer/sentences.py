"""What an answer says, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from innov_index.analysis.infer.answering import Answer
from innov_index.analysis.infer.inference import Disagreement, Miss, Range, WeightSet
from innov_index.analysis.infer.joint_rows import JointRows
from innov_index.analysis.infer.order_of_units import Order
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.power_means import NAMED, PLAIN, Line
from innov_index.analysis.infer.together import Together
from innov_index.wording import counted, listed, percent

MOST_NAMED = 8
"""This many units are named in a sentence."""


def title(answer: Answer) -> str:
    """The question in a line."""
    question = answer.question
    children = counted(len(question.children), "child", "children")
    mean = f"{_mean_name(answer.inference.power, question.line)} of {children}"
    return f"{question.node} as {mean}, from the {question.kind} of {question.source}"


def sentences(answer: Answer) -> list[str]:
    """Everything that an answer says, the verdict first."""
    found, fault = answer.inference, answer.question.fault
    if answer.contradicts_others and answer.together is not None:
        said = _contradicting_together(answer.together, answer.question.units)
    elif fault is not None:
        order = "exist" if found.exists else "do not exist either"
        said = [f"no weights give these ranks: {fault}; weights that give their order {order}"]
    elif found.weights is not None:
        said = _existing(answer, found.weights)
    else:
        said = _contradicting(answer, found.disagreement) if found.disagreement else []
    return [
        *said,
        *_searched(answer),
        _stated(answer),
        *_dominance(answer),
        *_left_out(answer),
        *_rounded(answer.question.order),
        *_asked_together(answer),
        *answer.question.remarks,
    ]


def _existing(answer: Answer, found: WeightSet) -> list[str]:
    used = int(answer.inference.used.sum())
    said = [
        f"weights exist that agree with the figures of {_all_of(used)}; each weight is known to within "
        f"{found.width:.2g}"
    ]
    if found.simple:
        shown = " or ".join("(" + ", ".join(map(str, weights)) + ")" for weights in found.simple[:3])
        said.append(f"simple weights among them: {shown}")
    if found.factor is not None and found.offset is None:
        said.append(f"published = b × mean with b from {_between(found.factor)}")
    if found.factor is not None and found.offset is not None:
        ends = f"b from {_between(found.factor)} and a from {_between(found.offset)}"
        said.append(f"published = a + b × mean with {ends}")
    return said


def figure_names(answer: Answer, figures: Iterable[int]) -> list[str]:
    """Names of figures by their numbers in the rows: of units, or "score of …" and "rank of …"."""
    rows, units = answer.inference.rows, answer.question.units
    if not isinstance(rows, JointRows):
        return [units[figure] for figure in figures]
    named = (rows.of_unit(figure) for figure in figures)
    return [f"{'rank' if rank else 'score'} of {units[unit]}" for unit, rank in named]


def _contradicting(answer: Answer, found: Disagreement) -> list[str]:
    involved = figure_names(answer, found.contradiction.units)
    joint = isinstance(answer.inference.rows, JointRows)
    start = "no weights exist (proved in exact arithmetic):"
    said = [f"{start} the {'' if joint else 'figure of '}{involved[0]} alone rules them out"]
    if len(involved) > 1 and joint:
        said = [
            f"{start} these {len(involved)} figures contradict each other, and no longer do if any one of "
            f"them is left out: {listed(involved, MOST_NAMED)}"
        ]
    elif len(involved) > 1:
        said = [
            f"{start} the figures of these {len(involved)} units contradict each other, and no longer do if "
            "any one of them is left out"
        ]
    culprits = figure_names(answer, found.contradiction.culprits)
    if culprits:
        said.append(f"without {' or without '.join(culprits)} all other figures agree with some weights")
    else:
        left_out = "figure" if joint else "unit"
        said.append(f"more than one {left_out} must be left out before all the others agree")
    return [*said, *_unattainable(answer, found), *_correction(answer, found)]


def _all_of(units: int) -> str:
    return "the only unit" if units == 1 else f"all {units} units"


def _contradicting_together(found: Together, units: Sequence[str]) -> list[str]:
    contradiction = found.contradiction
    if contradiction is None:
        return []
    named = together_names(found, units, contradiction.units)
    said = [
        f"no weights of {listed(found.tree.codes)} together exist (proved in exact arithmetic): these "
        f"{len(named)} figures contradict each other, and no longer do if any one of them is left out: "
        f"{listed(named, MOST_NAMED)}"
    ]
    culprits = together_names(found, units, contradiction.culprits)
    if culprits:
        return [*said, f"without {' or without '.join(culprits)} all other figures agree with some weights"]
    return [*said, "more than one figure must be left out before all the others agree"]


def together_names(found: Together, units: Sequence[str], figures: Iterable[int]) -> list[str]:
    """Names of figures of several nodes: "score of A in X" and "rank of A in X"."""
    named = map(found.rows.of_figure, figures)
    return [f"{'rank' if rank else 'score'} of {units[unit]} in {node}" for node, unit, rank in named]


def _asked_together(answer: Answer) -> list[str]:
    """With which other nodes, and what is not used."""
    found = answer.together
    if found is None or answer.contradicts_others:
        return []
    if not found.exists:
        return [f"the figures of {listed(found.tree.codes)} contradict each other: see {found.tree.codes[0]}"]
    others = listed([code for code in found.tree.codes if code != answer.question.node], MOST_NAMED)
    said = f"asked together with {others}: these weights agree with the figures of all"
    if found.exact:
        return [said]
    return [
        f"{said}; not used: that ranks within a node also tie the hidden digits of its units to each other "
        "in the node above"
    ]


def _unattainable(answer: Answer, found: Disagreement) -> list[str]:
    if not found.unattainable:
        return []
    if answer.question.parent is None:
        pairs = len(answer.inference.rows.complete())
        of = counted(pairs, "pair")
        return [f"{found.unattainable} of {of} of the order cannot be reached with any weights"]
    if found.unattainable == 1:
        return ["1 figure lies outside the range of its children: no weights give it"]
    return [f"{found.unattainable} figures lie outside the range of their children: no weights give them"]


def _correction(answer: Answer, found: Disagreement) -> list[str]:
    correction = found.correction
    if correction is None:
        return []
    order = isinstance(answer.inference.rows, OrderRows)
    unit_name = "points of score" if order else "units of the last decimal"
    changes = sorted(correction.changes.items(), key=lambda entry: -entry[1])
    names = figure_names(answer, (figure for figure, _ in changes))
    shown = listed(
        (f"{name} by {size:.3g}" for name, (_, size) in zip(names, changes, strict=True)), MOST_NAMED
    )
    return [
        f"the smallest correction that removes the contradiction, {correction.total:.3g} {unit_name} in all: "
        f"{shown}",
        f"if every figure may change, none needs to change by more than {correction.spread:.3g}",
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
    if answer.question.weightless:
        return "the config states no weights here: the formula or method uses none"
    if answer.inference.stated and not answer.stated:
        return "the stated weights agree with the figures of this node, not with those of all nodes together"
    if answer.inference.stated and answer.question.fault is not None:
        return "the stated weights agree with every figure, and with the order of the ranks"
    if answer.inference.stated:
        return "the stated weights agree with every figure"
    missed = [_missed(answer, miss) for miss in answer.inference.stated_misses]
    differing = counted(len(missed), "figure" if isinstance(answer.inference.rows, JointRows) else "unit")
    return f"the stated weights do not agree: {differing} differ, most of all {listed(missed, MOST_NAMED)}"


def _missed(answer: Answer, miss: Miss) -> str:
    parent, (name,) = answer.question.parent, figure_names(answer, [miss.unit])
    if parent is None or np.isnan(miss.low):
        return name
    low, high = parent.low[miss.unit], parent.high[miss.unit]
    given = f"{miss.low:.5g}" if miss.high - miss.low < 1e-9 else f"{miss.low:.5g} to {miss.high:.5g}"
    return f"{name} ({given}, published {(low + high) / 2:.5g})"


def _dominance(answer: Answer) -> list[str]:
    found = answer.inference.dominance
    if not found.pairs:
        return []
    return [
        f"{found.decided} of {counted(found.pairs, 'pair')} of units ({percent(found.share, 1)}) "
        f"{'has' if found.decided == 1 else 'have'} the same order whatever the weights; the weights decide "
        f"the other {found.by_weights}"
    ]


def _left_out(answer: Answer) -> list[str]:
    question, used = answer.question, answer.inference.used
    asked = np.zeros(len(used), dtype=np.bool_)
    if question.parent is not None:
        asked |= ~question.parent.missing
    asked[[unit for chain in question.order.chains for group in chain for unit in group]] = True
    units = [question.units[unit] for unit in np.flatnonzero(asked & ~used)]
    if not units:
        return []
    count = counted(len(units), "unit")
    return [f"{count} left out (a gap, or a figure without a mean): {listed(units, MOST_NAMED)}"]


def _rounded(order: Order) -> list[str]:
    """What is made of ranks that are taken from rounded scores."""
    if order.rounding is None:
        return []
    if not order.rounding.step:
        return [
            "ranks are taken from rounded scores: that a better place has a higher score is used, nothing of "
            "shared ranks and of how large a lead must be"
        ]
    unit = f"{order.rounding.step:g}"
    return [
        f"ranks are taken from scores rounded to multiples of {unit}: a lead of one place may be as small as "
        f"any, one of d places is at least (d - 1) x {unit}, and units that share a rank differ by {unit} at "
        "most; that rounded scores are multiples is used for stated and simple weights only"
    ]


def _between(ends: Range) -> str:
    low, high = (f"{end:.4g}" if math.isfinite(end) else "any size" for end in ends)
    return f"{low} to {high}"


def _mean_name(power: float, line: Line = PLAIN) -> str:
    named = {value: name for name, value in NAMED.items()}
    mean = f"{named[power]} mean" if power in named else f"mean of power {power:.4g}"
    sign = "-" if line[1] < 0 else "+"
    return mean if line == PLAIN or power == 1 else f"{mean} of {line[0]:g} {sign} {abs(line[1]):g} x"

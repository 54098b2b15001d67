"""What a reader must know of a ranking: what is missing or out of scale, and what was done about it.

Each kind of remark is one line with a count and examples, however many units it concerns; the gravest first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.methods.kernels.exactness import extremes
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Method, Trait
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Gravity, Remark
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.calls import Call
from innov_index.pipeline.doubtful_choices import changed_defaults, moved_zeros
from innov_index.pipeline.indicators import IndicatorSteps
from innov_index.pipeline.levels import TreeScores, group_filled
from innov_index.pipeline.without_effect import without_effect
from innov_index.wording import counted, listed

_HALF = 0.5 - 1e-9
_FEW_DIGITS = 1e-6
"""Share of the range of an indicator that rounding may move its values by, from which it is told."""
_UNITS = 3
"""Units that are named where many have something in common."""


def remarks_of(
    plan: Plan, raw: Floats, steps: IndicatorSteps, tree: TreeScores, weights: Floats, ranks: Floats
) -> tuple[Remark, ...]:
    """All remarks on the result of a plan.

    Parameters
    ----------
    plan : Plan
    raw : (editions, units, indicators)
    steps, tree
        What the plan made of them.
    weights : (editions, nodes)
        Effective ones; NaN where a node has none.
    ranks : (editions, units)
        Of the index.
    """
    return (
        *_without_values(plan, steps.denominated, weights),
        *_beyond_bounds(plan, steps),
        *_without_another_edition(plan, steps),
        *_few_digits(plan, steps),
        *_few_values(plan, raw, weights, ranks),
        *_without_group(plan),
        *_left_out(plan, steps),
        *_imputed(plan, steps),
        *_group_means(plan, tree.scores),
        *_findings(plan, tree),
        *_consistency(plan),
        *moved_zeros(plan, steps),
        *changed_defaults(plan),
        *without_effect(plan, steps.denominated, steps.imputed),
        *_joined(plan, tree),
        *_less_is_better(plan),
    )


def _without_values(plan: Plan, values: Floats, weights: Floats) -> Iterator[Remark]:
    """Indicators of which no unit has a value, in all editions or in some."""
    anywhere: Bools = np.asarray(plan.present.any(axis=-1))
    absent: Bools = np.asarray(~present(values).any(axis=-2))[anywhere]
    editions = [name for name, there in zip(plan.dataset.editions, anywhere, strict=False) if there]
    everywhere: Bools = np.asarray(absent.all(axis=0))
    codes = [plan.framework.codes[leaf] for leaf in plan.framework.leaves]
    if everywhere.any():
        share = float(np.abs(weights[-1, plan.framework.leaves[everywhere]]).sum())
        names = listed((codes[leaf] for leaf in np.flatnonzero(everywhere)), 5)
        of_weight = "" if np.isnan(share) else f" ({share:.0%} of the weight)"
        yield Remark(f"no unit has a value of {names}{of_weight}", Gravity.FIGURE)
    somewhere = [
        f"{codes[leaf]} (in {listed((e for e, a in zip(editions, absent[:, leaf], strict=True) if a), 5)})"
        for leaf in np.flatnonzero(absent.any(axis=0) & ~everywhere)
    ]
    if somewhere:
        indicators = counted(len(somewhere), "indicator")
        text = f"{indicators} without a value for any unit in some editions: {listed(somewhere, 3)}"
        yield Remark(text, Gravity.FIGURE)


def _few_digits(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    """Indicators whose values differ, before normalisation, in digits that rounding has nearly used up."""
    low, high = extremes(steps.treated)
    with np.errstate(all="ignore"):
        shares = np.where(high > low, steps.doubts / (high - low), 0.0)
    leaves = plan.framework.leaves
    for column in np.flatnonzero((shares > _FEW_DIGITS).any(axis=0)):
        code = plan.framework.codes[leaves[column]]
        edition = int(shares[:, column].argmax())
        digits = max(int(-np.log10(shares[edition, column])), 0)
        values = steps.treated[edition, :, column]
        before = f", which were {_range(steps.screened[edition, :, column])}"
        changed = before if steps.treated_cells[edition, :, column].any() else ""
        text = f"'{code}' has {counted(digits, 'digit')} left that tell its units apart"
        text += f"{_in_edition(plan, edition)}: its values are {_range(values)}{changed};"
        text += " another unit of measurement, or another treatment, keeps more"
        yield Remark(text, Gravity.FIGURE, "indicators of which rounding leaves few digits")


def _beyond_bounds(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    """Indicators whose scores all lie at or beyond one end of a stated scale."""
    for call in plan.leaf_steps["normalisation"]:
        if not {"low", "high"} <= call.options.keys():
            continue
        scores = steps.normalised[..., call.columns].reshape(-1, len(call.codes))
        low, high = (np.asarray(call.options[end]) for end in ("low", "high"))
        there = present(scores)
        below, above = (np.where(there, past, True).all(axis=0) for past in (scores <= low, scores >= high))
        for column in np.flatnonzero((below | above) & there.any(axis=0)):
            yield _beyond_bound(plan, call, int(column), steps)


def _beyond_bound(plan: Plan, call: Call, column: int, steps: IndicatorSteps) -> Remark:
    values = steps.treated[..., call.columns][..., column]
    before = steps.screened[..., call.columns][..., column]
    stated = ", ".join(
        f"{name} {np.broadcast_to(call.options[name], len(call.codes))[column]:g}"
        for name in ("lower", "upper")
        # one number, or one for each indicator; bounds of units are not listed
        if np.ndim(call.options.get(name, np.empty((0, 0)))) < 2
    )
    text = f"every unit lies at or beyond one bound of {call.method.name} for '{call.codes[column]}'"
    text += f": its values are {_range(values)}" + (f", the bounds {stated}" if stated else "")
    if not np.array_equal(values, before, equal_nan=True):
        text += f"; bounds are compared with treated values (before treatment they are {_range(before)})"
    return Remark(text, Gravity.FIGURE, "indicators whose values all lie at or beyond one bound")


def _range(values: Floats) -> str:
    return f"{np.nanmin(values):.4g} to {np.nanmax(values):.4g}"


def _without_another_edition(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    """Values without a score because their unit has none in the edition that they are compared with."""
    lacking: dict[Method, Ints] = {}
    for call in plan.leaf_steps["normalisation"]:
        if call.method.stands_on is not None:
            own = present(steps.treated[..., call.columns]) & ~present(steps.normalised[..., call.columns])
            before = lacking.get(call.method, np.zeros((), dtype=np.int64))
            lacking[call.method] = before + own.sum(axis=(-2, -1))
    for method, found in lacking.items():
        places = [f"{plan.dataset.editions[edition]} ({found[edition]})" for edition in np.flatnonzero(found)]
        if places:
            values = counted(int(found.sum()), "value")
            verb = "has" if values.startswith("1 ") else "have"
            text = f"{values} {verb} no score by {method.name}, for want of a value in another edition"
            yield Remark(f"{text}: {listed(places, 5)}", Gravity.FIGURE)


def _few_values(plan: Plan, raw: Floats, weights: Floats, ranks: Floats) -> Iterator[Remark]:
    """Units that are ranked on less than half of the values, or of the weight."""
    leaves = plan.framework.leaves
    applies = np.ones(raw.shape[1:], dtype=np.bool_) if plan.applies is None else plan.applies[:, leaves]
    measured = present(raw) & (True if plan.has is None else plan.has[:, leaves])
    weight = np.abs(weights[:, leaves])
    count, total = measured.sum(axis=-1), np.broadcast_to(applies.sum(axis=-1), raw.shape[:-1])
    share_of_values = count / np.maximum(total, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.einsum("eul,el->eu", measured, weight) / np.einsum("ul,el->eu", applies, weight)
    least = np.where(present(ranks), np.fmin(share, share_of_values), 1.0)
    few = np.argwhere(least < _HALF)
    few = few[np.argsort(least[least < _HALF], kind="stable")]
    if not len(few):
        return
    examples = [
        f"{plan.dataset.units.names[unit]}{_in_edition(plan, edition)} "
        f"({count[edition, unit]} of {total[edition, unit]}{_of_the_weight(share[edition, unit])})"
        for edition, unit in few
    ]
    units = len({int(unit) for unit in few[:, 1]})
    verb = "is" if units == 1 else "are"
    text = f"{counted(units, 'unit')} {verb} ranked on less than half of the values or of the weight"
    yield Remark(f"{text}: {listed(examples, 5)}", Gravity.FIGURE)


def _of_the_weight(share: float) -> str:
    """A share of the weight, where nodes have weights."""
    return f", {share:.0%} of the weight" if np.isfinite(share) else ""


def _in_edition(plan: Plan, edition: int) -> str:
    return f" in {plan.dataset.editions[edition]}" if plan.dataset.editions else ""


def _findings(plan: Plan, tree: TreeScores) -> Iterator[Remark]:
    """What methods say themselves of their results."""
    framework = plan.framework
    for index, node in enumerate(map(int, framework.inner)):
        children = framework.children[node]
        values, weights = tree.scores[..., children], tree.weights[..., children]
        for call in (plan.weighting[index], plan.aggregation[index]):
            method = call.method
            inputs = (weights,) if "weights" in method.inputs else ()
            for finding in method.findings:
                holds = finding.holds(values, *inputs, **call.options)
                if holds.any():
                    whose = f": {_of_units(plan, holds)}" if holds.ndim == values.ndim - 1 else ""
                    text = f"{call.where} {method.name}: {finding.in_words}{whose}"
                    yield Remark(text, Gravity.FIGURE, finding.kind)


def _consistency(plan: Plan) -> Iterator[Remark]:
    """How far the comparisons behind weights contradict each other, whether or not they are accepted."""
    for call in plan.weighting:
        if call.method.consistency is not None:
            ratio = call.method.consistency(**call.options)
            text = f"{call.where} {call.method.name}: consistency ratio {ratio:.3f}"
            yield Remark(text, Gravity.NOTE, "nodes weighted by comparisons")


def _of_units(plan: Plan, holds: Bools) -> str:
    """Units, and in which edition, of which something holds: (editions, units)."""
    places = np.argwhere(holds)
    return listed((f"{plan.dataset.units.names[unit]}{_in_edition(plan, e)}" for e, unit in places), 5)


def _joined(plan: Plan, tree: TreeScores) -> Iterator[Remark]:
    """Nodes with scores that only rounding told apart."""
    for index, node in enumerate(map(int, plan.framework.inner)):
        places = np.argwhere(tree.joined[..., index])
        if len(places):
            differ, count = ("differs", "counts") if len(places) == 1 else ("differ", "count")
            scores = f"{counted(len(places), 'score')} of {plan.framework.codes[node]}"
            text = f"{scores} {differ} from another, or from 0, only by rounding error and {count} as equal"
            text += f": {_of_units(plan, tree.joined[..., index])}"
            yield Remark(text, Gravity.NOTE, "nodes with scores that only rounding told apart")


def _less_is_better(plan: Plan) -> Iterator[Remark]:
    """That ranks begin at the lowest score, which indicators raise it, and who takes high scores for good."""
    framework = plan.framework
    if framework.direction > 0:
        return
    for call in (*plan.weighting, *plan.aggregation):
        if Trait.HIGH_IS_GOOD in call.method.traits and call.options.get("penalty") != "plus":
            text = f"{call.where} {call.method.name} takes high scores for good, though less is better here"
            yield Remark(text, Gravity.FIGURE, "methods that take high scores for good")
    more = [framework.codes[leaf] for leaf in framework.leaves if framework.nodes[leaf].direction > 0]
    less = len(framework.leaves) - len(more)
    rise = f"scores rise with the values of {counted(less, 'indicator')}, in which less is better too"
    fall = f", and fall with those of {counted(len(more), 'indicator')} ({listed(more, 5)})" if more else ""
    yield Remark(f"less is better: rank 1 is the lowest score; {rise}{fall}")


def _without_group(plan: Plan) -> Iterator[Remark]:
    """Units without a group in a column that some step reads."""
    for column, uses in plan.recipe.group_columns.items():
        labels = plan.dataset.units.groups.get(column, ())
        names = [n for n, label in zip(plan.dataset.units.names, labels, strict=False) if not label]
        if names:
            have = "has" if len(names) == 1 else "have"
            text = f"{counted(len(names), 'unit')} {have} no {column} ({listed(names, 5)})"
            kind = "columns in which units have no group"
            yield Remark(f"{text}: {listed(uses)} takes them for units of no group", Gravity.DATA, kind)


def _left_out(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    dropped = plan.present & ~steps.kept
    if dropped.any():
        units = sorted({plan.dataset.units.names[unit] for unit in np.argwhere(dropped)[:, -1]})
        text = f"screening left out {len(units)}: {', '.join(units[:10])}{' …' if len(units) > 10 else ''}"
        yield Remark(text, Gravity.DATA)


def _imputed(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    cells: Bools = steps.imputed_cells
    number = int(np.count_nonzero(cells))
    if not number:
        return
    share = number / max(int(np.count_nonzero(present(steps.screened))), 1)
    verb = "is" if number == 1 else "are"
    whose = _most_imputed(plan, np.asarray(cells.sum(axis=(0, 2))))
    text = f"{counted(number, 'value')} {verb} imputed ({share:.1%} of all){whose}"
    yield Remark(text, Gravity.DATA)
    if any(call.step_options["count"] == "available" for call in plan.screening.values()):
        text = "screening counts imputed values as available; `count: measured` counts measured ones alone"
        yield Remark(text, Gravity.DATA)


def _most_imputed(plan: Plan, numbers: Ints) -> str:
    """Whose values these are, by the number of each unit."""
    units = np.flatnonzero(numbers)
    first = units[np.argsort(-numbers[units], kind="stable")][:_UNITS]
    told = listed(f"{plan.dataset.units.names[unit]} ({numbers[unit]})" for unit in first)
    return f"{': ' if len(units) <= _UNITS else '; units with the most: '}{told}"


def _group_means(plan: Plan, scores: Floats) -> Iterator[Remark]:
    """Missing scores of nodes for which the mean of the unit's group counts."""
    filled = group_filled(plan, scores)
    if filled is not None and filled.any():
        codes = [plan.framework.codes[node] for node in np.flatnonzero(filled.any(axis=(0, 1)))]
        total = counted(int(filled.sum()), "missing score")
        text = f"{total} of {listed(codes, 5)}: the mean of the unit's group counts in its place"
        yield Remark(text, Gravity.DATA)

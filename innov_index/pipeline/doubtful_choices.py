"""Choices of a config that a reader may not have meant: a zero that was moved, a default that has changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.methods.kernels.preparation import present
from innov_index.model.arrays import Floats
from innov_index.model.result import Gravity, Remark
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.indicators import IndicatorSteps
from innov_index.wording import listed

_SAME = 1e-9
"""Share by which numbers may differ that are the same apart from rounding."""


def moved_zeros(plan: Plan, steps: IndicatorSteps) -> Iterator[Remark]:
    """Methods to which it matters where zero lies, over indicators whose normalisation moves it."""
    moved: set[int] | None = None
    leaves = plan.framework.leaves
    for node, *calls in zip(map(int, plan.framework.inner), plan.weighting, plan.aggregation, strict=True):
        for call in (call for call in calls if call.method.depends_on_zero(call.options)):
            moved = _without_own_zero(plan, steps) if moved is None else moved
            below = moved & {int(leaf) for leaf in leaves[plan.framework.leaf_matrix[:, node] > 0]}
            if below:
                names = listed((plan.framework.codes[leaf] for leaf in sorted(below)), 3)
                text = f"{call.where} {call.method.name} depends on where zero lies, and normalisation moves "
                text += f"the zero of {names}: use a scale that keeps it, such as share_of_best"
                yield Remark(text, Gravity.CHOICE, "methods that depend on where zero lies")


def _without_own_zero(plan: Plan, steps: IndicatorSteps) -> set[int]:
    """Leaves whose scores are proportional neither to their values nor to the reciprocals of these."""
    found = set()
    for place, leaf in enumerate(map(int, plan.framework.leaves)):
        values, scores = steps.treated[..., place], steps.normalised[..., place]
        there = present(values) & present(scores)
        if there.any() and not _keeps_zero(values[there], scores[there]):
            found.add(leaf)
    return found


def _keeps_zero(values: Floats, scores: Floats) -> bool:
    told = (values != 0) | (scores != 0)
    values, scores = values[told], scores[told]
    with np.errstate(all="ignore"):
        return not told.any() or _are_equal(scores / values) or _are_equal(values * scores)


def _are_equal(numbers: Floats) -> bool:
    return bool(np.ptp(numbers) <= _SAME * np.abs(numbers).max())


def changed_defaults(plan: Plan) -> Iterator[Remark]:
    """Options without a stated value whose default was another one before."""
    rows = (row for held in (plan.recipe.leaf_steps, plan.recipe.node_steps) for row in held.values())
    settings = {id(setting): setting for row in rows for setting in row if setting.method.formerly}
    for setting in {setting.key: setting for setting in settings.values()}.values():
        for name, before in setting.method.formerly.items():
            option = setting.method.options[name]
            if name not in setting.stated and not option.required:
                text = f"{setting.step} {setting.method.name}: {name} is not stated; its default is "
                text += f"{option.default} now, and was {before} before"
                yield Remark(text, Gravity.CHOICE, "options whose default has changed")

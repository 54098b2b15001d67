"""Recipe + dataset → `Scores`: the steps in the handbook's order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.errors import InnovIndexError
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Bools, Floats
from innov_index.model.dataset import Dataset
from innov_index.model.scores import Changing, Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import IndicatorSteps, run_indicator_steps
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.ranking import ranking_columns


def score(recipe: Recipe, dataset: Dataset, name: str = "Index") -> Scores:
    """Compute scores and ranks of every node.

    Parameters
    ----------
    recipe : Recipe
    dataset : Dataset
        Holds every indicator that the recipe's tree names.
    name : str
        Title of the index.

    Raises
    ------
    UndefinedError
        A method has no result for values that are present; the message names indicator and unit.
    """
    plan = bind(recipe, dataset)
    _refuse_draws(plan)
    raw = dataset.columns(recipe.framework.indicators)
    steps = run_indicator_steps(plan, raw)
    tree = aggregate(plan, steps.normalised)
    ranks = plan.ranking(tree.scores)
    return Scores(
        name=name,
        framework=recipe.framework,
        units=dataset.units,
        editions=dataset.editions,
        scores=tree.scores,
        ranks=ranks,
        coverage=_coverage(plan, raw),
        weights=tree.weights,
        effective_weights=recipe.framework.effective_weights(tree.weights),
        steps={
            "raw": raw,
            "denominated": steps.denominated,
            "imputed": steps.imputed,
            "screened": steps.screened,
            "treated": steps.treated,
            "normalised": steps.normalised,
        },
        kept=steps.kept,
        imputed=steps.imputed_cells,
        treated=steps.treated_cells,
        changed_by=_changed_by(recipe, dataset.editions, steps.fallen_back),
        remarks=_remarks(plan, steps),
        columns=ranking_columns(plan.ranking, tree.scores),
    )


def _refuse_draws(plan: Plan) -> None:
    """A score needs one value a cell; a method that draws many belongs to an uncertainty analysis."""
    for call in plan.leaf_steps["imputation"]:
        if Trait.ADDS_DRAWS in call.method.traits:
            raise InnovIndexError(
                f"imputation {call.method.name} draws many values for each gap: state it in `uncertainty:` "
                "and another method (e.g. em) in `imputation:`"
            )


def _changed_by(
    recipe: Recipe, editions: Sequence[str], fallen_back: Bools
) -> dict[Changing, tuple[tuple[str, ...], ...]]:
    """The method that imputed, and the one that treated, each indicator in each edition; "" for none."""
    recipes = [recipe.editions.get(edition, recipe) for edition in editions] or [recipe]
    imputed = tuple(tuple(_named(setting) for setting in own.leaf_steps["imputation"]) for own in recipes)
    treated = tuple(
        tuple(
            _named(setting.fallback if second and setting.fallback else setting)
            for setting, second in zip(own.leaf_steps["treatment"], fell, strict=True)
        )
        for own, fell in zip(recipes, fallen_back, strict=True)
    )
    return {"imputation": imputed, "treatment": treated}


def _named(setting: Setting) -> str:
    return "" if setting.method.is_identity else setting.method.name


def _coverage(plan: Plan, raw: Floats) -> Floats:
    below = plan.framework.leaf_matrix
    return np.asarray(present(raw).astype(np.float64) @ (below / below.sum(axis=0)))


def _remarks(plan: Plan, steps: IndicatorSteps) -> tuple[str, ...]:
    remarks = []
    ignored = plan.recipe.ignored_weights
    if ignored:
        methods = sorted({call.method.name for call in plan.weighting if "given" not in call.method.inputs})
        nodes = ", ".join(ignored[:5]) + (", …" if len(ignored) > 5 else "")
        remarks.append(f"weighting {', '.join(methods)} does not use the weights stated below {nodes}")
    dropped = plan.present & ~steps.kept
    if dropped.any():
        units = sorted({plan.dataset.units.names[unit] for unit in np.argwhere(dropped)[:, -1]})
        remarks.append(
            f"screening left out {len(units)}: {', '.join(units[:10])}{' …' if len(units) > 10 else ''}"
        )
    if steps.imputed_cells.any():
        share = steps.imputed_cells.sum() / max(int(present(steps.screened).sum()), 1)
        remarks.append(f"{int(steps.imputed_cells.sum())} values are imputed ({share:.1%} of all)")
        counted = any(call.step_options["count"] == "available" for call in plan.screening.values())
        if counted:
            remarks.append(
                "screening counts imputed values as available; `count: measured` counts measured ones alone"
            )
    return tuple(remarks)

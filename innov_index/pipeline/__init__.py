"""Recipe + dataset → `Scores`: the steps in the handbook's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.errors import InnovIndexError
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Bools, Floats
from innov_index.model.dataset import Dataset
from innov_index.model.scores import Changing, Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate, group_filled
from innov_index.pipeline.ranking import ranking_columns
from innov_index.pipeline.remarks import remarks_of
from innov_index.pipeline.undefined import REFUSED, of_edition


def score(recipe: Recipe, dataset: Dataset, name: str = "Index", edition: int | None = None) -> Scores:
    """Compute scores and ranks of every node.

    Parameters
    ----------
    recipe : Recipe
    dataset : Dataset
        Holds every indicator that the recipe's tree names.
    name : str
        Title of the index.
    edition : int, optional
        The position of the only edition that is asked for: what has no result in others is missing there.

    Raises
    ------
    UndefinedError
        A method has no result for values that are present; the message names indicator and unit.
    """
    plan = bind(recipe, dataset)
    _refuse_draws(plan)
    raw = dataset.columns(recipe.framework.indicators)
    undefined = REFUSED if edition is None else of_edition(plan, REFUSED, edition)
    steps = run_indicator_steps(plan, raw, undefined)
    tree = aggregate(plan, steps.normalised, undefined=undefined, bounds=steps.bounds)
    weights = _weights(recipe, dataset.editions, tree.weights)
    effective_weights = recipe.framework.effective_weights(weights)
    found = Scores(
        name=name,
        framework=recipe.framework,
        units=dataset.units,
        editions=dataset.editions,
        scores=tree.scores,
        bounds=tree.bounds,
        ranking=plan.ranking,
        weights=weights,
        effective_weights=effective_weights,
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
        group_filled=group_filled(plan, tree.scores),
        columns=ranking_columns(plan.ranking, tree.scores),
    )
    remarks = remarks_of(plan, raw, steps, tree, effective_weights, found.index_ranks)
    return replace(found, remarks=remarks)


def _weights(recipe: Recipe, editions: Sequence[str], local: Floats) -> Floats:
    """Weights of nodes among their siblings, (editions, nodes): NaN below a node that uses none."""
    weights = local.copy()
    for edition in range(len(weights)):
        for node in recipe.of_edition(editions, edition).without_weights:
            weights[edition, recipe.framework.children[node]] = np.nan
    return weights


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

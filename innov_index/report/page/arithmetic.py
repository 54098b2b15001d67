"""What the page can compute itself: how a node's score follows from its children, in a form that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting

RESCALINGS = {
    "min_max": {"quantiles": None, "truncate": False},
    "z_score": {},
}
"""Methods of rescaling that the page knows, and the options that must be as stated here."""


@dataclass(frozen=True)
class Arithmetic:
    """One entry an inner node, in the order of `framework.inner`.

    `means` are {power} or {total} (a sum, and what its stated weights add up to), None: not known to the
    page. `gaps` are {missing, coverage}. `rescalings` are None, {method, …}, or False: not known to the page.
    `plain` is False where the tree has rules that the page does not know, such as rounded scores.
    """

    means: tuple[dict[str, Any] | None, ...]
    gaps: tuple[dict[str, Any], ...]
    rescalings: tuple[dict[str, Any] | bool | None, ...]
    plain: bool

    @property
    def known(self) -> bool:
        """Whether the page can compute every node as the config states it."""
        return None not in self.means and self.known_but_means

    @property
    def known_but_means(self) -> bool:
        """Whether the page can compute every node if it takes one mean for all of them."""
        return self.plain and all(rescaling is not False for rescaling in self.rescalings)


def arithmetic_of(recipe: Recipe, editions: int) -> Arithmetic:
    """What the page has to do for each inner node of a recipe."""
    steps = recipe.node_steps
    return Arithmetic(
        means=tuple(
            _mean(recipe, int(node), setting)
            for node, setting in zip(recipe.framework.inner, steps["aggregation"], strict=True)
        ),
        gaps=tuple(
            {
                "missing": setting.step_options["missing"],
                "coverage": setting.step_options["min_coverage"],
            }
            for setting in steps["aggregation"]
        ),
        rescalings=tuple(_rescaling(setting, editions) for setting in steps["rescaling"]),
        plain=_is_plain(recipe),
    )


def _is_plain(recipe: Recipe) -> bool:
    """Whether every unit has every node, no score is rounded, and gaps are left out or passed on."""
    steps = recipe.node_steps
    return (
        not recipe.applies_to
        and not recipe.editions
        and recipe.ranking.step_options.get("among") is None
        and all(setting.method.name == "none" for setting in steps["rounding"])
        and all(isinstance(setting.step_options["missing"], str) for setting in steps["aggregation"])
    )


def _mean(recipe: Recipe, node: int, setting: Setting) -> dict[str, Any] | None:
    if setting.method.name == "sum":
        return {"total": float(np.sum(recipe.framework.stated_weights(node)))}
    power = setting.method.attributes.get("power")
    if power is None:
        return None
    return {"power": float(setting.options[power] if isinstance(power, str) else power)}


def _rescaling(setting: Setting, editions: int) -> dict[str, Any] | bool | None:
    name = setting.method.name
    if name == "none":
        return None
    reference = setting.step_options.get("reference", "own")
    own = reference == "own" or (reference == "pooled" and editions == 1)
    fixed = RESCALINGS.get(name)
    if fixed is None or not own or any(setting.options[key] != value for key, value in fixed.items()):
        return False
    return {"method": name} | {key: value for key, value in setting.options.items() if key not in fixed}

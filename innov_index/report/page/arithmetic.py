"""What the page can compute itself: the account of each node in a form that its scripts read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from innov_index.config.nodes import Gaps, Kind, NodeArithmetic, Rescaling, Rounding
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods.normalisation import range_scales, spread_scales

RESCALINGS: Mapping[Callable[..., Any], Mapping[str, Any]] = {
    range_scales.min_max: {"quantiles": None, "truncate": False},
    spread_scales.z_score: {},
}
"""Methods of rescaling that the scripts compute, and the options that must be as stated here."""


@frozen
class Arithmetic:
    """One entry an inner node, in the order of `framework.inner`.

    `means` are {power} or {total} (a sum, and what its stated weights add up to), None: unknown to the
    scripts. `gaps` are {missing, coverage}. `rescalings` are None, {method, …}, or False: unknown to the
    scripts. `plain` is False where the tree has rules that they do not compute, such as rounded scores.
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
        """Whether the page can compute every node once one mean is chosen for all of them."""
        return self.plain and all(rescaling is not False for rescaling in self.rescalings)


def arithmetic_of(recipe: Recipe, editions: int) -> Arithmetic:
    """What the page has to do for each inner node of a recipe."""
    nodes = list(zip(recipe.framework.inner.tolist(), recipe.nodes, strict=True))
    return Arithmetic(
        means=tuple(_mean(recipe, position, node) for position, node in nodes),
        gaps=tuple(
            {
                "missing": "propagate" if node.gaps is Gaps.PROPAGATE else "reweight",
                "coverage": node.min_coverage,
            }
            for node in recipe.nodes
        ),
        rescalings=tuple(
            None if node.rescaling is Rescaling.NONE else _rescaling(setting, editions)
            for node, setting in zip(recipe.nodes, recipe.node_steps["rescaling"], strict=True)
        ),
        plain=_is_plain(recipe),
    )


def _is_plain(recipe: Recipe) -> bool:
    """Whether every node applies to every unit, no score is rounded, and gaps are left out or passed on."""
    return (
        not recipe.applies_to
        and not recipe.editions
        and recipe.ranking.step_options.get("among") is None
        and all(node.rounding is Rounding.NONE for node in recipe.nodes)
        and all(setting.method.is_identity for setting in recipe.leaf_steps["rounding"])
        and all(node.gaps is not Gaps.GROUP_MEAN for node in recipe.nodes)
    )


def _mean(recipe: Recipe, position: int, node: NodeArithmetic) -> dict[str, Any] | None:
    if node.terms is not None:
        return None  # the weights stand in a formula, which the page does not rewrite
    if node.kind is Kind.SUM:
        return {"total": float(recipe.framework.stated_weights(position).sum())}
    mean = node.mean
    if mean is None or mean.zeros:
        return None
    line = {} if mean.is_plain else {"offset": mean.offset, "factor": mean.factor}
    return {"power": mean.power, **line}


def _rescaling(setting: Setting, editions: int) -> dict[str, Any] | bool:
    reference = setting.step_options["reference"]
    own = reference == "own" or (reference == "pooled" and editions == 1)
    fixed = RESCALINGS.get(setting.method.function)
    if fixed is None or not own or any(setting.options[key] != value for key, value in fixed.items()):
        return False
    return {"method": setting.method.name} | {k: v for k, v in setting.options.items() if k not in fixed}

"""Settings that give some nodes other weights among their siblings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Real

from innov_index.config.recipe import Recipe
from innov_index.errors import InnovIndexError
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Ints
from innov_index.wording import listed


def settings_of_weights(
    recipe: Recipe, weights: Mapping[str, float], present: Callable[[Ints], list[float]]
) -> dict[str, object]:
    """Paths and values that state weights, for `Index.varied`.

    Parameters
    ----------
    recipe : Recipe
    weights : mapping
        By code of the node: on the scale of the stated weights of its siblings, or shares of 1 where they
        state none.
    present : callable
        The weights that some nodes, by position, have now.

    Raises
    ------
    InnovIndexError
        Shares leave nothing for the siblings that are not named.
    """
    framework = recipe.framework
    settings: dict[str, object] = {f"weighting[{_quoted(code)}]": own for code, own in weights.items()}
    if not all(isinstance(own, Real) and math.isfinite(own) for own in weights.values()):
        return settings  # what is no weight is refused where it is read
    parents = {framework.nodes[framework.position[c]].parent for c in weights if c in framework.position}
    for index, node in enumerate(framework.inner.tolist()):
        if node not in parents:
            continue
        children = framework.children[node]
        if any(framework.nodes[child].weight is None for child in children.tolist()):
            codes = [framework.codes[child] for child in children.tolist()]
            shares = _shares(dict(zip(codes, present(children), strict=True)), weights)
            settings |= {f"weighting[{_quoted(code)}]": share for code, share in shares.items()}
        if Trait.AS_STATED not in recipe.node_steps["weighting"][index].method.traits:
            settings[f"weighting[{_quoted(framework.codes[node])}].method"] = "given"
    return settings


def _shares(present: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Shares of all siblings: those named, and the rest for the others in their present proportions."""
    named = {code: weights[code] for code in present if code in weights}
    others = {code: own for code, own in present.items() if code not in weights}
    rest = 1.0 - math.fsum(named.values())
    if others and not rest > 0:
        raise InnovIndexError(
            f"shares of weight of {listed(named, 5)} sum to {1.0 - rest:g}, "
            f"which leaves nothing of 1 for {listed(others, 5)}"
        )
    total = math.fsum(others.values())
    if not total > 0:
        others, total = dict.fromkeys(others, 1.0), float(len(others))
    return named | {code: rest * own / total for code, own in others.items()}


def _quoted(code: str) -> str:
    """A code as it stands in a path; brackets and quotation marks in it would end it."""
    return f"'{code}'" if "]" in code or '"' in code else f'"{code}"'

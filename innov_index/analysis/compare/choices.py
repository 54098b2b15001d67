"""Alternatives to what a config states, each as settings of the config language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from innov_index.config.load import Config
from innov_index.config.recipe import Recipe
from innov_index.frozen import frozen

AGGREGATIONS = ("arithmetic", "geometric")

_RANGE = {"low", "high"}
"""Options of a normalisation that state the ends of its scale."""


@frozen
class Choice:
    """A choice by its key, its label, and the settings that make it."""

    key: str
    label: str
    settings: tuple[str, ...] = ()


def normalisations(config: Config) -> tuple[Choice, ...]:
    """The normalisation as stated, and others for all indicators."""
    low, high = _scale(config.recipe)
    lifted = _lifted(low, high)
    return (
        Choice("stated", "as the config states"),
        Choice("min_max", f"min-max, {low:g} to {high:g}", _normalised(config, "min_max", low, high)),
        Choice(
            "lifted",
            f"min-max, {lifted:g} to {high:g}",
            (*_normalised(config, "min_max", lifted, high), *_lifted_rescaling(config.recipe)),
        ),
        Choice("z_score", "z-scores", _normalised(config, "z_score")),
        Choice("rank", "ranks", _normalised(config, "rank")),
    )


def aggregation(config: Config, method: str) -> Choice:
    """One mean for all nodes; what holds for missing children stays as it is."""
    first, *others = [
        {"method": method} | {key: setting.step_options[key] for key in ("missing", "min_coverage")}
        for setting in config.recipe.node_steps["aggregation"]
    ]
    codes = [config.recipe.framework.codes[node] for node in config.recipe.framework.inner[1:]]
    own = [
        f"aggregation[{_quoted(code)}]={json.dumps(block)}"
        for code, block in zip(codes, others, strict=True)
        if block != first
    ]
    return Choice(method, f"{method} means", (*_everywhere(config, "aggregation", first), *own))


def _normalised(config: Config, method: str, *scale: float) -> tuple[str, ...]:
    """Settings that give every indicator this normalisation, whatever it states itself."""
    return _everywhere(
        config, "normalisation", {"method": method} | dict(zip(("low", "high"), scale, strict=False))
    )


def _everywhere(config: Config, step: str, block: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings by which a step is stated once for the whole tree: what levels and nodes say of it goes."""
    levels = config.document.mapping.get("levels")
    at_levels = [
        level for level, stated in (levels.mapping if levels else {}).items() if step in stated.mapping
    ]
    blocks = zip(config.recipe.framework.codes, config.tree.blocks, strict=True)
    own = [_quoted(code) for code, stated in blocks if step in stated.mapping]
    return (
        *(f"levels.{level}.{step}=null" for level in at_levels),
        *(f"{step}[{code}]=null" for code in own),
        f"{step}={json.dumps(block)}",
    )


def _scale(recipe: Recipe) -> tuple[float, float]:
    """Ends of the scale that the config states for all indicators; 0 to 100 where it states none."""
    scales = {
        (setting.options["low"], setting.options["high"])
        for setting in recipe.leaf_steps["normalisation"]
        if setting.options.keys() >= _RANGE
    }
    low, high = scales.pop() if len(scales) == 1 else (0.0, 100.0)
    return float(low), float(high)


def _lifted(low: float, high: float) -> float:
    """Where a scale has to begin for means that need positive scores."""
    return low if low > 0 else high / 100


def _lifted_rescaling(recipe: Recipe) -> tuple[str, ...]:
    """Settings by which rescaled nodes begin above zero."""
    return tuple(
        f"rescaling[{_quoted(recipe.framework.codes[node])}]="
        + json.dumps({"low": _lifted(setting.options["low"], setting.options["high"])})
        for node, setting in zip(recipe.framework.inner, recipe.node_steps["rescaling"], strict=True)
        if setting.options.keys() >= _RANGE and setting.options["low"] <= 0 < setting.options["high"]
    )


def _quoted(code: str) -> str:
    """A node's code as a config path takes it."""
    return f"'{code}'" if '"' in code else f'"{code}"'

"""Random indices with something that varies: weights, settings, numbers in ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from innov_index.methods import catalogue
from innov_index.methods.registry import Trait
from tests.campaign.cases import Case
from tests.campaign.random_index import random_index

Block: TypeAlias = dict[str, Any]

ALTERNATIVES: tuple[Block, ...] = (
    {"path": "normalisation", "alternatives": ["as stated", {"method": "min_max"}, {"method": "z_score"}]},
    {"path": "normalisation", "alternatives": [{"method": "rank"}, {"method": "min_max", "low": 1}]},
    {"path": "aggregation", "alternatives": ["as stated", {"method": "median"}, {"method": "arithmetic"}]},
    {"path": "aggregation", "alternatives": [{"method": "copeland"}, {"method": "power", "p": 0.5}]},
    {"path": "treatment", "alternatives": ["as stated", {"method": "winsorise_iqr"}, {"method": "none"}]},
    {"path": "weighting", "alternatives": ["as stated", {"method": "equal"}], "probabilities": [3, 1]},
    {
        "path": "aggregation[I]",
        "alternatives": [{"method": "arithmetic"}, {"method": "mean_min", "alpha": 0.5, "beta": 0.0}],
    },
    {"path": "normalisation.low", "range": [0, 10], "steps": 3},
)
"""Settings of the whole index, and of its root."""

WEIGHTS: tuple[Block, ...] = (
    {"weights": "noise", "amount": 0.25},
    {"weights": "noise", "amount": 1.0, "levels": [1]},
    {"weights": "dirichlet", "concentration": 20},
    {"weights": "shrunk"},
    {"weights": "uniform", "below": ["I"]},
    {"weights": "uniform"},
)


SLOW = {m.name for step in catalogue.STEPS for m in catalogue.step(step) if Trait.LOOPED in m.traits}
"""Methods that take a second or more for a block of draws."""


def random_uncertainty(rng: np.random.Generator) -> Case:
    """A random index, and up to three variations of it."""
    case = random_index(rng)
    while not SLOW.isdisjoint(methods_of(case.config)):
        case = random_index(rng)
    vary = [dict(WEIGHTS[int(rng.integers(len(WEIGHTS)))])] if rng.random() < 0.8 else []
    number = int(rng.integers(0 if vary else 1, 3))
    places = rng.choice(len(ALTERNATIVES), number, replace=False)
    by_path = {str(ALTERNATIVES[place]["path"]): dict(ALTERNATIVES[place]) for place in places}
    vary += by_path.values()
    block = {"draws": 100, "seed": int(rng.integers(1000)), "vary": vary}
    return Case({**case.config, "uncertainty": block}, case.rows)


def methods_of(block: Any) -> Iterator[str]:
    """Names of the methods that a config states."""
    if isinstance(block, Mapping):
        if isinstance(block.get("method"), str):
            yield block["method"]
        for inner in block.values():
            yield from methods_of(inner)
    elif isinstance(block, list):
        for inner in block:
            yield from methods_of(inner)

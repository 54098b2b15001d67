"""Weighting: how much each child of a node counts.

Every method gets the scores of the children of one node, oriented so that more is better, and gives weights
that are not negative and sum to 1. An only child has weight 1, whatever its scores are.

The kernels stand in files by family; this is their register.
"""

from __future__ import annotations

from innov_index.methods.steps import weighting
from innov_index.methods.weighting import (
    ahp,
    balanced,
    common_frontier,
    contrast,
    outcome,
    principal_components,
    stated,
)

__all__ = [
    "ahp",
    "balanced",
    "common_frontier",
    "contrast",
    "outcome",
    "principal_components",
    "stated",
    "weighting",
]

"""Weighting: how much each child of a node counts.

Every method gets the scores of the children of one node, oriented so that more is better, and gives weights
that are not negative and sum to 1. An only child has weight 1, whatever its scores are.

The kernels stand in files by family; this is their register.
"""

from __future__ import annotations

from innov_index.methods.ahp import ahp
from innov_index.methods.balanced_weights import balance, infomax
from innov_index.methods.bod import bod_common
from innov_index.methods.contrast_weights import (
    angle,
    cilos,
    coefficient_of_variation,
    critic,
    critic_undirected,
    entropy,
    gini,
    idocriw,
    lopcow,
    merec,
    standard_deviation,
    variance,
)
from innov_index.methods.pca_weights import pca, pca_oecd
from innov_index.methods.registry import Step
from innov_index.methods.regression_weights import regression
from innov_index.methods.stated_weights import (
    budget_allocation,
    equal,
    given,
    rancom,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
)

weighting = Step("weighting")

weighting.method("given", "stated")(given)
weighting.method("equal", "stated")(equal)
weighting.method("rank_order_centroid", "stated")(rank_order_centroid)
weighting.method("rank_sum", "stated")(rank_sum)
weighting.method("rank_reciprocal", "stated")(rank_reciprocal)
weighting.method("rancom", "stated")(rancom)
weighting.method("budget_allocation", "stated")(budget_allocation)
weighting.method("ahp", "stated")(ahp)
weighting.method("standard_deviation")(standard_deviation)
weighting.method("coefficient_of_variation")(coefficient_of_variation)
weighting.method("variance")(variance)
weighting.method("entropy")(entropy)
weighting.method("gini")(gini)
weighting.method("angle")(angle)
weighting.method("critic")(critic)
weighting.method("critic_undirected")(critic_undirected)
weighting.method("merec")(merec)
weighting.method("cilos")(cilos)
weighting.method("idocriw")(idocriw)
weighting.method("lopcow")(lopcow)
weighting.method("pca")(pca)
weighting.method("pca_oecd")(pca_oecd)
weighting.method("regression", "looped")(regression)
weighting.method("bod_common", "looped")(bod_common)
weighting.method("balance", "looped")(balance)
weighting.method("infomax", "looped")(infomax)

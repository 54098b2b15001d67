"""The steps whose methods a config chooses, each with its families of methods as they are listed."""

from __future__ import annotations

from innov_index.methods.registry import Step

denomination = Step("denomination")
imputation = Step("imputation", "centre", "neighbours", "regression", "em", "panel")
screening = Step("screening")
treatment = Step("treatment", "caps", "logarithms", "curves")
normalisation = Step(
    "normalisation",
    "range_scales",
    "distance_scales",
    "ratio_scales",
    "spread_scales",
    "rank_scales",
    "class_scales",
    "time_scales",
)
weighting = Step(
    "weighting",
    "stated",
    "ahp",
    "stated_ratios",
    "contrast",
    "pca",
    "balanced",
    "outcome_regression",
    "common_frontier",
    "compromise",
)
aggregation = Step(
    "aggregation",
    "means",
    "ordered_means",
    "penalties",
    "expression",
    "ideal_points",
    "spotis",
    "stated_ideals",
    "criteria_ratios",
    "multimoora",
    "codas",
    "probid",
    "outranking",
    "kemeny",
    "favourable_weights",
    "order_m",
    "unobserved_components",
)
ranking = Step("ranking")
rounding = Step("rounding", of_handbook=False)
classes = Step("classes", of_handbook=False)

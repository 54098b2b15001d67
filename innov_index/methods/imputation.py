"""Imputation: estimates in place of missing values.

A method changes only the gaps. A gap that it has no estimate for stays missing, which is for the steps after
it to deal with.
"""

from __future__ import annotations

from innov_index.methods import centre_imputation, model_imputation, panel_imputation
from innov_index.methods.registry import Step

imputation = Step("imputation")

imputation.method("none")(centre_imputation.none)
imputation.method("constant")(centre_imputation.constant)
imputation.method("mean", "compares_units")(centre_imputation.mean)
imputation.method("median", "compares_units")(centre_imputation.median)
imputation.method("group_mean", "compares_units")(centre_imputation.group_mean)
imputation.method("group_median", "compares_units")(centre_imputation.group_median)
imputation.method("unit_mean", "compares_units")(centre_imputation.unit_mean)
imputation.method("unit_median", "compares_units")(centre_imputation.unit_median)
imputation.method("nearest_neighbours", "compares_units", "looped")(model_imputation.nearest_neighbours)
imputation.method("regression", "compares_units", "looped")(model_imputation.regression)
imputation.method("em", "compares_units", "looped")(model_imputation.expectation_maximisation)
imputation.method("em_draws", "compares_units", "looped", "adds_draws", "random")(model_imputation.em_draws)
imputation.method("em_bootstrap", "compares_units", "looped", "adds_draws", "random")(
    model_imputation.em_bootstrap
)
imputation.method("latest", "panel")(panel_imputation.latest)
imputation.method("latest_or_first", "panel")(panel_imputation.latest_or_first)
imputation.method("linear", "panel")(panel_imputation.linear)
imputation.method("linear_constant", "panel")(panel_imputation.linear_constant)

"""The steps of the handbook, each with the methods that register under it, and what is stated beside them."""

from __future__ import annotations

from innov_index.methods.registry import Step

denomination = Step("denomination")
imputation = Step("imputation")
screening = Step("screening")
treatment = Step("treatment")
normalisation = Step("normalisation")
weighting = Step("weighting")
aggregation = Step("aggregation")
ranking = Step("ranking")
rounding = Step("rounding")
classes = Step("classes")

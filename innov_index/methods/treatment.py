"""Data treatment: outliers and skewed distributions.

A missing value stays missing and is left out of every statistic. Statistics (limits, minimum, maximum,
powers) come from `reference` where it is given. A method sees the values as they are, without their
direction, and keeps their order unless it says so.
"""

from __future__ import annotations

from innov_index.methods import caps, curves, logarithms
from innov_index.methods.registry import Step

treatment = Step("treatment")

treatment.method("none")(curves.none)
treatment.method("winsorise")(caps.winsorise)
treatment.method("winsorise_quantile")(caps.winsorise_quantile)
treatment.method("winsorise_iqr")(caps.winsorise_iqr)
treatment.method("winsorise_mad")(caps.winsorise_mad)
treatment.method("clamp")(caps.clamp)
treatment.method("log")(logarithms.log)
treatment.method("log_shift")(logarithms.log_shift)
treatment.method("log_gii")(logarithms.log_gii)
treatment.method("log_ct")(logarithms.log_ct)
treatment.method("log_ct_orig")(logarithms.log_ct_orig)
treatment.method("log_ct_plus")(logarithms.log_ct_plus)
treatment.method("box_cox")(curves.box_cox)
treatment.method("yeo_johnson")(curves.yeo_johnson)
treatment.method("square_root")(curves.square_root)
treatment.method("cube_root")(curves.cube_root)
treatment.method("asinh")(curves.asinh)
treatment.method("logit")(curves.logit)
treatment.method("reciprocal", "reverses")(curves.reciprocal)

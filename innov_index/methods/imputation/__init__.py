"""Imputation: estimates in place of missing values.

A method changes only the gaps. A gap that it has no estimate for stays missing, which is for the steps after
it to deal with.
"""

from __future__ import annotations

from innov_index.methods.imputation import centre, models, panel
from innov_index.methods.steps import imputation

__all__ = ["centre", "imputation", "models", "panel"]

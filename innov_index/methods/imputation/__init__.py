"""Imputation: estimates in place of missing values.

A method changes only the gaps. A gap for which it has no estimate stays missing, and is left to the steps
that follow.
"""

from innov_index.methods.registry import import_families
from innov_index.methods.steps import imputation

__all__ = ["imputation"]

import_families(__name__, __path__)

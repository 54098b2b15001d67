"""Data treatment: outliers and skewed distributions.

A missing value stays missing and is left out of every statistic. Statistics (limits, minimum, maximum,
powers) come from `reference` where it is given. A method gets the values without their direction, and keeps
their order unless it states otherwise.
"""

from innov_index.methods.registry import import_families
from innov_index.methods.steps import treatment

__all__ = ["treatment"]

import_families(__name__, __path__)

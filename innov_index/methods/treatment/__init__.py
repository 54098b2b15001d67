"""Data treatment: outliers and skewed distributions.

A missing value stays missing and is left out of every statistic. Statistics (limits, minimum, maximum,
powers) come from `reference` where it is given. A method sees the values as they are, without their
direction, and keeps their order unless it says so.
"""

from __future__ import annotations

from innov_index.methods.steps import treatment
from innov_index.methods.treatment import caps, curves, logarithms

__all__ = ["caps", "curves", "logarithms", "treatment"]

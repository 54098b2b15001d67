"""Normalisation: indicators in their own units → scores on one scale, more is better.

Parameters that are values of an indicator (goalposts, targets, breaks) are in the indicator's own units,
whatever its direction. A missing value stays missing and is left out of every statistic. Statistics come from
`reference` where it is given (another edition, all editions pooled), otherwise from the values themselves.
"""

from innov_index.methods.registry import import_families
from innov_index.methods.steps import normalisation

__all__ = ["normalisation"]

import_families(__name__, __path__)

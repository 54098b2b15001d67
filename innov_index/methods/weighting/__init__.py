"""Weighting: how much each child of a node counts.

Every method takes the scores of the children of one node, more is better, and returns weights that are not
negative and sum to 1. An only child has weight 1, whatever its scores are.
"""

from innov_index.methods.registry import import_families
from innov_index.methods.steps import weighting

__all__ = ["weighting"]

import_families(__name__, __path__)

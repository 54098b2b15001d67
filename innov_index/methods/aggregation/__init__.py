"""Aggregation: the scores of a node's children become the node's score.

Every method takes the children of one node, `values` (..., units, children), more is better, and `weights`
(..., children) that sum to 1, and returns (..., units). A method with the attribute `power` is a
quasi-arithmetic mean: the pipeline computes all nodes with the same power in one call of
`powers.power_means`.
"""

from innov_index.methods.registry import import_families
from innov_index.methods.steps import aggregation

__all__ = ["aggregation"]

import_families(__name__, __path__)

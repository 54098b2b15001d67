"""Aggregation: the scores of a node's children become the node's score.

Every kernel takes the children of one node, `values` (..., units, children), more is better, and `weights`
(..., children) that sum to 1, and returns (..., units). A method with the attribute `power` is a
quasi-arithmetic mean: the pipeline computes all nodes of one power in one call of `powers.power_means`.
"""

from __future__ import annotations

from innov_index.methods import (
    favourable_weights,
    ideal_points,
    kemeny,
    means,
    ordered_means,
    outranking,
    penalties,
)
from innov_index.methods.expression import expression
from innov_index.methods.registry import Step

aggregation = Step("aggregation")

aggregation.method("arithmetic", power=1.0)(means.arithmetic)
aggregation.method("geometric", power=0.0)(means.geometric)
aggregation.method("harmonic", power=-1.0)(means.harmonic)
aggregation.method("power", power="p")(means.power)
aggregation.method("sum")(means.total)
aggregation.method("waspas", "compares_units")(means.waspas)
aggregation.method("median")(ordered_means.median)
aggregation.method("minimum", "ignores_weights")(ordered_means.minimum)
aggregation.method("maximum", "ignores_weights")(ordered_means.maximum)
aggregation.method("owa", "ignores_weights")(ordered_means.owa)
aggregation.method("owa_quantifier")(ordered_means.owa_quantifier)
aggregation.method("choquet")(ordered_means.choquet)
aggregation.method("bod", "compares_units", "looped", "ignores_weights")(favourable_weights.bod)
aggregation.method("directional_bod", "compares_units", "looped", "ignores_weights")(
    favourable_weights.directional_bod
)
aggregation.method("geometric_bod", "compares_units", "looped", "ignores_weights")(
    favourable_weights.geometric_bod
)
aggregation.method("mpi")(penalties.mpi)
aggregation.method("ampi", "compares_units")(penalties.ampi)
aggregation.method("mean_min")(penalties.mean_min)
aggregation.method("cv_penalty")(penalties.cv_penalty)
aggregation.method("hellwig", "compares_units")(ideal_points.hellwig)
aggregation.method("wroclaw", "compares_units")(ideal_points.wroclaw)
aggregation.method("topsis", "compares_units")(ideal_points.topsis)
aggregation.method("vikor", "compares_units")(ideal_points.vikor)
aggregation.method("edas", "compares_units")(ideal_points.edas)
aggregation.method("borda", "compares_units")(outranking.borda)
aggregation.method("copeland", "compares_units")(outranking.copeland)
aggregation.method("promethee_ii", "compares_units")(outranking.promethee_ii)
aggregation.method("kemeny_young", "compares_units", "looped", "order_dependent")(kemeny.kemeny_young)
aggregation.method("expression", "ignores_weights", "needs_all")(expression)

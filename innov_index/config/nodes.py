"""What a node of the tree does with the scores of its children: worked out once, for every reader.

The pipeline, the exact statements, the inference of weights, the page and the workbook all ask this account;
none of them asks which method a config names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from innov_index.config.settings import Setting
from innov_index.methods.registry import Method, Trait


class Kind(Enum):
    """The arithmetic of a node."""

    MEAN = "a weighted power mean of its children"
    SUM = "the sum of its children, each times its stated weight"
    FORMULA = "a formula over nodes"
    OTHER = "a method that only its kernel knows"


class Gaps(Enum):
    """What a missing child does to a node."""

    REWEIGHT = "the weights of the other children are scaled up"
    PROPAGATE = "the node is missing"
    GROUP_MEAN = "the mean of the unit's group takes its place"


class Weights(Enum):
    """Where the weights of a node's children come from."""

    AS_STATED = "the stated numbers"
    FIXED = "a rule that does not look at the scores"
    LEARNED = "the scores"


class Rescaling(Enum):
    """What becomes of a node's scores after aggregation."""

    NONE = "nothing"
    AFFINE = "a rising straight line"
    CUT_OFF = "a rising straight line, cut off at the ends of the scale"
    ORDER_KEEPING = "another scale in the same order"
    OTHER = "another scale"


class Rounding(Enum):
    """How far the rounded score of a node goes."""

    NONE = "the score is not rounded"
    RANKS = "ranks alone are taken from it"
    SCORES = "it is the node's score, but the parent gets the unrounded one"
    PARENTS = "the parent gets it too"


@dataclass(frozen=True)
class NodeArithmetic:
    """One inner node, as its settings make it.

    Attributes
    ----------
    power : float, optional
        Of a mean: 1 arithmetic, 0 geometric, -1 harmonic; None for any other kind.
    min_coverage : float
        Share of the children that a unit needs for a score.
    needs_all : bool
        Whether the method has no result where one child is missing, whatever `gaps` says.
    uses_weights : bool
        Whether the weights of the children have an effect.
    """

    kind: Kind
    power: float | None
    gaps: Gaps
    min_coverage: float
    needs_all: bool
    weights: Weights
    uses_weights: bool
    rescaling: Rescaling
    rounding: Rounding

    @property
    def link(self) -> float | None:
        """Power of the f with which f(node) is proportional to Σ w f(child); None where there is no such f.

        1 is the identity, which holds for sums too, and 0 the logarithm.
        """
        return 1.0 if self.kind is Kind.SUM else self.power


def node_arithmetic(
    weighting: Setting, aggregation: Setting, rescaling: Setting, rounding: Setting
) -> NodeArithmetic:
    """Work out what a node does from its settings."""
    method = aggregation.method
    power = _power(aggregation)
    return NodeArithmetic(
        kind=_kind(method),
        power=power,
        gaps=_gaps(aggregation),
        min_coverage=float(aggregation.step_options["min_coverage"]),
        needs_all=Trait.NEEDS_ALL in method.traits,
        weights=Weights.AS_STATED if method.takes_stated_weights else weights_of(weighting.method),
        uses_weights=Trait.IGNORES_WEIGHTS not in method.traits,
        rescaling=_rescaling(rescaling),
        rounding=rounding_of(rounding),
    )


def weights_of(weighting: Method) -> Weights:
    """Where the weights of a weighting method come from."""
    if Trait.AS_STATED in weighting.traits:
        return Weights.AS_STATED
    return Weights.FIXED if Trait.STATED in weighting.traits else Weights.LEARNED


def rounding_of(rounding: Setting) -> Rounding:
    """How far a rounded score goes."""
    if rounding.method.is_identity:
        return Rounding.NONE
    return _ROUNDINGS[rounding.step_options["used_for"]]


_ROUNDINGS: Mapping[str, Rounding] = {
    "ranks": Rounding.RANKS,
    "scores": Rounding.SCORES,
    "parents": Rounding.PARENTS,
}


def _kind(method: Method) -> Kind:
    if method.power is not None:
        return Kind.MEAN
    if Trait.SUM in method.traits:
        return Kind.SUM
    formula = any(o.resolved is not None and o.resolved.kind == "formula" for o in method.options.values())
    return Kind.FORMULA if formula else Kind.OTHER


def _power(aggregation: Setting) -> float | None:
    power = aggregation.method.power
    stated = aggregation.options[power] if isinstance(power, str) else power
    return None if stated is None else float(stated)


def _gaps(aggregation: Setting) -> Gaps:
    missing = aggregation.step_options["missing"]
    if isinstance(missing, dict):
        return Gaps.GROUP_MEAN
    return Gaps.PROPAGATE if missing == "propagate" else Gaps.REWEIGHT


def _rescaling(rescaling: Setting) -> Rescaling:
    method, reference = rescaling.method, rescaling.step_options["reference"]
    if method.is_identity:
        return Rescaling.NONE
    if isinstance(reference, dict) and "group" in reference:
        return Rescaling.OTHER  # each group has a scale of its own
    if Trait.AFFINE in method.traits:
        cut = method.cut_by is not None and bool(rescaling.options[method.cut_by])
        return Rescaling.CUT_OFF if cut else Rescaling.AFFINE
    if Trait.ORDER_KEEPING in method.traits and isinstance(reference, str):
        return Rescaling.ORDER_KEEPING
    return Rescaling.OTHER

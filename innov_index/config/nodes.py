"""What a node of the tree does with the scores of its children: worked out once, for every reader.

The pipeline, the exact statements, the inference of weights, the page and the workbook all ask this account;
none of them asks which method a config names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from fractions import Fraction

from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods.kernels.formula import read_formula
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.methods.registry import Method, Trait


class Kind(Enum):
    """The arithmetic of a node."""

    MEAN = "a weighted power mean of its children"
    SUM = "the sum of its children, each times a number, and perhaps one more number"
    FORMULA = "a formula over nodes that is no such sum"
    OTHER = "a method that only its kernel knows"


class Gaps(Enum):
    """What a missing child does to a node."""

    REWEIGHT = "the weights of the other children are scaled up"
    PROPAGATE = "the node is missing"
    GROUP_MEAN = "the mean of the unit's group takes its place"


class Weights(Enum):
    """Where the weights of a node's children come from."""

    AS_STATED = "the stated numbers, or those in a formula"
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


@frozen
class NodeArithmetic:
    """One inner node, as its settings make it.

    Attributes
    ----------
    mean : Link, optional
        What a mean goes through; None for any other kind.
    terms : mapping, optional
        Of a sum that is written as a formula: the number that each child is multiplied by, by its code. It
        stands in place of a stated weight. None where stated weights count.
    constant : Fraction
        Of a sum: what is added beside the children.
    min_coverage : float
        Share of the children that a unit needs for a score.
    needs_all : bool
        Whether the method has no result where one child is missing, whatever `gaps` says.
    uses_weights : bool
        Whether the weights of the children have an effect.
    """

    kind: Kind
    mean: Link | None
    gaps: Gaps
    min_coverage: float
    needs_all: bool
    weights: Weights
    uses_weights: bool
    rescaling: Rescaling
    rounding: Rounding
    terms: Mapping[str, Fraction] | None = None
    constant: Fraction = Fraction(0)

    @property
    def link(self) -> Link | None:
        """The f with which f(node) is proportional to Σ w f(child): that of sums too; None without such f."""
        return ARITHMETIC if self.kind is Kind.SUM else self.mean


def node_arithmetic(
    weighting: Setting, aggregation: Setting, rescaling: Setting, rounding: Setting, children: Sequence[str]
) -> NodeArithmetic:
    """Work out what a node does from its settings and the codes of its children."""
    method = aggregation.method
    terms, constant = _terms(aggregation, children)
    as_stated = method.takes_stated_weights or terms is not None
    return NodeArithmetic(
        kind=_kind(aggregation) if terms is None else Kind.SUM,
        mean=method.link(aggregation.options),
        gaps=_gaps(aggregation),
        min_coverage=float(aggregation.step_options["min_coverage"]),
        needs_all=Trait.NEEDS_ALL in method.traits,
        weights=Weights.AS_STATED if as_stated else weights_of(weighting.method),
        uses_weights=Trait.IGNORES_WEIGHTS not in method.traits or terms is not None,
        rescaling=_rescaling(rescaling),
        rounding=rounding_of(rounding),
        terms=terms,
        constant=constant,
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


def formula_of(aggregation: Setting) -> str | None:
    """The formula of an aggregation that is one."""
    options = aggregation.method.options.values()
    names = [o.name for o in options if o.resolved is not None and o.resolved.kind == "formula"]
    return str(aggregation.options[names[0]]) if names else None


def _kind(aggregation: Setting) -> Kind:
    if aggregation.method.power is not None:
        return Kind.MEAN
    if Trait.SUM in aggregation.method.traits:
        return Kind.SUM
    return Kind.OTHER if formula_of(aggregation) is None else Kind.FORMULA


def _terms(aggregation: Setting, children: Sequence[str]) -> tuple[Mapping[str, Fraction] | None, Fraction]:
    """Number by child, and the one that stands alone, of a formula that is a weighted sum of the children.

    None for a formula that names other nodes, leaves out a child, subtracts one, or is no sum.
    """
    text = formula_of(aggregation)
    formula = None if text is None else read_formula(text)
    if formula is None or formula.linear is None or set(formula.codes) != set(children):
        return None, Fraction(0)
    factors = formula.linear.factors
    if min(factors) < 0 or not any(factors):
        return None, Fraction(0)
    named = dict(zip(formula.codes, factors, strict=True))
    return {code: named[code] for code in children}, formula.linear.constant


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

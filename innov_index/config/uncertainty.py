"""What a config may say under `uncertainty:`: what may vary, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from innov_index.config.language import Block
from innov_index.config.located import Located
from innov_index.config.messages import problems_of
from innov_index.errors import Problem, not_found

AS_STATED = "as stated"
"""The alternative that leaves a setting as it is."""
BASE = "base"
"""The scheme that is the config as it stands."""

Share = Annotated[float, Gt(0.0), Le(1.0)]
Likelihood = Annotated[float, Ge(0.0)]
Pair = (MinLen(2), MaxLen(2))


class VariationBlock(Block):
    """One thing that may vary."""

    name: str | None = Field(default=None, description="what the output calls it")


class AlternativesBlock(VariationBlock):
    """Other settings of a place in the config."""

    path: str = Field(description="a config path, e.g. normalisation or aggregation[RI].method")
    alternatives: Annotated[list[Any], MinLen(2)] = Field(
        description="what may stand there; `as stated` is what stands there now"
    )
    probabilities: list[Likelihood] | None = Field(
        default=None, description="of the alternatives; equal by default"
    )

    @model_validator(mode="after")
    def _check(self) -> AlternativesBlock:
        _check_probabilities(self.probabilities, len(self.alternatives), "alternative")
        return self


class RangeBlock(VariationBlock):
    """A number of the config, anywhere in a range."""

    path: str = Field(description="a config path, e.g. treatment.max_points")
    range: Annotated[list[float], *Pair] = Field(description="lowest and highest value")
    distribution: Literal["uniform", "triangular", "normal"] = Field(
        default="uniform",
        description="triangular: most likely in the middle; normal: 95 % of it in the range, cut there",
    )
    integer: bool = Field(default=False, description="whole numbers only")
    steps: Annotated[int, Ge(2)] | None = Field(
        default=None, description="this many equally likely values in place of all: much faster"
    )

    @model_validator(mode="after")
    def _check(self) -> RangeBlock:
        low, high = self.range
        if low >= high:
            raise ValueError(f"a range of [lowest, highest]; got {self.range}")
        if self.integer and not (low.is_integer() and high.is_integer()):
            raise ValueError(f"whole numbers as ends of a range of whole numbers; got {self.range}")
        return self


class SchemesBlock(VariationBlock):
    """Schemes of the config; `base` is the config as it stands."""

    schemes: Annotated[list[str], MinLen(2)] = Field(description="names of schemes, or `base`")
    probabilities: list[Likelihood] | None = Field(
        default=None, description="of the schemes; equal by default"
    )

    @model_validator(mode="after")
    def _check(self) -> SchemesBlock:
        _check_probabilities(self.probabilities, len(self.schemes), "scheme")
        return self


class WeightsBlock(VariationBlock):
    """Weights of some nodes among their siblings."""

    levels: list[Annotated[int, Ge(1)]] | None = Field(
        default=None, description="levels of the nodes whose weights vary (1: just below the root)"
    )
    below: list[str] | None = Field(default=None, description="nodes whose children's weights vary")


class NoiseBlock(WeightsBlock):
    """Each weight up to ±amount of itself (0.25: ±25 %), as in COINr, then scaled to sum to 1 again."""

    weights: Literal["noise"]
    amount: Share = Field(description="largest change of a weight, as a share of it")


class DirichletBlock(WeightsBlock):
    """A Dirichlet distribution around the weights; the larger the concentration, the nearer to them."""

    weights: Literal["dirichlet"]
    concentration: Annotated[float, Gt(0.0)] = Field(
        description="how close the weights drawn are to those stated"
    )


class UniformBlock(WeightsBlock):
    """All weights that sum to 1 are equally likely."""

    weights: Literal["uniform"]


class OrderBlock(WeightsBlock):
    """All weights in a stated order are equally likely."""

    weights: Literal["order"]
    order: Annotated[list[Annotated[list[str], MinLen(2)]], MinLen(1)] = Field(
        description="lists of siblings, the most important first; a node is in one list at most"
    )

    @model_validator(mode="after")
    def _check(self) -> OrderBlock:
        named = [code for chain in self.order for code in chain]
        again = [code for code in named if named.count(code) > 1]
        if again:
            raise ValueError(f"each node in one place of the order; '{again[0]}' stands in more than one")
        return self


class BoundsBlock(WeightsBlock):
    """All weights within bounds are equally likely."""

    weights: Literal["bounds"]
    bounds: dict[str, Annotated[list[Annotated[float, Ge(0.0), Le(1.0)]], *Pair]] = Field(
        description="by node: lowest and highest share; 0 to 1 where none is stated"
    )

    @model_validator(mode="after")
    def _check(self) -> BoundsBlock:
        for code, (low, high) in self.bounds.items():
            if low > high:
                raise ValueError(f"bounds of [lowest, highest]; those of '{code}' are [{low:g}, {high:g}]")
        if sum(low for low, _ in self.bounds.values()) > 1:
            raise ValueError("lowest shares that sum to 1 at most")
        return self


class PanelBlock(WeightsBlock):
    """Weights by several experts: one of them, or a random mix of all."""

    weights: Literal["panel"]
    experts: Annotated[list[dict[str, Likelihood]], MinLen(2)] = Field(
        description="for each expert: the weight of each of the siblings"
    )
    mix: bool = Field(default=False, description="every mix of the experts' weights, all equally likely")

    @model_validator(mode="after")
    def _check(self) -> PanelBlock:
        if any(expert.keys() != self.experts[0].keys() for expert in self.experts):
            raise ValueError("a weight for the same siblings from each expert")
        if any(sum(expert.values()) <= 0 for expert in self.experts):
            raise ValueError("a weight above 0 from each expert")
        return self


class ErrorBlock(VariationBlock):
    """Errors of measurement, independent from value to value."""

    data: Literal["error"]
    relative: Annotated[float, Gt(0.0)] | None = Field(default=None, description="as a share of the value")
    absolute: Annotated[float, Gt(0.0)] | None = Field(default=None, description="in the indicator's unit")
    distribution: Literal["normal", "uniform"] = Field(
        default="normal", description="normal: the size is a standard deviation; uniform: the largest error"
    )
    indicators: Annotated[list[str], MinLen(1)] | None = Field(
        default=None, description="codes; all by default"
    )

    @model_validator(mode="after")
    def _check(self) -> ErrorBlock:
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("either `relative` or `absolute`")
        return self


class LeaveOutBlock(VariationBlock):
    """Some indicators left out, their weights going to their siblings; other learned weights stay."""

    data: Literal["indicators left out"]
    count: Annotated[int, Ge(1)] = Field(default=1, description="how many at a time")
    indicators: Annotated[list[str], MinLen(1)] | None = Field(
        default=None, description="codes; all by default"
    )


class ResampleBlock(VariationBlock):
    """What methods learn from the units (extremes, means, weights) is learned from other units.

    All units are ranked in any case. Imputations and aggregations that compare units see all of them: with
    such a method it is refused.
    """

    data: Literal["bootstrap", "unit left out"] = Field(
        description="bootstrap: from as many units, drawn with replacement; unit left out: from all but one"
    )


class ImputationDrawsBlock(VariationBlock):
    """Gaps filled with draws from their distribution (multiple imputation) in place of one estimate."""

    data: Literal["imputation draws"]
    method: Literal["em_draws", "em_bootstrap"] = Field(
        default="em_draws", description="a method of imputation that gives draws"
    )
    tables: Annotated[int, Ge(2)] = Field(default=50, description="imputed tables to draw from")
    options: dict[str, Any] = Field(default={}, description="options of the method, e.g. {shrinkage: 0.1}")


_KINDS: dict[str, type[VariationBlock]] = {
    "alternatives": AlternativesBlock,
    "range": RangeBlock,
    "schemes": SchemesBlock,
    "noise": NoiseBlock,
    "dirichlet": DirichletBlock,
    "uniform": UniformBlock,
    "order": OrderBlock,
    "bounds": BoundsBlock,
    "panel": PanelBlock,
    "error": ErrorBlock,
    "indicators left out": LeaveOutBlock,
    "bootstrap": ResampleBlock,
    "unit left out": ResampleBlock,
    "imputation draws": ImputationDrawsBlock,
}


def _tag(kind: str) -> str:
    """Messages leave out parts of a place that have a bracket."""
    return f"[{kind}]"


def _kind(stated: Any) -> str | None:
    """Which kind of variation a mapping states."""
    entries = stated if isinstance(stated, dict) else getattr(stated, "__dict__", {})
    for key in ("weights", "data"):
        if key in entries:
            kind = str(entries[key])
            kind = "bootstrap" if kind == "unit left out" else kind
            return _tag(kind) if kind in _KINDS else None
    if "schemes" in entries:
        return _tag("schemes")
    if "path" in entries:
        return _tag("range" if "range" in entries else "alternatives")
    return None


_EXPECTED = (
    "one of {path: …, alternatives: […]}, {path: …, range: [low, high]}, {schemes: […]}, {weights: noise | "
    "dirichlet | uniform | order | bounds | panel, …}, {data: error | indicators left out | bootstrap | unit "
    "left out | imputation draws, …}"
)

Variation: TypeAlias = Annotated[
    Annotated[AlternativesBlock, Tag("[alternatives]")]
    | Annotated[RangeBlock, Tag("[range]")]
    | Annotated[SchemesBlock, Tag("[schemes]")]
    | Annotated[NoiseBlock, Tag("[noise]")]
    | Annotated[DirichletBlock, Tag("[dirichlet]")]
    | Annotated[UniformBlock, Tag("[uniform]")]
    | Annotated[OrderBlock, Tag("[order]")]
    | Annotated[BoundsBlock, Tag("[bounds]")]
    | Annotated[PanelBlock, Tag("[panel]")]
    | Annotated[ErrorBlock, Tag("[error]")]
    | Annotated[LeaveOutBlock, Tag("[indicators left out]")]
    | Annotated[ResampleBlock, Tag("[bootstrap]")]
    | Annotated[ImputationDrawsBlock, Tag("[imputation draws]")],
    Discriminator(_kind, custom_error_type="unknown_variation", custom_error_message=_EXPECTED),
]


class UncertaintyBlock(Block):
    """What may vary when the certainty of the ranks is asked for."""

    draws: Annotated[int, Ge(1)] = Field(default=10_000, description="number of draws of the index")
    seed: Annotated[int, Ge(0)] = Field(default=1, description="start of the random numbers")
    vary: Annotated[list[Variation], MinLen(1)] = Field(description="the variations, each of one thing")


def read_uncertainty(document: Located) -> tuple[UncertaintyBlock | None, list[Problem]]:
    """Read the key `uncertainty` of a config; return the block, or the problems."""
    stated = document.mapping["uncertainty"]
    try:
        block = UncertaintyBlock.model_validate(stated.plain())
    except ValidationError as error:
        return None, problems_of(error, stated, "uncertainty", UncertaintyBlock)
    schemes = document.mapping["schemes"].mapping if "schemes" in document.mapping else {}
    problems = list(_scheme_problems(block, stated, schemes))
    return (None, problems) if problems else (block, [])


def _scheme_problems(
    block: UncertaintyBlock, stated: Located, schemes: Mapping[str, Located]
) -> Iterator[Problem]:
    """Schemes that vary must be schemes of the config."""
    for position, variation in enumerate(block.vary):
        for number, name in enumerate(variation.schemes if isinstance(variation, SchemesBlock) else ()):
            if name != BASE and name not in schemes:
                mark = stated.at(("vary", position, "schemes", number)).mark
                yield Problem(not_found("scheme", name, (BASE, *schemes)), mark)


def _check_probabilities(probabilities: list[float] | None, count: int, noun: str) -> None:
    if probabilities is None:
        return
    if len(probabilities) != count:
        raise ValueError(f"as many probabilities as {noun}s: {count}, not {len(probabilities)}")
    if sum(probabilities) <= 0:
        raise ValueError("a probability above 0")

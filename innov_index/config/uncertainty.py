"""What a config may say under `uncertainty:`: what may vary, and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Share = Annotated[float, Gt(0.0), Le(1.0)]
Nodes = list[str]


class VariationBlock(BaseModel):
    """One thing that may vary; every key must be known."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    name: str | None = Field(default=None, description="how the output calls it")


class AlternativesBlock(VariationBlock):
    """Other settings of a place in the config."""

    path: str = Field(description="a config path, e.g. normalisation or aggregation[RI].method")
    alternatives: Annotated[list[Any], MinLen(2)] = Field(
        description="what may stand there; `as stated` is what stands there now"
    )
    probabilities: list[Annotated[float, Ge(0.0)]] | None = Field(
        default=None, description="of the alternatives; equal by default"
    )


class RangeBlock(VariationBlock):
    """A number of the config, anywhere in a range."""

    path: str = Field(description="a config path, e.g. treatment.max_points")
    range: Annotated[list[float], MinLen(2)] = Field(description="lowest and highest value")
    distribution: Literal["uniform", "triangular", "normal"] = Field(
        default="uniform",
        description="triangular: most likely in the middle; normal: 95 % of it in the range, cut there",
    )
    integer: bool = Field(default=False, description="whole numbers only")
    steps: Annotated[int, Ge(2)] | None = Field(
        default=None, description="so many evenly likely values in place of all: much faster"
    )


class SchemesBlock(VariationBlock):
    """Schemes of the config; `base` is the config as it stands."""

    schemes: Annotated[list[str], MinLen(2)]
    probabilities: list[Annotated[float, Ge(0.0)]] | None = None


class WeightsBlock(VariationBlock):
    """Weights of some nodes among their siblings."""

    levels: list[Annotated[int, Ge(1)]] | None = Field(
        default=None, description="levels of the nodes whose weights vary (1: just below the root)"
    )
    below: Nodes | None = Field(default=None, description="nodes whose children's weights vary")


class NoiseBlock(WeightsBlock):
    """Each weight up to ±amount of itself (0.25: ±25 %), as in COINr, then scaled to sum to 1 again."""

    weights: Literal["noise"]
    amount: Share


class DirichletBlock(WeightsBlock):
    """A Dirichlet distribution around the weights; the larger the concentration, the nearer to them."""

    weights: Literal["dirichlet"]
    concentration: Annotated[float, Gt(0.0)]


class UniformBlock(WeightsBlock):
    """All weights that sum to 1 are equally likely."""

    weights: Literal["uniform"]


class OrderBlock(WeightsBlock):
    """All weights in a stated order are equally likely."""

    weights: Literal["order"]
    order: Annotated[list[Annotated[list[str], MinLen(2)]], MinLen(1)] = Field(
        description="lists of siblings, the most important first; a node is in one list at most"
    )


class BoundsBlock(WeightsBlock):
    """All weights within bounds are equally likely."""

    weights: Literal["bounds"]
    bounds: dict[str, Annotated[list[Annotated[float, Ge(0.0), Le(1.0)]], MinLen(2), MaxLen(2)]] = Field(
        description="by node: lowest and highest share; 0 to 1 where none is stated"
    )


class PanelBlock(WeightsBlock):
    """Weights by several experts: one of them, or a random mix of all."""

    weights: Literal["panel"]
    experts: Annotated[list[dict[str, Annotated[float, Ge(0.0)]]], MinLen(2)] = Field(
        description="by expert: the weight of each of the siblings"
    )
    mix: bool = Field(default=False, description="every mix of the experts' weights, all equally likely")


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


class LeaveOutBlock(VariationBlock):
    """Some indicators left out, their weights going to their siblings; other learnt weights stay."""

    data: Literal["indicators left out"]
    count: Annotated[int, Ge(1)] = Field(default=1, description="so many at a time")
    indicators: Annotated[list[str], MinLen(1)] | None = Field(
        default=None, description="codes; all by default"
    )


class ResampleBlock(VariationBlock):
    """What methods learn from the units (extremes, means, weights) is learnt from other units.

    bootstrap: from as many units drawn with replacement; one left out: from all units but one. All units are
    ranked in any case. Imputations and aggregations that compare units see all of them: there it is refused.
    """

    data: Literal["bootstrap", "unit left out"]


class ImputationDrawsBlock(VariationBlock):
    """Gaps filled with draws from their distribution (multiple imputation) in place of one estimate."""

    data: Literal["imputation draws"]
    method: Literal["em_draws", "em_bootstrap"] = "em_draws"
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


class UncertaintyBlock(BaseModel):
    """What may vary when the certainty of the ranks is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    draws: Annotated[int, Ge(1)] = Field(default=10_000, description="variants of the index")
    seed: Annotated[int, Ge(0)] = Field(default=1, description="start of the random numbers")
    vary: Annotated[list[Variation], MinLen(1)]

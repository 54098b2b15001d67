"""Forms about the data: errors of values, indicators left out, other units to learn from, imputed values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Gt, MinLen
from pydantic import Field, model_validator

from innov_index.config.located import Located, located
from innov_index.config.variations.compiled import DataVariation, ImputationVariation, WeightVariation
from innov_index.config.variations.forms import Form, Reader, form
from innov_index.frozen import frozen
from innov_index.limits import AtLeastOne, Several
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.wording import counted, listed

_LARGEST = np.nextafter(1.0, 0.0)

Codes = Annotated[list[str], MinLen(1)]


@form(
    "data",
    example="""
    # Errors of measurement of 5 % of each value, and another one for rent.
    - {data: error, relative: 0.05, indicators: [papers, patents]}
    - {data: error, absolute: 0.5, indicators: [rent], distribution: uniform}
    """,
)
class ErrorBlock(Form):
    """Errors of measurement, independent from value to value."""

    data: Literal["error"]
    relative: Annotated[float, Gt(0.0)] | None = Field(default=None, description="as a share of the value")
    absolute: Annotated[float, Gt(0.0)] | None = Field(default=None, description="in the indicator's unit")
    distribution: Literal["normal", "uniform"] = Field(
        default="normal", description="normal: the size is a standard deviation; uniform: the largest error"
    )
    indicators: Codes | None = Field(default=None, description="codes; all by default")

    @model_validator(mode="after")
    def _check(self) -> ErrorBlock:
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("either `relative` or `absolute`")
        return self

    def variation(self, reader: Reader, stated: Located) -> DataVariation:
        columns = reader.columns(self.indicators, stated.mark)
        name = reader.named(self, f"data: error ({', '.join(self.indicators or ['all'])})")

        def change(points: Floats, values: Floats) -> None:
            drawn = np.ascontiguousarray(points.T).reshape(points.shape[1], 1, -1, len(columns))
            size = errors(drawn, self.distribution)
            own = values[..., columns]
            values[..., columns] = own + size * (self.absolute or own * (self.relative or 0.0))

        return DataVariation(name, stated.mark, "data", reader.units * len(columns), change=change)


@form(
    "data",
    example="""
    # One of the indicators left out at a time.
    - {data: indicators left out, count: 1}
    """,
)
class LeaveOutBlock(Form):
    """Some indicators left out, their weights going to their siblings; other learned weights stay."""

    data: Literal["indicators left out"]
    count: AtLeastOne = Field(default=1, description="how many at a time")
    indicators: Codes | None = Field(default=None, description="codes; all by default")

    def variation(self, reader: Reader, stated: Located) -> WeightVariation | None:
        framework = reader.framework
        columns = reader.columns(self.indicators, stated.mark)
        if self.count >= len(framework.leaves) or self.count > len(columns):
            reader.problem(
                f"{self.count} of {counted(len(columns), 'indicator')} cannot be left out", stated.mark
            )
            return None
        parents = {framework.nodes[int(framework.leaves[column])].parent for column in columns}
        ignored = sorted(framework.codes[node] for node in parents if not reader.uses_weights(node))
        if ignored:
            message = f"indicators below {listed(ignored)} cannot be left out: the aggregation there ignores"
            reader.problem(f"{message} weights; name the others under `indicators:`", stated.mark)
            return None
        name = reader.named(
            self, f"{self.count} indicators left out" if self.count > 1 else "an indicator left out"
        )
        leave = _Leaving(framework, framework.leaves[columns], self.count)
        nodes = np.arange(len(framework))
        return WeightVariation(name, stated.mark, nodes, len(columns), leave, "indicators", cumulative=True)


@form(
    "data",
    example="""
    # The minimum and maximum are learned from other units.
    - {data: bootstrap}
    """,
)
class ResampleBlock(Form):
    """What methods learn from the units (extremes, means, weights) is learned from other units.

    All units are ranked in any case. Imputations and aggregations that compare units see all of them: with
    such a method it is refused.
    """

    data: Literal["bootstrap", "unit left out"] = Field(
        description="bootstrap: from as many units, drawn with replacement; unit left out: from all but one"
    )

    def variation(self, reader: Reader, stated: Located) -> DataVariation:
        units = reader.units

        def drawn(points: Floats) -> Ints:
            return np.minimum((points.T * units).astype(np.int64), units - 1)

        def all_but_one(points: Floats) -> Ints:
            others = np.arange(units - 1)
            return others + (others >= drawn(points))

        name = reader.named(self, self.data)
        if self.data == "bootstrap":
            return DataVariation(name, stated.mark, "units", units, sample=drawn)
        return DataVariation(name, stated.mark, "units", 1, sample=all_but_one)


@form(
    "data",
    example="""
    # The missing value is drawn from its distribution.
    - {data: imputation draws, method: em_draws, tables: 20, options: {shrinkage: 0.5}}
    """,
)
class ImputationDrawsBlock(Form):
    """Gaps filled with draws from their distribution (multiple imputation) in place of one estimate."""

    data: Literal["imputation draws"]
    method: Literal["em_draws", "em_bootstrap"] = Field(
        default="em_draws", description="a method of imputation that gives draws"
    )
    tables: Several = Field(default=50, description="imputed tables to draw from")
    options: dict[str, Any] = Field(default={}, description="options of the method, e.g. {shrinkage: 0.1}")

    def variation(self, reader: Reader, stated: Located) -> ImputationVariation | None:
        blocks = zip(reader.framework.codes, reader.tree.blocks, strict=True)
        own = [code for code, block in blocks if "imputation" in block.mapping]
        if own:
            message = f"draws fill the gaps of all indicators, but {listed(own)} has an imputation of its own"
            reader.problem(message, stated.mark)
            return None
        setting = {"method": self.method, "draws": self.tables, **self.options}
        name = reader.named(self, "imputation draws")
        override = ("imputation", located(setting, stated.mark))
        return ImputationVariation(name, stated.mark, self.tables, override)


def errors(points: Floats, distribution: str) -> Floats:
    """Errors of size 1: a standard deviation (normal) or the largest one (uniform)."""
    if distribution == "uniform":
        return 2.0 * points - 1.0
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(points, 2.0**-54, _LARGEST)))


def without(points: Floats, count: int) -> Floats:
    """1 for what stays, 0 for `count` that are left out, all choices equally likely: (members, draws)."""
    places = np.argpartition(points, count - 1, axis=0)[:count]
    kept = np.ones(points.shape)
    np.put_along_axis(kept, places, 0.0, axis=0)
    return kept


@frozen
class _Leaving:
    """Weights of all nodes with `count` of some leaves left out; a node without any child left goes too."""

    framework: Framework
    leaves: Ints
    count: int

    def __call__(self, points: Floats, weights: Floats) -> Floats:
        kept = np.ones(weights.shape)
        kept[self.leaves] = without(points, self.count)
        changed = np.array(weights)
        for node in self.framework.inner[::-1]:
            children = self.framework.children[node]
            own = weights[children] * kept[children]
            total = own.sum(axis=0)
            kept[node] = total > 0
            changed[children] = np.where(total > 0, own / np.where(total > 0, total, 1.0), weights[children])
        return changed

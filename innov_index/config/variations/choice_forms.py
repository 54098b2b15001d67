"""Forms about settings of the config: alternatives, a range of numbers, schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, MaxLen, MinLen
from pydantic import Field, model_validator

from innov_index.config.language import BASE
from innov_index.config.located import Located, located
from innov_index.config.overrides import parse_path
from innov_index.config.variations.compiled import Choice, OverrideSets
from innov_index.config.variations.forms import Form, Reader, form
from innov_index.errors import Mark, not_found
from innov_index.limits import Several
from innov_index.model.arrays import Floats, Ints

AS_STATED = "as stated"
"""The alternative that leaves a setting as it is."""
Likelihood = Annotated[float, Ge(0.0)]


@form(
    "path",
    "alternatives",
    shape="{path: …, alternatives: […]}",
    example="""
    # Another normalisation, a third as likely as the one stated.
    - path: normalisation
      alternatives: [as stated, {method: z_score}]
      probabilities: [3, 1]
    """,
)
class AlternativesBlock(Form):
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

    def variation(self, reader: Reader, stated: Located) -> Choice:
        entries = stated.mapping["alternatives"].items if "alternatives" in stated.mapping else ()
        entries = entries or tuple(located(value, stated.mark) for value in self.alternatives)
        sets = tuple(() if entry.value == AS_STATED else ((self.path, entry),) for entry in entries)
        labels = _distinct([_shown(entry.plain()) for entry in entries])
        return _one_of(reader, self, self.path, sets, labels, stated.mark)


@form(
    "path",
    "range",
    shape="{path: …, range: [low, high]}",
    example="""
    # The lower end of the scale, anywhere from 0 to 20.
    - {path: normalisation.low, range: [0, 20], distribution: triangular, steps: 10}
    """,
)
class RangeBlock(Form):
    """A number of the config, anywhere in a range."""

    path: str = Field(description="a config path, e.g. treatment.max_points")
    range: Annotated[list[float], MinLen(2), MaxLen(2)] = Field(description="lowest and highest value")
    distribution: Literal["uniform", "triangular", "normal"] = Field(
        default="uniform",
        description="triangular: most likely in the middle; normal: 95 % of it in the range, cut there",
    )
    integer: bool = Field(default=False, description="whole numbers only")
    steps: Several | None = Field(
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

    def variation(self, reader: Reader, stated: Located) -> Choice:
        return Choice(
            reader.named(self, self.path),
            parse_path(self.path, stated.mark).step,
            self.path,
            stated.mark,
            self._at,
            integer=self.integer,
            stepped=self.integer or self.steps is not None,
        )

    def _at(self, points: Floats) -> Floats:
        low, high = self.range
        if self.steps is not None:
            points = (np.floor(points * self.steps) + 0.5) / self.steps
        if self.integer:
            return np.clip(np.rint(in_range(points, low - 0.5, high + 0.5, self.distribution)), low, high)
        return in_range(points, low, high, self.distribution)


@form(
    "schemes",
    shape="{schemes: […]}",
    example="""
    # Schemes of the config.
    - {schemes: [base, equal weights, z-scores]}
    """,
)
class SchemesBlock(Form):
    """Schemes of the config; `base` is the config as it stands."""

    schemes: Annotated[list[str], MinLen(2)] = Field(description="names of schemes, or `base`")
    probabilities: list[Likelihood] | None = Field(
        default=None, description="of the schemes; equal by default"
    )

    @model_validator(mode="after")
    def _check(self) -> SchemesBlock:
        _check_probabilities(self.probabilities, len(self.schemes), "scheme")
        return self

    def variation(self, reader: Reader, stated: Located) -> Choice | None:
        document, mark = reader.document.mapping, stated.mark
        schemes = document["schemes"].mapping if "schemes" in document else {}
        unknown = [name for name in self.schemes if name != BASE and name not in schemes]
        for name in unknown:
            place = stated.at(("schemes", self.schemes.index(name))) if stated.mapping else stated
            reader.problem(not_found("scheme", name, (BASE, *schemes)), place.mark)
        if unknown:
            return None
        sets = []
        for name in self.schemes:
            entries = () if name == BASE else tuple(schemes[name].mapping.items())
            sets.append(tuple(entry for entry in entries if entry[0] != "description"))
            if any(parse_path(path, mark).step == "ranking" for path, _ in sets[-1]):
                message = f"scheme '{name}' changes the rule of ranking, which cannot vary"
                reader.problem(f"{message}: it defines the ranks", mark)
        return _one_of(reader, self, "schemes", tuple(sets), tuple(self.schemes), mark)


def _check_probabilities(probabilities: list[float] | None, count: int, noun: str) -> None:
    if probabilities is None:
        return
    if len(probabilities) != count:
        raise ValueError(f"as many probabilities as {noun}s: {count}, not {len(probabilities)}")
    if sum(probabilities) <= 0:
        raise ValueError("a probability above 0")


def _one_of(
    reader: Reader,
    block: AlternativesBlock | SchemesBlock,
    path: str,
    sets: OverrideSets,
    labels: tuple[str, ...],
    mark: Mark,
) -> Choice:
    """A choice among settings, with the probabilities that the entry states."""
    step = "schemes" if path == "schemes" else parse_path(path, mark).step
    if step == "ranking":
        reader.problem("the rule of ranking cannot vary: it defines the ranks", mark)
    count = len(labels)
    likely = None if block.probabilities is None else np.array(block.probabilities)

    def at(points: Floats) -> Floats:
        return picked(points, count, likely).astype(np.float64)

    return Choice(reader.named(block, path), step, path, mark, at, labels, sets)


def _shown(value: Any) -> str:
    """A setting as it is written in a config."""
    if isinstance(value, dict):
        return ", ".join(
            str(entry) if key == "method" else f"{key} {_shown(entry)}" for key, entry in value.items()
        )
    return str(value)


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        label if labels.count(label) == 1 else f"{label} ({position + 1})"
        for position, label in enumerate(labels)
    )


def picked(points: Floats, count: int, probabilities: Floats | None = None) -> Ints:
    """One of `count` things: points (draws,) → positions."""
    if probabilities is None:
        return np.minimum((points * count).astype(np.int64), count - 1)
    steps = np.cumsum(probabilities / probabilities.sum())
    return np.minimum(np.searchsorted(steps, points, side="right"), count - 1)


def in_range(points: Floats, low: float, high: float, distribution: str) -> Floats:
    """A number between `low` and `high`: points (draws,)."""
    if distribution == "triangular":
        return low + (high - low) * np.where(points < 0.5, np.sqrt(points / 2), 1 - np.sqrt((1 - points) / 2))
    if distribution == "normal":
        from scipy.special import ndtr, ndtri

        edge = ndtr(-1.959963984540054)
        inner = ndtri(edge + points * (1 - 2 * edge)) / 1.959963984540054
        return np.asarray((low + high) / 2 + (high - low) / 2 * inner)
    return low + (high - low) * points

"""Forms about the weights among siblings, and how points of the unit cube become such weights.

Points are (dimensions, draws), uniform in [0, 1), so that the same draw comes from a random generator, from
Sobol's sequence, or from a file. Several families of siblings are drawn at once: one row a member, `starts`
says in which row each family begins.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import Field, model_validator

from innov_index.config.located import Located
from innov_index.config.variations.choice_forms import Likelihood, picked
from innov_index.config.variations.compiled import WeightVariation
from innov_index.config.variations.forms import Form, Reader, form
from innov_index.errors import Mark, not_found
from innov_index.limits import Level
from innov_index.model.arrays import Floats, Ints
from innov_index.wording import listed

_ROUNDS = 10
"""Times that every pair of siblings exchanges weight before a bounded draw counts as random."""

Drawn: TypeAlias = tuple[int, Callable[[Floats, Floats], Floats]]
"""Coordinates that a draw takes, and points, base weights → weights."""


class WeightsBlock(Form):
    """Weights of some nodes among their siblings.

    `from_base` says whether what is drawn depends on the weights that are stated.
    """

    from_base: ClassVar[bool] = False

    levels: list[Level] | None = Field(
        default=None, description="levels of the nodes whose weights vary (1: just below the root)"
    )
    below: list[str] | None = Field(default=None, description="nodes whose children's weights vary")
    weights: str

    def variation(self, reader: Reader, stated: Located) -> WeightVariation | None:
        families = self._families(reader, stated.mark)
        drawn = self._of_families(reader, families, stated.mark) if families else None
        if drawn is None:
            return None
        where = ", ".join(self.below or []) or (f"levels {self.levels}" if self.levels else "all")
        name = reader.named(self, f"weights: {self.weights} ({where})")
        members = np.concatenate(families)
        return WeightVariation(name, stated.mark, members, *drawn, from_base=self.from_base)

    @abstractmethod
    def _of_families(self, reader: Reader, families: Sequence[Ints], mark: Mark) -> Drawn | None:
        """How the weights of some families are drawn; None where it does not fit them, which is noted."""

    def _families(self, reader: Reader, mark: Mark) -> list[Ints]:
        """Children of the chosen nodes that have more than one child."""
        framework = reader.framework
        chosen = [int(node) for node in framework.inner]
        if self.below is not None:
            unknown = [code for code in self.below if code not in framework.position]
            if unknown:
                reader.problem(not_found("node", unknown[0], framework.codes, "in the index"), mark)
                return []
            chosen = [framework.position[code] for code in self.below]
        if self.levels is not None:
            deepest = int(framework.levels.max())
            if max(self.levels) > deepest:
                message = f"level {max(self.levels)}: the nodes of this tree are at levels 1 to {deepest}"
                reader.problem(message, mark)
                return []
            chosen = [node for node in chosen if framework.nodes[node].level + 1 in self.levels]
        families = [framework.children[node] for node in chosen if len(framework.children[node]) > 1]
        if not families:
            reader.problem("these weights cannot vary: none of the nodes has a sibling", mark)
        elif not any(reader.uses_weights(framework.nodes[int(family[0])].parent) for family in families):
            message = "these weights have no effect: the aggregation of their nodes ignores weights"
            reader.problem(message, mark)
        return families


class FamiliesBlock(WeightsBlock):
    """Weights of any number of families, each drawn on its own."""

    def _of_families(self, reader: Reader, families: Sequence[Ints], mark: Mark) -> Drawn:
        starts = np.cumsum([0, *(len(family) for family in families[:-1])])
        return sum(map(len, families)), lambda points, base: self._draw(points, base, starts)

    @abstractmethod
    def _draw(self, points: Floats, base: Floats, starts: Ints) -> Floats:
        """The weights; one coordinate a member."""


class SiblingsBlock(WeightsBlock):
    """Weights of one family, by statements about its members."""

    def _of_families(self, reader: Reader, families: Sequence[Ints], mark: Mark) -> Drawn | None:
        if len(families) != 1:
            reader.problem(f"weights: {self.weights} applies to one family: state `below: [NODE]`", mark)
            return None
        codes = [reader.framework.codes[int(node)] for node in families[0]]
        unknown = [code for code in self._named() if code not in codes]
        if unknown:
            reader.problem(not_found("node", unknown[0], codes, "among these siblings"), mark)
            return None
        return self._of_siblings(reader, codes, mark)

    @abstractmethod
    def _named(self) -> Sequence[str]:
        """The siblings that the statements are about."""

    @abstractmethod
    def _of_siblings(self, reader: Reader, codes: Sequence[str], mark: Mark) -> Drawn | None:
        """How their weights are drawn; None where it does not fit them, which is noted."""


@form(
    "weights",
    example="""
    # Each weight of the dimensions changes by up to a quarter of itself.
    - {weights: noise, amount: 0.25, levels: [1]}
    """,
)
class NoiseBlock(FamiliesBlock):
    """Each weight up to ±amount of itself (0.25: ±25 %), as in COINr, then scaled to sum to 1 again."""

    from_base = True

    weights: Literal["noise"]
    amount: Annotated[float, Gt(0.0), Le(1.0)] = Field(
        description="largest change of a weight, as a share of it"
    )

    def _draw(self, points: Floats, base: Floats, starts: Ints) -> Floats:
        return noisy(points, base, starts, self.amount)


@form(
    "weights",
    example="""
    # Weights near those stated, at all levels.
    - {weights: dirichlet, concentration: 50}
    """,
)
class DirichletBlock(FamiliesBlock):
    """A Dirichlet distribution around the weights; the larger the concentration, the nearer to them."""

    from_base = True

    weights: Literal["dirichlet"]
    concentration: Annotated[float, Gt(0.0)] = Field(
        description="how close the weights drawn are to those stated"
    )

    def _draw(self, points: Floats, base: Floats, starts: Ints) -> Floats:
        return dirichlet(points, base, starts, self.concentration)


@form(
    "weights",
    example="""
    # From the weights stated to equal ones.
    - {weights: shrunk}
    """,
)
class ShrunkBlock(WeightsBlock):
    """Weights anywhere between those stated and equal ones, all families alike.

    Shrinkage towards equal weights, as of combined forecasts (Stock and Watson 2004): it asks how much
    depends on weighting at all.
    """

    from_base = True

    weights: Literal["shrunk"]
    most: Annotated[float, Gt(0.0), Le(1.0)] = Field(
        default=1.0, description="largest share of equal weights in the mix"
    )

    def _of_families(self, reader: Reader, families: Sequence[Ints], mark: Mark) -> Drawn:
        sizes = [len(family) for family in families]
        starts = np.cumsum([0, *sizes[:-1]])
        equal = np.repeat(1.0 / np.array(sizes), sizes)[:, None]

        def draw(points: Floats, base: Floats) -> Floats:
            stated = scaled(base.copy(), starts)
            return stated + self.most * points * (equal - stated)

        return 1, draw


@form(
    "weights",
    example="""
    # Any weights of the indicators of one dimension.
    - {weights: uniform, below: [BUSINESS]}
    """,
)
class UniformBlock(FamiliesBlock):
    """All weights that sum to 1 are equally likely."""

    weights: Literal["uniform"]

    def _draw(self, points: Floats, base: Floats, starts: Ints) -> Floats:
        return uniform(points, starts)


@form(
    "weights",
    example="""
    # Any weights in which science counts for no less than business.
    - {weights: order, below: [INDEX], order: [[SCIENCE, BUSINESS]]}
    """,
)
class OrderBlock(SiblingsBlock):
    """All weights in a stated order are equally likely."""

    weights: Literal["order"]
    order: Annotated[list[Annotated[list[str], MinLen(2)]], MinLen(1)] = Field(
        description="lists of siblings, the most important first; a node is in one list at most"
    )

    @model_validator(mode="after")
    def _check(self) -> OrderBlock:
        named = self._named()
        again = [code for code in named if named.count(code) > 1]
        if again:
            raise ValueError(f"each node in one place of the order; '{again[0]}' stands in more than one")
        return self

    def _named(self) -> Sequence[str]:
        return [code for chain in self.order for code in chain]

    def _of_siblings(self, reader: Reader, codes: Sequence[str], mark: Mark) -> Drawn:
        chains = [np.array([codes.index(code) for code in chain]) for chain in self.order]
        return len(codes), lambda points, base: ordered(points, np.array([0]), chains)


@form(
    "weights",
    example="""
    # Any weights with science between 40 and 80 %.
    - weights: bounds
      below: [INDEX]
      bounds: {SCIENCE: [0.4, 0.8]}
    """,
)
class BoundsBlock(SiblingsBlock):
    """All weights within bounds are equally likely."""

    weights: Literal["bounds"]
    bounds: dict[str, Annotated[list[Annotated[float, Ge(0.0), Le(1.0)]], MinLen(2), MaxLen(2)]] = Field(
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

    def _named(self) -> Sequence[str]:
        return list(self.bounds)

    def _of_siblings(self, reader: Reader, codes: Sequence[str], mark: Mark) -> Drawn | None:
        lower, upper = np.array([self.bounds.get(code, [0.0, 1.0]) for code in codes]).T
        if upper.sum() < 1:
            reader.problem("no weights that sum to 1 meet these bounds", mark)
            return None
        return bounded_dimensions(len(codes)), lambda points, base: bounded(points, lower, upper)


@form(
    "weights",
    example="""
    # The weights of one of three experts, or a mix of them.
    - weights: panel
      below: [INDEX]
      experts: [{SCIENCE: 6, BUSINESS: 4}, {SCIENCE: 1, BUSINESS: 1}, {SCIENCE: 3, BUSINESS: 1}]
      mix: true
    """,
)
class PanelBlock(SiblingsBlock):
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

    def _named(self) -> Sequence[str]:
        return list(self.experts[0])

    def _of_siblings(self, reader: Reader, codes: Sequence[str], mark: Mark) -> Drawn | None:
        if set(self._named()) != set(codes):
            reader.problem(f"each expert gives a weight to each of {listed(codes)}", mark)
            return None
        experts = np.array([[expert[code] for code in codes] for expert in self.experts])
        experts /= experts.sum(axis=1, keepdims=True)
        if self.mix:
            return len(experts), lambda points, base: mixed_panel(points, experts)
        return 1, lambda points, base: of_panel(points, experts)


def scaled(weights: Floats, starts: Ints) -> Floats:
    """Scale weights, in place, to sum to 1 within each family."""
    with np.errstate(invalid="ignore", divide="ignore"):
        for start, end in zip(starts, (*starts[1:], len(weights)), strict=True):
            weights[start:end] /= weights[start:end].sum(axis=0)
    return weights


def noisy(points: Floats, base: Floats, starts: Ints, amount: float) -> Floats:
    """Each weight times 1 + amount U(-1, 1), then scaled.

    Parameters
    ----------
    points, base : (members, draws)
    """
    return scaled(base * (1.0 - amount + 2.0 * amount * points), starts)


def uniform(points: Floats, starts: Ints) -> Floats:
    """All weights of a family equally likely: scaled exponential numbers."""
    # 1 - u is exact, and a logarithm is many times faster than log1p; all signs go with the sum's
    exponential = 1.0 - points
    return scaled(np.log(exponential, out=exponential), starts)


def dirichlet(points: Floats, base: Floats, starts: Ints, concentration: float) -> Floats:
    """Dirichlet with parameters concentration × base: mean base, variance base (1 - base) / (c + 1)."""
    from scipy.special import gammaincinv

    shape = concentration * base
    drawn = np.where(shape > 0, gammaincinv(np.where(shape > 0, shape, 1.0), points), 0.0)
    for start, end in zip(starts, (*starts[1:], len(drawn)), strict=True):
        family = slice(start, end)
        tiny = np.flatnonzero(~drawn[family].any(axis=0) & (shape[family] > 0).any(axis=0))
        if len(tiny):
            # a gamma variate too small for a double is near p^(1 / a): the largest has all the weight
            with np.errstate(divide="ignore"):
                size = np.log(points[family, tiny]) / shape[family, tiny]
            drawn[start + np.where(shape[family, tiny] > 0, size, -np.inf).argmax(axis=0), tiny] = 1.0
    return scaled(drawn, starts)


def ordered(points: Floats, starts: Ints, chains: Sequence[Ints]) -> Floats:
    """All weights equally likely that fall along each chain of members.

    Sorting maps the simplex onto the ordered part of it, each of its points being hit equally often.
    """
    weights = uniform(points, starts)
    for chain in chains:
        weights[chain] = -np.sort(-weights[chain], axis=0)
    return weights


def bounded_dimensions(members: int) -> int:
    """Dimensions that `bounded` uses for a family."""
    return _ROUNDS * len(_pairings(members)) * (members // 2)


def bounded(points: Floats, lower: Floats, upper: Floats) -> Floats:
    """All weights of one family within bounds equally likely, apart from what a finite chain leaves.

    Pairs of siblings exchange weight, each exchange uniform among those allowed (Gibbs sampling).

    Parameters
    ----------
    points : (bounded_dimensions(members), draws)
    lower, upper : (members,)
        Σ lower ≤ 1 ≤ Σ upper.
    """
    room = upper - lower
    share = (1.0 - lower.sum()) / room.sum() if room.sum() > 0 else 0.0
    weights = np.tile((lower + share * room)[:, None], points.shape[1])
    low, high = lower[:, None], upper[:, None]
    pairings = _pairings(len(lower)) * _ROUNDS
    for step, (first, second) in enumerate(pairings):
        at = points[step * len(first) : (step + 1) * len(first)]
        both = weights[first] + weights[second]
        least = np.maximum(low[first], both - high[second])
        most = np.minimum(high[first], both - low[second])
        weights[first] = least + at * np.maximum(most - least, 0.0)
        weights[second] = both - weights[first]
    return np.asarray(np.clip(weights, low, high))


def _pairings(members: int) -> list[tuple[Ints, Ints]]:
    """Rounds of disjoint pairs that together hold every pair once (a round-robin tournament)."""
    if members < 2:
        return []
    even = members + members % 2
    circle = list(range(even))
    rounds = []
    for _ in range(even - 1):
        pairs = [(circle[i], circle[-1 - i]) for i in range(even // 2)]
        kept = np.array([pair for pair in pairs if max(pair) < members], dtype=np.int64)
        rounds.append((kept[:, 0], kept[:, 1]))
        circle = [circle[0], circle[-1], *circle[1:-1]]
    return rounds


def of_panel(points: Floats, experts: Floats) -> Floats:
    """The weights of one expert: points (1, draws), experts (experts, members)."""
    return experts.T[:, picked(points[0], len(experts))]


def mixed_panel(points: Floats, experts: Floats) -> Floats:
    """Any mix of the experts' weights: points (experts, draws)."""
    return experts.T @ uniform(points, np.array([0]))

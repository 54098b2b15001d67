"""What the index is under each of its schemes, and its indicators under each scheme and normalisation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from innov_index.analysis.compare.choices import AGGREGATIONS, Choice, aggregation, normalisations
from innov_index.config.load import Config
from innov_index.config.nodes import Kind, Weights
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.kernels.exactness import ColumnBounds
from innov_index.model.arrays import Floats
from innov_index.pipeline import score
from innov_index.pipeline.binding import bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.undefined import REFUSED, of_edition


@frozen
class Scheme:
    """A scheme of the config (the first one: the config as it stands), scored in one edition.

    `weights`, `scores` (units, nodes) and `ranks` (units) are those of the edition.
    """

    name: str
    description: str
    index: Index
    edition: int
    weights: Floats
    scores: Floats
    ranks: Floats

    @property
    def editions(self) -> int:
        """Number of editions of its data."""
        return max(len(self.index.dataset.editions), 1)

    @property
    def keeps_weighting(self) -> bool:
        """Whether its weights stay what they are when normalisation or aggregation change."""
        return self._weighting_of_means[1] and _keeps_weighting(self.index.config)

    @property
    def weights_of_means(self) -> Floats:
        """Its weights; below a node that uses none, those that a mean would use there."""
        return self._weighting_of_means[0]

    @cached_property
    def _weighting_of_means(self) -> tuple[Floats, bool]:
        """The weights, and whether a config with means has these by its own weighting."""
        if not np.isnan(self.weights).any():
            return self.weights, True
        dataset, varied = self.index.dataset, self.with_means(AGGREGATIONS[0])
        equal = self.index.framework.or_equal(self.weights), False
        if varied is None:
            return equal
        try:
            found = score(varied.recipe, dataset, self.name, self.edition).weights[self.edition]
        except InnovIndexError:
            return equal
        return np.where(np.isnan(self.weights), found, self.weights), _keeps_weighting(varied)

    def with_means(self, method: str) -> Config | None:
        """Its config with this mean in every node; None where such a config is not valid."""
        config = self.index.config
        try:
            return config.varied(settings=aggregation(config, method).settings)
        except InnovIndexError:
            return None


@frozen
class Normalised:
    """The indicators, (units, indicators), under a scheme (by its position) and a normalisation.

    `bounds` states how far rounding can have moved them.
    """

    scheme: int
    choice: Choice
    config: Config
    values: Floats
    bounds: ColumnBounds

    @property
    def stated(self) -> bool:
        """Whether the normalisation is the one that the scheme states."""
        return self.choice.settings == ()


@frozen
class Alternatives:
    """The schemes of an index that have a result over the same tree; `left_out` says which others do not."""

    edition: int
    schemes: tuple[Scheme, ...]
    left_out: tuple[str, ...]

    @property
    def normalisations(self) -> tuple[Choice, ...]:
        """What a reader may choose, first of all what the config states."""
        return normalisations(self.schemes[0].index.config)

    @property
    def ranks(self) -> Floats:
        """Ranks in the index, (schemes, units)."""
        return np.stack([scheme.ranks for scheme in self.schemes])

    def normalised(self) -> Iterator[Normalised]:
        """Indicators under each combination that has a result, the most wanted ones first."""
        for position, choice in self._in_order_of_use():
            scheme = self.schemes[position]
            try:
                index = scheme.index.varied(settings=choice.settings) if choice.settings else scheme.index
                plan = bind(index.config.recipe, scheme.index.dataset)
                raw = scheme.index.dataset.columns(index.framework.indicators)
                steps = run_indicator_steps(plan, raw, of_edition(plan, REFUSED, self.edition))
            except InnovIndexError:
                continue
            values, bounds = np.asarray(steps.normalised[self.edition]), steps.bounds.at(self.edition)
            yield Normalised(position, choice, index.config, values, bounds)

    def _in_order_of_use(self) -> Iterator[tuple[int, Choice]]:
        """The config with each normalisation, each scheme as it is, then each scheme with each other one."""
        stated, *others = self.normalisations
        yield 0, stated
        yield from ((0, other) for other in others)
        yield from ((position, stated) for position in range(1, len(self.schemes)))
        for position, scheme in enumerate(self.schemes[1:], start=1):
            yield from ((position, other) for other in normalisations(scheme.index.config)[1:])


def alternatives(index: Index, edition: int) -> Alternatives:
    """Score the config as it stands and each of its schemes."""
    found, left_out = [_scheme(index, "", edition)], []
    for name in index.schemes:
        try:
            scheme = _scheme(index, name, edition)
        except InnovIndexError as error:
            left_out.append(f"Scheme “{name}” has no result: {error.problems[0].message}")
            continue
        if scheme.index.framework.codes != index.framework.codes:
            left_out.append(f"Scheme “{name}” has another tree; it is not shown.")
            continue
        if scheme.index.framework.direction != index.framework.direction:
            left_out.append(f"Scheme “{name}” ranks from the other end; it is not shown.")
            continue
        found.append(scheme)
    return Alternatives(edition, tuple(found), tuple(left_out))


def _keeps_weighting(config: Config) -> bool:
    nodes = config.recipe.nodes
    return all(node.kind is not Kind.SUM and node.weights is not Weights.LEARNED for node in nodes)


def _scheme(index: Index, name: str, edition: int) -> Scheme:
    varied = index.varied(scheme=name) if name else index
    scores = score(varied.config.recipe, varied.dataset, index.name, edition)
    stated = index.config.block.schemes.get(name, {}).get("description")
    return Scheme(
        name=name,
        description=str(stated or ""),
        index=varied,
        edition=edition,
        weights=scores.weights[edition],
        scores=scores.scores[edition],
        ranks=scores.index_ranks[edition],
    )

"""Points of the unit cube → scores of the root: the index as a function of everything that varies."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import field

import numpy as np

from innov_index.analysis.uncertainty.check import Check
from innov_index.analysis.uncertainty.combinations import Combination, Combinations
from innov_index.analysis.uncertainty.ranker import Ranker
from innov_index.config.uncertainty import UncertaintyBlock
from innov_index.config.variations.compiled import Variations
from innov_index.engine.threads import available_threads
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.kernels.exactness import settled
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.scores import Scores
from innov_index.pipeline.undefined import Counted


@frozen
class Evaluated:
    """Scores of some draws.

    `scores` (draws, units): of the model's units, rounded as before ranking; `bounds` (draws or 1, units):
    how far rounding errors can have moved them. `weights` (nodes, draws) are the local weights, `codes`
    (draws, choices + 1) the settings chosen. `undefined` (draws,) marks draws without a result, by cause in
    `causes`.
    """

    scores: Floats
    bounds: Floats
    weights: Floats
    codes: Floats
    undefined: Bools
    causes: Mapping[str, Bools] = field(default_factory=dict)

    def first(self, draws: int) -> Evaluated:
        """Only the first `draws` draws."""
        return self.of(np.arange(draws))

    def of(self, draws: Ints) -> Evaluated:
        """Only these draws, in this order."""
        return Evaluated(
            self.scores[draws],
            self.bounds if len(self.bounds) == 1 else self.bounds[draws],
            self.weights[:, draws],
            self.codes[draws],
            self.undefined[draws],
            {cause: marked[draws] for cause, marked in self.causes.items()},
        )

    @property
    def defined(self) -> Evaluated:
        """Only the draws that have a result."""
        return self.of(np.flatnonzero(~self.undefined)) if self.undefined.any() else self


class Model:
    """An index and what may vary of it.

    Attributes
    ----------
    units : positions of the units that have a rank in the config as it stands, or with some choice made
    base_scores, base_ranks : (units,), as the config stands
    """

    def __init__(
        self, index: Index, edition: str | None = None, variations: Variations | None = None
    ) -> None:
        self.index = index
        self.base: Scores = index.score_edition(edition)
        self.edition = self.base.scored_edition(edition)
        self.variations = variations or index.config.variations(len(self.base.units))
        varied = np.zeros(len(index.framework), dtype=np.bool_)
        for variation in self.variations.weights:
            if not variation.cumulative:
                varied[variation.members] = True
        imputation = self.variations.imputation
        self.combinations = Combinations(
            index,
            self.variations.choices,
            (imputation.override,) if imputation else (),
            varied,
            bool(self.variations.data or imputation),
            self.edition,
        )
        check = Check(self.combinations, self.variations, self.edition)
        self.units = check.units
        self.columns = check.columns
        self.base_scores = self.base.scores[self.edition, self.units, 0]
        self.base_ranks = self.base.ranks[self.edition, self.units, 0]

    @property
    def block(self) -> UncertaintyBlock:
        """What the config states under `uncertainty:`."""
        block = self.index.config.uncertainty
        assert block is not None  # reading the variations has refused a config without it
        return block

    @property
    def dimensions(self) -> int:
        return self.variations.dimensions

    @property
    def loops(self) -> bool:
        """Whether some node has a method that no array operation can do at once."""
        plan = self.combinations.base.plan
        return any(Trait.LOOPED in call.method.traits for call in (*plan.weighting, *plan.aggregation))

    @property
    def threads(self) -> int:
        """Threads that help: methods that loop hold the interpreter, and would block each other."""
        return 1 if self.loops else available_threads()

    def ranker(self) -> Ranker:
        """Ranks of the units by the config's rule of ties."""
        ranking = self.combinations.base.plan.ranking.call
        slots = 2 if Trait.HALF_RANKS in ranking.method.traits else 1
        digits = int(ranking.options["digits"])

        def rule(scores: Floats, bounds: Floats) -> Floats:
            return np.asarray(ranking(settled(scores, bounds)[..., None])[..., 0])

        return Ranker(rule, self.columns, digits, slots, self.index.framework.direction)

    def evaluate(self, points: Floats, fixed: Floats | None = None) -> Evaluated:
        """Score every draw.

        Parameters
        ----------
        points : (dimensions, draws)
        fixed : (nodes,), optional
            Local weights in place of drawn ones.
        """
        codes = self.codes(points)
        if (codes == codes[0]).all():
            return self._of_groups(points, codes, fixed)
        order = np.lexsort(codes.T[::-1])
        return self._of_groups(points[:, order], codes[order], fixed).of(np.argsort(order))

    def _of_groups(self, points: Floats, codes: Floats, fixed: Floats | None) -> Evaluated:
        """Score draws, sorted so that those with the same choices are neighbours."""
        undefined = Counted(points.shape[1])
        groups = _runs(codes)
        combinations = [self.combinations.get(tuple(codes[rows.start, :-1].tolist())) for rows in groups]
        weights = self._weights(groups, combinations, points, fixed)
        scores, bounds = [], []
        for rows, combination in zip(groups, combinations, strict=True):
            if isinstance(combination, str):
                undefined.note(combination, np.arange(rows.start, rows.stop))
                scores.append(np.full((rows.stop - rows.start, len(self.units)), np.nan))
                bounds.append(np.zeros(len(self.units)))
                continue
            part = Counted(rows.stop - rows.start)
            table = int(codes[rows.start, -1])
            own, doubts = self._scores(combination, points[:, rows], weights[:, rows], part, table)
            if len(self.units) < own.shape[1]:
                own, doubts = np.ascontiguousarray(own[:, self.units]), doubts[self.units]
            scores.append(own)
            bounds.append(doubts)
            undefined.include(part, rows.start)
        of_groups = np.stack(bounds)
        if len(groups) > 1:
            of_groups = np.repeat(of_groups, [rows.stop - rows.start for rows in groups], axis=0)
        return Evaluated(_joined(scores, 0), of_groups, weights, codes, undefined.draws, undefined.causes)

    def codes(self, points: Floats) -> Floats:
        """One column a choice, and the imputed table: (draws, choices + 1)."""
        codes = np.zeros((points.shape[1], len(self.variations.choices) + 1))
        for column, choice in enumerate(self.variations.choices):
            codes[:, column] = choice.at(points[self.variations.rows(choice.name)][0])
        imputation = self.variations.imputation
        if imputation is not None:
            drawn = points[self.variations.rows(imputation.name)][0]
            codes[:, -1] = np.floor(drawn * imputation.tables)
        return codes

    def _weights(
        self, groups: list[slice], combinations: list[Combination | str], points: Floats, fixed: Floats | None
    ) -> Floats:
        """Local weights, (nodes, draws); neighbouring groups that vary the same weights are drawn at once."""
        none = np.full(len(self.index.framework), np.nan)
        bases = [none if isinstance(c, str) else c.base if fixed is None else fixed for c in combinations]
        parts = []
        for _, alike in itertools.groupby(zip(groups, bases, strict=True), lambda pair: pair[1].tobytes()):
            rows, (base, *_) = zip(*alike, strict=True)
            own = points[:, rows[0].start : rows[-1].stop]
            weights = np.repeat(base[:, None], own.shape[1], axis=1)
            if fixed is None:
                # what is left out is left out of the weights that were drawn
                for variation in sorted(self.variations.weights, key=lambda v: v.cumulative):
                    variation.apply(own[self.variations.rows(variation.name)], weights)
            parts.append(weights)
        return _joined(parts, 1)

    def _scores(
        self, combination: Combination, points: Floats, weights: Floats, part: Counted, table: int
    ) -> tuple[Floats, Floats]:
        """Scores (draws, units) and their bounds (units,)."""
        if self.variations.data:
            changes = [(v, points[self.variations.rows(v.name)]) for v in self.variations.data]
            scores = combination.scores_with_data(weights, changes, part)
            bounds = np.zeros(scores.shape[1])
        else:
            scores, bounds = combination.scores(weights, part, table)
        return combination.compared(scores, bounds)


def _runs(codes: Floats) -> list[slice]:
    """Where rows are the same as the one before: (draws, choices)."""
    changes = np.flatnonzero((codes[1:] != codes[:-1]).any(axis=1)) + 1
    return [slice(*ends) for ends in itertools.pairwise([0, *changes.tolist(), len(codes)])]


def _joined(parts: list[Floats], axis: int) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)

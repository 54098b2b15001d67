"""Every exact statement about one index and one set of weights, together."""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.analysis.robustness.improvement import Improvement, least_improvements
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.linear_index import Reading, read_index
from innov_index.analysis.robustness.pairs import (
    Lead,
    NearestWeights,
    Preferences,
    nearest_weights,
    preferences,
    smallest_lead,
)
from innov_index.analysis.robustness.rank_ranges import (
    RankRanges,
    ReachableRank,
    enclosed_ranges,
    rank_ranges,
    reachable_ranks,
)
from innov_index.analysis.robustness.stability import (
    StableShare,
    order_stable,
    pair_stable,
    top_stable,
    winner_stable,
)
from innov_index.analysis.robustness.volumes import rank_volumes
from innov_index.analysis.robustness.weight_sets import Statements, WeightSet, weight_set
from innov_index.analysis.robustness.weight_space import space
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores


@frozen
class PairStudy:
    """One unit (`behind`) that is behind another (`ahead`) at the given weights.

    `smallest_lead` of `ahead` in the set of weights is the certificate: ≥ 0 says that `behind` cannot get
    ahead. `nearest` holds the nearest weights by sum of changes and by squares; None if no weights do it.
    """

    ahead: int
    behind: int
    smallest_lead: Lead
    stable: StableShare
    nearest: tuple[NearestWeights, NearestWeights] | None
    improvements: tuple[Improvement, ...]


@frozen
class Robustness:
    """Exact statements about the ranks of an index over a set of weights.

    Ranks are those of all ranked units; all else is about the units of `linear`, by scores before they are
    rounded.
    """

    scores: Scores
    edition: int
    reading: Reading
    ranges: RankRanges
    preferences: Preferences
    top: int
    winner_stable: StableShare
    top_stable: StableShare
    order_stable: StableShare
    published: tuple[ReachableRank, ...]
    pair: PairStudy | None = None
    volumes: Floats | None = None

    @property
    def linear(self) -> LinearScores:
        return self.reading.linear

    @property
    def weights(self) -> WeightSet:
        return self.ranges.weights

    def check(self) -> int:
        """Check every claim again; the number of claims."""
        self.ranges.check()
        return len(self.ranges.claims)


def study(
    index: Index,
    statements: Statements,
    *,
    level: int | None = None,
    nodes: Sequence[str] = (),
    edition: str | None = None,
    top: int = 10,
    pair: tuple[str, str] | None = None,
    volumes: bool = False,
    time_limit: float = 60.0,
) -> Robustness:
    """Make every exact statement about an index; the parameters are those of `robustness`."""
    scores = index.score_edition(edition)
    reading = read_index(index, level, nodes, edition, scores)
    linear = reading.linear
    weights = weight_set(statements, linear.nodes, linear.given)
    at = scores.edition_position(edition)
    close = _pair_study(index, scores, reading, weights, pair, edition) if pair else None
    if volumes and not len(linear):
        raise InnovIndexError(f"no unit whose shares of the weights could be measured: {reading.remarks[0]}")
    shares = rank_volumes(linear, weights) if volumes else None
    if reading.enclosure is None:
        ranges = rank_ranges(linear, weights, time_limit)
        preferred = ranges.preferences
    else:
        ranges = enclosed_ranges(reading.enclosure, weights, time_limit)
        preferred = preferences(space(linear, weights) if len(linear) else space(ranges.linear, weights))
    reachable = tuple(
        entry
        for published in index.published
        for entry in reachable_ranks(ranges, published, at, scores.units.position)
    )
    return Robustness(
        scores,
        at,
        reading,
        ranges,
        preferred,
        min(top, len(linear)),
        winner_stable(linear),
        top_stable(linear, min(top, len(linear))),
        order_stable(linear),
        reachable,
        close,
        shares,
    )


def _pair_study(
    index: Index,
    scores: Scores,
    reading: Reading,
    weights: WeightSet,
    pair: tuple[str, str],
    edition: str | None,
) -> PairStudy:
    linear = reading.linear
    if reading.enclosure is not None:
        everyone = reading.enclosure.linear
        lacking = {everyone.units[everyone.position(unit)] for unit in pair} - set(linear.units)
        if lacking:
            raise InnovIndexError(f"--pair {','.join(pair)}: {reading.remarks[0]}")
    first, second = (linear.position(unit) for unit in pair)
    if first == second:
        raise InnovIndexError(f"a pair is two units; got {linear.names[first]} twice")
    standing = linear.exact_scores(linear.given)
    ahead, behind = (first, second) if standing[first] >= standing[second] else (second, first)
    return PairStudy(
        ahead,
        behind,
        smallest_lead(linear, weights, ahead, behind),
        pair_stable(linear, ahead, behind),
        nearest_weights(linear, weights, behind, ahead),
        least_improvements(index, scores, linear, behind, ahead, edition),
    )

"""What the page says before anyone touches it: headline, the first ten, how sure they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.uncertainty.certainty import RankIntervals
from innov_index.model.scores import Scores
from innov_index.model.sheet import rank_cell
from innov_index.report.page.markup import Markup, join, number, person, tag
from innov_index.wording import decimals_of, listed, ordinal

FIRST = 10
FIRST_NAMED = 3
"""Units that the headline names."""


def headline(scores: Scores, edition: int) -> Markup:
    """Who leads, or who shares the first place, in one sentence; and that less is better where it is."""
    leads = _leads(scores, edition)
    return leads if scores.framework.direction > 0 else join(leads, " Less is better.")


def _leads(scores: Scores, edition: int) -> Markup:
    leaders = [int(unit) for unit in scores.leaders(edition)]
    if not leaders:
        return Markup("No unit has a score.")
    ranked = [unit for unit in scores.order(edition) if not np.isnan(scores.index_ranks[edition, unit])]
    if len(ranked) == 1:
        return join(_scored(scores, edition, leaders[0]), " is the only unit with a score.")
    others = [_scored(scores, edition, int(unit)) for unit in ranked if unit not in leaders]
    following = join(", ahead of ", _listed(others[: max(FIRST_NAMED - len(leaders), 1)])) if others else None
    if len(leaders) == 1:
        return join(_scored(scores, edition, leaders[0]), " leads", following, ".")
    more = len(leaders) - FIRST_NAMED
    names = [tag("strong", person(scores.units.names[unit])) for unit in leaders[:FIRST_NAMED]]
    sharing = _listed([*names, Markup(f"{more} more")] if more > 0 else names)
    score = _score(scores, edition, leaders[0])
    return join(sharing, " share the first place (", score, ")", following, ".")


def _listed(parts: Sequence[Markup]) -> Markup:
    """As `wording.listed`, of markup."""
    return Markup(listed(parts))


def first_ten(scores: Scores, edition: int, intervals: RankIntervals | None) -> Markup:
    """The first ten as a list, with their scores and how far their ranks may move."""
    order = scores.order(edition)[:FIRST]
    best = np.nanmax(scores.scores[edition, :, 0]) if len(order) else 1.0
    items = [_place(scores, edition, int(unit), float(best), intervals) for unit in order]
    return tag("ol", *items, class_="ten" if intervals else "ten bare")


def how_sure(scores: Scores, edition: int, intervals: RankIntervals | None) -> Markup:
    """How far ranks may move, in two sentences."""
    if intervals is None or not len(intervals.widths):
        return tag(
            "p",
            "How sure the ranks are has not been computed: the config states neither schemes nor an "
            "uncertainty analysis. Treat close scores as ties, and try other choices in the explorer below.",
        )
    leader = int(scores.order(edition)[0])
    fixed = int((intervals.widths == 0).sum())
    middle = float(np.median(intervals.widths))
    return join(
        tag(
            "p",
            person(scores.units.names[leader]),
            f" ranks {_words(intervals, leader)} {intervals.over}. For half of the units the best and the "
            "worst rank lie ",
            number(middle, 0),
            " place or less" if round(middle) == 1 else " places or fewer",
            f" apart; {_fixed(fixed, len(intervals.widths))}.",
        ),
        tag("p", f"{intervals.label}: {intervals.meaning}.", class_="quiet"),
    )


def _scored(scores: Scores, edition: int, unit: int) -> Markup:
    name = tag("strong", person(scores.units.names[unit]))
    return join(name, " (", _score(scores, edition, unit), ")")


def _score(scores: Scores, edition: int, unit: int) -> Markup:
    return number(float(scores.scores[edition, unit, 0]), decimals_of(scores.scores[edition, :, 0].tolist()))


def _place(scores: Scores, edition: int, unit: int, best: float, intervals: RankIntervals | None) -> Markup:
    score = float(scores.scores[edition, unit, 0])
    rank = rank_cell(scores.index_ranks[edition, unit])
    length = 100 * max(score, 0.0) / best if best > 0 and score == score else 0.0
    bar = tag(
        "svg",
        tag("rect", x=0, y=0, width=f"{length:.2f}", height=6, rx=1),
        viewBox="0 0 100 6",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    span = None
    if intervals is not None and intervals.low[unit] == intervals.low[unit]:
        span = tag("span", _span(intervals, unit), class_="span", title=intervals.label)
    return tag(
        "li",
        tag("span", "–" if rank is None else rank, class_="place"),
        tag("span", person(scores.units.names[unit]), class_="who"),
        tag("span", _score(scores, edition, unit), class_="score"),
        span,
        bar,
    )


def _words(intervals: RankIntervals, unit: int) -> str:
    low, high = intervals.low[unit], intervals.high[unit]
    return ordinal(int(low)) if low == high else f"{ordinal(int(low))} to {ordinal(int(high))}"


def _fixed(count: int, units: int) -> str:
    if count == 0:
        return "none keeps one rank"
    return f"{count} of {units} keep{'s' if count == 1 else ''} one rank"


def _span(intervals: RankIntervals, unit: int) -> str:
    low, high = intervals.low[unit], intervals.high[unit]
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"

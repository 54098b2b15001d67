"""What exact statements about ranks say, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from innov_index.analysis.robustness.improvement import Improvement
from innov_index.analysis.robustness.pairs import NearestWeights
from innov_index.analysis.robustness.rank_ranges import RankRanges, ReachableRank
from innov_index.analysis.robustness.stability import StableShare
from innov_index.analysis.robustness.study import PairStudy, Robustness
from innov_index.analysis.robustness.weight_sets import percent
from innov_index.wording import listed, ordinal

MEANINGS = {1: "sum of changes", 2: "sum of squared changes"}


def headlines(result: Robustness) -> tuple[str, ...]:
    """Everything about the whole ranking, the set of weights first."""
    sentences = [
        f"Weights of {listed(result.linear.nodes, 12)}: {result.weights.words}. Best and worst ranks are "
        "over all such weights, not a sample of them; equal scores count in a unit's favour.",
        *(f"{remark[0].upper()}{remark[1:]}." for remark in result.reading.remarks),
        _first_place(result),
        *_stable(result),
        *_unfinished(result.ranges),
        *_published(result.published),
    ]
    if not result.weights.contains(result.linear.given):
        sentences.insert(1, "The index's own weights are not in this set.")
    return tuple(sentences)


def _first_place(result: Robustness) -> str:
    """Which unit is first, and which others can be."""
    ranges, linear = result.ranges, result.ranges.linear
    first = [name for name, rank in zip(linear.names, ranges.given, strict=True) if rank == 1]
    others = [linear.names[c.unit] for c in ranges.best if c.rank == 1 and ranges.given[c.unit] != 1]
    leaders = f"{listed(first, 6)} {'is' if len(first) == 1 else 'are'} first"
    if others:
        return f"{leaders}; elsewhere in this set {listed(others, 6)} can be too."
    open_to = [linear.names[c.unit] for c in ranges.best if c.bound == 1 and ranges.given[c.unit] != 1]
    if open_to:
        return f"{leaders}; whether {listed(open_to, 6, 'or')} can be too is not settled."
    return f"{leaders}, and no other unit can be."


def _stable(result: Robustness) -> list[str]:
    if len(result.linear) < 2:
        return []
    without_gaps = len(result.linear) < len(result.ranges.linear)
    among = " of the units without gaps" if without_gaps else ""
    watched = [(f"the first place{among}", result.winner_stable)]
    if 1 < result.top < len(result.linear):
        watched.append((f"the set of the first {result.top}{among}", result.top_stable))
    watched.append((f"the whole order{among}", result.order_stable))
    return [f"Moving all weights at once, {_stays(what, share, result)}" for what, share in watched]


def _stays(what: str, stable: StableShare, result: Robustness) -> str:
    if stable.ahead is None or stable.behind is None:
        return f"{what} does not change up to ±100 %."
    names = result.linear.names
    ahead, behind = names[stable.ahead], names[stable.behind]
    if not stable.share:
        return f"{what} has no margin: {ahead} and {behind} have equal scores."
    return f"{what} holds up to ±{_floored(stable.share)}; beyond that {behind} can pass {ahead}."


def _floored(share: Fraction) -> str:
    """A share as per cent, rounded down: what is said to hold does hold."""
    for decimals in (1, 2, 3, 4):
        scaled = share * 100 * 10**decimals
        if scaled >= 1:
            return f"{int(scaled) / 10**decimals:.{decimals}f} %"
    return f"{float(share * 100):.1g} %"


def _unfinished(ranges: RankRanges) -> list[str]:
    """How many ranks are not exact, and why."""
    enclosed = sum(not claim.exact for claim in ranges.claims) if ranges.enclosure is not None else 0
    said = []
    if enclosed:
        said.append(
            f"{enclosed} of {2 * len(ranges.best)} ranks are enclosed, not exact: a rank that is reached is "
            "shown with a bound on what might be."
        )
    if ranges.unfinished:
        said.append(
            f"Time ran out for {ranges.unfinished} of {2 * len(ranges.best)} ranks: a rank that can be "
            "reached is shown with a bound on what might be (`--time-limit` gives more time)."
        )
    return said


def _published(entries: Sequence[ReachableRank]) -> list[str]:
    """One sentence for each set of published ranks."""
    by_name: dict[str, list[ReachableRank]] = {}
    for entry in entries:
        by_name.setdefault(entry.announcement, []).append(entry)
    return [f"{name}: {_reachable(group)}." for name, group in by_name.items()]


def _reachable(entries: Sequence[ReachableRank]) -> str:
    if len(entries) == 1:
        return _one_rank(entries[0])
    reached = sum(entry.answer == "yes" for entry in entries)
    text = (
        f"{reached} of {len(entries)} published ranks can be reached, one at a time, with weights in this set"
    )
    refused = [entry for entry in entries if entry.answer == "no"]
    if refused:
        farthest = sorted(refused, key=lambda entry: -_distance(entry))
        shown = [f"{e.name} ({ordinal(e.announced)} there, {_span(e)} here)" for e in farthest]
        text += f"; {len(refused)} cannot: {listed(shown, 4)}"
    unknown = sum(entry.answer == "not found" for entry in entries)
    return text + (f"; no weights were found for {unknown}" if unknown else "")


def _one_rank(entry: ReachableRank) -> str:
    start = f"{entry.name} {ordinal(entry.announced)} there"
    if entry.answer == "yes":
        return f"{start} can be reached here with weights in this set"
    if entry.answer == "no":
        return f"{start} cannot be reached here: weights in this set allow {_span(entry)} only"
    return f"{start}: no weights were found that give exactly this rank, although {_span(entry)} is possible"


def _span(entry: ReachableRank) -> str:
    first, last = ordinal(entry.best.bound), ordinal(entry.worst.bound)
    return first if first == last else f"{first} to {last}"


def _distance(entry: ReachableRank) -> int:
    return max(entry.best.bound - entry.announced, entry.announced - entry.worst.bound)


def pair_sentences(result: Robustness, study: PairStudy) -> tuple[str, ...]:
    """What it takes for the unit behind to pass the unit ahead."""
    names = result.linear.names
    ahead, behind = names[study.ahead], names[study.behind]
    lead = study.smallest_lead.lead
    place = {code: at for at, code in enumerate(result.ranges.linear.units)}
    units = [result.linear.units[unit] for unit in (study.ahead, study.behind)]
    ranks = [ordinal(result.ranges.given[place[unit]]) for unit in units]
    sentences = [f"{ahead} is {ranks[0]}, {behind} is {ranks[1]}."]
    if lead > 0:
        sentences.append(f"{behind} is behind {ahead} with all weights in this set.")
    elif lead == 0:
        sentences.append(f"{behind} can draw level with {ahead} with weights in this set, but not pass it.")
    else:
        example = weights_text(result, study.smallest_lead.weights)
        sentences.append(f"{behind} can pass {ahead}, for example with {example}.")
    sentences.append(f"Moving all weights at once, {_stays('their order', study.stable, result)}")
    if study.nearest is not None:
        sentences += [_nearest(result, found, behind) for found in study.nearest]
    return (*sentences, *_improvement(study.improvements, behind, ahead))


def _nearest(result: Robustness, found: NearestWeights, behind: str) -> str:
    weights = weights_text(result, [float(weight) for weight in found.weights])
    return f"The nearest weights that bring {behind} level (smallest {MEANINGS[found.norm]}): {weights}."


def _improvement(improvements: Sequence[Improvement], behind: str, ahead: str) -> list[str]:
    within = [entry for entry in improvements if not entry.beyond]
    if not improvements:
        return []
    if not within:
        return [
            f"No single improvement to a value that some unit reaches brings {behind} level with {ahead}."
        ]
    easiest = within[0]
    return [
        f"The smallest single improvement that brings {behind} level, all else and every scale held: "
        f"{easiest.name} from {easiest.score:.4g} to {easiest.score_needed:.4g} on the index's scale"
        f"{_in_units(easiest)}{f'; now {easiest.note}' if easiest.note else ''}."
    ]


def _in_units(entry: Improvement) -> str:
    if entry.raw is None or entry.raw_needed is None:
        return ""
    return f" ({entry.raw:.6g} to {entry.raw_needed:.6g} in its own units)"


def weights_text(result: Robustness, weights: Sequence[Fraction | float]) -> str:
    """Weights as a text: RI 40 %, IE 60 %."""
    nodes = zip(result.linear.nodes, weights, strict=True)
    return ", ".join(f"{code} {percent(round(float(weight), 6))}" for code, weight in nodes)

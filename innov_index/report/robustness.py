"""Exact statements about ranks, as sentences and as sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.robustness.certificates import RankClaim
from innov_index.analysis.robustness.improvement import Improvement
from innov_index.analysis.robustness.nearest import NearestWeights
from innov_index.analysis.robustness.preference import smallest_lead
from innov_index.analysis.robustness.published_ranks import ReachableRank
from innov_index.analysis.robustness.rank_ranges import RankRanges
from innov_index.analysis.robustness.run import PairStudy, Robustness
from innov_index.analysis.robustness.stability import StableShare
from innov_index.analysis.robustness.weight_sets import percent
from innov_index.model.sheet import Cell, Sheet

MEANINGS = {1: "sum of changes", 2: "sum of squared changes"}


def headlines(result: Robustness) -> tuple[str, ...]:
    """What there is to say, in sentences: the set of weights first."""
    sentences = [
        f"Weights of {_listed(result.linear.nodes, 12)}: {result.weights.words}. Best and worst ranks are "
        "over all such weights, not a sample of them; equal scores count in a unit's favour.",
        _first_place(result),
        *_stable(result),
        *_unfinished(result.ranges),
        *_announcements(result.published),
    ]
    if not result.weights.contains(result.linear.given):
        sentences.insert(1, "The index's own weights are not among these.")
    return tuple(sentences)


def _first_place(result: Robustness) -> str:
    """Who is first, and who else can be."""
    ranges, linear = result.ranges, result.linear
    first = [name for name, rank in zip(linear.names, ranges.given, strict=True) if rank == 1]
    others = [linear.names[c.unit] for c in ranges.best if c.rank == 1 and ranges.given[c.unit] != 1]
    leaders = f"{_listed(first)} {'is' if len(first) == 1 else 'are'} first"
    if others:
        return f"{leaders}; with other weights of these {_listed(others)} can be too."
    certain = all(claim.exact for claim in ranges.best)
    return f"{leaders}, and no other unit can be." if certain else f"{leaders}."


def _stable(result: Robustness) -> list[str]:
    watched = [
        ("the first place", result.winner_stable),
        (f"the set of the first {result.top}", result.top_stable),
        ("the whole order", result.order_stable),
    ]
    return [f"Moving all weights at once, {_stays(what, share, result)}" for what, share in watched]


def _stays(what: str, stable: StableShare, result: Robustness) -> str:
    if stable.ahead is None or stable.behind is None:
        return f"{what} stays as it is up to ±100 %."
    names = result.linear.names
    ahead, behind = names[stable.ahead], names[stable.behind]
    if not stable.share:
        return f"{what} does not hold at all: {ahead} and {behind} have equal scores."
    return f"{what} holds up to ±{_floored(stable.share)}; from there on {behind} can pass {ahead}."


def _floored(share: Fraction) -> str:
    """A share as per cent, rounded down: what is said to hold does hold."""
    for decimals in (1, 2, 3, 4):
        scaled = share * 100 * 10**decimals
        if scaled >= 1:
            return f"{int(scaled) / 10**decimals:.{decimals}f} %"
    return f"{float(share * 100):.1g} %"


def _unfinished(ranges: RankRanges) -> list[str]:
    open_claims = sum(not claim.exact for claim in (*ranges.best, *ranges.worst))
    if not open_claims:
        return []
    return [
        f"Time ran out for {open_claims} of {2 * len(ranges.best)} ranks: shown are a rank that can be had "
        "and a bound on what might be (`--time-limit` gives more time)."
    ]


def _announcements(entries: Sequence[ReachableRank]) -> list[str]:
    """One sentence an announcement."""
    by_name: dict[str, list[ReachableRank]] = {}
    for entry in entries:
        by_name.setdefault(entry.announcement, []).append(entry)
    return [f"{name}: {_reachable(group)}." for name, group in by_name.items()]


def _reachable(entries: Sequence[ReachableRank]) -> str:
    if len(entries) == 1:
        return _one_rank(entries[0])
    had = sum(entry.answer == "yes" for entry in entries)
    text = f"{had} of {len(entries)} announced ranks can be had, one at a time, with weights of these"
    refused = [entry for entry in entries if entry.answer == "no"]
    if refused:
        farthest = sorted(refused, key=lambda entry: -_distance(entry))
        shown = [f"{e.name} ({ordinal(e.announced)} there, {_span(e)} here)" for e in farthest]
        text += f"; {len(refused)} cannot: {_listed(shown, 4)}"
    unknown = sum(entry.answer == "not found" for entry in entries)
    return text + (f"; for {unknown} no weights were found" if unknown else "")


def _one_rank(entry: ReachableRank) -> str:
    start = f"{entry.name} {ordinal(entry.announced)} there"
    if entry.answer == "yes":
        return f"{start} can be had here with weights of these"
    if entry.answer == "no":
        return f"{start} cannot be had here: {_span(entry)} is all that such weights allow"
    return f"{start}: no weights found that give just that rank, though {_span(entry)} is possible"


def _span(entry: ReachableRank) -> str:
    first, last = ordinal(entry.best.bound), ordinal(entry.worst.bound)
    return first if first == last else f"{first} to {last}"


def _distance(entry: ReachableRank) -> int:
    return max(entry.best.bound - entry.announced, entry.announced - entry.worst.bound)


def pair_sentences(result: Robustness, study: PairStudy) -> tuple[str, ...]:
    """What it takes for the one behind to pass the one ahead."""
    names = result.linear.names
    ahead, behind = names[study.ahead], names[study.behind]
    lead = study.smallest_lead.lead
    ranks = [ordinal(result.ranges.given[unit]) for unit in (study.ahead, study.behind)]
    sentences = [f"{ahead} is {ranks[0]}, {behind} is {ranks[1]}."]
    if lead > 0:
        sentences.append(f"{behind} is behind {ahead} at all of these weights.")
    elif lead == 0:
        sentences.append(f"{behind} can draw level with {ahead}, but not pass it, with these weights.")
    else:
        example = weights_text(result, study.smallest_lead.weights)
        sentences.append(f"{behind} can pass {ahead}, for example with {example}.")
    sentences.append(f"Moving all weights at once, {_stays('their order', study.stable, result)}")
    if study.nearest is not None:
        sentences += [_nearest(result, found, behind) for found in study.nearest]
    return (*sentences, *_improvement(study.improvements, behind, ahead))


def _nearest(result: Robustness, found: NearestWeights, behind: str) -> str:
    weights = weights_text(result, [float(weight) for weight in found.weights])
    return f"The nearest weights that bring {behind} level (least {MEANINGS[found.norm]}): {weights}."


def _improvement(improvements: Sequence[Improvement], behind: str, ahead: str) -> list[str]:
    within = [entry for entry in improvements if not entry.beyond]
    if not improvements:
        return []
    if not within:
        return [f"No single improvement within what other units reach brings {behind} level with {ahead}."]
    easiest = within[0]
    return [
        f"The least single improvement that brings {behind} level, all else and every scale held: "
        f"{easiest.name} from {easiest.score:.4g} to {easiest.score_needed:.4g} on the index's scale"
        f"{_in_units(easiest)}."
    ]


def _in_units(entry: Improvement) -> str:
    if entry.raw is None or entry.raw_needed is None:
        return ""
    return f" ({entry.raw:.6g} to {entry.raw_needed:.6g} in its own units)"


def weights_text(result: Robustness, weights: Sequence[Fraction | float]) -> str:
    """Weights as a text: RI 40 %, IE 60 %."""
    nodes = zip(result.linear.nodes, weights, strict=True)
    return ", ".join(f"{code} {percent(round(float(weight), 6))}" for code, weight in nodes)


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    suffix = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{suffix}"


def ranges_table(result: Robustness, top: int | None) -> Sheet:
    """For a terminal: rank, name, best and worst rank; bounds where time ran out."""
    columns = ["rank", "name", "best", "worst"]
    rows = [
        [result.ranges.given[unit], result.linear.names[unit], *(_claimed(c) for c in _claims(result, unit))]
        for unit in _order(result)[:top]
    ]
    return Sheet(columns, rows)


def _claimed(claim: RankClaim) -> Cell:
    if claim.exact:
        return claim.rank
    low, high = sorted((claim.rank, claim.bound))
    return f"{low}…{high}"


def ranks_sheet(result: Robustness) -> Sheet:
    """One row a unit: best and worst rank, the bound on each, and weights that give them."""
    columns = ["unit", "name", "rank", "best", "worst", "best_bound", "worst_bound", "exact"]
    columns += [f"{code} at {end}" for end in ("best", "worst") for code in result.linear.nodes]
    rows = []
    for unit in _order(result):
        best, worst = _claims(result, unit)
        row: list[Cell] = [result.linear.units[unit], result.linear.names[unit], result.ranges.given[unit]]
        row += [best.rank, worst.rank, best.bound, worst.bound, best.exact and worst.exact]
        rows.append([*row, *(float(w) for claim in (best, worst) for w in claim.weights)])
    return Sheet(columns, rows)


def preferences_sheet(result: Robustness) -> Sheet:
    """One row a pair, the one ahead at the given weights first: what holds at all weights of the set."""
    preferred, linear = result.ranges.preferences, result.linear
    order = _order(result)
    rows = []
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            lead = smallest_lead(linear, result.weights, a, b)
            row: list[Cell] = [linear.units[a], linear.units[b], _relation(preferred.worst_sign, a, b)]
            rows.append([*row, float(lead.lead) * linear.step, *(float(weight) for weight in lead.weights)])
    at = [f"{code} there" for code in linear.nodes]
    return Sheet(["unit", "rival", "relation", "smallest lead", *at], rows)


def _relation(sign: np.ndarray, a: int, b: int) -> str:
    if sign[a, b] > 0:
        return "always ahead"
    if sign[a, b] == 0:
        return "always level" if sign[b, a] == 0 else "never behind"
    if sign[b, a] >= 0:
        return "never ahead"
    return "depends on the weights"


def stability_sheet(result: Robustness) -> Sheet:
    """One row a thing that may change: up to which ± share of all weights it does not, and who changes it."""
    watched = {
        "winner": result.winner_stable,
        f"top {result.top}": result.top_stable,
        "order": result.order_stable,
    }
    rows = []
    for what, stable in watched.items():
        names = [
            None if unit is None else result.linear.names[unit] for unit in (stable.ahead, stable.behind)
        ]
        weights: Iterable[Cell] = [None] * len(result.linear.nodes)
        if stable.weights is not None:
            weights = [float(weight) for weight in stable.weights]
        rows.append([what, float(stable.share), *names, *weights])
    return Sheet(
        ["unchanged", "up to ±", "ahead", "passed by", *(f"{c} there" for c in result.linear.nodes)], rows
    )


def pair_sheet(study: PairStudy) -> Sheet:
    """One row a node or indicator: how much better it must be for the pair to draw level."""
    rows = [
        [e.node, e.name, e.score, e.score_needed, e.raw, e.raw_needed, e.beyond] for e in study.improvements
    ]
    return Sheet(["node", "name", "score", "needed", "value", "value needed", "beyond every unit"], rows)


def pair_table(study: PairStudy, most: int = 10) -> Sheet:
    """The smallest improvements, for a terminal."""
    sheet = pair_sheet(study)
    return Sheet(sheet.columns, sheet.rows[:most])


def volumes_sheet(result: Robustness) -> Sheet:
    """One row a unit: the share of the weights that gives it each rank."""
    if result.volumes is None:
        return Sheet(["unit", "name"], [])
    used = np.flatnonzero(result.volumes.max(axis=0) > 0)
    last = int(used.max()) + 1 if len(used) else 0
    rows: list[list[Cell]] = []
    for unit in _order(result):
        shares = result.volumes[unit, :last].tolist()
        rows.append([result.linear.units[unit], result.linear.names[unit], *shares])
    return Sheet(["unit", "name", *(f"rank {k + 1}" for k in range(last))], rows)


def volumes_table(result: Robustness, top: int) -> Sheet:
    """For a terminal: the likeliest rank, and the shares of the first place and of the top."""
    rows: list[list[Cell]] = []
    for unit in _order(result)[:top]:
        shares = (result.volumes if result.volumes is not None else np.zeros((1, 1)))[unit]
        likely = int(shares.argmax())
        rows.append(
            [
                result.linear.names[unit],
                f"{shares[0]:.1%}",
                f"{shares[: result.top].sum():.1%}",
                likely + 1,
                f"{shares[likely]:.1%}",
            ]
        )
    return Sheet(["name", "first", f"top {result.top}", "likeliest rank", "its share"], rows)


def published_sheet(result: Robustness) -> Sheet:
    """One row an announced rank: whether it can be had, and weights that give it."""
    rows = []
    for entry in result.published:
        weights: Iterable[Cell] = [None] * len(result.linear.nodes)
        if entry.weights is not None:
            weights = [float(weight) for weight in entry.weights]
        row: list[Cell] = [entry.announcement, entry.unit, entry.name, entry.announced]
        rows.append([*row, entry.best.bound, entry.worst.bound, entry.answer, *weights])
    columns = ["announcement", "unit", "name", "announced", "best", "worst", "can be had"]
    return Sheet([*columns, *(f"{code} there" for code in result.linear.nodes)], rows)


SHEETS: dict[str, Callable[[Robustness], Sheet]] = {
    "ranks": ranks_sheet,
    "stability": stability_sheet,
    "preferences": preferences_sheet,
    "published": published_sheet,
    "volumes": volumes_sheet,
    "pair": lambda result: pair_sheet(result.pair) if result.pair else Sheet(["node"], []),
}
"""What can be written, by name."""


def _order(result: Robustness) -> list[int]:
    given = result.ranges.given
    return sorted(range(len(given)), key=lambda unit: given[unit])


def _claims(result: Robustness, unit: int) -> tuple[RankClaim, RankClaim]:
    return result.ranges.best[unit], result.ranges.worst[unit]


def _listed(names: Sequence[str], most: int = 6) -> str:
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)

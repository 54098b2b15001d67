"""A selftest in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from innov_index.model.result import Remark
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.analysis.selftest.changed_scores import Relation
    from innov_index.analysis.selftest.differences import Difference, Text
    from innov_index.analysis.selftest.run import Selftest
    from innov_index.analysis.selftest.trial import Trial

MOST_SHOWN = 5


def sentences(found: Selftest) -> tuple[str, ...]:
    """How far everything agrees; where it does not, what differs first."""
    return (*_of_trials(found.trials), *_of_relations(found.relations))


def _of_trials(trials: Sequence[Trial]) -> list[str]:
    scored = [trial for trial in trials if not trial.refused]
    steps = [agreement for trial in scored for agreement in trial.agreements]
    compared = sum(agreement.compared for agreement in steps)
    digits = min(agreement.digits for agreement in steps)
    differing = [trial for trial in scored if trial.differences]
    tried = "the config as it stands" + (
        f" and {counted(len(scored) - 1, 'scheme')}" if len(scored) > 1 else ""
    )
    if not differing:
        checked = sum(trial.checked for trial in scored)
        best = [f"{counted(checked, 'result')} of searches: none can be improved"] if checked else []
        return [f"all {compared:,} numbers agree to at least {digits} significant digits ({tried})", *best]
    number = sum(len(trial.differences) for trial in differing)
    lines = [
        f"{counted(number, 'number')} of {compared:,} {'differs' if number == 1 else 'differ'} ({tried})"
    ]
    for trial in differing:
        lead = f"scheme {trial.scheme}: " if trial.scheme else ""
        lines += [lead + described(difference) for difference in trial.differences[:MOST_SHOWN]]
    return lines


def _of_relations(relations: Sequence[Relation]) -> list[str]:
    """How many relations hold, and what contradicts the others."""
    tried = [relation for relation in relations if relation.compared]
    broken = [relation for relation in tried if relation.differences]
    lines = [f"{len(tried) - len(broken)} of {counted(len(tried), 'relation')} hold"]
    for relation in broken:
        lead = f"{relation.name}: {counted(len(relation.differences), 'number')} should not change; "
        lines.append(lead + described(relation.differences[0], "then"))
    return lines


def described(difference: Difference, other: str = "by the reference") -> str:
    """One difference: where it is, and both values; `other` is where the second is from."""
    place = [f"node {difference.node}"]
    place += [f"unit {difference.unit}"] if difference.unit else []
    place += [f"edition {difference.edition}"] if difference.edition else []
    return (
        f"{difference.step}, {', '.join(place)}: {shown(difference.engine)}, "
        f"{other} {shown(difference.reference)}"
    )


def shown(value: Text) -> str:
    """A value with all its digits."""
    return "no value" if value is None else str(value)


def remarks_of(found: Selftest) -> tuple[Remark, ...]:
    """What was not checked, and why."""
    trials = found.trials
    reasons = {
        f"not checked: {method} ({reason})": None
        for trial in trials
        for method, reason in trial.unjudged.items()
    }
    refused = [
        f"not tried: scheme {trial.scheme}, which has no scores ({trial.refused})"
        for trial in trials
        if trial.refused
    ]
    unsteady = sum(trial.unsteady for trial in trials)
    steady = [
        f"{counted(unsteady, 'number')} not judged: the reference itself moves as much "
        "where inputs move in their last digit, or other differences count as rounding"
    ]
    untried = [
        f"relation {relation.name}: {relation.told}"
        if relation.compared
        else f"relation left out: {relation.name} ({relation.told})"
        for relation in found.relations
        if relation.told
    ]
    reading = "not checked: how the data are read; the selftest starts from the values that `export` shows"
    return tuple(map(Remark, (*reasons, *refused, *(steady if unsteady else []), *untried, reading)))

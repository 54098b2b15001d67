"""A selftest in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from innov_index.model.result import Remark
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.analysis.selftest.differences import Difference, Text
    from innov_index.analysis.selftest.run import Trial

MOST_SHOWN = 5


def sentences(trials: Sequence[Trial]) -> tuple[str, ...]:
    """How far everything agrees; where it does not, what differs first."""
    scored = [trial for trial in trials if not trial.refused]
    steps = [agreement for trial in scored for agreement in trial.agreements]
    compared = sum(agreement.compared for agreement in steps)
    digits = min(agreement.digits for agreement in steps)
    differing = [trial for trial in scored if trial.differences]
    tried = "the config as it stands" + (
        f" and {counted(len(scored) - 1, 'scheme')}" if len(scored) > 1 else ""
    )
    if not differing:
        whole = f"all {compared:,} numbers agree to at least {digits} significant digits ({tried})"
        checked = sum(trial.checked for trial in scored)
        best = f"{counted(checked, 'result')} of searches: none can be improved"
        return (whole, best) if checked else (whole,)
    number = sum(len(trial.differences) for trial in differing)
    lines = [
        f"{counted(number, 'number')} of {compared:,} {'differs' if number == 1 else 'differ'} ({tried})"
    ]
    for trial in differing:
        lead = f"scheme {trial.scheme}: " if trial.scheme else ""
        lines += [lead + described(difference) for difference in trial.differences[:MOST_SHOWN]]
    return tuple(lines)


def described(difference: Difference) -> str:
    """One difference: where it is, and both values."""
    place = [f"node {difference.node}"]
    place += [f"unit {difference.unit}"] if difference.unit else []
    place += [f"edition {difference.edition}"] if difference.edition else []
    return (
        f"{difference.step}, {', '.join(place)}: {shown(difference.engine)}, "
        f"by the reference {shown(difference.reference)}"
    )


def shown(value: Text) -> str:
    """A value with all its digits."""
    return "no value" if value is None else str(value)


def remarks_of(trials: Sequence[Trial]) -> tuple[Remark, ...]:
    """What was not checked, and why."""
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
    reading = "not checked: how the data are read; the selftest starts from the values that `export` shows"
    return tuple(map(Remark, (*reasons, *refused, reading)))

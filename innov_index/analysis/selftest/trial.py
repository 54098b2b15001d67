"""One index beside its second opinion: what differs, and what could not be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from innov_index.analysis.selftest.differences import Agreement, Difference, agreements
from innov_index.analysis.selftest.opinion import Opinion, opinion_of, passed_on, step_by_step
from innov_index.analysis.selftest.optimality import judged
from innov_index.analysis.selftest.plain import tables_of
from innov_index.analysis.selftest.steadiness import by_themselves
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.scores import Scores


@frozen
class Trial:
    """One index beside its second opinion: `scheme` is "" for the config as it stands.

    `checked` counts the results of searches that were checked; `unjudged` says, by method, why others were
    not; `unsteady` counts the numbers that differ by no more than they move with the last digits of the
    inputs; `refused` is the reason why there is nothing to compare.
    """

    scheme: str
    agreements: Sequence[Agreement] = ()
    checked: int = 0
    unjudged: dict[str, str] = field(default_factory=dict)
    unsteady: int = 0
    refused: str = ""

    @property
    def differences(self) -> Sequence[Difference]:
        """What differs, from the first step to the last."""
        return [difference for agreement in self.agreements for difference in agreement.differences]


def trial_of(index: Index, scheme: str = "") -> Trial:
    """Score an index anew with the reference, and compare every number of every edition."""
    scores, passed = index.score(), passed_on(index)
    opinion = opinion_of(index, passed)
    found = agreements(scores, opinion)
    unsteady = 0
    if differing := sum(len(agreement.differences) for agreement in found):
        found = by_themselves(index, scores, passed, opinion, found)
        unsteady = differing - sum(len(agreement.differences) for agreement in found)
    optimal, unjudged, checked = _of_claims(index, scores, opinion)
    if optimal.differences:
        # the search, too, is judged by what the engine itself gave it
        optimal, unjudged, checked = _of_claims(
            index, scores, opinion_of(index, passed, step_by_step(passed))
        )
    unjudged |= dict.fromkeys(opinion.not_covered, "the reference has no formula for it")
    return Trial(scheme, [*found, *([optimal] if checked else [])], checked, unjudged, unsteady)


def _of_claims(index: Index, scores: Scores, opinion: Opinion) -> tuple[Agreement, dict[str, str], int]:
    """Results of searches: those that are not the best, why others were not judged, how many were."""
    agreement, unjudged, checked = Agreement("best results"), {}, 0
    tables = tables_of(index.dataset) if opinion.claims else None
    for claim in opinion.claims:
        assert tables is not None
        judgement = judged(claim, tables)
        if judgement.unjudged:
            unjudged[f"{claim.step} {claim.setting.rule}"] = judgement.unjudged
            continue
        checked += 1
        agreement.compared += len(claim.result)
        agreement.differences += [
            Difference(
                f"{claim.step} {claim.setting.rule}",
                scores.framework.codes[claim.node],
                scores.units.codes[unit] if unit >= 0 else "",
                scores.edition_name(claim.edition) or "",
                *values,
            )
            for unit, values in judgement.faults.items()
        ]
    return agreement, unjudged, checked

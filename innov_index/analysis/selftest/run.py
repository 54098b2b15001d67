"""Is every number of an index what its formula says? `selftest`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from innov_index.analysis.selftest.differences import Agreement, Difference, agreements
from innov_index.analysis.selftest.opinion import Opinion, opinion_of
from innov_index.analysis.selftest.optimality import judged
from innov_index.analysis.selftest.outputs import Output, of_output
from innov_index.analysis.selftest.plain import tables_of
from innov_index.analysis.selftest.relations import Relation, relations
from innov_index.analysis.selftest.replayed_draws import draws_replayed
from innov_index.analysis.selftest.sentences import remarks_of, sentences
from innov_index.analysis.selftest.steadiness import nudged, without_unsteady
from innov_index.analysis.selftest.tables import agreement_sheet, differences_sheet, relations_sheet
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.model.result import Lazy, Listed, Remarks, Result, Shown
from innov_index.model.scores import Scores


@dataclass(frozen=True)
class Selftest:
    """Every trial, the config as it stands first, and the relations that were tried on it."""

    trials: Sequence[Trial]
    relations: Sequence[Relation]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        differing = [own.differences for own in self.trials] + [own.differences for own in self.relations]
        return not any(differing)


@dataclass(frozen=True)
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


def selftest(
    index: Index, schemes: Sequence[str] | None = None, outputs: Mapping[str, Output] | None = None
) -> Result:
    """Score an index anew with the reference, compare every number of every edition, and try relations.

    Parameters
    ----------
    index : Index
    schemes : names, optional
        Schemes of the config that are tried too; all of them by default.
    outputs : mapping, optional
        Outputs that compute by themselves, such as a workbook, by name.

    Returns
    -------
    Result
        Table `agreement`: numbers compared, digits and differences of each step; beside it `relations`, and
        `differences` with both values of each. `holds` says whether everything agrees. The facts are a
        `Selftest`.

    Raises
    ------
    InnovIndexError
        The index as it stands has no scores.
    """
    trials = [_trial(index, ""), *_of_schemes(index, index.schemes if schemes is None else schemes)]
    computed = [of_output(index, name, output) for name, output in (outputs or {}).items()]
    found = Selftest(trials, [*relations(index), draws_replayed(index), *computed])
    said, remarks = sentences(found), remarks_of(found)
    return Result(
        title=index.name,
        tables=Lazy(
            {
                "agreement": partial(agreement_sheet, trials),
                "relations": partial(relations_sheet, found),
                "differences": partial(differences_sheet, found),
            }
        ),
        sentences=said,
        remarks=remarks,
        screens=Lazy(
            {
                "agreement": lambda: (
                    Shown(agreement_sheet(trials), index.name),
                    Shown(relations_sheet(found), "Relations"),
                    Listed(said),
                    Remarks(remarks),
                )
            }
        ),
        made_from=index.provenance,
        holds=found.holds,
        facts=found,
    )


def _of_schemes(index: Index, schemes: Sequence[str]) -> Iterator[Trial]:
    """Schemes that have scores; of the others, why they have none."""
    for name in schemes:
        try:
            yield _trial(index.varied(name), name)
        except InnovIndexError as error:
            yield Trial(name, refused=error.problems[0].message)


def _trial(index: Index, scheme: str) -> Trial:
    scores = index.score()
    opinion = opinion_of(index, scores)
    found = agreements(scores, opinion)
    unsteady = 0
    if any(agreement.differences for agreement in found):
        moved = opinion_of(index, scores, nudged(tables_of(index.dataset)))
        unsteady = without_unsteady(found, scores, opinion, moved)
    optimal, unjudged, checked = _of_claims(index, scores, opinion)
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

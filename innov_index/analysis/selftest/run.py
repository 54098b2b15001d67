"""Is every number of an index what its formula says? `selftest`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from innov_index.analysis.selftest.changed_scores import Relation
from innov_index.analysis.selftest.outputs import Output, of_output
from innov_index.analysis.selftest.relations import relations
from innov_index.analysis.selftest.replayed_draws import draws_replayed
from innov_index.analysis.selftest.sentences import remarks_of, sentences
from innov_index.analysis.selftest.tables import agreement_sheet, differences_sheet, relations_sheet
from innov_index.analysis.selftest.trial import Trial, trial_of
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.result import Lazy, Listed, Remarks, Result, Shown


@frozen
class Selftest:
    """Every trial, the config as it stands first, and the relations that were tried on it."""

    trials: Sequence[Trial]
    relations: Sequence[Relation]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        differing = [own.differences for own in self.trials] + [own.differences for own in self.relations]
        return not any(differing)


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
    trials = [trial_of(index), *_of_schemes(index, index.schemes if schemes is None else schemes)]
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
            yield trial_of(index.varied(name), name)
        except InnovIndexError as error:
            yield Trial(name, refused=error.problems[0].message)

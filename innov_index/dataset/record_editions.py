"""Editions of records beside those of tables: which there are, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from innov_index.dataset.derived import DerivedIndicators
from innov_index.dataset.indicator_values import IndicatorValues
from innov_index.model.result import Gravity, Remark
from innov_index.wording import counted, listed

if TYPE_CHECKING:
    from innov_index.sources.source_kinds import SourceResult


def with_editions_of_records(gathered: IndicatorValues, derived: DerivedIndicators | None) -> IndicatorValues:
    """Values of tables; without editions of their own, they stand in every edition of the records."""
    if derived is None or gathered.editions or not derived.editions:
        return gathered
    editions = derived.editions
    text = "tables have no editions; their values stand in every edition of the records"
    return IndicatorValues(
        editions,
        np.repeat(gathered.matrix, len(editions), axis=0),
        np.repeat(gathered.present, len(editions), axis=0),
        {(at, *key[1:]): note for key, note in gathered.notes.items() for at in range(len(editions))},
        (*gathered.remarks, *([Remark(text, Gravity.FIGURE)] if gathered.matrix.shape[-1] else [])),
    )


def edition_remarks(derived: DerivedIndicators, editions: Sequence[str]) -> list[Remark]:
    """What is said of the editions of records, given those of the index."""
    remarks = _of_every_edition(derived, editions)
    for source in derived.sources:
        if source.editions:
            remarks += [*_of_no_edition(source, editions), *_without_records(source, editions)]
    return remarks


def _of_every_edition(derived: DerivedIndicators, editions: Sequence[str]) -> list[Remark]:
    """A remark on records that are not told apart by edition."""
    titles = [source.title for source in derived.sources if not source.editions]
    if len(editions) < 2 or not titles:
        return []
    text = (
        f"{listed(titles, 5)}: values from records stand in every edition, whatever the year of the records; "
        "`edition` says which column has it"
    )
    return [Remark(text, Gravity.FIGURE)]


def _of_no_edition(source: SourceResult, editions: Sequence[str]) -> list[Remark]:
    """A remark on records of editions that the index does not have."""
    others = {edition: count for edition, count in source.editions.items() if edition not in editions}
    if not others:
        return []
    counts = listed([f"{edition} ({counted(count, 'record')})" for edition, count in others.items()], 8)
    text = f"{source.title}: left out, as the index has no such edition: {counts}"
    return [Remark(text, Gravity.DATA)]


def _without_records(source: SourceResult, editions: Sequence[str]) -> list[Remark]:
    """A remark on editions of the index that no record is of: nothing is known there, not even a zero."""
    without = [edition for edition in editions if edition not in source.editions]
    if not without:
        return []
    text = (
        f"{source.title}: no record is of edition {listed(without, 8)}, so {listed(source.columns, 5)} is "
        "missing there"
    )
    return [Remark(text, Gravity.FIGURE)]

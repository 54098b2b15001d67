"""Documents with authors or inventors: publications, patents, prizes shared between institutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Annotated, Literal, cast

import numpy as np
from annotated_types import MinLen

from innov_index.errors import did_you_mean
from innov_index.intake.options import options
from innov_index.limits import Digits
from innov_index.sources.document_collection import collected, counts_of
from innov_index.sources.document_counting import (
    Counting,
    Credits,
    UnitCounts,
    counted,
    credits_of,
    largest_stated,
)
from innov_index.sources.document_rows import (
    DocumentRows,
    PartialDocuments,
    RowsByDocument,
    counts_for,
    with_own_runs,
)
from innov_index.sources.document_shares import affiliations_by_author, credits_by_document, shared_rows
from innov_index.sources.filters import Filters
from innov_index.sources.lost_shares import Losses, added_losses, losses
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records
from innov_index.sources.source_kinds import (
    Absent,
    DerivedColumn,
    SourceKind,
    SourceResult,
    TracedRecord,
    absent_value,
    describe_filters,
    rows_of_unit,
    traced_rows,
)

AUTHORS = "authors"


@options
class DocumentMeasure(Filters):
    """An indicator from documents. Its filters select the documents that count.

    Attributes
    ----------
    measure
        count; world_share: share of all documents that count; own_share: share of the unit's own documents
        (such as those in the top 10 %); specialisation: own_share divided by the same share for the world;
        sum or mean of the column `of` (such as citations)
    counting
        whole, fractional by author, fractional by affiliation, fractional by unit, or rows
    unplaced
        what happens to parts of a document without a place: lost, or redistributed among its other units
    of
        column with a number for each document
    scale
        factor that the result is multiplied by
    decimals
        decimals that the result is rounded to
    absent
        value of a unit without documents: zero (default for count, sum and world_share) or missing
    """

    measure: Literal["count", "sum", "mean", "world_share", "own_share", "specialisation"] = "count"
    counting: Counting = "whole"
    unplaced: Literal["lost", "redistributed"] = "lost"
    of: str | None = None
    scale: float = 1.0
    decimals: Digits | None = None
    absent: Absent | None = None

    def __post_init__(self) -> None:
        if self.measure in ("sum", "mean") and self.of is None:
            raise ValueError(f"`of`, the column to take the {self.measure} of")

    def result(self, value: Fraction | None) -> float:
        """The value, scaled and rounded."""
        if value is None:
            return float("nan")
        number = float(value if self.scale == 1 else value * Fraction(self.scale))
        return number if self.decimals is None else round(number, self.decimals)


@options
class DocumentSource(RecordSource):
    """Documents, one row for each author and affiliation.

    Columns
    -------
    document
        id of the document; always needed, unless the option `document` names columns
    author
        number or name, for counting by author; without it each row is a separate author
    authors
        number of authors of the document, where rows may be missing
    affiliation
        text or id of an author's address, for counting by affiliation: each of a document counts once, rows
        without one not at all; `address` by default, and without both each row is a separate affiliation

    Attributes
    ----------
    document
        columns that together identify a document, instead of the column `document`
    indicators
        name: measure
    """

    kind: Literal["documents"]
    document: Annotated[list[str], MinLen(1)] | None = None
    indicators: Annotated[dict[str, DocumentMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.document is None and "document" not in {*self.named, *self.made_columns()}:
            near = did_you_mean("document", self.columns)
            raise ValueError(f"columns: {{document: …}}, the column with the ids of documents.{near}")
        for name, measure in self.indicators.items():
            if self.countings is not None and measure.counting not in self.countings:
                raise ValueError(
                    f"counting: {' or '.join(self.countings)} in '{name}': the records do not say enough for "
                    f"'{measure.counting}'"
                )


@dataclass
class DocumentCounts:
    """For each indicator the counts of its documents and of all documents, and what is lost; the account."""

    indicators: dict[str, tuple[UnitCounts, UnitCounts]] = field(default_factory=dict)
    account: RecordAccount = field(default_factory=RecordAccount)
    lost: dict[str, Losses] = field(default_factory=dict)

    def __add__(self, other: DocumentCounts) -> DocumentCounts:
        names = {**self.indicators, **other.indicators}
        return DocumentCounts(
            {name: self._both(other, name) for name in names},
            self.account + other.account,
            {name: added_losses(self.lost.get(name, {}), other.lost.get(name, {})) for name in names},
        )

    def _both(self, other: DocumentCounts, name: str) -> tuple[UnitCounts, UnitCounts]:
        mine, theirs = (counts.indicators.get(name, _NOTHING) for counts in (self, other))
        return mine[0] + theirs[0], mine[1] + theirs[1]


class DocumentsKind(SourceKind[PartialDocuments]):
    """See `SourceKind`."""

    source: DocumentSource

    def further_columns(self) -> list[str]:
        return [*self._numbers(), *(self.source.document or ())]

    def _numbers(self) -> list[str]:
        """Columns with a number for each document."""
        named = {measure.of for measure in self.source.indicators.values() if measure.of is not None}
        stated = {AUTHORS} if AUTHORS in {*self.source.columns, *self.source.made_columns()} else set()
        return sorted(named | stated)

    def of_records(self, records: Records) -> PartialDocuments:
        return collected((self,), records)

    def counted(self, state: PartialDocuments) -> DocumentCounts:
        (found,) = counts_of((self,), state)
        return cast("DocumentCounts", found)

    def identified_by(self) -> list[str]:
        """See `CountsDocuments`."""
        return self.source.document or ["document"]

    def counts_rows(self) -> bool:
        """See `CountsDocuments`."""
        ways = {measure.counting for measure in self.source.indicators.values()}
        return bool(self._numbers()) or not ways <= {"whole", "fractional by unit"}

    def add_details(self, rows: DocumentRows, records: Records) -> None:
        """See `CountsDocuments`."""
        if self.counts_rows():
            if records.has("author"):
                rows.author = records.column("author").hashes()[:, 0]
            named = next((role for role in ("affiliation", "address") if records.has(role)), None)
            if named is not None:
                addresses = records.column(named)
                rows.affiliation = np.where(addresses.flags(bool), addresses.hashes()[:, 0], np.uint64(0))
        rows.numbers = {**rows.numbers, **{name: records.numbers(name) for name in self._numbers()}}
        placed = rows.unit >= 0
        for name, measure in self.source.indicators.items():
            if measure.of is not None:
                records.count_currencies(name, [measure.of], records.mask(measure) & placed)

    def finish(self, counts: DocumentCounts | None) -> SourceResult:
        counts = counts or DocumentCounts()
        columns = {}
        for name, measure in self.source.indicators.items():
            own, all_own = counts.indicators.get(name, _NOTHING)
            usual: Absent = "zero" if measure.measure in ("count", "sum", "world_share") else "missing"
            units = sorted(own.documents if usual == "zero" else {*own.documents, *all_own.documents})
            columns[name] = DerivedColumn(
                {unit: measure.result(_value(measure.measure, unit, own, all_own)) for unit in units},
                {unit: own.documents.get(unit, 0) for unit in units},
                absent_value(measure.absent, usual),
                describe_filters(self.source, measure),
                lost=counts.lost.get(name, {}),
            )
        return SourceResult(self.source.title, columns, counts.account, self.preparer.files)

    def count_documents(
        self, rows: RowsByDocument | None, first: int, account: RecordAccount
    ) -> DocumentCounts:
        """See `CountsDocuments`: for each indicator its documents and all documents, and what is lost."""
        found = DocumentCounts({}, account, {})
        if rows is None:
            return found
        for at, (name, measure) in enumerate(self.source.indicators.items(), first):
            counting = rows.where(counts_for(rows.rows.masks, at))
            parts = credits_of(counting, measure.counting, measure.unplaced)
            own = _counted(counting, parts, measure)
            others = own
            plain = DocumentMeasure(counting=measure.counting, unplaced=measure.unplaced)
            if measure.measure == "mean":
                others = _counted(counting, parts, plain)
            elif measure.measure in ("own_share", "specialisation"):
                others = _count(rows, plain)
            found.indicators[name] = own, others
            if measure.unplaced == "lost" and measure.of is None:
                found.lost[name] = losses(counting, parts, measure.counting)
        return found

    def why_no_shares(self, indicator: str) -> str:
        is_mean = self.source.indicators[indicator].measure == "mean"
        return "the mean of the documents' numbers" if is_mean else ""

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        rows = rows_of_unit(records, unit, records.mask(self.source.indicators[indicator]))
        runs = records.identifiers(self.source.document or ["document"])
        documents = runs.hashes[runs.run[rows]]
        authors = np.zeros(len(rows), dtype=np.uint64)
        if records.has("author"):
            authors = records.column("author").hashes()[rows, 0]
        found = traced_rows(records, rows, self.wanted())
        keys = zip(documents.tolist(), authors.tolist(), strict=True)
        return [
            replace(record, belongs_to=(*document, author))
            for record, (document, author) in zip(found, keys, strict=True)
        ]

    def belonging(self, records: Records, traced: frozenset[tuple[int, ...]]) -> PartialDocuments:
        """See `SharesLater`: the rows of the traced documents, wherever their authors are."""
        documents = {key[:2] for key in traced}
        found = []
        for part in self.of_records(records).parts:
            known = np.array([tuple(own) in documents for own in part.hashes.tolist()], dtype=np.bool_)
            found.append(with_own_runs(part.take(known[part.run])))
        return PartialDocuments(tuple(part for part in found if len(part.run)))

    def shared(
        self,
        traced: Sequence[TracedRecord],
        state: PartialDocuments | None,
        indicator: str,
        unit: str,
        values: Mapping[str, float],
    ) -> list[TracedRecord]:
        """See `SharesLater`."""
        if state is None or not state.parts:
            return list(traced)
        measure = self.source.indicators[indicator]
        everything = RowsByDocument.of(state.parts)
        at = list(self.source.indicators).index(indicator)
        rows = everything.where(counts_for(everything.rows.masks, at))
        parts = credits_of(rows, measure.counting, measure.unplaced)
        weights = None if measure.of is None else largest_stated(rows, measure.of)
        factor = measure.scale
        if measure.measure not in ("count", "sum"):
            total = float(counted(rows, parts, weights).value(unit))
            factor = values[""] / total if total else 0.0
        own = {
            key: factor * credit for key, credit in credits_by_document(rows, parts, unit, weights).items()
        }
        return shared_rows(traced, own, affiliations_by_author(rows, measure.counting))


def _count(rows: RowsByDocument, measure: DocumentMeasure) -> UnitCounts:
    return _counted(rows, credits_of(rows, measure.counting, measure.unplaced), measure)


def _counted(rows: RowsByDocument, parts: Credits, measure: DocumentMeasure) -> UnitCounts:
    weights = None if measure.of is None else largest_stated(rows, measure.of)
    return counted(rows, parts, weights)


def _value(measure: str, unit: str, own: UnitCounts, all_own: UnitCounts) -> Fraction | None:
    value = own.value(unit)
    if measure in ("count", "sum"):
        return value
    if measure == "world_share":
        return _divided(value, own.world_value)
    share = _divided(value, all_own.value(unit))
    if measure in ("own_share", "mean") or share is None:
        return share
    world = _divided(own.world_value, all_own.world_value)
    return None if world is None else _divided(share, world)


def _divided(one: Fraction, other: Fraction) -> Fraction | None:
    return one / other if other else None


_NOTHING = (UnitCounts({}, {}, 0), UnitCounts({}, {}, 0))

"""Points on the map → clusters, which become the units: named, with their shares of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Gt, MinLen
from numpy.typing import NDArray

from innov_index.errors import DataError, not_found
from innov_index.frozen import frozen
from innov_index.intake.options import options
from innov_index.intake.records.parsing import number
from innov_index.intake.records.text_columns import Hashes, Texts, distinct
from innov_index.limits import Few
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.sheet import Sheet
from innov_index.sources.document_rows import number_documents
from innov_index.sources.places.geometry import valid_points
from innov_index.sources.preparing import RecordPreparer
from innov_index.sources.record_account import Placement, RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records
from innov_index.sources.source_kinds import (
    DerivedColumn,
    SourceKind,
    SourceResult,
    TracedRecord,
    describe_filters,
    traced_rows,
)
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.sources.clusters.ranked_clusters import Points, RankedClusters


@frozen
class PointRows:
    """The points of a batch, and the lines of their records."""

    file: str
    lines: Ints
    coordinates: Floats
    amount: Floats
    document: Hashes
    metric: Texts
    city: Texts
    country: Texts


@dataclass
class PartialPoints:
    """Partial result: the points, and the account."""

    parts: tuple[PointRows, ...] = ()
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: PartialPoints) -> PartialPoints:
        return PartialPoints((*self.parts, *other.parts), self.account + other.account)


def ordered_points(parts: Sequence[PointRows]) -> tuple[Points, list[str], Ints]:
    """All points, sorted by content, so that their order does not depend on how files were split.

    Returns
    -------
    points : Points
    metrics : list of str
    order : (points,)
        Where each point stands in the parts, one after another.
    """
    from innov_index.sources.clusters.ranked_clusters import Points

    coordinates = np.concatenate([part.coordinates for part in parts])
    amount = np.concatenate([part.amount for part in parts])
    hashes = np.concatenate([part.document for part in parts])
    metrics, metric = _joined([part.metric for part in parts])
    cities, city = _joined([part.city for part in parts])
    countries, country = _joined([part.country for part in parts])
    order = np.lexsort(
        (country, city, amount, hashes[:, 1], hashes[:, 0], metric, coordinates[:, 1], coordinates[:, 0])
    )
    metric, hashes, amount = metric[order], hashes[order], amount[order]
    document = number_documents(hashes) * len(metrics) + metric
    if not hashes.any():  # no documents: each point is a document of its own
        document = np.arange(len(metric)) * len(metrics) + metric
    if np.isnan(amount).all():
        _, inverse, size = np.unique(document, return_inverse=True, return_counts=True)
        amount = 1 / size[inverse.reshape(-1)]
    points = Points(
        coordinates[order, 0],
        coordinates[order, 1],
        metric,
        amount,
        document,
        [cities[at] for at in city[order].tolist()],
        [countries[at] for at in country[order].tolist()],
    )
    return points, metrics, order


def _joined(columns: Sequence[Texts]) -> tuple[list[str], Ints]:
    """The sorted texts of a column in several pieces, and the position of each row's text among them."""
    # a column also holds texts of records that were left out
    used = [distinct(column.codes, max(len(column.values), 1)) for column in columns]
    texts = [[column.values[at] for at in found] for column, (_, found) in zip(columns, used, strict=True)]
    names = sorted({name for found in texts for name in found})
    position = {name: at for at, name in enumerate(names)}
    tables = [np.array([position[name] for name in found], dtype=np.int64) for found in texts]
    codes = [table[code] for table, (code, _) in zip(tables, used, strict=True)]
    return names, np.concatenate(codes)


ONE_METRIC = "points"


@options
class ClusterMeasure:
    """What is measured of each cluster.

    Attributes
    ----------
    measure
        total_share: sum of the shares of the world in each metric, in percent (WIPO's score); share: that of
        one metric; points: number of points; amount: sum of their amounts
    of
        the metric (patents, publications …), for a measure of one metric
    """

    measure: Literal["total_share", "share", "points", "amount"] = "total_share"
    of: str | None = None

    def __post_init__(self) -> None:
        if self.measure == "share" and self.of is None:
            raise ValueError("`of`, the metric to take the share of")
        if self.measure == "total_share" and self.of is not None:
            raise ValueError(
                "no `of`: the total is of all metrics; for the share of one use `measure: share`"
            )


@options
class Clusters(RecordSource):
    """Points: inventors of patents, authors of publications, each with coordinates.

    Columns
    -------
    latitude, longitude
        coordinates of the point, in degrees; always needed
    document
        id; points of one document link their clusters. Without it each point is a document of its own
    metric
        patents, publications …; without it there is one metric
    amount
        part of a document that the point represents; by default 1 / number of points of the document
    city, country
        for the names of clusters

    Attributes
    ----------
    radius_km
        radius around a point, in km; by default that of WIPO since 2018
    minimum
        number of points within the radius that makes a point a core point
    merge_within_km
        clusters whose edges are within this distance are merged if they are partners
    partners
        which neighbours are merged: mutual main partners by joint documents, a cluster with its main
        partner, or any
    most_cities
        largest number of cities in a name
    indicators
        name: measure
    """

    kind: Literal["clusters"]
    radius_km: Annotated[float, Gt(0)] = 15.0
    minimum: Annotated[float, Gt(0)] = 4500.0
    merge_within_km: Annotated[float, Ge(0)] = 5.0
    partners: Literal["mutual", "main", "any"] = "mutual"
    most_cities: Few = 3
    indicators: Annotated[dict[str, ClusterMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        for role in ("latitude", "longitude"):
            if role not in {*self.named, *self.made_columns()}:
                raise ValueError(f"columns: {{{role}: …}}, the coordinates of the points")
        if self.edition is not None:
            raise ValueError("no `edition`: clusters are the units, which are those of every edition")

    @property
    def is_placed(self) -> bool:
        return False


Places: TypeAlias = NDArray[np.complex128]
"""Coordinates as complex numbers: latitude + i longitude."""


LABEL_COLUMNS = ("file", "line", "latitude", "longitude", "metric", "amount", "cluster")
"""Columns of the table that says which record is in which cluster."""


@frozen
class _FoundClusters:
    """The clusters of all points; their names are those of the units.

    The record of a point is on its `line` in the file of its `part`.
    """

    points: Points
    metrics: Sequence[str]
    ranked: RankedClusters
    files: Sequence[str]
    part: Ints
    line: Ints

    def points_of(self, metric: str | None) -> Ints:
        """Number of points of a metric (or of all) in each cluster."""
        return np.bincount(self.ranked.label[self._inside(metric)], minlength=len(self.ranked.names))

    def amounts_of(self, metric: str | None) -> Floats:
        """Sum of the amounts of these points in each cluster."""
        amounts = np.zeros(len(self.ranked.names))
        inside = self._inside(metric)
        np.add.at(amounts, self.ranked.label[inside], self.points.amount[inside])
        return amounts

    def _inside(self, metric: str | None) -> Bools:
        inside: Bools = self.ranked.label >= 0
        return inside if metric is None else inside & (self.points.metric == self.metrics.index(metric))

    def worlds(self) -> dict[str, float]:
        """The amounts of all points of each metric."""
        totals = np.bincount(self.points.metric, weights=self.points.amount, minlength=len(self.metrics))
        return dict(zip(self.metrics, totals.tolist(), strict=True))

    def amounts_in(self, name: str) -> dict[tuple[str, int], float]:
        """The amount of each record of a cluster."""
        inside = self.ranked.label == list(self.ranked.names).index(name) if name in self.ranked.names else []
        rows = np.flatnonzero(inside).tolist()
        return {
            (self.files[self.part[row]], int(self.line[row])): float(self.points.amount[row]) for row in rows
        }

    def labels(self) -> Sheet:
        """The cluster of each record; empty where it is in none."""
        names = [*self.ranked.names, ""]
        columns = (
            [self.files[at] for at in self.part.tolist()],
            self.line.tolist(),
            self.points.latitude.tolist(),
            self.points.longitude.tolist(),
            [self.metrics[at] for at in self.points.metric.tolist()],
            self.points.amount.tolist(),
            [names[label] for label in self.ranked.label.tolist()],
        )
        return Sheet(LABEL_COLUMNS, sorted(zip(*columns, strict=True)))

    def places_of(self, name: str) -> Places:
        """Coordinates of the points of a cluster."""
        if name not in self.ranked.names:
            return _places(np.zeros((0, 2)))
        inside = self.ranked.label == self.ranked.names.index(name)
        return _places(np.stack([self.points.latitude[inside], self.points.longitude[inside]], axis=1))


def _places(coordinates: Floats) -> Places:
    return coordinates[:, 0] + 1j * coordinates[:, 1]


class ClustersKind(SourceKind[PartialPoints]):
    """See `SourceKind`. Points at one place are in one cluster, so its places identify its records."""

    source: Clusters

    def __init__(self, source: Clusters, preparer: RecordPreparer) -> None:
        super().__init__(source, preparer)
        self.places: Places | None = None
        self.amounts: Mapping[tuple[str, int], float] = {}
        self.worlds: Mapping[str, float] = {}

    def used_columns(self) -> list[str]:
        return []

    def of_records(self, records: Records) -> PartialPoints:
        coordinates, amount = self._counted_points(records)
        document = np.zeros((len(records.kept), 2), dtype=np.uint64)
        if records.has("document"):
            document = records.column("document").hashes()
        rows = PointRows(
            records.batch.file,
            records.lines,
            coordinates,
            amount,
            document,
            _column(records, "metric", ONE_METRIC),
            _column(records, "city", ""),
            _column(records, "country", ""),
        )
        return PartialPoints((rows,) if len(records.kept) else (), records.account)

    def _counted_points(self, records: Records) -> tuple[Floats, Floats]:
        """Coordinates and amounts of the points that count; others are left out."""
        coordinates = self._located(records)
        if not records.has("amount"):
            return coordinates, np.full(len(records.kept), np.nan)
        amount = records.numbers_or_nan("amount")
        kept = amount >= 0
        records.keep(kept, "missing or negative amount", note="amount")
        for name in self.source.indicators:
            records.count_currencies(name, ["amount"])
        return coordinates[kept], amount[kept]

    def _located(self, records: Records) -> Floats:
        """Coordinates of the records that have valid ones; others are counted as unplaced."""
        columns = [records.column(role).numbers(number) for role in ("latitude", "longitude")]
        coordinates = np.stack(columns, axis=1)
        valid = valid_points(*columns)
        missing = ~np.isfinite(coordinates).all(axis=1)
        records.account.add(Placement("", "coordinates"), (), int(valid.sum()))
        for cause, mask in (("no coordinates", missing), ("coordinates out of range", ~valid & ~missing)):
            if mask.any():
                records.account.add(Placement(None, "none", cause), (), int(mask.sum()))
        kept = np.flatnonzero(valid)
        records.become(kept)
        return coordinates[kept]

    def finish(self, state: PartialPoints | None) -> SourceResult:
        state = state or PartialPoints()
        if not state.parts:
            nothing = {name: DerivedColumn({}, {}, float("nan"), "") for name in self.source.indicators}
            return SourceResult(self.source.title, nothing, state.account, self.preparer.files)
        found = self._found(state)
        columns = {
            name: DerivedColumn(
                dict(sorted(zip(found.ranked.names, self._values(found, measure).tolist(), strict=True))),
                dict(sorted(zip(found.ranked.names, found.points_of(measure.of).tolist(), strict=True))),
                float("nan"),
                describe_filters(self.source, measure),
            )
            for name, measure in self.source.indicators.items()
        }
        rows = sorted(zip(found.ranked.names, found.ranked.names, found.ranked.economies, strict=True))
        sheet = Sheet(("unit", "name", "country"), rows)
        remark = self._remark(found)
        exports = {f"{Path(self.source.title).name}.records.csv": partial(_csv, found)}
        return SourceResult(
            self.source.title, columns, state.account, self.preparer.files, (remark,), sheet, exports
        )

    def _found(self, state: PartialPoints) -> _FoundClusters:
        from innov_index.sources.clusters.ranked_clusters import rank_clusters

        source = self.source
        points, metrics, order = ordered_points(state.parts)
        for name, measure in source.indicators.items():
            if measure.of is not None and measure.of not in metrics:
                problem = not_found("metric", measure.of, metrics, f"(indicator '{name}')")
                raise DataError(f"{source.title}: {problem}")
        ranked = rank_clusters(
            points,
            radius_km=source.radius_km,
            minimum=source.minimum,
            merge_within_km=source.merge_within_km,
            partners=source.partners,
            most_cities=source.most_cities,
        )
        part = np.repeat(np.arange(len(state.parts)), [len(own.lines) for own in state.parts])
        line = np.concatenate([own.lines for own in state.parts])
        files = [own.file for own in state.parts]
        return _FoundClusters(points, metrics, ranked, files, part[order], line[order])

    def _values(self, found: _FoundClusters, measure: ClusterMeasure) -> Floats:
        if measure.measure == "share":
            return found.ranked.shares[:, found.metrics.index(str(measure.of))]
        if measure.measure == "total_share":
            return found.ranked.score
        if measure.measure == "amount":
            return found.amounts_of(measure.of)
        return found.points_of(measure.of).astype(np.float64)

    def _remark(self, found: _FoundClusters) -> str:
        source = self.source
        outside = counted(int((found.ranked.label < 0).sum()), "point")
        return (
            f"{source.title}: {counted(len(found.ranked.names), 'cluster')} (radius {source.radius_km:g} km, "
            f"at least {source.minimum:g} points); {outside} in no cluster"
        )

    def prepared_to_trace(self, count: PartialPoints | None, unit: str) -> ClustersKind:
        state = count or PartialPoints()
        if not state.parts:
            return self
        found = self._found(state)
        kind = ClustersKind(self.source, self.preparer)
        kind.places, kind.amounts, kind.worlds = found.places_of(unit), found.amounts_in(unit), found.worlds()
        return kind

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        if self.places is None:
            return []
        coordinates, _ = self._counted_points(records)
        inside: Bools = np.isin(_places(coordinates), self.places)
        measure = self.source.indicators[indicator]
        metric = _column(records, "metric", ONE_METRIC)
        if measure.of is not None:
            inside &= metric.flags(measure.of.__eq__)
        shares = np.ones(len(records.kept))
        if measure.measure != "points":
            lines = records.lines.tolist()
            shares = np.array([self.amounts.get((records.batch.file, line), np.nan) for line in lines])
        if measure.measure in ("share", "total_share"):
            shares = 100 * shares / metric.numbers(lambda text: self.worlds.get(text, np.nan))
        return traced_rows(records, np.flatnonzero(inside), self.wanted(), shares)


def _csv(found: _FoundClusters) -> bytes:
    from innov_index.io.rendering import to_csv

    return to_csv(found.labels()).encode()


def _column(records: Records, role: str, otherwise: str) -> Texts:
    return records.column(role) if records.has(role) else Texts.constant(otherwise, len(records.kept))

"""Points on the map → clusters, which are then the units: named, with their shares of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt, MinLen

from innov_index.io.rendering import Sheet
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.account import Account
from innov_index.sources.cells import number
from innov_index.sources.columns import Hashes, Texts, distinct
from innov_index.sources.conditions import Filters
from innov_index.sources.derived import Column, Derived, Traced, in_words
from innov_index.sources.document_rows import number_documents
from innov_index.sources.options import options
from innov_index.sources.places.geometry import valid_points
from innov_index.sources.places.placing import Outcome
from innov_index.sources.reading.batch import Batch, Wanted
from innov_index.sources.records import Records, Road, Source

if TYPE_CHECKING:
    from innov_index.sources.clusters.ranking import Points

ONE_METRIC = "points"


@options
class ClusterMeasure(Filters):
    """What is measured of each cluster.

    Attributes
    ----------
    measure
        total_share: sum of its shares of the world in each metric (WIPO's score); share: of one metric, in
        percent; points: how many there are; amount: their amounts added up
    of
        the metric (patents, publications …), where one is meant
    """

    measure: Literal["total_share", "share", "points", "amount"] = "total_share"
    of: str | None = None

    def __post_init__(self) -> None:
        if self.measure == "share" and self.of is None:
            raise ValueError("`of`, the metric to take the share of")


@options
class Clusters(Source):
    """Points: inventors of patents, authors of publications, each with coordinates.

    Columns: latitude, longitude; document (points of one document tie their clusters; without it each point
    stands alone); metric (patents, publications …; one metric without it); amount (what part of a document
    the point is; 1 / points of the document without it); city and country, for the names.

    Attributes
    ----------
    radius_km
        reach of a point; WIPO's since 2018 by default
    minimum
        so many points within reach make a place dense
    merge_within_km
        clusters whose edges are so near are merged, where they are partners
    partners
        merged are mutual main partners by joint documents, a cluster with its main partner, or any neighbours
    most_cities
        so many cities in a name at most
    indicators
        name: measure
    """

    kind: Literal["clusters"]
    radius_km: Annotated[float, Gt(0)] = 15.0
    minimum: Annotated[float, Gt(0)] = 4500.0
    merge_within_km: Annotated[float, Ge(0)] = 5.0
    partners: Literal["mutual", "main", "any"] = "mutual"
    most_cities: Annotated[int, Ge(1)] = 3
    indicators: Annotated[dict[str, ClusterMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        for role in ("latitude", "longitude"):
            if role not in {*self.columns, *self.made()}:
                raise ValueError(f"columns: {{{role}: …}}, the points' coordinates")

    @property
    def is_placed(self) -> bool:
        return False


@dataclass(frozen=True)
class PointRows:
    """Points of a batch."""

    coordinates: Floats
    amount: Floats
    document: Hashes
    metric: Texts
    city: Texts
    country: Texts


@dataclass
class State:
    """Partial result: the points, and the account."""

    parts: tuple[PointRows, ...] = ()
    account: Account = field(default_factory=Account)

    def __add__(self, other: State) -> State:
        return State((*self.parts, *other.parts), self.account + other.account)


class ClustersKind:
    """See `Kind`."""

    def __init__(self, source: Clusters, road: Road) -> None:
        self.source = source
        self.road = road

    def wanted(self) -> Wanted:
        source = self.source
        used = [name for measure in source.indicators.values() for name in source.columns_of(measure)]
        return source.wanted(used)

    def partial(self, batch: Batch) -> State:
        records, coordinates = self._located(batch)
        document = np.zeros((len(records.kept), 2), dtype=np.uint64)
        if records.has("document"):
            document = records.column("document").hashes()
        amount = np.full(len(records.kept), np.nan)
        if records.has("amount"):
            amount = records.column("amount").numbers(number)
            kept = amount >= 0
            records.keep(kept, "no amount, or a negative one", note="amount")
            coordinates, amount, document = coordinates[kept], amount[kept], document[kept]
        rows = PointRows(
            coordinates,
            amount,
            document,
            _column(records, "metric", ONE_METRIC),
            _column(records, "city", ""),
            _column(records, "country", ""),
        )
        return State((rows,) if len(records.kept) else (), records.account)

    def _located(self, batch: Batch) -> tuple[Records, Floats]:
        """Records with coordinates; the others are counted as unplaced."""
        records = self.road.walk(batch)
        columns = [records.column(role).numbers(number) for role in ("latitude", "longitude")]
        coordinates = np.stack(columns, axis=1)
        there = valid_points(*columns)
        missing = ~np.isfinite(coordinates).all(axis=1)
        records.account.settle(Outcome("", "coordinates"), (), int(there.sum()))
        for cause, mask in (("no coordinates", missing), ("coordinates out of range", ~there & ~missing)):
            if mask.any():
                records.account.settle(Outcome(None, "none", cause), (), int(mask.sum()))
        kept: Bools = there
        records.kept = records.kept[kept]
        records.columns = {role: column.take(kept) for role, column in records.columns.items()}
        return records, coordinates[kept]

    def merge(self, one: State, other: State) -> State:
        return one + other

    def counted(self, state: State) -> State:
        return state

    def finish(self, state: State | None) -> Derived:
        from innov_index.sources.clusters.ranking import rank_clusters

        state = state or State()
        if not state.parts:
            nothing = {name: Column({}, {}, float("nan"), "") for name in self.source.indicators}
            return Derived(self.source.title, nothing, state.account, self.road.files)
        source = self.source
        points, metrics = _points(state.parts)
        ranked = rank_clusters(
            points,
            radius_km=source.radius_km,
            minimum=source.minimum,
            merge_within_km=source.merge_within_km,
            partners=source.partners,
            most_cities=source.most_cities,
        )
        names = _unique(ranked.names)
        counts = np.bincount(ranked.label[ranked.label >= 0], minlength=len(names))
        amounts = np.zeros(len(names))
        np.add.at(amounts, ranked.label[ranked.label >= 0], points.amount[ranked.label >= 0])
        columns = {}
        for name, measure in source.indicators.items():
            values = {
                "total_share": ranked.score,
                "points": counts.astype(np.float64),
                "amount": amounts,
            }.get(measure.measure)
            if values is None:
                values = ranked.shares[:, metrics.index(str(measure.of))]
            columns[name] = Column(
                dict(sorted(zip(names, values.tolist(), strict=True))),
                dict(sorted(zip(names, counts.tolist(), strict=True))),
                float("nan"),
                in_words(source, measure),
            )
        remark = (
            f"{source.title}: {len(names)} clusters of points within {source.radius_km:g} km, "
            f"{source.minimum:g} at least; {int((ranked.label < 0).sum())} points are in none"
        )
        sheet = Sheet(("unit", "name", "country"), sorted(zip(names, names, ranked.economies, strict=True)))
        return Derived(source.title, columns, state.account, self.road.files, (remark,), sheet)

    def other_files(self) -> tuple[Path, ...]:
        return ()

    def counts_once(self) -> tuple[str, ...]:
        return ()

    def traced(self, batch: Batch, indicator: str, unit: str) -> list[Traced]:
        return []


def _points(parts: Sequence[PointRows]) -> tuple[Points, list[str]]:
    """All points in an order of their own, which does not depend on how they were split."""
    from innov_index.sources.clusters.ranking import Points

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
    if not hashes.any():  # no documents: each point stands alone
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
    return points, metrics


def _joined(columns: Sequence[Texts]) -> tuple[list[str], Ints]:
    """The sorted texts of a column in several pieces, and each row's text as a position among them."""
    # a column knows texts of records that were left out too
    used = [distinct(column.codes, max(len(column.values), 1)) for column in columns]
    texts = [[column.values[at] for at in found] for column, (_, found) in zip(columns, used, strict=True)]
    names = sorted({name for found in texts for name in found})
    position = {name: at for at, name in enumerate(names)}
    tables = [np.array([position[name] for name in found], dtype=np.int64) for found in texts]
    codes = [table[code] for table, (code, _) in zip(tables, used, strict=True)]
    return names, np.concatenate(codes)


def _column(records: Records, role: str, otherwise: str) -> Texts:
    return records.column(role) if records.has(role) else Texts.constant(otherwise, len(records.kept))


def _unique(names: Sequence[str]) -> list[str]:
    """Names of clusters as codes: a second cluster of a name gets a number."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique

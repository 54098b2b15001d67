"""Points as they are read, and in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from innov_index.intake.records.text_columns import Hashes, Texts, distinct
from innov_index.model.arrays import Floats, Ints
from innov_index.sources.account import Account
from innov_index.sources.document_rows import number_documents

if TYPE_CHECKING:
    from innov_index.sources.clusters.ranked_clusters import Points


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
class PartialPoints:
    """Partial result: the points, and the account."""

    parts: tuple[PointRows, ...] = ()
    account: Account = field(default_factory=Account)

    def __add__(self, other: PartialPoints) -> PartialPoints:
        return PartialPoints((*self.parts, *other.parts), self.account + other.account)


def ordered_points(parts: Sequence[PointRows]) -> tuple[Points, list[str]]:
    """All points in an order of their own, which does not depend on how they were split."""
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

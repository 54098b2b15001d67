"""Collaboration between units: documents, ties or a matrix → a network → measures of its nodes."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial as bound
from pathlib import Path
from typing import Annotated, Literal, cast

import numpy as np
from annotated_types import MinLen

from innov_index.errors import DataError, did_you_mean
from innov_index.intake.options import options
from innov_index.intake.reading import read_table
from innov_index.intake.records.text_columns import Texts, combine
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.limits import Digits
from innov_index.model.arrays import Floats, Ints
from innov_index.sources.document_collection import collected, counts_of
from innov_index.sources.document_rows import DocumentRows, PartialDocuments, RowsByDocument, counts_for
from innov_index.sources.exact_sums import exact_sums, nearest_float
from innov_index.sources.filters import Filters
from innov_index.sources.networks.graph import Network, network_from_edges, network_from_matrix
from innov_index.sources.networks.joint_documents import JointDocuments, collaboration_network
from innov_index.sources.record_account import Placement, RecordAccount
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
from innov_index.wording import counted

MeasureName = Literal[
    "degree",
    "strength",
    "h_index",
    "eigenvector",
    "pagerank",
    "betweenness",
    "closeness",
    "clustering",
    "constraint",
    "core_number",
    "component",
    "international_share",
]
_OPTIONS = {
    "distance": ("betweenness", "closeness"),
    "normalised": ("betweenness",),
    "weighted": ("eigenvector", "pagerank", "constraint"),
}
"""Options that only some measures have, with these measures."""


@options
class NetworkMeasure(Filters):
    """An indicator of a unit's position in the network. Its filters select the documents or ties that count.

    Attributes
    ----------
    measure
        what is computed for each node
    counting
        what a document with k units adds to each pair of them: 1 (whole), 2 / (k (k - 1)) (fractional),
        1 / (k - 1) (newman)
    convention
        software or publication whose scaling and distance the measure follows: networkx, igraph, ncses
    distance, normalised, weighted
        departures from the convention: length of a tie (1, or 1 / its weight); betweenness divided by the
        number of pairs; eigenvector, pagerank and constraint with weighted ties
    ties
        all ties, those within countries, or those between countries
    above
        only ties with a weight above this
    scale
        factor that the result is multiplied by
    decimals
        decimals that the result is rounded to
    absent
        value of a unit that is not in the network: zero (default) or missing
    """

    measure: MeasureName
    counting: Literal["whole", "fractional", "newman"] = "whole"
    convention: Literal["networkx", "igraph", "ncses"] = "networkx"
    distance: Literal["steps", "inverse_weight"] | None = None
    normalised: bool | None = None
    weighted: bool | None = None
    ties: Literal["all", "domestic", "international"] = "all"
    above: float | None = None
    scale: float = 1.0
    decimals: Digits | None = None
    absent: Absent | None = None

    def __post_init__(self) -> None:
        for name in self.stated:
            if self.measure not in _OPTIONS[name]:
                raise ValueError(f"no `{name}`: the measure {self.measure} does not have this option")

    @property
    def stated(self) -> dict[str, str | bool]:
        """Options stated in departure from the convention."""
        given = {name: getattr(self, name) for name in _OPTIONS}
        return {name: value for name, value in given.items() if value is not None}

    def of(self, network: Network, countries: Callable[[tuple[str, ...]], Ints]) -> Floats:
        """The value of each node."""
        from innov_index.sources.networks import ties
        from innov_index.sources.networks.measures import measure

        if self.above is not None:
            network = network.stronger_than(self.above)
        if self.measure == "international_share":
            values = ties.international_share(network, countries(network.nodes))
        else:
            if self.ties != "all":
                network = getattr(ties, self.ties)(network, countries(network.nodes))
            values = measure(network, self.measure, self.convention, **self.stated)
        values = values * self.scale
        return values if self.decimals is None else np.round(values, self.decimals)


@options
class NodeCountries:
    """A table with the country of each node.

    Attributes
    ----------
    file
        the table
    node, country
        its columns
    """

    file: str
    node: str = "node"
    country: str = "country"


@options
class Collaboration(RecordSource):
    """A network of units, tied by the documents that they share.

    Columns
    -------
    document, author, authors
        form documents: as for the kind `documents`
    source, target
        form ties: the two nodes of a tie
    weight
        form ties: weight of the tie; 1 by default
    node
        form matrix: the node that the row is about

    Attributes
    ----------
    form
        documents (one row for each author and affiliation), ties (one row for each pair; repeated pairs are
        added up), or a symmetric matrix (one row for each node; its columns are the nodes in the same order)
    document
        columns that together identify a document, instead of the column `document`
    ignore
        columns of a matrix that are not nodes
    countries
        table with the country of each node, for ties within and between countries
    indicators
        name: measure
    """

    kind: Literal["collaboration"]
    form: Literal["documents", "ties", "matrix"] = "documents"
    document: Annotated[list[str], MinLen(1)] | None = None
    ignore: list[str] | None = None
    countries: NodeCountries | None = None
    indicators: Annotated[dict[str, NetworkMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        needed = {"documents": ("document",), "ties": ("source", "target"), "matrix": ("node",)}[self.form]
        known = {*self.named, *self.made_columns()}
        if self.form == "documents" and self.document is not None:
            needed = ()
        for role in needed:
            if role not in known:
                near = did_you_mean(role, self.columns)
                raise ValueError(f"columns: {{{role}: …}} for the form {self.form}.{near}")

        if self.form == "matrix" and self.edition is not None:
            raise ValueError("no `edition`: a matrix is of one edition")

    @property
    def is_placed(self) -> bool:
        return self.form == "documents"


@dataclass
class PartialTies:
    """Partial result of ties: exact sums of the weights of each pair by indicator; rows of each node."""

    sums: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: PartialTies) -> PartialTies:
        sums = dict(self.sums)
        for pair, theirs in other.sums.items():
            sums[pair] = _sum(sums.get(pair), theirs)
        return PartialTies(sums, self.rows + other.rows, self.account + other.account)


def _sum(one: tuple[int, ...] | None, other: tuple[int, ...]) -> tuple[int, ...]:
    return other if one is None else tuple(map(operator.add, one, other))


@dataclass
class JointCounts:
    """Counts of documents: joint documents for each indicator, and documents of each unit."""

    joint: Mapping[str, JointDocuments] = field(default_factory=dict)
    documents: Counter[str] = field(default_factory=Counter)
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: JointCounts) -> JointCounts:
        joint = dict(self.joint)
        for name, theirs in other.joint.items():
            joint[name] = joint[name] + theirs if name in joint else theirs
        return JointCounts(joint, self.documents + other.documents, self.account + other.account)


State = PartialDocuments | PartialTies | JointCounts


class CollaborationKind(SourceKind[State]):
    """See `SourceKind`."""

    source: Collaboration

    def further_columns(self) -> list[str]:
        return self.source.document or []

    def of_records(self, records: Records) -> State:
        return collected((self,), records) if self.source.form == "documents" else self._ties(records)

    def counted(self, state: State) -> State:
        if not isinstance(state, PartialDocuments):
            return state
        (found,) = counts_of((self,), state)
        return cast("JointCounts", found)

    def identified_by(self) -> list[str] | None:
        """See `CountsDocuments`."""
        return (self.source.document or ["document"]) if self.source.form == "documents" else None

    def counts_rows(self) -> bool:
        """See `CountsDocuments`: two units are tied by a document however many rows it has."""
        return False

    def add_details(self, rows: DocumentRows, records: Records) -> None:
        """See `CountsDocuments`."""

    def count_documents(self, rows: RowsByDocument | None, first: int, account: RecordAccount) -> JointCounts:
        """See `CountsDocuments`."""
        if rows is None:
            return JointCounts(account=account)
        documents = zip(rows.rows.names, rows.documents_of_units.tolist(), strict=True)
        of_units = Counter({name: count for name, count in documents if count})
        return JointCounts(dict(self._joint(rows, first)), of_units, account)

    def finish(self, state: State | None) -> SourceResult:
        networks, records, account = self._networks(state)
        columns: dict[str, DerivedColumn] = {}
        exports: dict[str, Callable[[], bytes]] = {}
        for name, measure in self.source.indicators.items():
            network = networks[name]
            values = measure.of(network, self._countries).tolist() if network.nodes else []
            columns[name] = DerivedColumn(
                dict(zip(network.nodes, values, strict=True)),
                {node: records.get(node, 0) for node in network.nodes},
                absent_value(measure.absent, "zero"),
                describe_filters(self.source, measure),
            )
            exports |= _exports(name, network)
        return SourceResult(self.source.title, columns, account, self.preparer.files, exports=exports)

    def _ties(self, records: Records) -> PartialTies:
        weights = self._weights(records)
        ends = [records.column(role) for role in ("source", "target")]
        codes, pairs = combine(ends)
        names = [(one, two) if one <= two else (two, one) for one, two in pairs]
        for (one, two), count in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
            nodes = Placement("", "stated") if one and two else Placement(None, "none", "no node")
            records.account.add(nodes, (("source", one), ("target", two)), count)
        sums = [
            exact_sums(codes[mask], weights[mask], len(names))
            for mask in records.masks(self.source.indicators).values()
        ]
        totals: dict[tuple[str, str], tuple[int, ...]] = {}
        for pair, *own in zip(names, *sums, strict=True):
            if pair[0] and pair[1]:
                totals[pair] = _sum(totals.get(pair), tuple(own))
        return PartialTies(totals, _ends(ends), records.account)

    def _weights(self, records: Records) -> Floats:
        if not records.has("weight"):
            return np.ones(len(records.kept))

        weights = records.numbers_or_nan("weight")
        readable = ~np.isnan(weights)
        records.keep(readable, "no readable weight", note="weight")
        weights = weights[readable]
        records.keep(weights >= 0, "negative weight", note="weight")
        for name, measure in self.source.indicators.items():
            records.count_currencies(name, ["weight"], records.mask(measure))
        return weights[weights >= 0]

    def _networks(self, state: State | None) -> tuple[dict[str, Network], Mapping[str, int], RecordAccount]:
        """A network for each indicator, the number of records of each node, and the account."""
        if self.source.form == "matrix":
            network, account = self._of_matrix()
            return dict.fromkeys(self.source.indicators, network), {}, account
        if isinstance(state, PartialTies):
            return dict(self._of_ties(state)), state.rows, state.account
        shared = state if isinstance(state, JointCounts) else JointCounts()
        return dict(self._of_shared(shared)), shared.documents, shared.account

    def _of_ties(self, ties: PartialTies) -> Iterator[tuple[str, Network]]:
        pairs = sorted(ties.sums)
        nodes = tuple(sorted({node for pair in pairs for node in pair}))
        position = {node: index for index, node in enumerate(nodes)}
        first = np.array([position[one] for one, _ in pairs], dtype=np.int64)
        second = np.array([position[two] for _, two in pairs], dtype=np.int64)
        for at, name in enumerate(self.source.indicators):
            weights = np.array([nearest_float(ties.sums[pair][at]) for pair in pairs])
            yield name, network_from_edges(nodes, first, second, weights)

    def _joint(self, rows: RowsByDocument, first: int) -> Iterator[tuple[str, JointDocuments]]:
        of_all: JointDocuments | None = None
        for at, name in enumerate(self.source.indicators, first):
            own = rows.where(counts_for(rows.rows.masks, at))
            if own is not rows:
                yield name, JointDocuments.of(rows.rows.names, *own.units)
                continue
            # those without filters of their own have the same documents
            of_all = of_all or JointDocuments.of(rows.rows.names, *rows.units)
            yield name, of_all

    def _of_shared(self, shared: JointCounts) -> Iterator[tuple[str, Network]]:
        for name, measure in self.source.indicators.items():
            joint = shared.joint.get(name)
            yield (
                name,
                _empty()
                if joint is None
                else collaboration_network(joint.names, joint.counts, measure.counting),
            )

    def _of_matrix(self) -> tuple[Network, RecordAccount]:
        source = self.source
        path = self.preparer.folder / str(source.file)
        options = replace(source.tables, shape=replace(source.tables.shape, uneven="refuse"))
        table = read_table(path, options, Asked((str(source.columns["node"]),)))
        node = str(source.columns["node"])
        nodes = table.text(node)
        columns = [name for name in table.columns if name != node and name not in (source.ignore or ())]
        if len(columns) != len(nodes):
            raise DataError(
                f"{path}: a matrix needs as many columns as rows; it has "
                f"{counted(len(columns), 'column')} and {counted(len(nodes), 'row')}"
            )
        order = np.argsort(np.array(nodes, dtype=object), kind="stable")
        matrix = table.numbers(columns)[order][:, order]
        read = Counter({source.title: len(nodes)})
        account = RecordAccount(read=read, inside=len(nodes), said=table.remarks)
        return network_from_matrix([nodes[at] for at in order], matrix), account

    def _countries(self, nodes: tuple[str, ...]) -> Ints:
        """The country of each node as a number; -1: unknown."""
        stated = self.source.countries
        if stated is None:
            placer = self.preparer.placer
            found = [None if placer is None else placer.country_of(node) for node in nodes]
            if not any(found):
                raise DataError(
                    f"{self.source.title}: ties within or between countries need the option `countries`"
                )
        else:
            table = read_table(self.preparer.folder / stated.file)
            known = dict(zip(table.text(stated.node), table.text(stated.country), strict=True))
            found = [known.get(node) or None for node in nodes]
        codes = {country: code for code, country in enumerate(sorted({c for c in found if c}))}
        return np.array([codes[country] if country else -1 for country in found], dtype=np.int64)

    def why_no_shares(self, indicator: str) -> str:
        return f"{self.source.indicators[indicator].measure} in the network of all units"

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        mask = records.mask(self.source.indicators[indicator])
        if self.source.form == "documents":
            return traced_rows(records, rows_of_unit(records, unit, mask), self.wanted())
        ends = [records.column(role).flags(lambda text: text == unit) for role in ("source", "target")]
        return traced_rows(records, np.flatnonzero((ends[0] | ends[1]) & mask), self.wanted())

    def whole_files(self) -> tuple[Path, ...]:
        return (self.preparer.folder / str(self.source.file),) if self.source.form == "matrix" else ()


def _ends(ends: Sequence[Texts]) -> Counter[str]:
    """Number of ties of each node."""
    counts: Counter[str] = Counter()
    for column in ends:
        numbers = np.bincount(column.codes, minlength=len(column.values)).tolist()
        for name, ties in zip(column.values, numbers, strict=True):
            counts[name] += ties
    return counts


def _empty() -> Network:
    nothing = np.zeros(0, dtype=np.int64)
    return Network((), nothing, nothing.copy(), np.zeros(0))


def _exports(name: str, network: Network) -> dict[str, Callable[[], bytes]]:
    return {
        f"{name}.edges.csv": bound(_edge_list, network),
        f"{name}.graphml": bound(_graphml, network),
    }


def _edge_list(network: Network) -> bytes:
    from innov_index.io.rendering import to_csv
    from innov_index.sources.networks.graph import edge_list

    return to_csv(edge_list(network)).encode()


def _graphml(network: Network) -> bytes:
    from innov_index.sources.networks.graph import to_graphml

    return to_graphml(network)

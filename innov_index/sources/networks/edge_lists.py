"""Edge lists and node lists as sheets, for any file format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from innov_index.model.sheet import Cell, Sheet
from innov_index.sources.networks.network import Network
from innov_index.sources.networks.pair_counting import Counting, pair_weights
from innov_index.sources.networks.pairs import PairCounts


def edge_list(network: Network, weight: str = "weight") -> Sheet:
    """List the ties: source, target, weight; sorted by the order of the nodes."""
    return _edges(
        network.nodes, network.first.tolist(), network.second.tolist(), {weight: network.weight.tolist()}
    )


def counted_edges(nodes: Sequence[str], counts: PairCounts, columns: Mapping[str, Counting]) -> Sheet:
    """List the ties with a column of weights for each way of counting; whole counts are integers."""
    pair, weights = pair_weights(counts, list(columns.values()))
    cells: dict[str, Sequence[Cell]] = {
        name: (weight.astype(int) if counting == "whole" else weight).tolist()
        for (name, counting), weight in zip(columns.items(), weights, strict=True)
    }
    return _edges(nodes, (pair // counts.nodes).tolist(), (pair % counts.nodes).tolist(), cells)


def node_list(network: Network, columns: Mapping[str, Sequence[Cell]]) -> Sheet:
    """List the nodes with `columns` of values: one entry a node."""
    return Sheet(("node", *columns), list(zip(network.nodes, *columns.values(), strict=True)))


def _edges(
    nodes: Sequence[str], first: Sequence[int], second: Sequence[int], columns: Mapping[str, Sequence[Cell]]
) -> Sheet:
    ends = ([nodes[i] for i in first], [nodes[i] for i in second])
    return Sheet(("source", "target", *columns), list(zip(*ends, *columns.values(), strict=True)))

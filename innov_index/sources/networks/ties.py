"""Measures of a node's own ties: how many, how strong, how many cross a border."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.networks.graph import Network


def degree(network: Network) -> Floats:
    """Return the number of partners.

    Formula: k = number of nodes tied to this one
    """
    size = len(network.nodes)
    ends = np.bincount(network.first, minlength=size) + np.bincount(network.second, minlength=size)
    return ends.astype(np.float64)


def strength(network: Network) -> Floats:
    """Return the total weight of the ties (weighted degree).

    Formula: s = sum of the weights of the node's ties
    """
    ends = np.concatenate([network.first, network.second])
    totals = np.bincount(ends, weights=np.tile(network.weight, 2), minlength=len(network.nodes))
    return totals.astype(np.float64)


def h_index(network: Network) -> Floats:
    """Return the h-degree: the largest h such that h ties have a weight of at least h.

    Formula: h = max {h: at least h ties of the node have weight >= h} (Zhao, Rousseau and Ye 2011,
    Journal of Informetrics 5, 668-677)
    """
    matrix = network.adjacency
    rows = _rows(network)
    order = np.lexsort((-matrix.data, rows))
    place = np.arange(len(rows)) - matrix.indptr[rows] + 1
    reached = matrix.data[order] >= place
    # weights decrease as places increase, so those that satisfy the condition come first
    return np.bincount(rows[reached], minlength=len(network.nodes)).astype(np.float64)


def _rows(network: Network) -> Ints:
    """Return the row of each entry of the adjacency matrix."""
    return np.repeat(np.arange(len(network.nodes)), np.diff(network.adjacency.indptr))


def domestic(network: Network, countries: Ints) -> Network:
    """Return the network of ties within countries.

    `countries` (nodes,) is the number of the country of each node; a negative number means unknown, and ties
    of such nodes are neither domestic nor international.
    """
    known, same = _compared(network, countries)
    return network.where(known & same)


def international(network: Network, countries: Ints) -> Network:
    """Return the network of ties between countries; see `domestic`."""
    known, same = _compared(network, countries)
    return network.where(known & ~same)


def international_share(network: Network, countries: Ints) -> Floats:
    """Return the share of each node's strength in ties with other countries.

    Formula: strength of international ties / (strength of domestic + of international ties)

    Undefined: the node has no tie to a known country (NaN).
    """
    abroad = strength(international(network, countries))
    known = abroad + strength(domestic(network, countries))
    share = np.full(len(known), np.nan)
    np.divide(abroad, known, out=share, where=known > 0)
    return share


def _compared(network: Network, countries: Ints) -> tuple[Bools, Bools]:
    one, other = countries[network.first], countries[network.second]
    return (one >= 0) & (other >= 0), one == other

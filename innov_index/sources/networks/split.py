"""Ties within a country and across countries: each half is a network of its own, for any measure."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.networks.network import Network
from innov_index.sources.networks.ties import strength


def domestic(network: Network, countries: Ints) -> Network:
    """Return the network of ties within a country.

    `countries` (nodes,) numbers the country of each node; a negative number is an unknown country, whose ties
    are neither domestic nor international.
    """
    known, same = _compared(network, countries)
    return network.where(known & same)


def international(network: Network, countries: Ints) -> Network:
    """Return the network of ties between countries; see `domestic`."""
    known, same = _compared(network, countries)
    return network.where(known & ~same)


def international_share(network: Network, countries: Ints) -> Floats:
    """Return which part of each node's strength goes abroad.

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

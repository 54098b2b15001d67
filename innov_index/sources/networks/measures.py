"""Measures by name, and conventions: named sets of options for scaling and distance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from innov_index.errors import look_up
from innov_index.model.arrays import Floats
from innov_index.sources.networks.centrality import betweenness, closeness, eigenvector, pagerank
from innov_index.sources.networks.cohesion import clustering, components, constraint, core_number
from innov_index.sources.networks.graph import Network
from innov_index.sources.networks.ties import degree, h_index, strength

MEASURES: Mapping[str, Callable[..., Floats]] = MappingProxyType(
    {
        "degree": degree,
        "strength": strength,
        "h_index": h_index,
        "eigenvector": eigenvector,
        "pagerank": pagerank,
        "betweenness": betweenness,
        "closeness": closeness,
        "clustering": clustering,
        "constraint": constraint,
        "core_number": core_number,
        "component": components,
    }
)
"""Each takes a network and options, and returns one number for each node."""

CONVENTIONS: Mapping[str, Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "networkx": {
            "eigenvector": {"scale": "length"},
            "pagerank": {"damping": 0.85},
            "betweenness": {"normalised": True, "distance": "steps"},
            "closeness": {"scale": "wasserman_faust", "distance": "steps"},
            "clustering": {"definition": "unweighted", "undefined": "zero"},
            "constraint": {"weighted": True},
        },
        "igraph": {
            "eigenvector": {"scale": "maximum"},
            "pagerank": {"damping": 0.85},
            "betweenness": {"normalised": False, "distance": "steps"},
            "closeness": {"scale": "component", "distance": "steps"},
            "clustering": {"definition": "unweighted", "undefined": "missing"},
            "constraint": {"weighted": True},
        },
        "ncses": {
            "eigenvector": {"scale": "maximum", "weighted": True},
            "pagerank": {"damping": 0.85, "weighted": True},
            "betweenness": {"normalised": False, "distance": "steps"},
            "closeness": {"scale": "wasserman_faust", "distance": "steps"},
        },
    }
)
"""Options of measures under each convention; measures not listed have no options that differ.

- `networkx`, `igraph`: what these libraries compute by default, with weighted ties where they support
  them (eigenvector, PageRank, constraint).
- `ncses`: the AI collaboration tables of the US National Center for Science and Engineering Statistics
  (Science and Engineering Indicators, tables SPBS-95 to SPBS-98).
"""

DEFAULT_CONVENTION = "networkx"


def measure(network: Network, name: str, convention: str = DEFAULT_CONVENTION, **options: Any) -> Floats:
    """Return a measure of every node under a convention; `options` override those of the convention."""
    function = look_up(MEASURES, name, "network measure")
    stated = look_up(CONVENTIONS, convention, "convention")
    values: Floats = function(network, **{**stated.get(name, {}), **options})
    return values

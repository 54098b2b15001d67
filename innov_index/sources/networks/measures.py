"""The measures by name, and named conventions: what each measure is scaled by and which distance it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from innov_index.errors import OptionError, did_you_mean
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
"""Each takes a network and its own options, and gives one number a node."""

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
"""Options of the measures under a convention; a measure that is not named has only one.

- `networkx`, `igraph`: what these libraries compute by default, with the weights of the ties where they take
  part (eigenvector, PageRank, constraint).
- `ncses`: the AI collaboration tables of the US National Center for Science and Engineering Statistics
  (Science and Engineering Indicators, tables SPBS-95 to SPBS-98).
"""

DEFAULT_CONVENTION = "networkx"


def measure(network: Network, name: str, convention: str = DEFAULT_CONVENTION, **options: Any) -> Floats:
    """Return a measure of every node under a named convention; `options` overrule the convention's."""
    function = _named(MEASURES, name, "network measure")
    stated = _named(CONVENTIONS, convention, "convention")
    values: Floats = function(network, **{**stated.get(name, {}), **options})
    return values


def _named(known: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in known:
        raise OptionError(
            f"there is no {kind} '{name}'; there are {', '.join(known)}.{did_you_mean(name, known)}"
        )
    return known[name]

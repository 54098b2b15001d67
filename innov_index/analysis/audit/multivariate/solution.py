"""Factors of some columns as somebody asked for them: how many, how found, how turned."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from innov_index.analysis.audit.multivariate.adequacy import Complete
from innov_index.analysis.audit.multivariate.clusters import Linkage
from innov_index.analysis.audit.multivariate.extraction import FLOOR, Extraction, extract
from innov_index.analysis.audit.multivariate.factor_count import Rule, factor_counts
from innov_index.analysis.audit.multivariate.rotation import Rotation, rotate
from innov_index.errors import UndefinedError
from innov_index.frozen import frozen
from innov_index.limits import Few
from innov_index.model.arrays import Bools, Floats

Number: TypeAlias = Few | Rule
"""How many factors: this many, or as many as a rule keeps."""


@frozen
class Choices:
    """How factors and groups are found.

    Attributes
    ----------
    extraction : {"components", "principal axis", "maximum likelihood"}
    rotation : {"none", "varimax", "promax", "oblimin"}
    factors : int or {"kaiser", "joliffe", "share", "parallel", "bootstrap"}
    linkage : {"single", "complete", "average", "ward"}
        How near two groups are: by their nearest or furthest members, on average, or by what a merger adds to
        the squared distances within groups.
    groups : int
        Of units.
    """

    extraction: Extraction = "components"
    rotation: Rotation = "varimax"
    factors: Number = "kaiser"
    linkage: Linkage = "ward"
    groups: Few = 3


@frozen
class Solution:
    """Factors of some columns; a column that does not vary has NaN.

    Attributes
    ----------
    loadings : (columns, factors)
    between : (factors, factors)
        Correlations of the factors.
    communalities : (columns,)
    explained : (factors,)
        Variance that each factor explains, in columns.
    heywood : (columns,)
        Of which the factors explain everything, or more.
    settled : bool
        Whether the search for them came to an end.
    """

    loadings: Floats
    between: Floats
    communalities: Floats
    explained: Floats
    heywood: Bools
    settled: bool


def number_of_factors(found: Complete, factors: Number) -> int:
    """As stated, or as many as the rule keeps."""
    return factors if isinstance(factors, int) else factor_counts(found).number(factors)


def solve(found: Complete, columns: int, choices: Choices, floor: float | Floats = FLOOR) -> Solution:
    """The factors of some columns, turned.

    Parameters
    ----------
    found : Complete
    columns : int
        Of the table that `found` was made of.
    choices : Choices
    floor : float or (columns,)
        Smallest uniqueness under maximum likelihood.

    Raises
    ------
    UndefinedError
        There are no such factors.
    """
    if len(found.columns) < 2:
        raise UndefinedError("factors need two columns that vary over the units that have both")
    lowest = np.broadcast_to(np.asarray(floor, np.float64), columns)[found.columns]
    number = number_of_factors(found, choices.factors)
    raw = extract(found.matrix, number, choices.extraction, lowest)
    turned = rotate(raw.loadings, choices.rotation)
    loadings, communalities = np.full((columns, number), np.nan), np.full(columns, np.nan)
    loadings[found.columns] = turned.loadings
    communalities[found.columns] = turned.communalities
    heywood = np.zeros(columns, dtype=np.bool_)
    heywood[found.columns] = raw.heywood
    return Solution(loadings, turned.correlations, communalities, turned.explained, heywood, raw.settled)

"""Screening: which units and indicators have enough data to be kept."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError, did_you_mean
from innov_index.frozen import frozen
from innov_index.methods.registry import IndicatorGroups, Share, Trait, UnitPositions
from innov_index.methods.steps import screening
from innov_index.model.arrays import Bools, Floats, Ints


@frozen
class Coverage:
    """Counts and shares for each unit over its indicators, or for each indicator over its units.

    `coverage` is the share of available values, `nonzero` the share of available values that are not zero
    (NaN if none is available).
    """

    missing: Ints
    zero: Ints
    coverage: Floats
    nonzero: Floats


def coverage_table(values: Floats, axis: int = -1) -> Coverage:
    """Count missing and zero values: by unit over the last axis, by indicator with `axis=-2`.

    Parameters
    ----------
    values : (..., units, indicators)
    axis : int
        The axis over which values are counted.

    Returns
    -------
    Coverage
        Its arrays lack that axis.
    """
    total = values.shape[axis]
    missing = np.count_nonzero(np.isnan(values), axis=axis)
    zero = np.count_nonzero(values == 0, axis=axis)
    available = np.asarray(total - missing, dtype=np.float64)
    return Coverage(
        missing=np.asarray(missing),
        zero=np.asarray(zero),
        coverage=available / total if total else np.full(available.shape, np.nan),
        nonzero=1 - zero / np.where(available > 0, available, np.nan),
    )


@screening.method("units", Trait.SCREENS_UNITS)
def units(
    values: Floats,
    *,
    min_coverage: Share = 0.0,
    min_nonzero: Share = 0.0,
    keep: UnitPositions | None = None,
    drop: UnitPositions | None = None,
    level: IndicatorGroups | None = None,
) -> Bools:
    """Keep the units with enough data.

    Formula: kept if available / indicators >= min_coverage and non-zero / available >= min_nonzero

    Source: coinr Screen

    Parameters
    ----------
    values : (..., units, indicators)
        A missing value lowers the coverage; zero is a value.
    min_coverage : float
        Smallest share of available values; a unit with exactly this share is kept.
    min_nonzero : float
        Smallest share of non-zero values among the available ones; a unit without values has share 0.
    keep, drop : list of units
        To be kept, or dropped, whatever their data.
    level : level of the tree
        The coverage must also be reached within each dimension of this level.

    Returns
    -------
    (..., units)
        True where the unit is kept.
    """
    kept = _enough(coverage_table(values), min_coverage, min_nonzero)
    for group in () if level is None else np.unique(level):
        kept &= coverage_table(values[..., level == group]).coverage >= min_coverage
    return _forced(kept, keep, drop)


@screening.method("indicators")
def indicators(
    values: Floats,
    codes: tuple[str, ...],
    *,
    min_coverage: Share = 0.0,
    min_nonzero: Share = 0.0,
    keep: list[str] | None = None,
    drop: list[str] | None = None,
) -> Bools:
    """Keep the indicators with enough data.

    Formula: kept if available / units >= min_coverage and non-zero / available >= min_nonzero

    Source: oecd2008 section 1.2

    Parameters
    ----------
    values : (..., units, indicators)
        A missing value lowers the coverage; zero is a value.
    codes : (indicators,)
        Codes of the indicators.
    min_coverage : float
        Smallest share of available values; an indicator with exactly this share is kept.
    min_nonzero : float
        Smallest share of non-zero values among the available ones; an indicator without values has share 0.
    keep, drop : list of indicator codes
        To be kept, or dropped, whatever their data.

    Returns
    -------
    (..., indicators)
        True where the indicator is kept.
    """
    kept = _enough(coverage_table(values, axis=-2), min_coverage, min_nonzero)
    return _forced(kept, _positions(keep, codes), _positions(drop, codes))


def _enough(found: Coverage, min_coverage: float, min_nonzero: float) -> Bools:
    return (found.coverage >= min_coverage) & (np.nan_to_num(found.nonzero, nan=0.0) >= min_nonzero)


def _forced(kept: Bools, keep: Ints | None, drop: Ints | None) -> Bools:
    if keep is not None and drop is not None and np.intersect1d(keep, drop).size:
        raise OptionError("screening: keep and drop name the same unit or indicator")
    if keep is not None:
        kept[..., keep] = True
    if drop is not None:
        kept[..., drop] = False
    return kept


def _positions(named: list[str] | None, codes: tuple[str, ...]) -> Ints | None:
    if named is None:
        return None
    for code in named:
        if code not in codes:
            raise OptionError(f"screening names an unknown indicator '{code}'.{did_you_mean(code, codes)}")
    return np.array([codes.index(code) for code in named], dtype=np.int64)

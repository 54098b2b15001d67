"""Denomination: making indicators of units of different size comparable."""

from __future__ import annotations

import numpy as np

from innov_index.methods.registry import Each, UnitColumn
from innov_index.methods.steps import denomination
from innov_index.model.arrays import Floats


@denomination.method("none")
def none(values: Floats) -> Floats:
    """Leave the values as they are.

    Formula: x

    Source: oecd2008 section 1.2

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
        The values themselves; missing stays missing.
    """
    return _double(values)


@denomination.method("ratio", example={"by": "population"})
def ratio(values: Floats, *, by: UnitColumn, scale: Each = 1.0) -> Floats:
    """Divide each indicator by a measure of the unit's size.

    Formula: scale x / d

    Undefined: the denominator d is zero or negative.

    Remedy: correct the denominator, or drop the unit or set its value to missing.

    Source: coinr Denominate

    Parameters
    ----------
    values : (..., units, indicators)
    by : (..., units, indicators)
        The denominator d: population, GDP, area, …
    scale : float
        What the ratio is multiplied by: 1e6 gives "per million".

    Returns
    -------
    (..., units, indicators)
        Missing where the value or its denominator is missing.
    """
    return _double(values) / _positive(by) * scale


@denomination.method("log_ratio", example={"by": "population"})
def log_ratio(values: Floats, *, by: UnitColumn, scale: Each = 1.0) -> Floats:
    """Natural logarithm of the ratio to a measure of the unit's size.

    Formula: ln(scale x / d)

    Undefined: the denominator d or the value x is zero or negative.

    Remedy: use ratio and a logarithm with a shift as data treatment, or set the value to missing.

    Source: oecd2008 part 2, step 5 (scale transformation)

    Parameters
    ----------
    values : (..., units, indicators)
    by : (..., units, indicators)
        The denominator d.
    scale : float
        What the ratio is multiplied by before the logarithm.

    Returns
    -------
    (..., units, indicators)
        Missing where the value or its denominator is missing.
    """
    return np.asarray(np.log(_positive(_double(values) / _positive(by) * scale)))


@denomination.method("constant", example={"divisor": 1000.0})
def constant(values: Floats, *, divisor: Each, scale: Each = 1.0) -> Floats:
    """Divide each indicator by a number, the same for every unit: a change of measurement unit.

    Formula: scale x / divisor

    Undefined: the divisor is zero.

    Remedy: state another divisor.

    Source: coinr Denominate

    Parameters
    ----------
    values : (..., units, indicators)
    divisor : float
        The number to divide by.
    scale : float
        What the result is multiplied by.

    Returns
    -------
    (..., units, indicators)
        Missing stays missing.
    """
    number = np.asarray(divisor)
    return np.asarray(_double(values) / np.where(number != 0, number, np.nan) * scale)


def _double(values: Floats) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _positive(array: Floats) -> Floats:
    """The array with NaN where it is not positive: no ratio and no logarithm is taken of those."""
    return np.where(array > 0, _double(array), np.nan)

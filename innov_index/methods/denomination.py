"""Denomination: indicators of units of different sizes become comparable."""

from __future__ import annotations

import numpy as np

from innov_index.methods.registry import Each, Trait, UnitColumn
from innov_index.methods.steps import denomination
from innov_index.model.arrays import Floats, doubles


@denomination.method("none", Trait.IDENTITY, properties="monotone scale shift independent alike")
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
        Missing stays missing.
    """
    return doubles(values)


@denomination.method("ratio", example={"by": "population"}, properties="monotone scale independent alike")
def ratio(values: Floats, *, by: UnitColumn, scale: Each = 1.0) -> Floats:
    """Divide each indicator by a measure of the unit's size.

    Formula: scale x / d

    Undefined: the denominator d is zero or negative.

    Remedy: correct the denominator, drop the unit, or set its value to missing.

    Source: coinr Denominate

    Parameters
    ----------
    values : (..., units, indicators)
    by : (..., units, indicators)
        The denominator d: population, GDP, area, …
    scale : float
        Factor of the ratio: 1e6 gives "per million".

    Returns
    -------
    (..., units, indicators)
        Missing where the value or its denominator is missing.
    """
    return doubles(values) / _positive(by) * scale


@denomination.method("log_ratio", example={"by": "population"}, properties="monotone scale independent alike")
def log_ratio(values: Floats, *, by: UnitColumn, scale: Each = 1.0) -> Floats:
    """Take the natural logarithm of the ratio to a measure of the unit's size.

    Formula: ln(scale x / d)

    Undefined: the denominator d or the value x is zero or negative.

    Remedy: use ratio, with a shifted logarithm as data treatment, or set the value to missing.

    Source: oecd2008 part 2, step 5 (scale transformation)

    Parameters
    ----------
    values : (..., units, indicators)
    by : (..., units, indicators)
        The denominator d.
    scale : float
        Factor of the ratio before the logarithm.

    Returns
    -------
    (..., units, indicators)
        Missing where the value or its denominator is missing.
    """
    return np.asarray(np.log(_positive(doubles(values) / _positive(by) * scale)))


@denomination.method(
    "constant", example={"divisor": 1000.0}, properties="monotone scale shift independent alike"
)
def constant(values: Floats, *, divisor: Each, scale: Each = 1.0) -> Floats:
    """Divide each indicator by one number for all units: a change of the unit of measurement.

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
        Factor of the quotient.

    Returns
    -------
    (..., units, indicators)
        Missing stays missing.
    """
    number = np.asarray(divisor)
    return np.asarray(doubles(values) / np.where(number != 0, number, np.nan) * scale)


def _positive(array: Floats) -> Floats:
    """The array, NaN where it is not positive: such numbers have no logarithm and are no denominators."""
    return np.where(array > 0, doubles(array), np.nan)

"""Imputation over editions: the unit's own values before and after a gap."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge

from innov_index.methods.kernels import editions
from innov_index.methods.kernels.gaps import into_gaps
from innov_index.methods.registry import Trait
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Floats, doubles


@imputation.method("latest", Trait.PANEL)
def latest(
    values: Floats, years: Floats | None = None, *, max_age: Annotated[int, Ge(1)] | None = None
) -> Floats:
    """Put the unit's latest earlier value in a gap.

    Formula: x_t = x_s, s the last edition before t that has the value

    Undefined: no earlier edition has the value, or only one that is too old.

    Remedy: raise max_age, or use latest_or_first.

    Source: coinr impute_panel (latest)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.
    max_age : int, optional
        How many years older than the gap the value may be.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    return editions.taken(x, editions.latest_edition(x, years, max_age))


@imputation.method("latest_or_first", Trait.PANEL)
def latest_or_first(values: Floats, years: Floats | None = None) -> Floats:
    """Put the unit's latest earlier value in a gap, or its first value where there is none earlier.

    Formula: x_t = x_s, s the last edition before t that has the value, or else the first after it

    Undefined: no edition has the value.

    Remedy: impute what is left with another method.

    Source: coinr impute_panel (constant)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    carried = editions.taken(x, editions.latest_edition(x, years))
    return into_gaps(carried, editions.taken(x, editions.next_edition(x)))


@imputation.method("linear", Trait.PANEL)
def linear(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly between the unit's values before and after it.

    Formula: x_t = x_r + (x_s - x_r)(t - r) / (s - r), r and s the nearest editions with a value

    Undefined: there is no value before the gap, or none after it.

    Remedy: use linear_constant, which carries the first and the last value on.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    return editions.interpolated(doubles(values), years)


@imputation.method("linear_constant", Trait.PANEL)
def linear_constant(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly, and carry the unit's first and last value to the ends.

    Formula: as linear between two values; the nearest value before the first and after the last

    Undefined: no edition has the value.

    Remedy: impute what is left with another method.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    return editions.interpolated_and_carried(doubles(values), years)

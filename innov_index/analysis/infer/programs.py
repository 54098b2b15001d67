"""One linear program, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from innov_index.model.arrays import Floats

TOLERANCE = 1e-9
"""Violation of a row (scaled so that its largest entry is 1) that is put down to floating point."""

ATTEMPTS: tuple[Any, ...] = (
    {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE, "presolve": False},
    {"presolve": False},
)
"""HiGHS now and then gives up on a badly scaled program that it solves in another way."""


class EmptyError(Exception):
    """No point meets all the rows, as far as floating point can tell."""


def maximise(
    gain: Floats,
    lines: Floats,
    limits: Floats,
    normal: Floats,
    total: float,
    bounds: Sequence[tuple[float, float]],
) -> tuple[Floats, Floats]:
    """Maximise gain · x where lines x ≤ limits, normal · x = total and x is between its bounds.

    Returns
    -------
    x, and the multipliers (not negative) of the lines

    Raises
    ------
    EmptyError
        No x is found.
    """
    from scipy.optimize import linprog

    for attempt in ATTEMPTS:
        found: Any = linprog(
            -gain,
            A_ub=lines if len(lines) else None,
            b_ub=limits if len(lines) else None,
            A_eq=normal[None, :],
            b_eq=np.array([total]),
            bounds=bounds,
            method="highs",
            options=attempt,
        )
        if found.status == 0:
            break
    else:
        raise EmptyError(found.message)
    multipliers = np.maximum(-found.ineqlin.marginals, 0.0) if len(lines) else np.zeros(0)
    return np.asarray(found.x), np.asarray(multipliers, dtype=np.float64)

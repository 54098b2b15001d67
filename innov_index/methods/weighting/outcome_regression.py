"""Weights from the regression of an outcome on the children."""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Trait, UnitColumn
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Floats


@weighting.method(
    "regression", Trait.LOOPED, example={"outcome": "income"}, properties="common_scale shift unique alike"
)
def regression(values: Floats, *, outcome: UnitColumn) -> Floats:
    """Weight by how well the children explain an outcome: non-negative least squares.

    Formula: minimise sum_i (y_i - a - sum_j b_j x_ij)^2 over a and b >= 0; w_j = b_j / sum(b)

    Undefined: fewer units have all scores and the outcome than there are children plus two, or no coefficient
    is positive.

    Remedy: choose an outcome that is known for more units, or use another method for this node.

    Source: saisana2002 section on multiple linear regression

    Coefficients are constrained to be non-negative. Units with a missing score or outcome are left out.

    Parameters
    ----------
    values : (..., units, children)
    outcome : column
        What the index should explain: a column of the units or an indicator.

    Returns
    -------
    (..., children)
    """
    from scipy.optimize import nnls

    target = np.broadcast_to(outcome[..., :1], (*values.shape[:-1], 1))
    complete = np.all(present(values), axis=-1) & present(target[..., 0])

    def coefficients(place: tuple[int, ...]) -> Floats:
        kept = complete[place]
        if np.count_nonzero(kept) < values.shape[-1] + 2:
            return np.full(values.shape[-1], np.nan)
        children = np.asarray(values[place][kept], dtype=np.float64)
        explained = np.asarray(target[place][kept, 0], dtype=np.float64)
        varied = children.max(axis=0) > children.min(axis=0)  # a mean may differ from what all units have
        centred = np.where(varied, children - children.mean(axis=0), 0.0)
        # the solver's tolerance is one for all columns, so they come at one size
        sizes = np.where(varied, np.abs(centred).max(axis=0), 1.0)
        return np.asarray(nnls(centred / sizes, explained - explained.mean())[0] / sizes)

    return shares(each_table(values.shape[:-2], values.shape[-1:], coefficients))

"""Weights from principal components of the correlations between children."""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np

from innov_index.methods.kernels.child_statistics import correlations, shares, varies
from innov_index.methods.registry import NonNegative, Share
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Bools, Floats, Ints

MAX_TURNS = 1_000
EQUAL = 1e-9
"""Components that explain shares which differ by less than this have no direction to nine digits."""

STILL = 1e-14
"""Angles that no longer turn anything."""

FLAT = 1e-13
"""Rounding of a sum over children whose loadings have length 1."""


@weighting.method("pca", properties="scale common_scale shift unique alike")
def pca(values: Floats, *, loadings: Literal["squared", "signed"] = "squared") -> Floats:
    """Weight by the first principal component of the correlations.

    Formula: R v = lambda_1 v, |v| = 1; squared: w_j = v_j^2; signed: w_j = v_j / sum(v)

    Undefined: two children share too few units for a correlation, no child varies, no component explains more
    than all others, or loadings are "signed" and two children have loadings of opposite sign.

    Remedy: use loadings squared, or pca_oecd; or look for an indicator with the wrong direction.

    Source: oecd2008 section 6.1

    The sign of a component is arbitrary: it is chosen so that the loadings sum to more than zero. A child
    that does not vary has weight 0. Correlations are over the units with both scores.

    Parameters
    ----------
    values : (..., units, children)
    loadings : str
        "squared": the share of the component that is due to each child. "signed": the loadings themselves.

    Returns
    -------
    (..., children)
    """
    first = np.where(_is_leading(values)[..., None], first_component(values), np.nan)
    if loadings == "squared":
        return shares(first**2)
    # rounding may turn a loading of zero negative
    agreed = np.where(np.all(first > -1e-12, axis=-1, keepdims=True), np.maximum(first, 0.0), np.nan)
    return shares(agreed)


@weighting.method("pca_oecd", properties="scale common_scale shift unique alike")
def pca_oecd(
    values: Floats,
    *,
    min_eigenvalue: NonNegative = 1.0,
    min_share: Share = 0.1,
    min_cumulative: Share = 0.6,
    assigned_by: Literal["scaled", "loading"] = "scaled",
) -> Floats:
    """Weight by rotated principal components: the handbook's procedure, after Nicoletti and others.

    Formula: s_jf = l_jf^2 / sum_j l_jf^2 from the rotated loadings l; each child belongs to the factor with
    its largest s (or l); w_j proportional to s_jf times the factor's share of the explained variance

    Undefined: two children share too few units for a correlation, no child varies, or the last factor that is
    kept explains as much as the first that is not.

    Remedy: use pca, critic or equal for this node.

    Source: oecd2008 section 6.1; nicoletti2000

    Factors are kept if their eigenvalue and their share of the variance reach the limits: at least one, and
    as many more as the cumulative share requires. They are rotated by varimax with Kaiser's normalisation. A
    child that does not vary has weight 0. Correlations are over the units with both scores.

    Parameters
    ----------
    values : (..., units, children)
    min_eigenvalue : float
        Smallest eigenvalue of a factor to be kept.
    min_share : float
        Smallest share of the variance that a factor to be kept explains by itself.
    min_cumulative : float
        Smallest share of the variance that the kept factors explain together.
    assigned_by : str
        Each child belongs to the factor with its largest "scaled" squared loading, as the handbook's text
        says, or with its largest "loading", as its table 18 has it.

    Returns
    -------
    (..., children)
    """
    roots, vectors, varied = _components(values)
    share = roots / np.maximum(np.sum(varied, axis=-1, keepdims=True), 1)
    strong = np.sum((roots >= min_eigenvalue - EQUAL) & (share >= min_share - EQUAL), axis=-1)
    reached = np.cumsum(share, axis=-1) >= min_cumulative - EQUAL
    needed = np.where(reached.any(axis=-1), np.argmax(reached, axis=-1) + 1, values.shape[-1])
    kept = np.maximum(np.maximum(strong, needed), 1)
    last, next_one = (
        np.take_along_axis(roots, np.minimum(at, roots.shape[-1] - 1)[..., None], axis=-1)
        for at in (kept - 1, kept)
    )
    parted = (kept[..., None] == roots.shape[-1]) | (last - next_one > EQUAL * roots[..., :1])
    vectors = np.where(parted[..., None], vectors, np.nan)
    loadings = vectors * np.sqrt(np.maximum(roots, 0.0))[..., None, :]
    return factor_weights(_rotated(loadings, kept), assigned_by)


def factor_weights(loadings: Floats, assigned_by: Literal["scaled", "loading"] = "scaled") -> Floats:
    """Weights (..., children) from rotated loadings (..., children, factors), zero for a dropped factor."""
    squares = loadings**2
    explained = np.sum(squares, axis=-2, keepdims=True)
    scaled = squares / np.where(explained > 0, explained, 1.0) if assigned_by == "scaled" else squares
    # of factors on which a child loads equally, the one that explains more
    equal = scaled >= scaled.max(axis=-1, keepdims=True) - EQUAL
    chosen = np.argmax(np.where(equal, explained, -1.0), axis=-1)[..., None]
    # the scaled loading times the explained variance is the squared loading
    return shares(np.take_along_axis(squares, chosen, axis=-1)[..., 0])


def first_component(values: Floats) -> Floats:
    """Loadings of the first component, of length 1, with the sign for which their sum is positive."""
    _, vectors, _ = _components(values)
    first = vectors[..., 0]
    return np.asarray(first * np.where(np.sum(first, axis=-1, keepdims=True) < 0, -1.0, 1.0))


def _is_leading(values: Floats) -> Bools:
    """Whether the first component explains more than the second, (...): else it is any mixture of them."""
    roots, _, _ = _components(values)
    if roots.shape[-1] == 1:
        return np.ones(roots.shape[:-1], dtype=np.bool_)
    return np.asarray(roots[..., 0] - roots[..., 1] > EQUAL * roots[..., 0])


def varimax(loadings: Floats) -> Floats:
    """Rotate (..., children, factors) so that each child loads on few factors (Kaiser-normalised rows).

    Formula: maximise the variance of the squared loadings within factors, plane by plane: two factors x, y
    turn by φ with tan 4φ = (2 Σ uv - 2 Σu Σv / n) / (Σ (u² - v²) - ((Σu)² - (Σv)²) / n), u = x² - y², v = 2xy
    (Kaiser 1958). A turn leads to the largest variance in its plane, also from where it is the smallest.

    Each leading slice stops by itself, so that its result does not depend on the others.
    """
    length = np.sqrt(np.sum(loadings**2, axis=-1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1.0)
    # a child without loadings takes no part
    number = np.maximum(np.sum(length[..., 0] > 0, axis=-1), 1)
    moving = np.ones(loadings.shape[:-2], dtype=np.bool_)
    for _ in range(MAX_TURNS):
        largest = np.zeros(moving.shape)
        for first, second in combinations(range(loadings.shape[-1]), 2):
            angle = np.where(moving, _turn(rows[..., first], rows[..., second], number), 0.0)
            cosine, sine = np.cos(angle)[..., None], np.sin(angle)[..., None]
            x, y = rows[..., first].copy(), rows[..., second].copy()
            rows[..., first], rows[..., second] = cosine * x + sine * y, cosine * y - sine * x
            largest = np.maximum(largest, np.abs(angle))
        moving &= largest > STILL
        if not moving.any():
            break
    return np.asarray(rows * length)


def _turn(x: Floats, y: Floats, number: Ints) -> Floats:
    """The angle (...) of the largest variance of squared loadings of two factors (..., children)."""
    u, v = x**2 - y**2, 2.0 * x * y
    across, along = np.sum(u, axis=-1), np.sum(v, axis=-1)
    sine = 2.0 * (np.sum(u * v, axis=-1) - across * along / number)
    cosine = np.sum(u**2 - v**2, axis=-1) - (across**2 - along**2) / number
    # in a plane without a direction, nothing turns
    return np.where(np.hypot(sine, cosine) > FLAT, np.arctan2(sine, cosine) / 4.0, 0.0)


def _components(values: Floats) -> tuple[Floats, Floats, Bools]:
    """Eigenvalues (..., factors), eigenvectors (..., children, factors), largest first; which children vary.

    A child that does not vary has no correlations and no loadings. If a correlation is missing, all are NaN.
    """
    varied = varies(values)
    pairs = varied[..., :, None] & varied[..., None, :]
    matrix = np.where(pairs, correlations(values), 0.0)
    defined = np.asarray(~np.isnan(matrix).any(axis=(-1, -2)) & varied.any(axis=-1))
    roots, vectors = np.linalg.eigh(np.where(defined[..., None, None], matrix, 0.0))
    return (
        np.where(defined[..., None], roots[..., ::-1], np.nan),
        np.where(defined[..., None, None], vectors[..., ::-1] * varied[..., :, None], np.nan),
        varied,
    )


def _rotated(loadings: Floats, kept: Ints) -> Floats:
    """Loadings of the first `kept` (...) factors after varimax; zero for the others."""
    flat = loadings.reshape(-1, *loadings.shape[-2:])
    numbers = np.broadcast_to(kept, loadings.shape[:-2]).reshape(-1)
    result = np.zeros(flat.shape)
    undefined = np.isnan(flat).any(axis=(-1, -2))
    result[undefined] = np.nan
    for number in np.unique(numbers[~undefined]):
        same = (numbers == number) & ~undefined
        result[same, :, :number] = varimax(flat[same, :, :number])
    return result.reshape(loadings.shape)

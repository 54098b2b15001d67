"""Weights from principal components of the children's correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence

from innov_index.reference.algebra import eigen
from innov_index.reference.moments import Undefined, dot, in_shares, mean, pearson
from innov_index.reference.statement import Column

Children = Sequence[Column]
Loadings = list[list[float]]
"""One row a child, one column a factor."""

NEAR = 1e-9
"""Eigenvalues, and limits of them, that differ by less are equal."""


def components(children: Children) -> tuple[list[float], list[list[float]], list[int]]:
    """Eigenvalues and eigenvectors of the correlations of the children that vary, and which those are."""
    varied = [j for j, child in enumerate(children) if len({v for v in child if v is not None}) > 1]
    if not varied:
        raise Undefined("no child varies")
    matrix = [[1.0 if i == j else _correlated(children[i], children[j]) for j in varied] for i in varied]
    roots, vectors = eigen(matrix)
    return roots, vectors, varied


def _correlated(a: Column, b: Column) -> float:
    both = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    return pearson([x for x, _ in both], [y for _, y in both])


def pca(children: Children, *, loadings: str) -> list[float]:
    """R v = λ_1 v, |v| = 1; squared: v²; signed: v / Σ v; a child that does not vary has 0"""
    roots, vectors, varied = components(children)
    if len(roots) > 1 and roots[0] - roots[1] <= NEAR * roots[0]:
        raise Undefined("no component explains more than all others")
    first = vectors[0] if math.fsum(vectors[0]) >= 0 else [-v for v in vectors[0]]
    own = dict(zip(varied, first, strict=True))
    all_loadings = [own.get(j, 0.0) for j in range(len(children))]
    return in_shares([v**2 for v in all_loadings] if loadings == "squared" else all_loadings)


def pca_oecd(
    children: Children, *, min_eigenvalue: float, min_share: float, min_cumulative: float, assigned_by: str
) -> list[float]:
    """l_jf² for the factor f on which the scaled l_jf² / Σ_j l_jf² (or l_jf²) is largest, l rotated"""
    roots, vectors, varied = components(children)
    number = factors_kept(
        [root / len(varied) for root in roots], roots, min_eigenvalue, min_share, min_cumulative
    )
    if number < len(roots) and roots[number - 1] - roots[number] <= NEAR * roots[0]:
        raise Undefined("the last factor explains as much as the first that is left out")
    loadings = [
        [vectors[f][j] * math.sqrt(max(roots[f], 0.0)) for f in range(number)] for j in range(len(varied))
    ]
    turned = varimax(loadings)
    explained = [math.fsum(row[f] ** 2 for row in turned) for f in range(number)]
    weights = {}
    for place, row in zip(varied, turned, strict=True):
        by = explained if assigned_by == "scaled" else [1.0] * number
        scaled = [load**2 / whole for load, whole in zip(row, by, strict=True)]
        best = [f for f in range(number) if scaled[f] >= max(scaled) - NEAR]
        chosen = max(best, key=lambda f: explained[f])
        weights[place] = row[chosen] ** 2
    return in_shares([weights.get(j, 0.0) for j in range(len(children))])


def factors_kept(
    shares: Sequence[float],
    roots: Sequence[float],
    min_eigenvalue: float,
    min_share: float,
    min_cumulative: float,
) -> int:
    """Those that reach both limits by themselves; at least one, and as many as the cumulative share needs."""
    strong = sum(
        root >= min_eigenvalue - NEAR and share >= min_share - NEAR
        for root, share in zip(roots, shares, strict=True)
    )
    needed = next(
        (k for k in range(1, len(shares) + 1) if math.fsum(shares[:k]) >= min_cumulative - NEAR), len(shares)
    )
    return max(strong, needed, 1)


def varimax(loadings: Loadings) -> Loadings:
    """Rotate so that each child loads on few factors: Kaiser (1958), plane by plane, on rows of length 1."""
    lengths = [math.sqrt(dot(row, row)) or 1.0 for row in loadings]
    rows = [[load / length for load in row] for row, length in zip(loadings, lengths, strict=True)]
    factors = len(rows[0])
    for _ in range(2000):
        turns = [_turn(rows, f, g) for f in range(factors) for g in range(f + 1, factors)]
        if max(map(abs, turns), default=0.0) < 1e-15:
            break
    return [[load * length for load in row] for row, length in zip(rows, lengths, strict=True)]


def _turn(rows: Loadings, f: int, g: int) -> float:
    """Turn two factors by the angle with tan 4φ = (D - 2AB/n) / (C - (A² - B²)/n); the angle."""
    u = [row[f] ** 2 - row[g] ** 2 for row in rows]
    v = [2 * row[f] * row[g] for row in rows]
    n, a, b = len(rows), math.fsum(u), math.fsum(v)
    above = 2 * dot(u, v) - 2 * a * b / n
    below = dot(u, u) - dot(v, v) - (a**2 - b**2) / n
    angle = math.atan2(above, below) / 4
    for row in rows:
        row[f], row[g] = (
            row[f] * math.cos(angle) + row[g] * math.sin(angle),
            row[g] * math.cos(angle) - row[f] * math.sin(angle),
        )
    return angle if mean([x * x for x in (above, below)]) > 1e-30 else 0.0

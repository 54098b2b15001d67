"""Linear algebra on lists of rows: elimination and Jacobi rotations, as textbooks write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from innov_index.reference.moments import Undefined, dot

Rows = Sequence[Sequence[float]]
SINGULAR = 1e-13


def solve(matrix: Rows, right: Sequence[float]) -> list[float]:
    """x with A x = b, by elimination with the largest pivot."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    largest = max((abs(v) for row in matrix for v in row), default=1.0)
    for step in range(size):
        pivot = max(range(step, size), key=lambda r: abs(rows[r][step]))
        rows[step], rows[pivot] = rows[pivot], rows[step]
        if abs(rows[step][step]) <= SINGULAR * largest:
            raise Undefined("singular")
        for below in range(step + 1, size):
            factor = rows[below][step] / rows[step][step]
            rows[below] = [a - factor * b for a, b in zip(rows[below], rows[step], strict=True)]
    x = [0.0] * size
    for step in reversed(range(size)):
        known = dot(rows[step][step + 1 : size], x[step + 1 :])
        x[step] = (rows[step][size] - known) / rows[step][step]
    return x


def least_squares(rows: Rows, y: Sequence[float]) -> list[float]:
    """b that minimises Σ (y - X b)², the shortest of several: by the eigenvectors of X'X."""
    columns = list(zip(*rows, strict=True))
    roots, vectors = eigen([[dot(a, b) for b in columns] for a in columns])
    right = [dot(column, y) for column in columns]
    parts = [
        dot(vector, right) / root if root > 1e-12 * roots[0] else 0.0
        for root, vector in zip(roots, vectors, strict=True)
    ]
    return [math.fsum(p * v[i] for p, v in zip(parts, vectors, strict=True)) for i in range(len(columns))]


def eigen(matrix: Rows) -> tuple[list[float], list[list[float]]]:
    """Eigenvalues of a symmetric matrix, the largest first, and their vectors: Jacobi's rotations."""
    size = len(matrix)
    a = [list(row) for row in matrix]
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(60):
        if sum(abs(a[i][j]) for i in range(size) for j in range(i)) == 0:
            break
        for p in range(size):
            for q in range(p + 1, size):
                _rotate(a, vectors, p, q)
    order = sorted(range(size), key=lambda i: -a[i][i])
    return [a[i][i] for i in order], [[vectors[row][i] for row in range(size)] for i in order]


def _rotate(a: list[list[float]], vectors: list[list[float]], p: int, q: int) -> None:
    """Turn rows and columns p and q so that a[p][q] becomes zero (Golub and Van Loan, section 8.5)."""
    if abs(a[p][q]) <= 1e-17 * math.sqrt(abs(a[p][p] * a[q][q])) or a[p][q] == 0:
        a[p][q] = a[q][p] = 0.0
        return
    slope = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = math.copysign(1.0, slope) / (abs(slope) + math.sqrt(1 + slope**2))
    c = 1 / math.sqrt(1 + t**2)
    s = t * c
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )
    a[p][q] = a[q][p] = 0.0
    for row in vectors:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]


def leading_vector(matrix: Rows) -> list[float]:
    """The positive eigenvector of the largest eigenvalue of a positive matrix: by powers of the matrix."""
    size = len(matrix)
    vector = [1.0 / size] * size
    for _ in range(20_000):
        moved = [dot(row, vector) + own for row, own in zip(matrix, vector, strict=True)]
        total = math.fsum(moved)
        moved = [value / total for value in moved]
        still = max(abs(a - b) for a, b in zip(moved, vector, strict=True)) < 1e-16
        vector = moved
        if still:
            break
    return vector

"""How many factors are worth keeping: rules on eigenvalues, chance (parallel), sampling (bootstrap)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.audit.multivariate.adequacy import Complete
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

Rule: TypeAlias = Literal["kaiser", "joliffe", "share", "parallel", "bootstrap"]

KAISER, JOLIFFE = 1.0, 0.7
"""Smallest eigenvalue that is kept."""

SHARE = 0.6
"""Of the variance, that the factors kept explain together (oecd2008: 60 %)."""

EQUAL = 1e-9
SEED = 20_081
DRAWS, FEWEST = 1_000, 100
WORK = 400_000_000
"""Products of cells that the draws may take."""

CELLS = 2_000_000


@frozen
class Counts:
    """Number of factors by each rule, and what two of the rules compare with.

    Attributes
    ----------
    eigenvalues : (columns,)
        Of the correlations, largest first.
    chance : (columns,)
        95th percentile of the eigenvalues of unrelated normal columns (Horn's parallel analysis).
    low, high : (columns,)
        5th and 95th percentile over samples of units with replacement.
    draws : int
    """

    eigenvalues: Floats
    chance: Floats
    low: Floats
    high: Floats
    draws: int

    def number(self, rule: Rule) -> int:
        """Factors that a rule keeps; at least one."""
        return max(1, RULES[rule](self))


def _by_share(found: Counts) -> int:
    shares = np.cumsum(found.eigenvalues) / found.eigenvalues.sum()
    return int(np.argmax(shares >= SHARE - EQUAL)) + 1


def _leading(above: Bools) -> int:
    """How many hold before the first that does not."""
    return int(np.cumprod(above).sum())


RULES: dict[Rule, Callable[[Counts], int]] = {
    "kaiser": lambda found: int((found.eigenvalues >= KAISER - EQUAL).sum()),
    "joliffe": lambda found: int((found.eigenvalues >= JOLIFFE - EQUAL).sum()),
    "share": _by_share,
    "parallel": lambda found: _leading(found.eigenvalues > found.chance),
    "bootstrap": lambda found: _leading(found.low > KAISER),
}


def factor_counts(found: Complete, draws: int | None = None) -> Counts:
    """Eigenvalues, and the limits that chance and sampling set them; the draws have a fixed seed.

    A sample in which a column does not vary is left out. By default there are 1,000 draws, and fewer for
    large tables, at least 100.
    """
    units, columns = found.values.shape
    if draws is None:
        draws = int(np.clip(WORK / (units * columns**2), FEWEST, DRAWS))
    generator = np.random.default_rng(SEED)
    chance = _eigenvalues(_unrelated(generator, draws, units, columns))
    block = max(1, CELLS // (units * columns))
    sizes = [min(block, draws - at) for at in range(0, draws, block)]
    rows = (generator.integers(0, units, (size, units)) for size in sizes)
    drawn = np.concatenate([_eigenvalues(_resampled(found.values, some)) for some in rows])
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0) if len(drawn) else np.full((2, columns), np.nan)
    return Counts(found.spectrum, np.quantile(chance, 0.95, axis=0), low, high, draws)


def _unrelated(generator: np.random.Generator, draws: int, units: int, columns: int) -> Floats:
    """Sums of products of unrelated normal columns, (draws, columns, columns).

    With fewer columns than units, they are L L', L triangular with chi-distributed numbers in its
    diagonal (Bartlett 1933), which takes far fewer numbers than the columns themselves.
    """
    if columns >= units:
        normal = generator.standard_normal((draws, units, columns))
        normal -= normal.mean(axis=1, keepdims=True)
        return np.swapaxes(normal, 1, 2) @ normal
    lower = np.tril(generator.standard_normal((draws, columns, columns)), -1)
    squares = generator.chisquare(units - 1 - np.arange(columns), (draws, columns))
    lower[:, np.arange(columns), np.arange(columns)] = np.sqrt(squares)
    return lower @ np.swapaxes(lower, 1, 2)


def _resampled(values: Floats, rows: Ints) -> Floats:
    """Sums of products of the columns over some samples of rows; NaN where a column does not vary."""
    tables = values[rows]
    constant = np.asarray(np.asarray(tables == tables[:, :1]).all(axis=1)).any(axis=1)
    tables -= tables.mean(axis=1, keepdims=True)
    products = np.swapaxes(tables, 1, 2) @ tables
    # beside far larger values, those of a sample may be too small for their squares
    vanishing = np.asarray((np.diagonal(products, axis1=1, axis2=2) <= 0).any(axis=1))
    products[constant | vanishing] = np.nan
    return products


def _eigenvalues(products: Floats) -> Floats:
    """Of the correlations, largest first, from sums of products (draws, columns, columns)."""
    undefined = np.asarray(np.isnan(products).any(axis=(1, 2)))
    products = np.where(undefined[:, None, None], np.eye(products.shape[-1]), products)
    lengths = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    roots = np.linalg.eigvalsh(products / (lengths[:, :, None] * lengths[:, None, :]))[:, ::-1]
    return np.where(undefined[:, None], np.nan, roots)

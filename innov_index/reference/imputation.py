"""Imputation: the gaps of a table, or of the editions of a panel, are filled.

A table holds one column an indicator, each with one value a unit. One function a method.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from innov_index.reference.algebra import eigen, least_squares, solve
from innov_index.reference.moments import Undefined, deviation, mean, median, pearson
from innov_index.reference.statement import Column, Value

Table = Sequence[Column]
Centre = Callable[[Sequence[float]], float]


def present(column: Column) -> list[float]:
    """The values that are not missing."""
    return [value for value in column if value is not None]


def filled(column: Column, fill: Value) -> Column:
    """The column with a number in its gaps."""
    return [fill if value is None else value for value in column]


def centre(column: Column, of: Centre) -> Value:
    """Mean or median of the available values; None where there are none."""
    known = present(column)
    return of(known) if known else None


def constant(table: Table, *, value: Sequence[float]) -> list[Column]:
    """value"""
    return [filled(column, number) for column, number in zip(table, value, strict=True)]


def of_column(table: Table, of: Centre) -> list[Column]:
    """Mean or median of the available values of the indicator"""
    return [filled(column, centre(column, of)) for column in table]


def of_group(table: Table, of: Centre, *, by: Sequence[str], otherwise: str) -> list[Column]:
    """Mean or median of the available values of the indicator in the unit's group"""
    result = []
    for column in table:
        instead = {"missing": None, "mean": centre(column, mean), "median": centre(column, median)}[otherwise]
        groups = {
            name: centre([v for v, own in zip(column, by, strict=True) if own == name], of)
            for name in set(by) - {""}
        }
        fills = [groups.get(name) for name in by]
        result.append(
            [
                v if v is not None else (instead if fill is None else fill)
                for v, fill in zip(column, fills, strict=True)
            ]
        )
    return result


def of_unit(table: Table, of: Centre, *, signs: Sequence[int], level: Sequence[int]) -> list[Column]:
    """sign (min + (max - min) mean or median of the unit's (sign x - min) / (max - min)) in the dimension"""
    turned = [
        [None if v is None else sign * v for v in column] for column, sign in zip(table, signs, strict=True)
    ]
    ranges = [(min(known), max(known)) if (known := present(column)) else None for column in turned]
    result = []
    for place, column in enumerate(turned):
        own = ranges[place]
        filled_in = list(column)
        for unit in [unit for unit, value in enumerate(column) if value is None and own]:
            assert own is not None
            scores = [
                (value - span[0]) / (span[1] - span[0])
                for other, span in enumerate(ranges)
                if level[other] == level[place] and span is not None and span[1] > span[0]
                if (value := turned[other][unit]) is not None
            ]
            if own[0] == own[1]:
                filled_in[unit] = own[0]
            elif scores:
                filled_in[unit] = own[0] + (own[1] - own[0]) * of(scores)
        result.append([None if v is None else signs[place] * v for v in filled_in])
    return result


def nearest_neighbours(table: Table, *, k: int, weights: str) -> list[Column]:
    """Σ w x / Σ w over the k units with the smallest mean square difference of z-scores, and their ties"""
    scores = [standardised(column) for column in table]
    result = [list(column) for column in table]
    for place, column in enumerate(table):
        donors = [unit for unit, value in enumerate(column) if value is not None]
        for unit in [unit for unit, value in enumerate(column) if value is None]:
            apart = {donor: square_distance(scores, unit, donor) for donor in donors}
            ordered = sorted(d for d in apart.values() if d is not None)
            if not ordered:
                continue
            reach = ordered[min(k, len(ordered)) - 1] * (1 + 1e-12)
            near = {donor: d for donor, d in apart.items() if d is not None and d <= reach}
            shares = neighbour_weights(near, weights)
            total = math.fsum(shares.values())
            result[place][unit] = math.fsum(w * (column[d] or 0.0) for d, w in shares.items()) / total
    return result


def neighbour_weights(near: Mapping[int, float], weights: str) -> dict[int, float]:
    """1, or 1 / distance; units without any distance count alone"""
    if weights == "uniform":
        return dict.fromkeys(near, 1.0)
    same = [donor for donor, square in near.items() if square == 0]
    return dict.fromkeys(same, 1.0) if same else {donor: 1 / math.sqrt(s) for donor, s in near.items()}


def standardised(column: Column) -> Column:
    """z-scores; a constant indicator has 0"""
    known = present(column)
    if len(known) < 2 or deviation(known) == 0:
        return [None if value is None else 0.0 for value in column]
    middle, spread = mean(known), deviation(known)
    return [None if value is None else (value - middle) / spread for value in column]


def square_distance(scores: Table, a: int, b: int) -> Value:
    """Mean of (z_a - z_b)² over the indicators that both units have; below 1e-12 it counts as none"""
    squares = [
        (own - other) ** 2
        for column in scores
        if (own := column[a]) is not None and (other := column[b]) is not None
    ]
    if not squares:
        return None
    return mean(squares) if mean(squares) > 1e-12 else 0.0


def regression(table: Table, *, predictors: int | None) -> list[Column]:
    """b0 + Σ b_k x_k over the complete indicators that vary, by least squares (of minimum norm)"""
    complete = [column for column in table if None not in column and len(set(column)) > 1]
    result = []
    for column in table:
        rows = [unit for unit, value in enumerate(column) if value is not None]
        if len(rows) == len(column):
            result.append(list(column))
            continue
        y = present(column)
        chosen = complete
        if predictors is not None and predictors < len(complete) and len(set(y)) > 1:
            strength = [-abs(correlation(y, [c[r] or 0.0 for r in rows])) for c in complete]
            chosen = [
                complete[i] for i in sorted(range(len(complete)), key=lambda i: strength[i])[:predictors]
            ]
        if not chosen or len(rows) <= len(chosen) + 1:
            result.append(list(column))
            continue
        centres = [mean([c[r] or 0.0 for r in rows]) for c in chosen]
        spreads = [deviation([c[r] or 0.0 for r in rows]) or 1.0 for c in chosen]
        scaled = [[((v or 0.0) - m) / s for v in c] for c, m, s in zip(chosen, centres, spreads, strict=True)]
        slopes = least_squares([[c[r] for c in scaled] for r in rows], [v - mean(y) for v in y])
        result.append(
            [
                mean(y) + math.fsum(b * c[unit] for b, c in zip(slopes, scaled, strict=True))
                if value is None
                else value
                for unit, value in enumerate(column)
            ]
        )
    return result


def correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Pearson's correlation, 0 where one does not vary."""
    return pearson(x, y) if len(set(x)) > 1 and len(set(y)) > 1 else 0.0


def expectation_maximisation(
    table: Table, *, tolerance: float, max_iterations: int, shrinkage: float
) -> list[Column]:
    """μ_m + Σ_ma Σ_aa⁻¹ (x_a - μ_a), μ and Σ by the EM algorithm on the standardised indicators that vary

    Every gap stays where the covariance becomes singular or no round changes it by less than the tolerance.
    """
    varied = [place for place, column in enumerate(table) if len(set(present(column))) > 1]
    scores = [standardised(table[place]) for place in varied]
    normal = [0.0] * len(varied), [[float(i == j) for j in varied] for i in varied]
    result = [list(column) for column in table]
    if not varied:
        return result
    try:
        for _ in range(max_iterations):
            renewed = one_round(scores, *normal, shrinkage)
            change = largest_change(normal, renewed)
            normal = renewed
            if change < tolerance:
                break
        else:
            return result
        if eigen(normal[1])[0][-1] <= 1e-8:
            return result
        for unit in range(len(table[0])):
            expected, _ = given_the_others(scores, unit, *normal)
            for place, score in zip(varied, expected, strict=True):
                known = present(table[place])
                if table[place][unit] is None:
                    result[place][unit] = mean(known) + deviation(known) * score
    except Undefined:
        return [list(column) for column in table]
    return result


Square = list[list[float]]


def one_round(
    scores: Table, centres: list[float], joint: Square, shrinkage: float
) -> tuple[list[float], Square]:
    """Means and covariances (divisor n) of the expected values, with the covariance that is left in them"""
    places = range(len(scores))
    found = [given_the_others(scores, unit, centres, joint) for unit in range(len(scores[0]))]
    moved = [mean([expected[i] for expected, _ in found]) for i in places]
    spread = [
        [
            mean([(e[i] - moved[i]) * (e[j] - moved[j]) + left[i][j] for e, left in found])
            * (1.0 if i == j else 1 - shrinkage)
            for j in places
        ]
        for i in places
    ]
    return moved, spread


def largest_change(before: tuple[list[float], Square], after: tuple[list[float], Square]) -> float:
    """Of any mean or covariance"""
    means = [abs(a - b) for a, b in zip(before[0], after[0], strict=True)]
    rows = zip(before[1], after[1], strict=True)
    return max(means + [abs(a - b) for own, other in rows for a, b in zip(own, other, strict=True)])


def given_the_others(
    scores: Table, unit: int, centres: Sequence[float], joint: Sequence[Sequence[float]]
) -> tuple[list[float], list[list[float]]]:
    """Expectation of a unit's values given those it has, and the covariance that is left."""
    size = len(scores)
    known = [i for i in range(size) if scores[i][unit] is not None]
    gaps = [i for i in range(size) if scores[i][unit] is None]
    expected = [scores[i][unit] or 0.0 for i in range(size)]
    left = [[0.0] * size for _ in range(size)]
    if not gaps:
        return expected, left
    within = [[joint[i][j] for j in known] for i in known]
    factors = {g: solve(within, [joint[g][j] for j in known]) for g in gaps}
    for g in gaps:
        expected[g] = centres[g] + math.fsum(
            f * (expected[j] - centres[j]) for f, j in zip(factors[g], known, strict=True)
        )
        for h in gaps:
            left[g][h] = joint[g][h] - math.fsum(
                f * joint[h][j] for f, j in zip(factors[g], known, strict=True)
            )
    return expected, left


def latest(series: Column, years: Sequence[float], *, max_age: int | None = None) -> Column:
    """x of the last edition before that has it, if it is no older than max_age"""
    result: Column = []
    for place, value in enumerate(series):
        earlier = [s for s in range(place) if series[s] is not None]
        near = bool(earlier) and (max_age is None or years[place] - years[earlier[-1]] <= max_age)
        result.append(series[earlier[-1]] if value is None and near else value)
    return result


def latest_or_first(series: Column, years: Sequence[float]) -> Column:
    """x of the last edition before that has it, or else of the first after"""
    known = present(series)
    return [known[0] if value is None and known else value for value in latest(series, years)]


def linear(series: Column, years: Sequence[float]) -> Column:
    """x_r + (x_s - x_r)(t - r) / (s - r) between the nearest editions r and s that have it"""
    result = list(series)
    there = [place for place, value in enumerate(series) if value is not None]
    for place, value in enumerate(series):
        before, after = [r for r in there if r < place], [s for s in there if s > place]
        if value is None and before and after:
            r, s = before[-1], after[0]
            start, end = series[r] or 0.0, series[s] or 0.0
            result[place] = start + (end - start) * (years[place] - years[r]) / (years[s] - years[r])
    return result


def linear_constant(series: Column, years: Sequence[float]) -> Column:
    """As linear, with the first and the last value beyond the ends"""
    known = present(series)
    if not known:
        return list(series)
    inside = linear(series, years)
    first = next(place for place, value in enumerate(series) if value is not None)
    return [
        (known[0] if place < first else known[-1]) if value is None else value
        for place, value in enumerate(inside)
    ]


OF_TABLE: Mapping[str, Callable[..., list[Column]]] = {
    "constant": constant,
    "mean": lambda table: of_column(table, mean),
    "median": lambda table: of_column(table, median),
    "group_mean": lambda table, **options: of_group(table, mean, **options),
    "group_median": lambda table, **options: of_group(table, median, **options),
    "unit_mean": lambda table, **options: of_unit(table, mean, **options),
    "unit_median": lambda table, **options: of_unit(table, median, **options),
    "nearest_neighbours": nearest_neighbours,
    "regression": regression,
    "em": expectation_maximisation,
}
"""Methods that fill the table of one edition."""

OF_SERIES: Mapping[str, Callable[..., Column]] = {
    "latest": latest,
    "latest_or_first": latest_or_first,
    "linear": linear,
    "linear_constant": linear_constant,
}
"""Methods that fill the editions of one unit and indicator."""

"""A comparison of schemes, or of combinations of choices, as tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from innov_index.analysis.compare.schemes import Comparison
from innov_index.analysis.uncertainty.product import Product
from innov_index.model.sheet import Cell, Sheet, rank_cell


def ranks_sheet(comparison: Comparison, top: int | None) -> Sheet:
    """One row a unit: its rank under each scheme."""
    rows = [
        [comparison.base.units.names[unit], *(rank_cell(ranks[unit]) for ranks in comparison.ranks)]
        for unit in _units(comparison, top)
    ]
    names = [f"scheme {name}" if name == "unit" else name for name in comparison.names]
    return Sheet(["unit", *names], rows)


def comparison_sheet(comparison: Comparison, top: int | None) -> Sheet:
    """One row a unit: rank, score and shift under each scheme."""
    columns = ["unit", "name"]
    for name in comparison.names:
        columns += [f"{name}: rank", f"{name}: score"]
        columns += [f"{name}: shift"] if name != comparison.names[0] else []
    rows = []
    for unit in _units(comparison, top):
        row: list[Cell] = [comparison.base.units.codes[unit], comparison.base.units.names[unit]]
        for scheme in range(len(comparison.names)):
            row += [rank_cell(comparison.ranks[scheme, unit]), float(comparison.scores[scheme, unit])]
            row += [rank_cell(comparison.shifts[scheme, unit])] if scheme else []
        rows.append(row)
    return Sheet(columns, rows)


def agreement_sheet(comparison: Comparison) -> Sheet:
    """One row a scheme: how well its ranking agrees with that of the config as it stands."""
    rows: list[list[Cell]] = [
        [
            name,
            round(float(comparison.kendall[i]), 3),
            round(float(comparison.spearman[i]), 3),
            round(float(comparison.top_weighted[i]), 3),
            round(float(comparison.overlap[i]), 3),
            round(float(comparison.mean_shift[i]), 2),
            rank_cell(comparison.moved[i]),
        ]
        for i, name in enumerate(comparison.names)
    ]
    columns = [
        "scheme",
        "Kendall",
        "Spearman",
        "top-weighted",
        "overlap",
        "mean shift",
        "other quarter",
    ]
    return Sheet(columns, rows)


def _units(comparison: Comparison, top: int | None) -> Iterable[int]:
    return (int(unit) for unit in comparison.base.order(comparison.edition)[:top])


def causes_sheet(product: Product, top: int | None) -> Sheet:
    """One row a unit: how far it moves on average when only this choice changes, and which moves it most."""
    comparison = product.comparison
    rows = []
    for unit in _units(comparison, top):
        shifts = product.moved_by[:, unit]
        most = (
            ""
            if np.isnan(shifts).all() or np.nanmax(shifts) == 0
            else product.names[int(np.nanargmax(shifts))]
        )
        row: list[Cell] = [
            comparison.base.units.names[unit],
            *(round(float(shift), 2) for shift in shifts),
            most,
        ]
        rows.append(row)
    mean: list[Cell] = ["mean", *(round(float(shift), 2) for shift in product.mean_moved_by), None]
    return Sheet(["moved by", *product.names, "most"], [*rows, mean])

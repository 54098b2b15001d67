"""A comparison of schemes, or of combinations of choices, as tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from innov_index.analysis.compare.schemes import Comparison
from innov_index.analysis.uncertainty.product import Product
from innov_index.model.scores import IMPUTED
from innov_index.model.sheet import Cell, Sheet, part_cell, rank_cell


def ranks_sheet(comparison: Comparison, top: int | None) -> Sheet:
    """One row a unit: its rank under each scheme, and how many of its indicators are imputed."""
    names = [f"scheme {name}" if name in ("unit", IMPUTED) else name for name in comparison.names]
    marks = _imputed_cells(comparison, top)
    rows = [
        [
            comparison.base.units.names[unit],
            *(rank_cell(ranks[unit]) for ranks in comparison.ranks),
            *([marks[unit]] if marks else []),
        ]
        for unit in _units(comparison, top)
    ]
    return Sheet(["unit", *names, *([IMPUTED] if marks else [])], rows)


def _imputed_cells(comparison: Comparison, top: int | None) -> dict[int, Cell]:
    """By unit, "2 of 9" where so many of its indicators are imputed, "0-2 of 9" where schemes differ.

    Empty where no unit shown rests on imputed values.
    """
    ranked = ~np.isnan(comparison.ranks)
    indicators = len(comparison.base.framework.leaves)
    found = {}
    for unit in _units(comparison, top):
        imputed = comparison.imputed[ranked[:, unit], unit]
        low, high = (int(imputed.min()), int(imputed.max())) if len(imputed) else (0, 0)
        found[unit] = part_cell(high if low == high else f"{low}-{high}", indicators)
    return found if any(found.values()) else {}


def comparison_sheet(comparison: Comparison, top: int | None) -> Sheet:
    """One row a unit: rank, score and shift under each scheme, and how many indicators it imputes."""
    imputes = bool(comparison.imputed.any())
    columns = ["unit", "name"]
    for name in comparison.names:
        columns += [f"{name}: rank", f"{name}: score"]
        columns += [f"{name}: shift"] if name != comparison.names[0] else []
        columns += [f"{name}: {IMPUTED}"] if imputes else []
    rows = []
    for unit in _units(comparison, top):
        row: list[Cell] = [comparison.base.units.codes[unit], comparison.base.units.names[unit]]
        for scheme in range(len(comparison.names)):
            row += [rank_cell(comparison.ranks[scheme, unit]), float(comparison.scores[scheme, unit])]
            row += [rank_cell(comparison.shifts[scheme, unit])] if scheme else []
            row += [int(comparison.imputed[scheme, unit])] if imputes else []
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

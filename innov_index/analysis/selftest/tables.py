"""A selftest as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from innov_index.model.sheet import Cell, Kind, Sheet

if TYPE_CHECKING:
    from innov_index.analysis.selftest.run import Trial


def agreement_sheet(trials: Sequence[Trial]) -> Sheet:
    """One row a step: numbers compared, significant digits to which all agree, and how many differ.

    Over the config as it stands and its schemes.
    """
    rows: dict[str, list[Cell]] = {}
    for trial in trials:
        for agreement in trial.agreements:
            row = rows.setdefault(agreement.step, [0, agreement.digits, 0])
            row[0] = int(row[0] or 0) + agreement.compared
            row[1] = min(int(row[1] or 0), agreement.digits)
            row[2] = int(row[2] or 0) + len(agreement.differences)
    return Sheet(
        ["step", "numbers", "digits", "differences"],
        [[step, *row] for step, row in rows.items()],
    )


def differences_sheet(trials: Sequence[Trial]) -> Sheet:
    """One row a difference, with both values."""
    columns = ["scheme", "step", "node", "unit", "edition", "engine", "reference"]
    rows = [
        [trial.scheme, d.step, d.node, d.unit, d.edition, d.engine, d.reference]
        for trial in trials
        for d in trial.differences
    ]
    return Sheet(columns, rows, {"engine": Kind.TEXT, "reference": Kind.TEXT} if not rows else {})

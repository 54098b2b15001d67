"""A selftest as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from innov_index.model.sheet import Cell, Kind, Sheet

if TYPE_CHECKING:
    from innov_index.analysis.selftest.run import Selftest
    from innov_index.analysis.selftest.trial import Trial


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


def relations_sheet(found: Selftest) -> Sheet:
    """One row a relation that was tried: numbers compared, and how many should not have changed."""
    rows: list[list[Cell]] = [
        [own.name, own.compared, len(own.differences)] for own in found.relations if own.compared
    ]
    return Sheet(["relation", "numbers", "differences"], rows)


def differences_sheet(found: Selftest) -> Sheet:
    """One row a difference, with both values: the engine's, and the reference's or that under a change."""
    columns = ["tried", "step", "node", "unit", "edition", "engine", "other"]
    tried = [(own.scheme, own.differences) for own in found.trials]
    tried += [(own.name, list(own.differences)) for own in found.relations]
    rows: list[list[Cell]] = [
        [name, d.step, d.node, d.unit, d.edition, d.engine, d.reference]
        for name, differences in tried
        for d in differences
    ]
    return Sheet(columns, rows, {"engine": Kind.TEXT, "other": Kind.TEXT} if not rows else {})

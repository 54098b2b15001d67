"""The simplex method on a condensed tableau: linear programs that share their constraints.

A tableau that was solved for one objective is where the search for the next one starts: few pivots remain.
"""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats

TOLERANCE = 1e-11
AS_GOOD = 1e-9
"""Share by which a solution may fall short of the best and count as equally good."""
DANTZIG_PIVOTS = 2000
MAX_PIVOTS = 20000


class Simplex:
    """Linear programs over {y >= 0, A y <= b} with b >= 0, for one objective after another.

    The condensed tableau has a row for each basic and a column for each non-basic variable; the last column
    holds the values of the basic variables. Variables 0..n-1 are y, followed by the slacks of the rows.
    """

    def __init__(self, matrix: Floats, bounds: Floats) -> None:
        rows, self.size = matrix.shape
        self.tableau = np.column_stack([matrix, bounds]).astype(np.float64)
        self.free = np.arange(self.size)
        self.basic = np.arange(self.size, self.size + rows)

    @classmethod
    def started(cls, matrix: Floats, bounds: Floats) -> Simplex | None:
        """The tableau at some y that holds, for any bounds; None where no y does.

        One more variable makes up for what bounds below zero lack; its least value is sought.
        """
        short = int(np.argmin(bounds))
        if bounds[short] >= 0:
            return cls(matrix, bounds)
        start = cls(np.column_stack([matrix, -np.ones(len(matrix))]), bounds)
        lacking = matrix.shape[1]
        start.exchange(short, lacking)
        start.maximise(-np.eye(lacking + 1)[lacking])
        if start.solution()[lacking] > AS_GOOD:
            return None
        for row in np.flatnonzero(start.basic == lacking).tolist():
            # it stays in the basis at zero, where any exchange leaves the solution as it is
            start.exchange(row, int(np.argmax(np.abs(start.tableau[row, :-1]))))
        kept = np.flatnonzero(start.free != lacking)
        start.tableau = start.tableau[:, [*kept, -1]]
        start.free, start.size = start.free[kept], lacking
        start.free, start.basic = (known - (known > lacking) for known in (start.free, start.basic))
        return start

    def copy(self) -> Simplex:
        twin = object.__new__(Simplex)
        twin.size = self.size
        twin.tableau, twin.free, twin.basic = self.tableau.copy(), self.free.copy(), self.basic.copy()
        return twin

    def maximise(self, objective: Floats, then: Floats | None = None) -> Floats:
        """The y >= 0 that maximises objective·y, and of several the one that maximises then·y.

        NaN if the maximum is unbounded.
        """
        reduced = self._reduced(objective)
        closed = np.zeros(len(reduced), dtype=np.bool_)
        for pivot in range(MAX_PIVOTS):
            column = self._entering(np.where(closed, 0.0, reduced), first=pivot > DANTZIG_PIVOTS)
            if column < 0 and then is not None:
                # what would cost the first objective anything stays out
                closed, reduced, then = reduced > AS_GOOD, self._reduced(then), None
                continue
            if column < 0:
                return self.solution()
            row = self._leaving(column)
            if row < 0:
                break
            entered = reduced[column]
            self.exchange(row, column)
            reduced -= entered * self.tableau[row, :-1]
            reduced[column] = -entered * self.tableau[row, column]
        return np.full(self.size, np.nan)

    def _reduced(self, objective: Floats) -> Floats:
        """Costs of the free variables: negative where one improves the objective."""
        costs = np.concatenate([objective, np.zeros(len(self.basic))])
        return np.asarray(costs[self.basic] @ self.tableau[:, :-1] - costs[self.free])

    def exchange(self, row: int, column: int) -> None:
        """Pivot: the variable of `column` replaces that of `row` in the basis."""
        table = self.tableau
        pivot = table[row, column]
        pivot_row = table[row] / pivot
        pivot_column = table[:, column].copy()
        table -= pivot_column[:, None] * pivot_row
        table[row] = pivot_row
        table[:, column] = -pivot_column / pivot
        table[row, column] = 1.0 / pivot
        self.basic[row], self.free[column] = self.free[column], self.basic[row]

    def solution(self) -> Floats:
        """The current y."""
        found = np.zeros(self.size + len(self.basic))
        found[self.basic] = self.tableau[:, -1]
        return np.maximum(found[: self.size], 0.0)

    def _entering(self, reduced: Floats, *, first: bool) -> int:
        """Column that improves most, or (`first`) the first that does: Bland's rule, which cannot cycle."""
        if not first:
            column = int(np.argmin(reduced))
            return column if reduced[column] < -TOLERANCE else -1
        improving = np.flatnonzero(reduced < -TOLERANCE)
        return int(improving[np.argmin(self.free[improving])]) if improving.size else -1

    def _leaving(self, column: int) -> int:
        """Row that first limits the growth of `column`; of several, the one with the first variable."""
        slope = self.tableau[:, column]
        limit = np.divide(
            np.maximum(self.tableau[:, -1], 0.0),
            slope,
            out=np.full(len(slope), np.inf),
            where=slope > TOLERANCE,
        )
        least = limit.min()
        if np.isinf(least):
            return -1
        tied = np.flatnonzero(limit <= least)
        return int(tied[np.argmin(self.basic[tied])])

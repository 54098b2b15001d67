"""Which numbers are equal: the reference's own rule.

Two numbers that differ by less than a stated share (`Statement.noise`) of the largest number that they were
computed from are equal; one that is smaller than that is zero. A run of equal numbers has the value of its
first, the highest.
"""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.reference.statement import Column, Panel


def joined(values: Column, sizes: Sequence[float], noise: float) -> Column:
    """Values with equal ones made the same; `sizes` are the largest numbers each was computed from."""
    found: Column = list(values)
    first: float | None = None
    size = 0.0
    for place in sorted(
        (i for i, v in enumerate(values) if v is not None), key=lambda i: -(values[i] or 0.0)
    ):
        value = values[place] or 0.0
        if abs(value) <= noise * sizes[place]:
            value = 0.0
        if first is not None and first - value <= noise * max(size, sizes[place]):
            value = first
        else:
            first, size = value, sizes[place]
        found[place] = value
    return found


def joined_panel(panel: Panel, sizes: Sequence[Sequence[float]], noise: float, together: bool) -> Panel:
    """A panel with equal values made the same in each edition, or over all of them."""
    if not together:
        return [joined(column, own, noise) for column, own in zip(panel, sizes, strict=True)]
    everything = joined([v for column in panel for v in column], [s for own in sizes for s in own], noise)
    units = len(panel[0])
    return [everything[start : start + units] for start in range(0, len(everything), units)]

"""Screening: which units and which indicators have enough data."""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.reference.statement import Column


def enough(values: Column, min_coverage: float, min_nonzero: float) -> bool:
    """available / all >= min_coverage and non-zero / available >= min_nonzero"""
    available = [value for value in values if value is not None]
    nonzero = sum(value != 0 for value in available)
    share = 1 - (len(available) - nonzero) / len(available) if available else 0.0
    return len(available) / len(values) >= min_coverage and share >= min_nonzero


def unit_kept(values: Column, groups: Sequence[int], min_coverage: float, min_nonzero: float) -> bool:
    """Enough over all indicators, and the coverage within each dimension too"""
    parts = [[v for v, own in zip(values, groups, strict=True) if own == group] for group in set(groups)]
    return enough(values, min_coverage, min_nonzero) and all(
        enough(part, min_coverage, 0.0) for part in parts
    )

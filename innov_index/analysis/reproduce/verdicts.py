"""What is found about published figures."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The finding about the figures of a level."""

    EXACT = "exact"
    ROUNDING = "to rounding"
    NOT = "not reproduced"
    CONSISTENT = "consistent, inputs unverified"
    INCONSISTENT = "not consistent, inputs unverified"

    @property
    def holds(self) -> bool:
        return self in (Verdict.EXACT, Verdict.ROUNDING, Verdict.CONSISTENT)

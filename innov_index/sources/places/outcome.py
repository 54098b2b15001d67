"""What is known of a record's place."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("unit", "city", "state", "country", "latitude", "longitude", "institution")
"""What columns of a record can say of its place."""

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a record belongs.

    `unit` is None where it belongs to none; `cause` then says why: it lies `outside`, or its place is not
    known. `level` is the comparison that decided. `candidates` are the places that an ambiguous name can
    mean.
    """

    unit: str | None
    level: str
    cause: str = ""
    city: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def located(self) -> bool:
        """Whether the place is known, in a unit or outside."""
        return self.cause in ("", OUTSIDE)

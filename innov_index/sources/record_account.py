"""What became of every record: where it belongs, or why it was left out; counted by cause."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from innov_index.sources.column_evidence import Evidence, added

LISTED_STATES, LISTED_COUNTRIES = "listed_states", "listed_countries"
"""Roles of columns with all states and countries of a record, of which one is that of the city."""

STATED_ROLES = ("unit", "city", "state", "country", "latitude", "longitude", "institution", "address")
"""Roles of columns that a file may have about the place of a record."""

ROLES = (*STATED_ROLES, LISTED_STATES, LISTED_COUNTRIES)
"""Roles of the columns that describe the place of a record."""

OUTSIDE = "outside"

LOCATED = ("", OUTSIDE)
"""Causes of records whose place is known, inside a unit or outside all of them."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a record belongs.

    `unit` is None where the record belongs to no unit; `cause` then says why: the place is `outside` all of
    them, or unknown. `level` is the comparison that decided. `candidates` are the places that an ambiguous
    name may refer to, `taken_for` is the one that a misspelt name is taken for. `said` tells how a text was
    read that is no unit literally. It `contradicts` the record if that states another country.
    """

    unit: str | None
    level: str
    cause: str = ""
    city: str = ""
    candidates: tuple[str, ...] = ()
    taken_for: str = ""
    said: str = ""
    contradicts: bool = False

    @property
    def located(self) -> bool:
        """Whether the place is known, inside a unit or outside all of them."""
        return self.cause in LOCATED


PlaceTexts: TypeAlias = tuple[tuple[str, str], ...]
"""What a record states about its place: (role, text) pairs."""

SIMILAR_NAME = "similar name"
"""How the place of a record was found whose city is misspelt."""

FUZZY = ("typo", "transliterated", SIMILAR_NAME)
"""Comparisons whose results a person should check."""

MOST_NOTED = 1_000
"""Records kept for review: the first ones by file and line."""


@dataclass(frozen=True, order=True)
class NotedRecord:
    """A single record that a person should check."""

    file: str
    line: int
    cause: str
    text: str


@dataclass
class RecordAccount:
    """Counts of records. Accounts of disjoint sets of records can be added.

    `read` counts records by file and `unreadable` cells without the expected number by column. `repaired` and
    `left_out` count by cause, `levels` by how the place was found, `unplaced` by cause and the texts that
    describe the place, `doubtful` by cause, texts and candidates. `sought` counts the records that have a
    key of a lookup, by its table, and `missed` those whose key is not there. Every record read is either
    left out, inside a unit (`inside`), elsewhere (`outside`) or unplaced; one that a lookup makes several
    rows of counts row by row. `evidence` is what cells show of how their column is to be read, `said` are
    choices made in reading.
    """

    read: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    inside: int = 0
    outside: int = 0
    unplaced: Counter[tuple[str, PlaceTexts]] = field(default_factory=Counter)
    doubtful: Counter[tuple[str, PlaceTexts, tuple[str, ...]]] = field(default_factory=Counter)
    sought: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    evidence: Evidence = field(default_factory=dict)
    noted: tuple[NotedRecord, ...] = ()
    said: tuple[str, ...] = ()

    def __add__(self, other: RecordAccount) -> RecordAccount:
        return RecordAccount(
            self.read + other.read,
            self.unreadable + other.unreadable,
            self.repaired + other.repaired,
            self.left_out + other.left_out,
            self.levels + other.levels,
            self.inside + other.inside,
            self.outside + other.outside,
            self.unplaced + other.unplaced,
            self.doubtful + other.doubtful,
            self.sought + other.sought,
            self.missed + other.missed,
            self.passed + other.passed,
            added(self.evidence, other.evidence),
            first_noted((*self.noted, *other.noted)),
            merged_remarks(self.said, other.said),
        )

    def copied(self) -> RecordAccount:
        """The same counts, to be added to apart from these."""
        copied = replace(self)
        for name, own in vars(self).items():
            if isinstance(own, Counter):
                setattr(copied, name, own.copy())
        return copied

    def add(self, placement: Placement, texts: PlaceTexts, count: int = 1) -> None:
        """Count records with this placement."""
        self.levels[placement.level] += count
        if placement.unit is not None:
            self.inside += count
        elif placement.located:
            self.outside += count
        else:
            self.unplaced[placement.cause, texts] += count
        if is_doubtful(placement):
            cause = "ambiguous" if placement.candidates else placement.level
            shown = placement.candidates or ((placement.taken_for,) if placement.taken_for else ())
            self.doubtful[cause, texts, shown] += count

    @property
    def records(self) -> int:
        """Number of records read."""
        return sum(self.read.values())

    @property
    def not_placed(self) -> int:
        """Number of records whose place is unknown."""
        return sum(self.unplaced.values())

    @property
    def kept(self) -> int:
        """Number of records that were not left out."""
        return self.inside + self.outside + self.not_placed

    @property
    def share_placed(self) -> float:
        """Share of the kept records whose place is known, inside a unit or elsewhere."""
        return (self.inside + self.outside) / self.kept if self.kept else 1.0


def is_doubtful(placement: Placement) -> bool:
    """Whether a person should check this placement."""
    return bool(placement.candidates) or placement.level in FUZZY


def merged_remarks(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Remarks of two sets of records, each once, sorted: records come in any order."""
    return one if not other or one == other else tuple(sorted({*one, *other}))


def first_noted(noted: tuple[NotedRecord, ...]) -> tuple[NotedRecord, ...]:
    """The first records by file and line, at most `MOST_NOTED`."""
    return tuple(sorted(noted)) if len(noted) <= MOST_NOTED else tuple(heapq.nsmallest(MOST_NOTED, noted))

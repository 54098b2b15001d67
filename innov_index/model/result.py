"""`Result`: what every analysis gives back, whatever shows or writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from innov_index.model.provenance import Provenance
from innov_index.model.sheet import Sheet

if TYPE_CHECKING:
    import pandas


class Tables(Mapping[str, Sheet]):
    """Tables by name, each made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Sheet]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, Sheet] = {}

    def __getitem__(self, name: str) -> Sheet:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True)
class Shown:
    """A table as a person reads it on a screen: fewer columns than the table that is written."""

    sheet: Sheet
    title: str | None = None


@dataclass(frozen=True)
class Result:
    """The answer of an analysis.

    Attributes
    ----------
    title : str
        Of the index, and what was asked.
    tables : mapping
        Every table by name, whole; the first is the one that is written where none is named.
    sentences : texts
        The findings, the most important first.
    remarks : texts
        What a reader must know beside the findings: choices without effect, what is doubtful or left out.
    screen : mapping
        For a table by name, what a screen shows of it where that is not the table itself. A table that is in
        neither `screen` nor `tables` is not shown.
    provenance : callable
        Hashes of config and data; worked out when asked for, as nothing else reads the files again.
    facts : Any
        The typed findings behind tables and sentences, for code that computes further.
    """

    title: str
    tables: Tables
    sentences: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    screen: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    provenance: Callable[[], Provenance] | None = None
    facts: Any = None

    def to_frame(self, name: str | None = None) -> pandas.DataFrame:
        """One table as a data frame, the first by default."""
        import pandas

        sheet = self.tables[name if name is not None else next(iter(self.tables))]
        return pandas.DataFrame(list(sheet.rows), columns=list(sheet.columns))

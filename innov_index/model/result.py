"""`Result`: what every analysis gives back, whatever shows or writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from innov_index.errors import InnovIndexError, look_up
from innov_index.frozen import frozen
from innov_index.model.notebook import html_of
from innov_index.model.provenance import JointProvenance, Provenance
from innov_index.model.sheet import Sheet
from innov_index.wording import listed, visible

if TYPE_CHECKING:
    import pandas

Value = TypeVar("Value")


class Lazy(Mapping[str, Value]):
    """Values by name, each made when it is first asked for; pickled as made."""

    def __init__(self, makers: Mapping[str, Callable[[], Value]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class Gravity(IntEnum):
    """What a remark is about; the gravest comes first."""

    FIGURE = 1
    """A figure is missing, or is not what it seems."""
    CHOICE = 2
    """A choice has no effect."""
    DATA = 3
    """Data were left out, filled in or changed."""
    NOTE = 4
    """How to read the result, what it was read from, how it compares."""


class Remark(str):
    """A text about a result that knows its gravity and its kind.

    `kind` names many remarks of one kind, in the plural: "indicators beyond a bound". A text without a kind,
    such as a plain `str`, stands alone.
    """

    gravity: Gravity
    kind: str

    def __new__(cls, text: str, gravity: Gravity = Gravity.NOTE, kind: str = "") -> Remark:
        remark = super().__new__(cls, text)
        remark.gravity = gravity
        remark.kind = kind
        return remark

    @staticmethod
    def about(subject: str, remark: str) -> Remark:
        """The remark, said of one subject among several, such as a scheme."""
        text = f"{subject}: {remark}"
        return Remark(text, remark.gravity, remark.kind) if isinstance(remark, Remark) else Remark(text)


@frozen
class Shown:
    """A table as a person reads it on a screen: often fewer columns than the table that is written."""

    sheet: Sheet
    title: str | None = None


@frozen
class Listed:
    """Sentences as a list of items, under a heading where it has one."""

    texts: Sequence[str]
    heading: str | None = None


@frozen
class Remarks:
    """Remarks under a heading where they have one; a screen has room for the gravest."""

    texts: Sequence[str]
    heading: str | None = None

    @cached_property
    def by_kind(self) -> list[list[str]]:
        """The remarks of each kind, the gravest kind first; each text once."""
        kinds: dict[str, list[str]] = {}
        for text in dict.fromkeys(self.texts):
            kinds.setdefault(_kind(text) or text, []).append(text)
        return sorted(kinds.values(), key=lambda kind: min(map(_gravity, kind)))

    @property
    def in_order(self) -> list[str]:
        """All remarks, the gravest first."""
        return [text for kind in self.by_kind for text in kind]

    def gravest(self, lines: int) -> list[str]:
        """About this many lines: of each kind some examples, and how many more there are.

        Where that is more, the least grave kinds give way. The last line says where the others are.
        """
        kinds = self.by_kind
        for most in (3, 2, 1):
            shortened = [_examples(kind, most) for kind in kinds]
            if sum(map(_height, shortened)) <= lines:
                break
        fitting, height = 0, 0
        for examples in shortened:
            height += _height(examples)
            if fitting and height > lines:
                break
            fitting += 1
        shown = [text for examples in shortened[:fitting] for text in examples]
        number = len(self.in_order)
        return shown if shown == self.in_order else [*shown, f"--remarks shows all {number:,} remarks"]


_LINE = 100
"""Letters that are taken for a line, whatever the terminal, so that every terminal shows the same."""


def _height(texts: Sequence[str]) -> int:
    return sum(1 + len(text) // _LINE for text in texts)


def _examples(kind: Sequence[str], most: int) -> list[str]:
    """The first remarks of a kind, and how many more there are; all of them where that is no longer."""
    if len(kind) <= most + 1:
        return list(kind)
    return [*kind[:most], f"… and {len(kind) - most:,} more {_kind(kind[0])}"]


def _kind(text: str) -> str:
    return text.kind if isinstance(text, Remark) else ""


def _gravity(text: str) -> Gravity:
    return text.gravity if isinstance(text, Remark) else Gravity.NOTE


@frozen
class Lines:
    """Lines of text as they are."""

    texts: Sequence[str]


Part: TypeAlias = Shown | Listed | Remarks | Lines


@frozen
class Beside:
    """A table that is written along: FILE.suffix.csv beside FILE.csv, a further sheet of a workbook."""

    suffix: str
    title: str
    make: Callable[[], Sheet]

    @cached_property
    def sheet(self) -> Sheet:
        """The table, made when it is first asked for."""
        return self.make()


class Unstored:
    """In the place of facts that hold functions, of which a file has none: asked for one, it says so."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __repr__(self) -> str:
        return f"<Unstored: {self._kind}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise InnovIndexError(
            f"facts.{name}: tables and sentences of a result are stored, but not its facts ({self._kind}); "
            "ask the index again"
        )


def _storable(facts: Any) -> Any:
    import pickle

    try:
        pickle.dumps(facts)
    except (pickle.PicklingError, AttributeError, TypeError):
        return Unstored(type(facts).__name__)
    return facts


@frozen
class Kept:
    """What has been made, in the place of its maker."""

    made: Any

    def __call__(self, *_: object) -> Any:
        return self.made


@frozen
class Result:
    """The answer of an analysis.

    Attributes
    ----------
    title : str
        Of the index, and what was asked.
    tables : mapping
        Every table by name, whole; the first is the one that is written where none is named.
    edition : str, optional
        The edition of a panel that the answer is about; said before all else, wherever the result is shown.
    sentences : texts
        The findings, the most important first.
    remarks : texts
        What a reader must know beside the findings: choices without effect, what is doubtful or left out.
    screens : mapping
        For a table by name, what a screen shows in its place. A table without an entry is shown whole,
        followed by sentences and remarks.
    beside : tables
        Written along with whichever table is written.
    made_from : callable, optional
        Gives the provenance for what was said. Hashes are worked out when asked for: most results are only
        looked at.
    holds : bool
        Whether the answer is yes, where the question was one of yes or no.
    facts : Any
        The typed findings behind tables and sentences, for code that computes further.
    """

    title: str
    tables: Mapping[str, Sheet]
    edition: str | None = None
    sentences: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    screens: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
    made_from: Callable[[Sequence[str]], Provenance | JointProvenance] | None = None
    holds: bool = True
    facts: Any = None

    def __repr__(self) -> str:
        names = [*self.tables, *(each.suffix for each in self.beside)]
        first = f"; {visible(self.sentences[0])[:300]}" if self.sentences else ""
        more = f", … {len(names) - 12} more" if len(names) > 12 else ""
        return f"<Result {self.title[:200]!r}: to_frame() of {', '.join(names[:12])}{more}{first}>"

    def _repr_html_(self) -> str:
        """Title, sentences and the first rows of the first table, for notebooks."""
        title = self.title if self.edition is None else f"{self.title}, edition {self.edition}"
        others = [*self.tables, *(each.suffix for each in self.beside)][1:]
        note = f"to_frame(name) also has {listed(others, 12)}" if others else ""
        said = (*self.sentences, *Remarks(self.remarks).in_order)
        return html_of(title, self.table() if self.tables else None, said, note)

    def __copy__(self) -> Result:
        return self  # nothing of it ever changes

    def __deepcopy__(self, _: dict[int, Any]) -> Result:
        return self

    def __getstate__(self) -> dict[str, Any]:
        """As stored: every table and the provenance are made; see `Unstored` for the facts."""
        made = None if self.made_from is None else Kept(self.provenance)
        beside = tuple(Beside(each.suffix, each.title, Kept(each.sheet)) for each in self.beside)
        return {**self.__dict__, "made_from": made, "beside": beside, "facts": _storable(self.facts)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def said(self) -> tuple[str, ...]:
        """The edition, sentences and remarks."""
        return (*self.findings, *self.remarks)

    @property
    def findings(self) -> tuple[str, ...]:
        """The edition and the sentences."""
        return (*self._of_edition, *self.sentences)

    @property
    def _of_edition(self) -> tuple[str, ...]:
        return () if self.edition is None else (f"edition {self.edition}",)

    @property
    def provenance(self) -> Provenance | JointProvenance | None:
        """What the result was made from, with what it says of itself."""
        return self.made_from(self.said) if self.made_from is not None else None

    def table(self, name: str | None = None) -> Sheet:
        """One table, the first by default.

        Raises
        ------
        InnovIndexError
            The result has no table of this name.
        """
        return look_up(self.tables, name if name is not None else next(iter(self.tables)), "table")

    def screen(self, name: str | None = None) -> Sequence[Part]:
        """What a screen shows for one table, the first by default."""
        name = name if name is not None else next(iter(self.tables))
        about = (Lines(self._of_edition),) if self._of_edition else ()
        shown = self.screens.get(name)
        if shown is None:
            shown = Shown(self.table(name)), Listed(self.sentences), Remarks(self.remarks)
        return *about, *shown

    def to_frame(self, name: str | None = None) -> pandas.DataFrame:
        """One table as a data frame, the first by default; columns have the types that their kinds say.

        Parameters
        ----------
        name : str, optional
            Of one of `tables`, or the suffix of one `beside` them, such as "changed".

        Raises
        ------
        InnovIndexError
            The result has no table of this name.
        """
        if name is None:
            return self.table().to_frame()
        beside = {each.suffix: each for each in self.beside if each.suffix not in self.tables}
        known = dict.fromkeys((*self.tables, *beside))
        look_up(known, name, "table")
        return (beside[name].sheet if name in beside else self.table(name)).to_frame()

"""The names in an area that what is written may be a misspelling of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from innov_index.frozen import frozen
from innov_index.sources.places.spelling_edits import Edit, edits

MOST_EDITS = 3
SHORTEST = 4
"""Letters that a name has at least; of fewer, too many other names differ in one letter."""
SHORTEST_CUT = 10
"""Letters that are left of a name that was cut off, at least."""
_MOST_ALIKE = 40
_MOST_LONGER = 10

_ABBREVIATED = {
    **dict.fromkeys(("saint", "sankt", "sainte", "ste"), "st"),
    "mount": "mt",
    "fort": "ft",
    "heights": "hts",
    "township": "twp",
    "springs": "spgs",
    "junction": "jct",
}

_LARGER_AREAS = (
    "hsien xian county province prefecture ken gun oblast region state district kreis landkreis canton "
    "department departement fu estado sheng"
)
_LARGER = frozenset(_LARGER_AREAS.split())
"""Words that make the name of a larger area of that of a city."""

_STREET_WORDS = "rd road street str strasse avenue ave rue via calle"
_STREETS = frozenset(_STREET_WORDS.split())

_LINKS = "op aan am an im ob bei der de du des sur sous en le la les del di al upon on under"
_GOES_ON = frozenset(_LINKS.split())
"""Words after which a name goes on: of `Bergen op Zoom`, `Bergen op` is no Bergen."""

_NEAR = frozenset(["bei", "near", "nr", "by"])
"""Words that a place nearby follows."""

_FEATURES = (
    "ku gu harbor harbour beach island park heights hts hills hill bay lake valley point creek village "
    "junction ridge shores illit ilit"
)
_ELSEWHERE = frozenset(_FEATURES.split())
"""Words that make the name of another place of that of a city: `Victoria Harbour`."""

_SIDES = "north south east west northeast northwest southeast southwest n s e w ne nw se sw no so upper lower"
DIRECTIONS = frozenset(_SIDES.split())
_KINDS_OF_TOWNS = "city twp township town usa us"
_AFTER_AMERICAN_NAMES = DIRECTIONS | frozenset(_KINDS_OF_TOWNS.split())


@frozen
class Named:
    """What a spelling names: cities of the gazetteer, or none of them."""

    ids: tuple[str, ...]
    population: int = 0
    is_alias: bool = False


@frozen
class Resemblance:
    """How what is written may be a name.

    `errors` are in its letters, in the first or last of them or not; the words `before` and `after` do not
    belong to it. Of the name, `cut` letters are left out at its end, or `lacking` ones as whole words.
    `is_disputed` where the words left over are another place.
    """

    name: str
    named: Named
    errors: tuple[Edit, ...] = ()
    at_first: bool = False
    at_last: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    cut: int = 0
    lacking: int = 0
    is_disputed: bool = False

    @property
    def others(self) -> tuple[str, ...]:
        """The words that do not belong to the name."""
        return (*self.before, *self.after)


def spelling(words: Sequence[str]) -> str:
    """Words of a folded name as one, with what is often abbreviated always so.

    >>> spelling(["saint", "louis"]), spelling(["st", "louis"])
    ('stlouis', 'stlouis')
    """
    return "".join(_ABBREVIATED.get(word, word) for word in words)


class NamesOfArea:
    """All names of a country, or of a state in the USA, as they are compared.

    Parameters
    ----------
    named
        Folded names with what they name, the most telling first: of two spelled alike the first counts.
    country, state
        Two letters; no state where the area is the country.
    """

    def __init__(self, named: Sequence[tuple[str, Named]], country: str, state: str) -> None:
        self.country, self.state = country, state
        self._named: dict[str, Named] = {}
        self._words: dict[str, list[str]] = {}
        for name, meant in named:
            words = name.split()
            if words and not (meant.is_alias and words[-1] in _LARGER):
                key = spelling(words)
                if self._named.setdefault(key, meant) is meant:
                    self._words[key] = words
        self._by_length = sorted(self._named, key=len)
        self._lengths = [len(name) for name in self._by_length]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._named)

    @cached_property
    def _parts(self) -> Mapping[str, list[str]]:
        """Names of several words by the words with which they begin or end."""
        parts: dict[str, list[str]] = {}
        for name, words in self._words.items():
            for at in range(1, len(words)):
                for part in (words[:at], words[at:]):
                    parts.setdefault(spelling(part), []).append(name)
        return parts

    def named(self, words: Sequence[str]) -> Named | None:
        """What a name without an error means, spaces aside; None where it is none."""
        return self._named.get(spelling(words))

    def resemblances(self, words: Sequence[str]) -> list[Resemblance]:
        """The names that the words of a folded name resemble."""
        written = spelling(words)
        whole = [*self._with_errors(written, MOST_EDITS), *self._longer(written)]
        return [*whole, *self._among(tuple(words))]

    def _with_errors(self, written: str, most: int) -> Iterator[Resemblance]:
        for name in self._alike(written, min(most, len(written) // 3)):
            same = name == written
            yield Resemblance(
                name,
                self._named[name],
                () if same else edits(written, name),
                not same and written[:1] != name[:1],
                not same and written[-1:] != name[-1:],
            )

    def _alike(self, written: str, most: int) -> list[str]:
        """The names that differ in at most so many letters, those that differ least first."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(written) < SHORTEST:
            return []
        if most == 0:
            return [written] if written in self._named else []
        window = self._by_length[
            bisect_left(self._lengths, len(written) - most) : bisect_left(
                self._lengths, len(written) + most + 1
            )
        ]
        found = process.extract(written, window, scorer=OSA.distance, score_cutoff=most, limit=_MOST_ALIKE)
        return [name for name, _, _ in found]

    def _longer(self, written: str) -> Iterator[Resemblance]:
        """Names with further words, or cut off."""
        if len(written) <= SHORTEST:
            return
        with_words = self._parts.get(written, [])
        for name in with_words[:_MOST_LONGER]:
            yield Resemblance(name, self._named[name], lacking=len(name) - len(written))
        at = bisect_left(self._sorted, written)
        for name in self._sorted[at : at + _MOST_LONGER]:
            if name.startswith(written) and len(name) > len(written) + 1 and name not in with_words:
                yield Resemblance(name, self._named[name], cut=len(name) - len(written))

    def _among(self, words: tuple[str, ...]) -> list[Resemblance]:
        """Names among the words: `Winterthur Iberg`, `NL BK Eindhoven`."""
        found: dict[tuple[int, int], list[Resemblance]] = {}
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                before, after = words[:start], words[end:]
                if (before or after) and self._may_be_left_over(before, after):
                    written = spelling(words[start:end])
                    most = 0 if before and after else _errors_among(written)
                    found[start, end] = [*self._with_errors(written, most)]
        return [
            Resemblance(
                own.name, own.named, own.errors, own.at_first, own.at_last, words[:start], words[end:],
                is_disputed=any(
                    other.named.ids != own.named.ids or not own.named.ids
                    for rest in ((0, start), (end, len(words)))
                    for other in found.get(rest, ())
                ),
            )
            for (start, end), resembled in found.items()
            for own in resembled
        ]  # fmt: skip

    def _may_be_left_over(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether a name may stand between these words: not `Taipei County`, nor `Los Altos Hills`."""
        if (_GOES_ON | _ELSEWHERE).intersection(after[:1]) or _NEAR.intersection(before[-1:]):
            return False
        if not (_LARGER | _STREETS).isdisjoint((*before, *after)):
            return False
        if self.country != "US":
            return True
        return all(word in DIRECTIONS or len(word) <= 2 for word in before) and all(
            word in _AFTER_AMERICAN_NAMES or word == self.state.lower() for word in after
        )


def _errors_among(written: str) -> int:
    """The errors that a name among other words may have."""
    return 0 if len(written) < 6 else 1 if len(written) < 9 else 2

"""Matching the units of an announcement with those of an index: only where there is no doubt.

A name matches one that is the same; else one that is the same but for case, accents, dashes, quotes and dots;
else one that only has a word such as "City" more or less, or something after a comma ("Korea, Rep." and
"Korea, Dem." are no match: both have). A name with two candidates, or a candidate wanted by two names, is
left unmatched.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORDS = frozenset(
    {"city", "town", "metro", "metropolitan", "area", "region", "ma", "greater", "the", "of", "and"}
)
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "&": " "})
_NEAREST = 3


@dataclass(frozen=True)
class Matches:
    """Who is who.

    `found` holds for each matched name the position of its unit. `inexact` pairs names with the different
    spelling they were matched with. `unmatched` holds the other names, each with the nearest candidates.
    """

    found: Mapping[str, int]
    inexact: tuple[tuple[str, str], ...]
    unmatched: Mapping[str, tuple[str, ...]]


def match(names: Iterable[str], known: Sequence[str]) -> Matches:
    """Match each name with one of the known ones."""
    distinct = list(dict.fromkeys(names))
    found: dict[str, int] = {}
    for spelling in (_as_it_is, folded, without_common_words, before_comma):
        open_names = [name for name in distinct if name not in found]
        taken = set(found.values())
        free = [index for index in range(len(known)) if index not in taken]
        found |= _unambiguous(open_names, known, free, spelling)
    inexact = tuple((name, known[index]) for name, index in found.items() if name != known[index])
    taken = set(found.values())
    candidates = [other for index, other in enumerate(known) if index not in taken]
    unmatched = {name: nearest(name, candidates) for name in distinct if name not in found}
    return Matches(found, inexact, unmatched)


def folded(name: str) -> str:
    """The name without case, accents, and kinds of dashes, quotes, dots and spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(re.split(r"[\W_]+", letters)).strip()


def without_common_words(name: str) -> str:
    """The folded name without words such as "city" and "greater"."""
    return " ".join(word for word in folded(name).split() if word not in _WORDS)


def before_comma(name: str) -> str:
    """The folded name up to its first comma or bracket: "Paris, France" → "paris"."""
    return without_common_words(re.split(r"[,(]", name)[0])


def nearest(name: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """The names that are spelt most alike, at most three."""
    by_spelling: dict[str, list[str]] = {}
    for candidate in candidates:
        by_spelling.setdefault(folded(candidate), []).append(candidate)
    close = difflib.get_close_matches(folded(name), by_spelling, n=_NEAREST, cutoff=0.6)
    start = without_common_words(name)
    begins = [spelling for spelling in by_spelling if start and spelling.startswith(start)]
    chosen = dict.fromkeys([*close, *begins])
    return tuple(candidate for spelling in chosen for candidate in by_spelling[spelling])[:_NEAREST]


def _as_it_is(name: str) -> str:
    return name


def _unambiguous(
    names: Sequence[str], known: Sequence[str], free: Sequence[int], spelling: Callable[[str], str]
) -> dict[str, int]:
    """Names whose spelling one free known name has, and that no other name shares.

    At least one of the two must be spelt so in full.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(spelling(name), []).append(name)
    offered: dict[str, list[int]] = {}
    for index in free:
        offered.setdefault(spelling(known[index]), []).append(index)
    pairs = {
        same[0]: offered[key][0]
        for key, same in wanted.items()
        if key and len(same) == 1 and len(offered.get(key, ())) == 1
    }
    if spelling is _as_it_is:
        return pairs
    return {
        name: index for name, index in pairs.items() if spelling(name) in (folded(name), folded(known[index]))
    }

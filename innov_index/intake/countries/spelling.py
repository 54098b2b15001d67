"""How names of countries are compared: what does not matter, and which words tell little."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from innov_index.intake.folding import fold

_IGNORED = frozenset({"the", "of", "and"})
_WRITTEN_OUT = {
    "st": "saint", "sts": "states", "rep": "republic", "dem": "democratic", "fed": "federated",
    "is": "islands", "isl": "islands",
}  # fmt: skip
_INVERTED = r"([^,()\[\]]++)[,(\[]([^,()\[\]]++)[)\]]?[\W_]*"

_SAYS_LITTLE = (
    "republic|democratic|peoples?|s|federal|federated|federation|islamic|arab|kingdom|states?|islands?|saint|"
    "union|united|commonwealth|principality|province|special|administrative|region|sar|"
    "new|city|area|metropolitan|metro|town|greater"
)
_SIDE = "((north|south)?(east|west)?|north|south)(ern)?|equatorial|central|upper|lower"
_CLOSE = 0.75


def spelling(text: str) -> str:
    """The name without capitals, accents, punctuation, spaces, "the", "of" and "and"; "Rep." is written out.

    >>> spelling("The Rep. of Côte d'Ivoire") == spelling("republic Cote-dIvoire")
    True
    """
    return "".join(_words(text))


def spellings(text: str) -> tuple[str, ...]:
    """The spelling; for "Korea, Republic of" and "Korea (Republic of)" also that of "Republic of Korea"."""
    own = spelling(text)
    inverted = re.fullmatch(_INVERTED, text.strip())
    if inverted is None:
        return (own,)
    turned = spelling(f"{inverted[2]} {inverted[1]}")
    return (own,) if turned == own else (own, turned)


def near_names(text: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The most similar of the names, best first.

    Words that many names share, such as "Republic" and "Islands", count for nothing: what is left of both
    must be similar, and sides of the compass must be the same.

    >>> near_names("Kyrgyz Republic", ["Czech Republic", "Kyrgyzstan", "Slovak Republic"])
    ('Kyrgyzstan',)
    >>> near_names("North Korea", ["South Korea"])
    ()
    """
    telling, sides = _telling(text)
    whole = spelling(text)
    matcher = difflib.SequenceMatcher(autojunk=False)
    found = []
    for name in dict.fromkeys(names):
        other, other_sides = _telling(name)
        # two names without a word of their own, such as United States, are compared as a whole
        one, two = (telling, other) if telling and other else (whole, spelling(name))
        if other_sides != sides or 2 * min(len(one), len(two)) < _CLOSE * (len(one) + len(two)) or not one:
            continue
        matcher.set_seq2(one)  # kept where it is the same as before
        matcher.set_seq1(two)
        if matcher.quick_ratio() >= _CLOSE and (likeness := matcher.ratio()) >= _CLOSE:
            found.append((-likeness, name))
    return tuple(name for _, name in sorted(found)[:most])


def _words(text: str) -> list[str]:
    return [_WRITTEN_OUT.get(word, word) for word in fold(text).split() if word not in _IGNORED]


@lru_cache(maxsize=1 << 16)
def _telling(text: str) -> tuple[str, frozenset[str]]:
    """The letters of the words that tell a name from others, and its sides of the compass."""
    words = _words(text)
    sides = frozenset(word for word in words if re.fullmatch(_SIDE, word))
    telling = [word for word in words if word not in sides and not re.fullmatch(_SAYS_LITTLE, word)]
    return "".join(telling), sides

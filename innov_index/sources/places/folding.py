"""One spelling for a name: no accents, no capitals, no punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae", "ı": "i", "ß": "ss"}
    | {"œ": "oe", "Œ": "oe", "ð": "d", "þ": "th", "’": " ", "‘": " "}
)
_OTHER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1 << 18)
def fold(text: str) -> str:
    """The name in lower-case Latin letters and digits, words with one space between."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _OTHER.sub(" ", text.casefold()).strip()


def fold_institution(text: str) -> str:
    """The folded name of an institution: `&` is `and`, and no leading `the`."""
    return fold(text.replace("&", " and ")).removeprefix("the ")

"""Folding: names without what spelling may change, such as capitals, accents and punctuation.

Every comparison of names starts here, so that none knows a letter that another does not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": " ", "‘": " "}
)
"""Letters that Unicode does not take apart into a letter of the alphabet and an accent."""

_NOT_LATIN = re.compile(r"[^a-z0-9]+")
_NOT_IN_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 18)
def fold(text: str) -> str:
    """The name in lower-case Latin letters and digits, words separated by single spaces."""
    return _NOT_LATIN.sub(" ", _plain(text)).strip()


def fold_name(text: str) -> str:
    """The folded name of a place; where it has no Latin letters, those of its own script.

    >>> fold_name("São Paulo"), fold_name("上海")
    ('sao paulo', '上海')
    """
    latin = fold(text)
    return latin if any(map(str.isalpha, latin)) else fold_in_any_script(text)


def fold_in_any_script(text: str) -> str:
    """The folded name, with the letters of other scripts as they are."""
    return _NOT_IN_WORDS.sub(" ", _plain(text)).strip()


def _plain(text: str) -> str:
    """Lower-case letters without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    # once more: some signs come apart into capitals, such as ℌ into H
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def read_as_utf8(text: str) -> str:
    """The text as it was, if it was written in UTF-8 and read as Windows-1252; otherwise unchanged.

    >>> read_as_utf8("TÃ¼rkiye"), read_as_utf8("Türkiye")
    ('Türkiye', 'Türkiye')
    """
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text

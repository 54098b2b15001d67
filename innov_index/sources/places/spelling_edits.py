"""The typing errors that make one spelling of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Edit = Literal["doubled", "alike", "other", "extra", "missing", "swapped"]
"""A letter doubled or no longer double; in place of one of similar sound, or of any; too many; left out; two
letters in each other's place."""

_COSTS: dict[Edit, float] = {
    "doubled": 0.6,
    "alike": 0.8,
    "other": 1.1,
    "extra": 1.0,
    "missing": 1.0,
    "swapped": 0.8,
}
"""Of several ways to explain a spelling, the cheapest is taken."""

_VOWELS = frozenset("aeiouy")
_SIMILAR = "ck cs sz vw bv fv gj mn dt bp gk ij lr cg uv qg"
_ALIKE = frozenset(own for pair in _SIMILAR.split() for own in (pair, pair[::-1]))


def edits(written: str, name: str) -> tuple[Edit, ...]:
    """The errors that turn a name into what is written.

    >>> edits("insbruck", "innsbruck"), edits("pfaffnehofen", "pfaffenhofen")
    (('doubled',), ('swapped',))
    """
    start = common_start(written, name)
    before, written, name = written[:start][-1:], written[start:], name[start:]
    end = common_start(written[::-1], name[::-1])
    after = written[len(written) - end :][:1]
    return _explained(written[: len(written) - end], name[: len(name) - end], before, after)


def common_start(one: str, other: str) -> int:
    """The number of letters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _explained(written: str, name: str, before: str, after: str) -> tuple[Edit, ...]:
    """The cheapest errors between two spellings that stand between the same letters."""
    best: dict[tuple[int, int], tuple[float, tuple[Edit, ...]]] = {(0, 0): (0.0, ())}
    for row in range(len(written) + 1):
        for column in range(len(name) + 1):
            if row or column:
                ways = (
                    (cost + (_COSTS[edit] if edit else 0), (*found, edit) if edit else found)
                    for edit, rows, columns in _steps(written, name, row, column, before, after)
                    for cost, found in (best[row - rows, column - columns],)
                )
                best[row, column] = min(ways, key=lambda way: way[0])
    return best[len(written), len(name)][1]


def _steps(
    written: str, name: str, row: int, column: int, before: str, after: str
) -> Iterator[tuple[Edit | None, int, int]]:
    """How the last letters of two beginnings may correspond: the error, and how many it takes of each."""
    if row and column:
        a, b = written[row - 1], name[column - 1]
        yield (None if a == b else "alike" if _sound_alike(a, b) else "other"), 1, 1
        if row > 1 and column > 1 and a == name[column - 2] != b == written[row - 2]:
            yield "swapped", 2, 2
    if row:
        yield ("doubled" if _is_double(written, row - 1, before, after) else "extra"), 1, 0
    if column:
        yield ("doubled" if _is_double(name, column - 1, before, after) else "missing"), 0, 1


def _is_double(text: str, at: int, before: str, after: str) -> bool:
    """Whether a letter stands beside another like it."""
    previous = text[at - 1] if at else before
    following = text[at + 1] if at + 1 < len(text) else after
    return text[at] in (previous, following)


def _sound_alike(one: str, other: str) -> bool:
    return (one in _VOWELS and other in _VOWELS) or one + other in _ALIKE

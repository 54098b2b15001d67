"""Columns of records: dictionary-encoded texts, and identifiers as hashes.

Each distinct text is stored and parsed (as a date, as a city) once. Identifiers are nearly all distinct, so
they become 128-bit hashes and never Python strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

Hashes: TypeAlias = NDArray[np.uint64]
"""(rows, 2): the two halves of a 128-bit hash."""

Numbers: TypeAlias = NDArray[np.signedinteger[Any]]
"""Integers, not all of them in eight bytes."""

SEVERAL = "\0"
"""Between the values of a cell that holds several."""

_DENSE = 1 << 24
_SEEDS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)
_FACTORS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)
_INSIDE = np.array([(1 << 8 * length) - 1 for length in range(9)], dtype=np.uint64)
"""The first bytes of a word."""


@frozen
class Texts:
    """A dictionary-encoded column of text: row r is `values[codes[r]]`. Values may repeat or be unused."""

    codes: Numbers
    values: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, cells: Sequence[str]) -> Texts:
        """Encode a list of texts."""
        seen = {cell: code for code, cell in enumerate(dict.fromkeys(cells))}
        return cls(np.array([*map(seen.__getitem__, cells)], dtype=np.int64), tuple(seen))

    @classmethod
    def constant(cls, text: str, rows: int) -> Texts:
        """The same text in every row."""
        return cls(np.zeros(rows, dtype=np.int64), (text,))

    def cells(self) -> list[str]:
        """The text of each row."""
        return [self.values[code] for code in self.codes.tolist()]

    def shown(self) -> Texts:
        """The column as a person reads it: several values of a cell beside each other."""
        if not any(SEVERAL in value for value in self.values):
            return self
        return self.map(lambda text: text.replace(SEVERAL, "; "))

    def map(self, change: Callable[[str], str]) -> Texts:
        """Change each distinct text."""
        return Texts(self.codes, tuple(map(change, self.values)))

    def take(self, rows: NDArray[Any]) -> Texts:
        """Select rows by position or by a mask."""
        # positions are several times faster than a mask
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Texts(self.codes[chosen], self.values)

    def used(self) -> Texts:
        """The column with only those texts that are in a row."""
        codes, found = distinct(self.codes, max(len(self.values), 1))
        return Texts(codes, tuple(self.values[code] for code in found.tolist()))

    def flags(self, test: Callable[[str], bool]) -> Bools:
        """Whether each row's text passes a test."""
        return np.array([test(value) for value in self.values], dtype=np.bool_)[self.codes]

    def numbers(self, parse: Callable[[str], float]) -> Floats:
        """A number for each row."""
        return np.array([parse(value) for value in self.values], dtype=np.float64)[self.codes]

    def hashes(self) -> Hashes:
        """A hash for each row."""
        return hash_texts(self.values)[self.codes]


def combine(columns: Sequence[Texts]) -> tuple[Ints, list[tuple[str, ...]]]:
    """The combination of texts in each row, and the distinct combinations.

    Returns
    -------
    codes : (rows,)
        Position of the row's combination in the list.
    combinations : list of tuples of texts
    """
    if len(columns) == 1:
        (column,) = columns
        codes, found = distinct(column.codes, max(len(column.values), 1))
        return codes, [(column.values[code],) for code in found.tolist()]
    keys = np.zeros(len(columns[0]), dtype=np.int64)
    radix = 1
    for column in columns:
        size = max(len(column.values), 1)
        if radix * size > 2**62:
            keys, found = distinct(keys, radix)
            radix = len(found)
        keys = keys * size + column.codes
        radix *= size
    codes, found = distinct(keys, radix)
    return codes, _unpacked(columns, codes, found)


def _unpacked(columns: Sequence[Texts], codes: Ints, found: Ints) -> list[tuple[str, ...]]:
    first = np.zeros(len(found), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    parts = [[column.values[code] for code in column.codes[first].tolist()] for column in columns]
    return list(zip(*parts, strict=True))


def distinct(keys: Numbers, radix: int) -> tuple[Ints, Ints]:
    """Number the distinct keys, which are smaller than `radix`, in ascending order.

    Returns
    -------
    codes : (rows,)
    found : (distinct,)
        The keys themselves, ascending.
    """
    if radix > max(_DENSE, 4 * len(keys)):
        found, codes = np.unique(keys, return_inverse=True)
        return codes.reshape(-1), found
    present = np.zeros(radix, dtype=np.bool_)
    present[keys] = True
    found = np.flatnonzero(present)
    number = np.cumsum(present) - 1
    return number[keys], found


def distinct_sorted(values: Ints) -> Ints:
    """The distinct values, ascending; sorting is several times faster than numpy's hashing here."""
    is_sorted = bool((values[1:] >= values[:-1]).all())
    ordered = values if is_sorted else np.sort(values)
    kept = np.ones(len(ordered), dtype=np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered if kept.all() else ordered[np.flatnonzero(kept)]


def stable_order(numbers: Numbers) -> Ints:
    """The order of numbers from 0; equal ones stay in theirs.

    Sorting numbers that hold their positions too is ten times faster than a stable argsort.
    """
    bits = len(numbers).bit_length()
    if int(numbers.max(initial=0)).bit_length() + bits > 63:
        return np.argsort(numbers, kind="stable")
    keys = (numbers.astype(np.int64) << bits) | np.arange(len(numbers))
    keys.sort()
    keys &= (1 << bits) - 1
    return keys


def distinct_pairs(first: Numbers, second: Numbers, seconds: int) -> tuple[Ints, Ints]:
    """The distinct pairs, ascending; `second` is from 0 to `seconds` - 1."""
    # shifts, because integer division would take as long as all other steps
    bits = max(seconds - 1, 0).bit_length()
    pairs = distinct_sorted((first.astype(np.int64) << bits) | second)
    return pairs >> bits, pairs & ((1 << bits) - 1)


def hash_texts(values: Sequence[str]) -> Hashes:
    """128-bit hashes of texts, the same on every machine; "42" has the hash of the number 42."""
    plain = {at: int(value) for at, value in enumerate(values) if is_plain_integer(value)}
    hashes = _hash_texts(values)
    if plain:
        hashes[list(plain)] = hash_integers(np.array(list(plain.values()), dtype=np.int64))
    return hashes


def is_plain_integer(text: str) -> bool:
    """Whether a text is the usual form of an integer below 10^18: no sign, no leading zero."""
    return text.isascii() and text.isdigit() and len(text) < 19 and (text[0] != "0" or text == "0")


def hash_integers(numbers: Ints) -> Hashes:
    """128-bit hashes of integers."""
    state = _SEEDS[::-1] ^ numbers.astype(np.uint64)[:, None]
    _mix(state)
    _mix(state)
    return state


def _hash_texts(values: Sequence[str]) -> Hashes:
    encoded = [value.encode() for value in values]
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return hash_bytes(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)


def hash_bytes(data: NDArray[np.uint8], offsets: Ints) -> Hashes:
    """128-bit hashes of the slices `data[offsets[i]:offsets[i + 1]]`.

    All slices are processed at once, eight bytes at a time; each step multiplies and folds as splitmix64
    does.
    """
    starts, lengths = offsets[:-1], np.diff(offsets)
    state = _SEEDS ^ (lengths.astype(np.uint64)[:, None] * _FACTORS)
    padded = np.concatenate([data, np.zeros(8, dtype=np.uint8)])
    # the eight bytes from each position on
    words = np.ndarray(len(padded) - 7, dtype="<u8", buffer=padded, strides=(1,))
    shortest = int(lengths.min()) if len(lengths) else 0
    done = 0
    while done + 8 <= shortest:  # all slices go on: no need to look for those that do
        state ^= words[starts + done][:, None]
        _mix(state)
        done += 8
    alive = np.flatnonzero(lengths > done)
    while len(alive):
        left = np.minimum(lengths[alive] - done, 8)
        word = words[starts[alive] + done] & _INSIDE[left]
        own = state[alive] ^ word[:, None]
        _mix(own)
        state[alive] = own
        done += 8
        alive = alive[lengths[alive] > done]
    _mix(state)
    return state


def _mix(state: Hashes) -> None:
    """Mix the bits of each half in place."""
    other = state >> np.uint64(30)
    state ^= other
    state *= _FACTORS
    np.right_shift(state, np.uint64(27), out=other)
    state ^= other
    state *= _FACTORS[::-1]
    np.right_shift(state, np.uint64(31), out=other)
    state ^= other

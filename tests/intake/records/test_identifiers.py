"""Identifiers as hashes: the same of any column type, of all rows and of some; integers as texts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from innov_index.intake.records.batch import Batch, RawColumn
from innov_index.intake.records.text_columns import Texts, hash_bytes, stable_order

WORD = (1 << 64) - 1
SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def mixed(number: int, first: int, second: int) -> int:
    """One round of splitmix64."""
    number = (number ^ number >> 30) * first & WORD
    number = (number ^ number >> 27) * second & WORD
    return number ^ number >> 31


def hashed(content: bytes) -> list[int]:
    """The hash in plain Python, eight bytes at a time."""
    halves = []
    for seed, first, second in zip(SEEDS, FACTORS, FACTORS[::-1], strict=True):
        state = seed ^ (len(content) * first & WORD)
        for start in range(0, len(content), 8):
            state = mixed(state ^ int.from_bytes(content[start : start + 8], "little"), first, second)
        halves.append(mixed(state, first, second))
    return halves


@pytest.mark.parametrize("shortest", [0, 7, 8, 21])
def test_hashes_are_those_of_the_bytes(shortest: int) -> None:
    draw = random.Random(shortest)
    texts = [draw.randbytes(shortest + draw.randrange(20)) for _ in range(60)]
    offsets = np.cumsum([0, *map(len, texts)])
    data = np.frombuffer(b"".join(texts), dtype=np.uint8)
    assert hash_bytes(data, offsets).tolist() == [hashed(text) for text in texts]
    assert hash_bytes(data, offsets[20:]).tolist() == [hashed(text) for text in texts[20:]]
    assert hash_bytes(data, offsets[:1]).shape == (0, 2)


def columns() -> list[Any]:
    arrow = pytest.importorskip("pyarrow")
    texts = ["W1", "W1", "W1", "7", "W22", "W22", "", "7", "W1", "0" * 20]
    numbers = [5, 5, 5, -1, 9, 9, 10**17, -1, 5, 0]
    return [
        texts,
        Texts.of(texts),
        arrow.array(texts),
        arrow.array(texts).dictionary_encode(),
        arrow.array([text or None for text in texts]),
        arrow.array(numbers),
        arrow.array([3, 4, *numbers])[2:],
        arrow.array([*numbers, None]),
    ]


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("rows", [[0, 1, 2, 3], [0, 2, 4, 5, 7], [7, 7, 0], [2, 6, 6], []])
def test_identifiers_of_some_rows_are_those_among_all(at: int, rows: list[int]) -> None:
    batch = Batch("f", np.arange(len(columns()[at])), {"id": columns()[at]})
    whole, some = batch.runs(["id"]), batch.runs(["id"], np.array(rows, dtype=np.int64))
    assert some.hashes[some.run].tolist() == whole.hashes[whole.run][rows].tolist()
    assert len(some.hashes) <= len(rows)


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "int32", "int64", "uint64"])
def test_integers_near_each_other_are_texts_like_others(kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    limits = np.iinfo(kind)
    for numbers in ([2010, 2012, 2010], [limits.max, limits.max - 2], [limits.min, limits.min + 1], [3, 100]):
        inside = [number for number in numbers if number <= limits.max]
        if inside:
            column = RawColumn(arrow.array(inside, type=getattr(arrow, kind)()))
            assert column.texts.cells() == list(map(str, inside))
    assert RawColumn(arrow.array([1, 10**6, 2**31 + 5])).texts.cells() == ["1", "1000000", "2147483653"]


def test_a_stable_order_keeps_equal_numbers_in_theirs() -> None:
    numbers = np.random.default_rng(1).integers(0, 50, 1000)
    np.testing.assert_array_equal(stable_order(numbers), np.argsort(numbers, kind="stable"))
    far = np.array([2**62, 0, 2**62, 5])
    assert stable_order(far).tolist() == [1, 3, 0, 2]

"""States that do not fit into memory go to temporary files, and nothing stays behind."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from innov_index.engine.local import Buckets, Local
from innov_index.errors import DataError

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Repeats:
    """How often a number has stood before: known only when all of the same are together."""

    bad: int = -1

    def partial(self, part: Numbers) -> Numbers | None:
        if self.bad in part:
            raise DataError("this part is bad")
        return part or None

    def merge(self, one: Numbers, other: Numbers) -> Numbers:
        return one + other

    def records(self, state: Numbers) -> int:
        return len(state)

    def held(self, state: Numbers) -> int:
        return 8 * len(state)

    def split(self, state: Numbers, buckets: int) -> list[Numbers | None]:
        return [tuple(n for n in state if n % buckets == bucket) or None for bucket in range(buckets)]

    def counted(self, state: Numbers) -> Counter[int]:
        return Counter(Counter(state).values())

    def added(self, one: Counter[int], other: Counter[int]) -> Counter[int]:
        return one + other


PARTS: list[Numbers] = [tuple((part * n) % 300 for n in range(part)) for part in range(90)]
EXPECTED = Counter(Counter(number for part in PARTS for number in part).values())


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("memory", [0, 8, 1000, 10**9, None])
@pytest.mark.parametrize("workers", [1, 3])
def test_the_same_count_with_any_memory(temporary: Path, memory: int | None, workers: int) -> None:
    seen: list[int] = []
    assert Local(workers, memory).count(Repeats(), PARTS, seen.append) == EXPECTED
    assert sum(seen) == sum(map(len, PARTS))
    assert list(temporary.iterdir()) == []


def test_files_are_used_only_when_they_must_be(temporary: Path) -> None:
    with Buckets(Repeats(), memory=100) as buckets:
        buckets.add((1, 2, 3))
        assert list(temporary.iterdir()) == []
        buckets.add(tuple(range(50)))
        (folder,) = temporary.iterdir()
        assert len(list(folder.iterdir())) == 50
        buckets.add((200, 1))
        found = list(buckets)
    assert sorted(number for state in found for number in state) == sorted((1, 2, 3, *range(50), 200, 1))
    assert sorted(map(len, found))[-3:] == [2, 2, 3]
    assert list(temporary.iterdir()) == []


def test_an_error_leaves_no_files(temporary: Path) -> None:
    with pytest.raises(DataError, match="this part is bad"):
        Local(1, 0).count(Repeats(bad=7), [(1, 2), (3,), (7,)], lambda records: None)
    assert list(temporary.iterdir()) == []


def test_nothing_counts_as_nothing() -> None:
    assert Local().count(Repeats(), [], lambda records: None) is None
    assert Local(1, 0).count(Repeats(), [(), ()], lambda records: None) is None

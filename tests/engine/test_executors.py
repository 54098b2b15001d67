"""The same result from one thread and from many."""

from __future__ import annotations

import operator

import pytest

from innov_index.engine.local import Local
from innov_index.errors import DataError


def square(number: int) -> int | None:
    return None if number == 3 else number * number


def fail(number: int) -> int:
    if number == 5:
        raise DataError("file 5 is broken")
    return number


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_local_merges_every_part(workers: int) -> None:
    total = Local(workers).run(square, operator.add, list(range(50)))
    assert total == sum(n * n for n in range(50)) - 9
    assert Local(workers).run(square, operator.add, []) is None
    assert Local(workers).run(square, operator.add, [3]) is None


@pytest.mark.parametrize("workers", [1, 4])
def test_an_error_of_a_part_is_the_error(workers: int) -> None:
    with pytest.raises(DataError, match="file 5 is broken"):
        Local(workers).run(fail, operator.add, list(range(20)))

"""Loops over independent pieces: in order, the same on any number of threads, followed on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from innov_index.engine import loops
from innov_index.engine.loops import each, each_table
from innov_index.engine.threads import in_order
from innov_index.methods.aggregation.kemeny import kemeny_young
from innov_index.methods.kernels.frontier import bod_scores


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces(threads: int) -> None:
    def late(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return number * number

    assert each(late, range(20), threads=threads) == [number * number for number in range(20)]
    assert each(late, [], threads=threads) == []


def test_tables_of_the_leading_axes() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    found = each_table((2,), (4,), lambda place: values[place].sum(axis=0))
    np.testing.assert_array_equal(found, values.sum(axis=1))
    assert each_table((0, 3), (4,), lambda place: values[place]).shape == (0, 3, 4)
    np.testing.assert_array_equal(each_table((), (3, 4), lambda place: values[1]), values[1])


def test_a_package_that_cannot_be_imported_starts_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "available_threads", lambda: 2)
    assert loops._has_processes()
    monkeypatch.setitem(sys.modules, "joblib", None)
    assert not loops._has_processes()


def test_an_error_of_a_piece_is_the_error() -> None:
    with pytest.raises(ZeroDivisionError):
        each(lambda number: 1 / number, [2, 1, 0], threads=2)


def test_work_on_one_of_several_threads_starts_no_more() -> None:
    def names(_: int) -> set[str]:
        return set(each(lambda _: threading.current_thread().name, range(6), threads=3))

    here = threading.current_thread().name
    assert each(names, range(1), threads=3)[0] != {here}
    assert all(len(found) == 1 and found != {here} for found in in_order(names, range(4), 2))


def test_a_method_gives_the_same_bytes_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(5).integers(0, 9, (6, 12, 5)).astype(np.float64)
    found = []
    for threads in (1, 4):
        monkeypatch.setattr(
            "innov_index.methods.aggregation.kemeny.available_threads", lambda count=threads: count
        )
        found.append(kemeny_young(values, np.full(5, 0.2)).tobytes())
    assert found[0] == found[1]


def test_what_takes_long_goes_to_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first piece here, the others elsewhere, in order; a piece starts no processes of its own."""
    pytest.importorskip("joblib")
    monkeypatch.setattr(loops, "TRIED", 0.0)
    monkeypatch.setattr(loops, "WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(loops, "available_threads", lambda: 2)

    def work(number: int) -> tuple[int, set[int]]:
        time.sleep(0.05)
        return number, set(each(lambda _: os.getpid(), range(3)))

    found = each(work, range(9))
    assert [number for number, _ in found] == list(range(9))
    assert all(len(where) == 1 and os.getpid() not in where for _, where in found[1:])


def test_bytes_of_processes_are_those_of_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("joblib")
    values = np.random.default_rng(2).random((6, 30, 4)) + 0.1
    alone = bod_scores(values)[0]
    monkeypatch.setattr(loops, "TRIED", 0.0)
    monkeypatch.setattr(loops, "WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(loops, "available_threads", lambda: 2)
    assert bod_scores(values)[0].tobytes() == alone.tobytes()


NESTED = """
import time
from innov_index.engine.loops import each

def inner(number):
    time.sleep(0.4)
    return each(str, range(3), what="inner pieces")

each(inner, range(4), what="outer pieces")
"""


def test_a_person_at_a_terminal_sees_one_bar() -> None:
    """The outermost loop's, after a second: those inside are silent."""
    pty = pytest.importorskip("pty")
    person, terminal = pty.openpty()
    subprocess.run([sys.executable, "-c", NESTED], stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(person, 100_000).decode()
    os.close(person)
    assert "of 4 outer pieces" in shown
    assert "inner pieces" not in shown


def test_a_pipe_sees_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", NESTED], capture_output=True, check=True)
    assert done.stderr == b""

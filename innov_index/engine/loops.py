"""The one place where methods loop that no array operation can do at once: linear programs, searches, EM.

Pieces are independent of each other, so that the result is the same on any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from innov_index.engine.progress import progress_of
from innov_index.engine.threads import in_order, inside_a_thread, one_blas_thread
from innov_index.model.arrays import Floats

Piece = TypeVar("Piece")
Result = TypeVar("Result")

ONE_THREAD = 1
"""For pieces of Python and small arrays, which hold the interpreter: a second thread makes them no faster and
costs processor time (benefit of the doubt on 8 tables of 200 x 31: 1.25 s on one, 1.3 to 1.6 s on two).
Processes would help, but ask every program that uses the library to guard its main module."""


def each(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    *,
    threads: int = ONE_THREAD,
    what: str = "programs",
) -> list[Result]:
    """Do each piece of work; the results in the order of the pieces.

    Shows on a terminal how far it is. Work that itself runs on one of several threads starts no more of them.
    """
    if len(pieces) <= 1 or inside_a_thread():
        return [work(piece) for piece in pieces]
    results: list[Result] = []
    with progress_of(len(pieces), what) as tell, one_blas_thread():
        for result in in_order(work, pieces, min(threads, len(pieces))):
            results.append(result)
            tell(len(results))
    return results


def each_table(
    leading: tuple[int, ...],
    shape: tuple[int, ...],
    work: Callable[[tuple[int, ...]], Floats],
    *,
    threads: int = ONE_THREAD,
) -> Floats:
    """Work out one array for each index of the leading axes.

    Parameters
    ----------
    leading : lengths of the leading axes
    shape : shape of the result of one piece of work
    work : callable
        Given an index of the leading axes.
    threads : int

    Returns
    -------
    (*leading, *shape)
    """
    places = list(np.ndindex(leading))
    found = np.empty((*leading, *shape))
    for place, result in zip(places, each(work, places, threads=threads, what="tables"), strict=True):
        found[place] = result
    return found

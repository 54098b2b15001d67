"""Sobol indices of an index: the share of the variance of scores and ranks that each input causes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from innov_index.analysis.sensitivity.estimators import Design, Indices, Outputs, design, sobol_indices
from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import Progress, block_size
from innov_index.engine.chosen import chosen
from innov_index.engine.threads import one_blas_thread
from innov_index.errors import InnovIndexError, NotStatedError
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Gravity, Remark

_MOST_NUMBERS = 2**29
"""Floats that points and outputs of all runs may take: 4 GB."""

MOST_UNITS = 200
"""In larger indices only this many units, the first, get Sobol indices of their own."""


@frozen
class Sensitivity:
    """Sobol indices by input.

    Attributes
    ----------
    inputs : names of the inputs, which are steps or single variations
    shift : indices of the mean absolute rank shift; outputs axis of length 1
    scores, ranks : indices of the score and the rank of each of `units` (positions among the model's units)
    runs : base runs; `evaluations` all of them
    """

    model: Model
    seed: int
    inputs: tuple[str, ...]
    units: Ints
    shift: Indices
    scores: Indices
    ranks: Indices
    runs: int
    evaluations: int
    remarks: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.model.base.units.names[self.model.units[unit]] for unit in self.units)


def sobol_of(
    model: Model,
    runs: int,
    seed: int,
    *,
    by_variation: bool = False,
    second_order: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Sobol indices of score, rank and mean absolute rank shift.

    Parameters
    ----------
    model : Model
    runs : int
        Base runs, a power of two; runs × (inputs + 2) evaluations, twice as many with second orders.
    seed : int
    by_variation : bool
        Each variation is an input of its own, instead of all those of a step together.
    second_order : bool
        Also estimate what two inputs cause only together; twice the evaluations.
    threads : int, optional
    progress : callable, optional
    """
    groups = _groups(model, by_variation)
    if len(groups) < 2:
        only = next(iter(groups), "nothing")
        raise NotStatedError(
            f"only {only} varies and causes all of the uncertainty: there are no shares to find"
        )
    _refuse_too_many(model, runs, len(groups) * (2 if second_order else 1))
    position = {variation.name: i for i, variation in enumerate(model.variations.all)}
    plan = design(
        [variation.dimensions for variation in model.variations.all],
        [[position[name] for name in names] for names in groups.values()],
        runs,
        seed,
    )
    units = np.argsort(np.where(np.isnan(model.base_ranks), np.inf, model.base_ranks), kind="stable")
    units = np.sort(units[:MOST_UNITS])
    evaluated, valid = _evaluate(model, plan, units, second_order, threads, progress)
    if valid.sum() < runs / 2:
        raise InnovIndexError(f"{runs - valid.sum()} of {runs} runs have no result; too few are left")
    indices = [
        sobol_indices(_columns(evaluated, valid, own, len(groups)), plan.replicates, seed)
        for own in _parts(len(units))
    ]
    return Sensitivity(
        model=model,
        seed=seed,
        inputs=tuple(groups),
        units=units,
        shift=indices[0],
        scores=indices[1],
        ranks=indices[2],
        runs=runs,
        evaluations=runs * len(evaluated),
        remarks=_remarks(model, runs, valid),
    )


def _refuse_too_many(model: Model, runs: int, inputs: int) -> None:
    """Raise where points and outputs of so many runs would need more memory than computers have."""
    numbers = 2 * model.dimensions + (2 + inputs) * (1 + 2 * min(len(model.units), MOST_UNITS))
    if runs * numbers > _MOST_NUMBERS:
        most = 2 ** int(math.log2(_MOST_NUMBERS / numbers))
        raise InnovIndexError(f"{runs:,} base runs are too many here; at most {most:,} fit the memory")


def _groups(model: Model, by_variation: bool) -> dict[str, tuple[str, ...]]:
    if by_variation:
        return {variation.name: (variation.name,) for variation in model.variations.all}
    return model.variations.by_step


def _evaluate(
    model: Model,
    plan: Design,
    units: Ints,
    second_order: bool,
    threads: int | None,
    progress: Progress | None,
) -> tuple[Floats, Bools]:
    """Outputs of A, each AB, each BA, B: (kinds, runs, outputs), and which runs have all of them."""
    size = block_size(model)
    inputs = len(plan.inputs)
    kinds = 2 + inputs * (2 if second_order else 1)
    ranker = model.ranker()

    def points(kind: int) -> Floats:
        if kind == 0:
            return plan.first
        if kind == kinds - 1:
            return plan.second
        return plan.mixed(kind - 1) if kind <= inputs else plan.mixed_back(kind - 1 - inputs)

    def pieces() -> Iterator[tuple[int, int, Floats]]:
        for kind in range(kinds):
            own = points(kind)
            for start in range(0, plan.runs, size):
                yield kind, start, np.ascontiguousarray(own[:, start : start + size])

    def work(piece: tuple[int, int, Floats]) -> tuple[int, int, Floats, Bools]:
        kind, start, own = piece
        evaluated = model.evaluate(own)
        there = ~evaluated.undefined
        ranks = np.full(evaluated.scores.shape, np.nan)
        ranks[there] = ranker.ranks(evaluated.defined.scores, evaluated.defined.bounds)
        shifts = np.abs(ranks - model.base_ranks)
        shift = np.full(len(ranks), np.nan)
        shift[there] = np.nanmean(shifts[there], axis=1)
        return kind, start, np.column_stack([shift, evaluated.scores[:, units], ranks[:, units]]), there

    outputs = np.empty((kinds, plan.runs, 1 + 2 * len(units)))
    valid = np.ones(plan.runs, dtype=np.bool_)
    done = 0
    with one_blas_thread():
        for kind, start, values, there in chosen().in_order(work, pieces(), threads or model.threads):
            rows = slice(start, start + len(values))
            outputs[kind, rows] = values
            valid[rows] &= there
            done += len(values)
            if progress is not None:
                progress(done)
    return outputs, valid


def _parts(units: int) -> Sequence[slice]:
    """Columns of the outputs: the shift, the scores, the ranks."""
    return slice(0, 1), slice(1, 1 + units), slice(1 + units, 1 + 2 * units)


def _columns(evaluated: Floats, valid: Bools, columns: slice, inputs: int) -> Outputs:
    own = evaluated[..., columns]
    return Outputs(own[0], own[-1], own[1 : 1 + inputs], own[1 + inputs : -1], valid)


def _remarks(model: Model, runs: int, valid: Bools) -> tuple[str, ...]:
    remarks: list[str] = []
    if not valid.all():
        lost = runs - int(valid.sum())
        text = f"{lost:,} of {runs:,} base runs have a draw without a result and are left out"
        remarks.append(Remark(text, Gravity.FIGURE))
    if len(model.units) > MOST_UNITS:
        remarks.append(f"indices of score and rank are given for the first {MOST_UNITS} units")
    return tuple(remarks)

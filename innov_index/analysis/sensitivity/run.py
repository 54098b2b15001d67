"""Which of the choices that may vary moves the ranks: `sensitivity`."""

from __future__ import annotations

from functools import partial

from innov_index.analysis.sensitivity import tables
from innov_index.analysis.sensitivity.sobol import Sensitivity, sobol_of
from innov_index.analysis.sensitivity.tornado import Line, tornado
from innov_index.analysis.uncertainty.model import Model
from innov_index.engine.progress import progress_of
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.limits import BaseRuns, Seed, Threads, ensure_within
from innov_index.model.result import Lazy, Part, Remarks, Result, Shown

RUNS = 1024


@frozen
class Causes:
    """What moves the ranks: shares of their variance, and one input at a time."""

    shares: Sensitivity
    lines: tuple[Line, ...]


def sensitivity(
    index: Index,
    *,
    runs: int = RUNS,
    seed: int | None = None,
    by_variation: bool = False,
    second_order: bool = False,
    edition: str | None = None,
    threads: int | None = None,
    top: int = 10,
) -> Result:
    """Say which of the choices that the config lists under `uncertainty:` moves the ranks.

    Parameters
    ----------
    index : Index
    runs : int
        Base runs, a power of two; each input adds as many evaluations.
    seed : int, optional
        That of the config by default.
    by_variation : bool
        Each variation is an input of its own, instead of all those of a step together.
    second_order : bool
        Also estimate what two inputs cause only together; twice the evaluations.
    edition : str, optional
        The last one by default.
    threads : int, optional
        All processors by default; the result does not depend on it.
    top : int
        Units shown on a screen.

    Returns
    -------
    Result
        Tables `indices`, `pairs`, `tornado`; the facts are `Causes`.

    Raises
    ------
    InnovIndexError
        The config has no `uncertainty:` block, only one input varies, or too few runs have a result.
    """
    ensure_within(BaseRuns, runs=runs)
    ensure_within(Seed, seed=seed)
    ensure_within(Threads, threads=threads)
    model = Model(index, edition)
    start = model.block.seed if seed is None else seed
    inputs = len(model.variations.all) if by_variation else len(model.variations.by_step)
    with progress_of(runs * (2 + inputs * (2 if second_order else 1)), "evaluations") as progress:
        shares = sobol_of(
            model,
            runs,
            start,
            by_variation=by_variation,
            second_order=second_order,
            threads=threads,
            progress=progress,
        )
    found = Causes(shares, tornado(model, start))
    drawn = f"{shares.evaluations:,} evaluations, seed {start}; ± are 95 % intervals"
    remarks = (drawn, *shares.remarks, *model.base.remarks)
    made = {
        "indices": partial(tables.indices_table, shares),
        "pairs": partial(tables.pairs_table, shares),
        "tornado": partial(tables.tornado_table, model, found.lines),
    }
    return Result(
        title=index.name,
        edition=model.base.edition_name(model.edition),
        tables=Lazy(made),
        remarks=remarks,
        screens=Lazy({"indices": partial(_screen, found, second_order, top, remarks)}),
        made_from=index.provenance,
        facts=found,
    )


def _screen(found: Causes, second_order: bool, top: int, remarks: tuple[str, ...]) -> tuple[Part, ...]:
    parts: list[Part] = [
        Shown(tables.shares_table(found.shares), "Share of the variance of the mean rank shift")
    ]
    if second_order:
        parts.append(Shown(tables.pairs_table(found.shares)))
    return (
        *parts,
        Shown(tables.units_table(found.shares, top), "Total index of each rank"),
        Shown(tables.settings_table(found.lines)),
        Remarks(remarks),
    )

"""How certain each rank is when everything that may vary does: `uncertainty`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from innov_index.analysis.robustness.study import study
from innov_index.analysis.robustness.weight_sets import Statements
from innov_index.analysis.sensitivity.sobol import sobol_of
from innov_index.analysis.uncertainty import tables
from innov_index.analysis.uncertainty.draws import DrawsFile
from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.sentences import WITHIN, Explanation, exactness, sentences, varied
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.analysis.uncertainty.summary import Uncertainty, summarise
from innov_index.engine.progress import progress_of
from innov_index.errors import InnovIndexError, not_found
from innov_index.index import Index
from innov_index.limits import Draws, Rows, Seed, StandardError, Threads, ensure_within, range_of
from innov_index.model.result import Gravity, Lazy, Lines, Listed, Part, Remark, Remarks, Result, Shown
from innov_index.wording import counted

CAUSE_RUNS = 256
"""Base runs for the sentence on what matters most; `sensitivity` takes more."""
EXACT_SECONDS = 5.0


def uncertainty(
    index: Index,
    *,
    draws: int | None = None,
    seed: int | None = None,
    until: float | None = None,
    edition: str | None = None,
    threads: int | None = None,
    draws_file: Path | None = None,
    top: int = 10,
    unit: str | None = None,
    explain: bool = True,
) -> Result:
    """Say how certain each rank is when the choices that the config lists under `uncertainty:` vary.

    Parameters
    ----------
    index : Index
    draws, seed : int, optional
        Those of the config by default.
    until : float, optional
        Draw until no probability of a rank has a larger standard error.
    edition : str, optional
        The last one by default.
    threads : int, optional
        All processors by default; the result does not depend on it.
    draws_file : path, optional
        Write every draw to this Parquet file.
    top : int
        Units that get a sentence, and the top that is watched.
    unit : str, optional
        Only this unit gets a sentence; by code or name.
    explain : bool
        Also find what decides each rank and what holds for all weights: a sensitivity analysis and exact
        statements, for the sentences.

    Returns
    -------
    Result
        Tables `ranks`, `frequencies`, `pairs`, `central weights`; the facts are an `Uncertainty`, partial
        where a person interrupted the run.

    Raises
    ------
    InnovIndexError
        The config has no `uncertainty:` block, or no draw has a result.
    """
    ensure_within(Draws, draws=draws)
    ensure_within(Seed, seed=seed)
    ensure_within(StandardError, until=until)
    ensure_within(Threads, threads=threads)
    ensure_within(Rows, top=top)
    model = Model(index, edition)
    if draws is None:
        draws = model.block.draws if until is None else int(range_of(Draws)[1])
    start = model.block.seed if seed is None else seed
    found = _simulated(model, draws, start, until, threads, draws_file)
    why = _explanation(found, threads) if explain and found.tally.complete else Explanation()
    said = tuple(sentences(found, why, _chosen(found, unit, top))) if explain else ()
    remarks = (*_stopped(found, until), *why.remarks, *found.remarks, exactness(found), *model.base.remarks)
    return Result(
        title=index.name,
        edition=model.base.edition_name(model.edition),
        tables=Lazy(
            {
                "ranks": partial(tables.ranks_table, found),
                "frequencies": partial(tables.frequencies_table, found),
                "pairs": partial(tables.pairs_table, found),
                "central weights": partial(tables.central_weights_table, found),
            }
        ),
        sentences=said,
        remarks=remarks,
        screens=Lazy({"ranks": partial(_screen, found, said, remarks, None if unit else top)}),
        made_from=index.provenance,
        facts=found,
    )


def _simulated(
    model: Model, draws: int, seed: int, until: float | None, threads: int | None, draws_file: Path | None
) -> Uncertainty:
    with ExitStack() as stack:
        keep = stack.enter_context(DrawsFile(draws_file, model)).keep if draws_file else None
        progress = stack.enter_context(progress_of(draws, "draws"))
        tally = simulate(model, draws, seed, threads=threads, until=until, progress=progress, keep=keep)
    return summarise(model, tally, seed)


def _stopped(found: Uncertainty, until: float | None) -> list[Remark]:
    """That the last draw came before the error that was asked for."""
    worst = found.tally.worst_error
    if until is None or worst <= until or not found.tally.complete:
        return []
    drawn = counted(found.tally.asked, "draw")
    text = f"the largest standard error is still {worst:.2g}, not {until:g}, after {drawn}"
    return [Remark(text, Gravity.FIGURE)]


def _explanation(found: Uncertainty, threads: int | None) -> Explanation:
    causes, worst, remarks = None, {}, []
    model = found.model
    edition = model.base.edition_name(model.edition)
    try:
        exact = study(model.index, Statements("20%"), edition=edition, time_limit=EXACT_SECONDS)
        units = exact.ranges.linear.units
        worst = {units[claim.unit]: claim.bound for claim in exact.ranges.worst}
        remarks.append(f"{WITHIN} is about the weights of {', '.join(exact.linear.nodes)}")
    except InnovIndexError as error:
        remarks.append(f"no exact statement about all weights: {error.problems[0].message}")
    try:
        causes = sobol_of(model, CAUSE_RUNS, found.seed, threads=threads)
    except InnovIndexError as error:
        remarks.append(error.problems[0].message)
    return Explanation(causes, worst, tuple(remarks))


def _chosen(found: Uncertainty, unit: str | None, top: int) -> list[int]:
    """Positions of the units that get a sentence."""
    if unit is None:
        return [int(position) for position in found.order[:top]]
    codes = [found.model.base.units.codes[position] for position in found.model.units]
    for known in (codes, list(found.names)):
        if unit in known:
            return [known.index(unit)]
    raise InnovIndexError(not_found("ranked unit", unit, [*codes, *found.names]))


def _screen(
    found: Uncertainty, said: Sequence[str], remarks: Sequence[str], top: int | None
) -> tuple[Part, ...]:
    table = () if top is None else (Shown(tables.first_units_table(found, top)),)
    return (
        Lines(said),
        *table,
        Listed(varied(found.model.variations), "What varied:"),
        Remarks(remarks, "How to read it:"),
    )

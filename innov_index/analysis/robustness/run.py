"""What holds for all weights of a set, exactly: `robustness`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from innov_index.analysis.robustness import tables
from innov_index.analysis.robustness.sentences import headlines, pair_sentences
from innov_index.analysis.robustness.study import Robustness, study
from innov_index.analysis.robustness.weight_sets import Statements
from innov_index.index import Index
from innov_index.limits import Level, Rows, Seconds, ensure_within
from innov_index.model.result import Lazy, Listed, Part, Remarks, Result, Shown
from innov_index.model.sheet import Sheet

DEFAULT = Statements("20%")
MOST_SHOWN = 10
"""This many single improvements are shown on a screen."""


def robustness(
    index: Index,
    statements: Statements = DEFAULT,
    *,
    level: int | None = None,
    nodes: Sequence[str] = (),
    edition: str | None = None,
    top: int = 10,
    pair: tuple[str, str] | None = None,
    volumes: bool = False,
    time_limit: float = 60.0,
    check: bool = False,
) -> Result:
    """Say what holds for all weights of a set, exactly: nothing is sampled.

    Parameters
    ----------
    index : Index
    statements : Statements
        What is said of the weights: within 20 % of the given ones by default, any weights for `Statements()`.
    level, nodes : int, codes
        Which weights vary: those of the root's children by default.
    edition : str, optional
        The last one by default.
    top : int
        How many places make the top that is watched.
    pair : units, optional
        Two units, by code or name, whose order is looked at closely.
    volumes : bool
        Also measure the share of the weights that gives each rank (at most four weights).
    time_limit : seconds
        For the search for best and worst ranks.
    check : bool
        Also check every certificate again in exact numbers.

    Returns
    -------
    Result
        Tables `ranks`, `stability`, `preferences`, `published`, `volumes`, `pair`; the facts are a
        `Robustness`.

    Raises
    ------
    InnovIndexError
        The index is not linear in these weights, or no weights are as stated.
    """
    ensure_within(Level, level=level)
    ensure_within(Rows, top=top)
    ensure_within(Seconds, time_limit=time_limit)
    found = study(
        index,
        statements,
        level=level,
        nodes=nodes,
        edition=edition,
        top=top,
        pair=pair,
        volumes=volumes,
        time_limit=time_limit,
    )
    checked = [_checked(found)] if check else []
    about_pair = pair_sentences(found, found.pair) if found.pair is not None else ()
    sentences = (*headlines(found), *checked, *about_pair)
    screen = partial(_screen, found, sentences)
    return Result(
        title=found.scores.name,
        edition=found.scores.edition_name(found.edition),
        tables=_tables(found),
        sentences=sentences,
        remarks=found.scores.remarks,
        screens=Lazy({"ranks": screen, "volumes": screen, "pair": screen}),
        made_from=index.provenance,
        facts=found,
    )


def _checked(found: Robustness) -> str:
    number = found.check()
    if found.ranges.enclosure is None:
        return f"All {number} certificates hold in exact numbers."
    return (
        f"All {number} bounds hold in exact numbers, and the index itself gives every rank that is reached."
    )


def _tables(found: Robustness) -> Lazy[Sheet]:
    return Lazy(
        {
            "ranks": partial(tables.ranks_table, found),
            "stability": partial(tables.stability_table, found),
            "preferences": partial(tables.preferences_table, found),
            "published": partial(tables.published_table, found),
            "volumes": partial(tables.volumes_table, found),
            "pair": partial(tables.pair_table, found.pair),
        }
    )


def _screen(found: Robustness, sentences: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = [Shown(tables.ranges_table(found), found.scores.name)]
    if found.volumes is not None:
        parts.append(Shown(tables.likeliest_ranks_table(found, found.volumes), "Share of the weights"))
    if found.pair is not None and found.pair.improvements:
        whole = tables.pair_table(found.pair)
        title = "Single improvements that bring the two level"
        parts.append(Shown(Sheet(whole.columns, whole.rows[:MOST_SHOWN]), title))
    return (*parts, Listed(sentences), Remarks(found.scores.remarks))

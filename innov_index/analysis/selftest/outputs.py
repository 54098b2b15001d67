"""Outputs that compute by themselves beside the scores: the recalculated workbook, the page in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from innov_index.analysis.selftest.changed_inputs import read_again
from innov_index.analysis.selftest.changed_scores import Relation, Tried, compared
from innov_index.analysis.selftest.differences import Difference
from innov_index.config.yaml_reader import parse_yaml
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import Scores


@frozen
class Computed:
    """What an output computed of one edition, by default the last one.

    `scores` (units, inner nodes) and `ranks` (units, the first of the inner nodes) are those of `units`, by
    their positions. `config` is the text of the config that states the `choices` under which they were
    computed; "": the config as it stands. `undefined`: the output says that there are no scores.
    """

    scores: Floats
    ranks: Floats
    units: Ints
    choices: str = ""
    config: str = ""
    undefined: bool = False
    edition: str | None = None


Output = Callable[[], Sequence[Computed]]


def of_output(index: Index, name: str, output: Output) -> Relation:
    """What an output computes, beside the scores of the config that states the same."""
    try:
        found = output()
    except InnovIndexError as error:
        return Relation(name, told=error.problems[0].message)
    own = [beside_scores(index, computed) for computed in found]
    return Relation(
        name,
        sum(relation.compared for relation in own),
        [difference for relation in own for difference in relation.differences],
    )


def beside_scores(index: Index, computed: Computed) -> Relation:
    """The numbers of one config. An output without scores agrees with a config that has none."""
    try:
        varied = _stated(index, computed.config)
        scores = varied.score_edition(computed.edition)
    except InnovIndexError as error:
        if computed.undefined:
            return Relation("", 1)
        return Relation("", 1, [_at_the_root(index, computed, error.problems[0].message, "scores")])
    if computed.undefined:
        return Relation("", 1, [_at_the_root(index, computed, "scores", "no scores")])
    edition = scores.edition_position(computed.edition)
    own = compared(Tried(varied, _of_one_edition(scores, edition)), _with_computed(scores, edition, computed))
    told = list(_told(own, computed, scores.edition_name(edition) or ""))
    return Relation("", computed.scores.size + computed.ranks.size, told)


def _stated(index: Index, config: str) -> Index:
    """The index, or the one that another config states of the same data."""
    if not config:
        return index
    document = parse_yaml(config, index.config.path.name).plain()
    return Index(read_again(document, index.config), origin=index)


def _of_one_edition(scores: Scores, edition: int) -> Scores:
    own = slice(edition, edition + 1)
    kept = replace(scores, scores=scores.scores[own], bounds=scores.bounds[own], editions=())
    return kept.with_ranks(scores.ranks[own])


def _with_computed(scores: Scores, edition: int, computed: Computed) -> Scores:
    """The scores of an edition with what an output computed in their place."""
    own = _of_one_edition(scores, edition)
    inner = scores.framework.inner
    ranked = inner[: computed.ranks.shape[-1]]
    new_scores, new_ranks = own.scores.copy(), own.ranks.copy()
    new_scores[0][np.ix_(computed.units, inner)] = computed.scores
    new_ranks[0][np.ix_(computed.units, ranked)] = computed.ranks
    return replace(own, scores=new_scores).with_ranks(new_ranks)


def _told(relation: Relation, computed: Computed, edition: str) -> Iterator[Difference]:
    """The differences with their edition, and with the choices under which they were found."""
    for difference in relation.differences:
        step = f"{difference.step} ({computed.choices})" if computed.choices else difference.step
        yield replace(difference, step=step, edition=edition)


def _at_the_root(index: Index, computed: Computed, engine: str, output: str) -> Difference:
    """Where only one side has scores."""
    step = f"scores ({computed.choices})" if computed.choices else "scores"
    return Difference(step, index.framework.codes[0], "", "", engine, output)

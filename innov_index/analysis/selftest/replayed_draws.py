"""A simulation draw by draw: the settings and weights of each draw, scored by the reference."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.selftest.changed_scores import Relation
from innov_index.analysis.selftest.differences import BOUNDS, Agreement
from innov_index.analysis.selftest.opinion import rounded
from innov_index.analysis.selftest.plain import column_of, statement_of, tables_of
from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.simulation import points_of, replay
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.reference.indicator_steps import Panels, indicator_steps
from innov_index.reference.statement import Column, Statement, Tables
from innov_index.reference.tree import tree_scores

NAME = "a simulation draw by draw"
DRAWS = 30


class Searched(InnovIndexError):
    """A draw rests on a search, for which the reference has no formula."""


def draws_replayed(index: Index, draws: int = DRAWS) -> Relation:
    """Score some draws of the uncertainty analysis anew, and one of them by itself too."""
    if index.config.uncertainty is None:
        return Relation(NAME, told="the config states nothing that may vary")
    try:
        return _compared(index, Model(index), draws)
    except InnovIndexError as error:
        return Relation(NAME, told=error.problems[0].message)


def _compared(index: Index, model: Model, draws: int) -> Relation:
    if model.variations.data or model.variations.imputation is not None:
        return Relation(NAME, told="values vary, too")
    seed = model.block.seed
    # a whole block, as a simulation scores it
    evaluated = model.evaluate(points_of(model, seed, 0)).first(draws)
    if evaluated.undefined.all():
        return Relation(NAME, told="no draw has a result")
    agreement, replayed = Agreement("scores"), _Replayed(index, model)
    for draw in np.flatnonzero(~evaluated.undefined).tolist():
        replayed.compare(agreement, evaluated.of(np.array([draw])), f"draw {draw}")
    last = int(np.flatnonzero(~evaluated.undefined)[-1])
    replayed.compare(agreement, replay(model, last, seed)[1], f"draw {last} alone")
    return Relation(NAME, agreement.compared, agreement.differences)


class _Replayed:
    """The reference's scores of draws: indicators are scored once for each combination of settings."""

    def __init__(self, index: Index, model: Model) -> None:
        self.index, self.model = index, model
        self.tables: Tables = tables_of(index.dataset)
        # a draw that is scored level by level is settled there, and states no bounds of its own
        self.bounds = np.nan_to_num(index.score().bounds[model.edition, :, 0])
        self._scored: dict[tuple[float, ...], tuple[Statement, Panels]] = {}

    def compare(self, agreement: Agreement, draw: Evaluated, name: str) -> None:
        """Compare the scores of one draw; an edition is called by the draw's name."""
        codes = tuple(draw.codes[0].tolist())
        if codes not in self._scored:
            self._scored[codes] = self._indicators(codes)
        statement, normalised = self._scored[codes]
        tree = tree_scores(
            statement, self.tables, normalised, _nothing_claimed, column_of(draw.weights[:, 0])
        )
        root = rounded(statement, self.tables, 0, tree.found[0][self.model.edition])
        units = self.model.units.tolist()
        bounds = np.fmax(draw.bounds[0], self.bounds[units]).tolist()
        for unit, score, bound in zip(units, column_of(draw.scores[0]), bounds, strict=True):
            place = (statement.nodes[0].code, self.index.dataset.units.codes[unit], name)
            agreement.add(place, score, root[unit], BOUNDS * bound)

    def _indicators(self, codes: tuple[float, ...]) -> tuple[Statement, Panels]:
        choices = zip(self.model.variations.choices, codes, strict=False)
        overrides = [override for choice, code in choices for override in choice.overrides(code)]
        config = self.index.config.overridden(overrides)
        recipe = config.recipe.of_edition(self.index.dataset.editions, self.model.edition)
        statement = statement_of(recipe)
        steps = indicator_steps(statement, self.tables, _nothing_claimed)
        return statement, dict(steps.values["normalised"])


def _nothing_claimed(step: str, node: int, edition: int) -> Column:
    raise Searched(f"some {step} has no formula in the reference")

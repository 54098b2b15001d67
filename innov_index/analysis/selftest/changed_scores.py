"""Scores beside those under a change of the inputs, by the numbers that the inputs decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from innov_index.analysis.selftest.differences import AGREEMENT, BOUNDS, NOISE, Difference
from innov_index.analysis.selftest.nudges import FOLD, WAYS, nudged_dataset, placed_so
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats, Ints
from innov_index.model.dataset import Dataset
from innov_index.model.scores import Scores
from innov_index.pipeline import score
from innov_index.wording import counted


@frozen
class Relation:
    """What was changed, how many numbers were compared, which of them differ, and what is to be told.

    With nothing compared, `told` says why the relation was not tried.
    """

    name: str
    compared: int = 0
    differences: Sequence[Difference] = ()
    told: str = ""


@frozen
class Tried:
    """An index beside its scores, to be scored again with other inputs."""

    index: Index
    scores: Scores

    @property
    def recipe(self) -> Recipe:
        return self.index.config.recipe

    @property
    def dataset(self) -> Dataset:
        return self.index.dataset

    def again(self, recipe: Recipe | None = None, dataset: Dataset | None = None) -> Scores:
        """The scores under another recipe or dataset."""
        return score(recipe or self.recipe, dataset or self.dataset)

    @cached_property
    def nudged(self) -> tuple[Scores, list[Scores]]:
        """The scores of the index, and those with its values moved in their last digit."""
        moved = [score(self.recipe, nudged_dataset(way, self.dataset)) for way in WAYS]
        return self.index.score(), moved

    @property
    def settings(self) -> Iterator[Setting]:
        """Every setting of the index, those of editions included."""
        for recipe in (self.recipe, *self.recipe.editions.values()):
            for held in (recipe.leaf_steps, recipe.node_steps):
                for row in held.values():
                    yield from {id(setting): setting for setting in row}.values()
            yield from recipe.screening.values()


def compared(
    tried: Tried,
    other: Scores,
    *,
    units: Ints | None = None,
    nodes: Ints | None = None,
    edition: int | None = None,
) -> Relation:
    """Compare scores and ranks with those under a change.

    Parameters
    ----------
    tried : Tried
    other : Scores
    units, nodes : positions, optional
        Where each unit and node stands in `other`, -1 for nowhere; by default in the same places.
    edition : int, optional
        The only edition that `other` has.
    """
    base = tried.scores
    u = np.arange(len(base.units)) if units is None else units
    n = np.arange(len(base.framework)) if nodes is None else nodes
    editions = slice(None) if edition is None else slice(edition, edition + 1)
    noise = _noise(base)[editions][:, u >= 0][:, :, n >= 0]
    differences, number = [], 0
    for what, own, others in (("scores", base.scores, other.scores), ("ranks", base.ranks, other.ranks)):
        a = own[editions][:, u >= 0][:, :, n >= 0]
        b = others[:, u[u >= 0]][:, :, n[n >= 0]]
        number += a.size
        for e, unit, node in np.argwhere(apart(a, b, noise if what == "scores" else 0.0)):
            differences.append(
                Difference(
                    what,
                    base.framework.codes[int(np.flatnonzero(n >= 0)[node])],
                    base.units.codes[int(np.flatnonzero(u >= 0)[unit])],
                    base.edition_name(int(e) if edition is None else edition) or "",
                    _value(a[e, unit, node]),
                    _value(b[e, unit, node]),
                )
            )
    return _of_steady_numbers(tried, Relation("", number, differences))


def apart(a: Floats, b: Floats, noise: Floats | float) -> Floats:
    """Where two arrays differ by more than rounding."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(a - b)
        close = (gap <= noise) | (gap <= AGREEMENT * np.fmax(np.abs(a), np.abs(b)))
    return np.asarray(~close & ~(np.isnan(a) & np.isnan(b)))


def _noise(scores: Scores) -> Floats:
    """What rounding may do to a score: the engine's bounds; of a leaf a share of its largest score."""
    noise = np.zeros(scores.scores.shape)
    with np.errstate(all="ignore"):
        noise += NOISE * np.nan_to_num(np.fmax.reduce(np.abs(scores.scores), axis=1, keepdims=True))
    largest = np.nan_to_num(np.fmax.reduce(np.abs(scores.scores), axis=(1, 2), keepdims=True))
    bounds = BOUNDS * np.nan_to_num(scores.bounds)
    noise[..., scores.framework.inner] = np.minimum(bounds, AGREEMENT * largest)
    return noise


def _value(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _of_steady_numbers(tried: Tried, relation: Relation) -> Relation:
    """The relation without differences that are no larger than what a last digit of the inputs makes."""
    if not relation.differences:
        return relation
    try:
        base, moved = tried.nudged
    except InnovIndexError:
        return relation
    left = [own for own in relation.differences if not _explained(own, base, moved)]
    unsteady = len(relation.differences) - len(left)
    told = f"{counted(unsteady, 'number')} not judged: as much moves where inputs move in their last digit"
    return replace(relation, differences=left, told=told if unsteady else "")


def _explained(difference: Difference, base: Scores, moved: Sequence[Scores]) -> bool:
    if difference.unit not in base.units.position or difference.node not in base.framework.position:
        return False
    edition = base.editions.index(difference.edition) if difference.edition else 0
    node, unit = base.framework.position[difference.node], base.units.position[difference.unit]
    if difference.step == "ranks":
        return placed_so(difference.reference, [_value(own.ranks[edition, unit, node]) for own in moved])
    moves = [np.abs(own.scores - base.scores)[edition, :, node] for own in moved]
    if not (isinstance(difference.engine, float) and isinstance(difference.reference, float)):
        return bool(any(np.isnan(own.scores[edition, unit, node]) for own in moved))
    most = float(np.nan_to_num(np.fmax.reduce(moves, axis=None)))
    return abs(difference.engine - difference.reference) <= FOLD * most

"""Variations that touch each other: what is drawn is what the config gives with all of it stated."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import points_of, simulate
from innov_index.config.variations.weight_forms import dirichlet
from innov_index.errors import ConfigError, InnovIndexError
from innov_index.index import Index
from tests.analysis.uncertainty.conftest import CONFIG

Write = Callable[..., Index]
Table = Callable[..., list[list[Any]]]
SCALED = {"method": "min_max", "low": 1, "high": 100}


def assert_as_stated(model: Model, draws: int = 40) -> None:
    """Scores of some draws are those of the config with every choice laid over it, in order."""
    evaluated = model.evaluate(points_of(model, 1, 0)[:, :draws])
    for draw in range(draws):
        settings = [
            f"{path}={json.dumps(entry.plain())}"
            for choice, code in zip(model.variations.choices, evaluated.codes[draw], strict=False)
            for path, entry in choice.overrides(float(code))
        ]
        scores = model.index.varied(settings=settings).score().scores[model.edition, model.units, 0]
        np.testing.assert_allclose(evaluated.scores[draw], scores, rtol=1e-12)


def choice(path: str, *alternatives: Any) -> dict[str, Any]:
    return {"path": path, "alternatives": list(alternatives)}


def first_leaf(keys: dict[str, Any]) -> dict[str, Any]:
    """The tree of the index in which indicator a has further keys."""
    tree = deepcopy(CONFIG["index"])
    tree["children"][0]["children"][0].update(keys)
    return tree


@pytest.mark.parametrize(
    "vary",
    [
        (
            choice("aggregation.method", "arithmetic", "geometric"),
            choice("aggregation[I].method", "arithmetic", "harmonic"),
        ),
        ({"schemes": ["base", "s"]}, choice("aggregation.method", "arithmetic", "geometric")),
        (choice("index[a].direction", 1, -1),),
        ({"schemes": ["base", "turned"]}, choice("treatment.max_points", 0, 2)),
    ],
)
def test_choices_that_overlap(varied_index: Write, vary: tuple[dict, ...]) -> None:
    """Also where the later choice says what the config says anyway, or turns an indicator."""
    schemes = {
        "s": {"aggregation": {"method": "harmonic"}, "treatment": {"method": "winsorise", "max_points": 1}},
        "turned": {"index[a].direction": "lower_is_better", "aggregation": {"method": "harmonic"}},
    }
    assert_as_stated(Model(varied_index(*vary, schemes=schemes, normalisation=SCALED)))


def test_a_scheme_may_read_other_data(varied_index: Write, varied_rows: Table) -> None:
    """The other table has the same units with their values in reverse order."""
    head, *rows = varied_rows()
    other = [head, *([*row[:2], *turned[2:]] for row, turned in zip(rows, reversed(rows), strict=True))]
    schemes = {"s": {"indicators": {"file": "other.csv"}, "aggregation": {"method": "harmonic"}}}

    def model(other: list) -> Model:
        vary = {"schemes": ["base", "s"]}
        return Model(varied_index(vary, schemes=schemes, normalisation=SCALED, files={"other.csv": other}))

    assert_as_stated(model(other))
    with pytest.raises(ConfigError, match="its data have other units"):
        model(other[:-1])


@pytest.mark.parametrize("first", ["left out", "uniform"])
def test_what_is_left_out_is_left_out_of_drawn_weights(varied_index: Write, first: str) -> None:
    vary = [{"data": "indicators left out"}, {"weights": "uniform"}]
    model = Model(varied_index(*(vary if first == "left out" else vary[::-1])))
    weights = model.evaluate(points_of(model, 1, 0)[:, :50]).weights[model.index.framework.leaves]
    assert ((weights == 0).sum(axis=0) == 1).all()


def test_left_out_needs_weights_that_act(varied_index: Write) -> None:
    levels = {1: {"aggregation": {"method": "minimum"}}}
    with pytest.raises(ConfigError, match="below P and Q cannot be left out: the aggregation there ignores"):
        Model(varied_index({"data": "indicators left out"}, levels=levels))


def test_left_out_and_weights_learned_in_every_draw(varied_index: Write) -> None:
    levels = {0: {"weighting": {"method": "entropy"}}}
    vary = ({"weights": "noise", "amount": 0.2, "levels": [2]}, {"data": "indicators left out"})
    with pytest.raises(ConfigError, match="cannot vary together with weights that are learned in every draw"):
        Model(varied_index(*vary, levels=levels))


def test_equal_units_of_different_groups_are_not_one(varied_index: Write, varied_rows: Table) -> None:
    """Unit u1 gets the values of u0, which is in the other region, and has no indicator a."""
    rows = varied_rows()
    rows[2][2:] = rows[1][2:]
    index = first_leaf({"applies_to": {"region": ["N"]}})
    model = Model(varied_index({"weights": "noise", "amount": 0.3}, data=rows, index=index))
    assert len(set(model.columns.tolist())) == len(model.units)
    assert model.base_scores[0] != model.base_scores[1]


def test_a_unit_with_a_score_in_two_choices_at_once_is_ranked(
    varied_index: Write, varied_rows: Table
) -> None:
    """Unit u3 has neither a, of P, nor d, of Q."""
    rows = varied_rows(gaps=True)
    rows[4][2] = rows[4][5] = ""
    index = varied_index(
        choice("aggregation[P].missing", "propagate", "reweight"),
        choice("aggregation[Q].missing", "propagate", "reweight"),
        aggregation={"method": "arithmetic", "missing": "propagate"},
        data=rows,
    )
    assert 3 in Model(index).units


@pytest.mark.parametrize("own", [{}, {"editions": {"2010": {"weighting": {"method": "equal"}}}}])
@pytest.mark.parametrize("edition", ["2010", "2011"])
def test_weights_of_another_edition_are_its_own(
    varied_index: Write, varied_rows: Table, own: dict, edition: str
) -> None:
    """A rescaling over all editions needs the scores of all, by weights that each has learned."""
    head, *rows = varied_rows()
    later = np.random.default_rng(0).gamma(2, 10, (len(rows), 5)).round(2).tolist()
    data = [
        [*head, "edition"],
        *([*row, 2010] for row in rows),
        *([*row[:2], *values, 2011] for row, values in zip(rows, later, strict=True)),
    ]
    index = varied_index(
        choice("normalisation.high", 100, 50),
        weighting={"method": "entropy"},
        normalisation=SCALED,
        levels={1: {"rescaling": {"method": "min_max", "low": 1, "reference": "pooled"}}},
        data=data,
        **own,
    )
    assert_as_stated(Model(index, edition))


def test_rescaling_by_goalposts_of_each_unit(varied_index: Write, varied_rows: Table) -> None:
    """No column of draws can be rescaled as if all units had one pair of goalposts."""
    head, *rows = varied_rows()
    data = [[*head, "low", "high"], *([*row, unit, 100 + unit] for unit, row in enumerate(rows))]
    rescaling = {"method": "goalposts_by_unit", "lower": "low", "upper": "high"}
    index = varied_index({"weights": "noise", "amount": 0.3}, data=data, levels={1: {"rescaling": rescaling}})
    tally = simulate(Model(index), 100, 1, threads=1)
    assert tally.draws == 100


REFUSED = [
    ([{**choice("aggregation.method", "arithmetic", "harmonic"), "name": "draw"}], "cannot be called 'draw'"),
    ([{"schemes": ["base", "r"]}], "changes the rule of ranking"),
    (
        [
            {"data": "imputation draws", "tables": 3},
            choice("imputation", {"method": "mean"}, {"method": "median"}),
        ],
        "both change the imputation",
    ),
    ([{"schemes": ["base", "tree"]}], "changes the tree"),
]


@pytest.mark.parametrize(
    "weights", [choice("weighting[P]", 0.2, 0.8), choice("weighting[I].method", "given", "equal")]
)
def test_weights_that_are_drawn_anew_cannot_be_chosen(varied_index: Write, weights: dict) -> None:
    with pytest.raises(ConfigError, match="the weights that it sets are drawn anew"):
        Model(varied_index(weights, {"weights": "uniform", "levels": [1]}))
    Model(varied_index(weights, {"weights": "noise", "amount": 0.3, "levels": [1]}))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"aggregation": {"method": "borda"}}, "does not reach aggregation borda"),
        ({"imputation": {"method": "mean"}, "gaps": True}, "does not reach imputation mean"),
    ],
)
def test_units_left_out_of_what_compares_all_units(varied_index: Write, keys: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Model(varied_index({"data": "unit left out"}, **keys))


@pytest.mark.parametrize(("vary", "message"), REFUSED)
def test_what_cannot_vary(varied_index: Write, vary: list[dict], message: str) -> None:
    schemes = {
        "r": {"ranking": {"ties": "dense"}, "aggregation": {"method": "harmonic"}},
        "tree": {"index": {"children": [{"indicator": "a"}, {"indicator": "b"}]}},
    }
    with pytest.raises(ConfigError, match=message):
        Model(varied_index(*vary, schemes=schemes, gaps=True))


def test_an_indicator_with_an_imputation_of_its_own(varied_index: Write) -> None:
    vary = {"data": "imputation draws", "tables": 3}
    index = first_leaf({"imputation": {"method": "mean"}})
    with pytest.raises(ConfigError, match="but a has an imputation of its own"):
        Model(varied_index(vary, gaps=True, index=index))


@pytest.mark.parametrize("factor", [1e-11, 1.0, 1e11])
def test_small_scores_move_too(varied_index: Write, factor: float) -> None:
    """The same draws of weights move the scores by the same shares, whatever the size of a score."""
    normalisation = {"method": "linear", "factor": factor, "offset": 0}
    model = Model(varied_index({"weights": "noise", "amount": 0.2}, normalisation=normalisation))
    scores = model.evaluate(points_of(model, 1, 0)[:, :40]).scores
    stated = model.index.varied(settings=["normalisation.factor=1"]).score().scores[0, :, 0]
    np.testing.assert_allclose(model.base_scores, factor * stated, rtol=1e-12)
    assert (np.ptp(scores, axis=0) > 0.01 * factor * stated).all()


def test_a_variation_may_need_another_choice(varied_index: Write) -> None:
    vary = (
        choice("aggregation.method", "maximum", "arithmetic"),
        choice("weighting.method", "given", "entropy"),
    )
    assert_as_stated(Model(varied_index(*vary, aggregation={"method": "maximum"})))


@pytest.mark.parametrize("concentration", [0.005, 0.5, 50.0])
def test_dirichlet_weights_are_shares(concentration: float) -> None:
    """A small concentration gives nearly all to one member, and is as often as the member weighs."""
    base = np.repeat([[0.5], [0.3], [0.2]], 20_000, axis=1)
    points = np.random.default_rng(0).random((3, 20_000))
    weights = dirichlet(points, base, np.array([0]), concentration)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    np.testing.assert_allclose(weights.mean(axis=1), base[:, 0], atol=0.015)


def test_no_unit_can_be_left_out_of_few(varied_index: Write, varied_rows: Table) -> None:
    """All draws are without a result: nothing is said of ranks."""
    index = varied_index({"data": "unit left out"}, data=varied_rows()[:3])
    with pytest.raises(InnovIndexError, match="no draw has a result"):
        simulate(Model(index), 50, 1, threads=1)

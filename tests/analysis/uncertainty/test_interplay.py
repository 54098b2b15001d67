"""Variations that touch each other: what is drawn is what the config gives with all of it stated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from innov_index.analysis.uncertainty import sampling
from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import points_of, simulate
from innov_index.errors import ConfigError, InnovIndexError
from innov_index.index import Index, load

Write = Callable[..., Index]
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


def test_a_scheme_may_read_other_data(varied_index: Write) -> None:
    schemes = {"s": {"indicators": {"file": "other.csv"}, "aggregation": {"method": "harmonic"}}}
    index = varied_index({"schemes": ["base", "s"]}, schemes=schemes, normalisation=SCALED)
    head, *rows = (index.config.folder / "data.csv").read_text().splitlines()
    # the same table upside down, but for who is who
    who = [row.split(",")[:2] for row in rows]
    values = [row.split(",")[2:] for row in reversed(rows)]
    other = [head, *(",".join([*unit, *own]) for unit, own in zip(who, values, strict=True))]
    (index.config.folder / "other.csv").write_text("\n".join(other) + "\n")
    assert_as_stated(Model(load(index.config.path)))
    (index.config.folder / "other.csv").write_text("\n".join(other[:-1]) + "\n")
    with pytest.raises(ConfigError, match="data of other units"):
        Model(load(index.config.path))


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


def test_left_out_and_weights_learnt_in_every_draw(varied_index: Write) -> None:
    levels = {0: {"weighting": {"method": "entropy"}}}
    vary = ({"weights": "noise", "amount": 0.2, "levels": [2]}, {"data": "indicators left out"})
    with pytest.raises(ConfigError, match="cannot vary together with what weights are learnt from"):
        Model(varied_index(*vary, levels=levels))


def test_equal_units_of_different_groups_are_not_one(varied_index: Write) -> None:
    """Unit u1 gets the values of u0, which is in the other region, and has no indicator a."""
    index = varied_index({"weights": "noise", "amount": 0.3})
    path = index.config.folder / "data.csv"
    lines = path.read_text().splitlines()
    lines[2] = ",".join([*lines[2].split(",")[:2], *lines[1].split(",")[2:]])
    path.write_text("\n".join(lines) + "\n")
    text = index.config.path.read_text().replace(
        "- indicator: a\n", "- indicator: a\n      applies_to: {region: [N]}\n"
    )
    index.config.path.write_text(text)
    model = Model(load(index.config.path))
    assert len(set(model.columns.tolist())) == len(model.units)
    assert model.base_scores[0] != model.base_scores[1]


def test_a_unit_with_a_score_in_two_choices_at_once_is_ranked(varied_index: Write) -> None:
    index = varied_index(
        choice("aggregation[P].missing", "propagate", "reweight"),
        choice("aggregation[Q].missing", "propagate", "reweight"),
        aggregation={"method": "arithmetic", "missing": "propagate"},
        gaps=True,
    )
    path = index.config.folder / "data.csv"
    lines = path.read_text().splitlines()
    cells = lines[4].split(",")
    lines[4] = ",".join([*cells[:2], "", *cells[3:5], "", cells[6]])
    path.write_text("\n".join(lines) + "\n")
    assert 3 in Model(load(index.config.path)).units


@pytest.mark.parametrize("own", [{}, {"editions": {"2010": {"weighting": {"method": "equal"}}}}])
@pytest.mark.parametrize("edition", ["2010", "2011"])
def test_weights_of_another_edition_are_its_own(varied_index: Write, own: dict, edition: str) -> None:
    """A rescaling over all editions needs the scores of all, by weights that each has learnt."""
    index = varied_index(
        choice("normalisation.high", 100, 50),
        weighting={"method": "entropy"},
        normalisation=SCALED,
        levels={1: {"rescaling": {"method": "min_max", "low": 1, "reference": "pooled"}}},
        **own,
    )
    path = index.config.folder / "data.csv"
    head, *rows = path.read_text().splitlines()
    rng = np.random.default_rng(0)
    lines = [f"{head},edition", *(f"{row},2010" for row in rows)]
    lines += [
        f"{row.split(',')[0]},{row.split(',')[1]},{','.join(f'{v:.2f}' for v in rng.gamma(2, 10, 5))},2011"
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n")
    assert_as_stated(Model(load(index.config.path), edition))


def test_rescaling_by_goalposts_of_each_unit(varied_index: Write) -> None:
    """No column of draws can be rescaled as if all units had one pair of goalposts."""
    index = varied_index({"weights": "noise", "amount": 0.3})
    path = index.config.folder / "data.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text(
        "\n".join([f"{head},low,high", *(f"{row},{i},{100 + i}" for i, row in enumerate(rows))]) + "\n"
    )
    rescaling = "levels: {1: {rescaling: {method: goalposts_by_unit, lower: low, upper: high}}}\n"
    index.config.path.write_text(rescaling + index.config.path.read_text())
    tally = simulate(Model(load(index.config.path)), 100, 1, threads=1)
    assert tally.draws == 100


REFUSED = [
    ([{**choice("aggregation.method", "arithmetic", "harmonic"), "name": "draw"}], "cannot be called 'draw'"),
    ([{"schemes": ["base", "r"]}], "changes the rule of ranking"),
    (
        [
            {"data": "imputation draws", "tables": 3},
            choice("imputation", {"method": "mean"}, {"method": "median"}),
        ],
        "both are about imputation",
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
    index = varied_index({"data": "imputation draws", "tables": 3}, gaps=True)
    text = index.config.path.read_text()
    index.config.path.write_text(
        text.replace("- indicator: a\n", "- indicator: a\n      imputation: {method: mean}\n")
    )
    with pytest.raises(ConfigError, match="but a has an imputation of its own"):
        Model(load(index.config.path))


@pytest.mark.parametrize("factor", [1e-11, 1.0, 1e11])
def test_small_scores_move_too(varied_index: Write, factor: float) -> None:
    normalisation = {"method": "linear", "factor": factor, "offset": 0}
    Model(varied_index({"weights": "noise", "amount": 0.2}, normalisation=normalisation))


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
    weights = sampling.dirichlet(points, base, np.array([0]), concentration)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    np.testing.assert_allclose(weights.mean(axis=1), base[:, 0], atol=0.015)


def test_no_unit_can_be_left_out_of_few(varied_index: Write) -> None:
    """All draws are without a result: nothing is said of ranks."""
    index = varied_index({"data": "unit left out"})
    path = index.config.folder / "data.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:3]) + "\n")
    with pytest.raises(InnovIndexError, match="no variant has a result"):
        simulate(Model(load(index.config.path)), 50, 1, threads=1)

"""Everything is checked before the first draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from innov_index.analysis.uncertainty.model import Model
from innov_index.errors import ConfigError
from innov_index.index import Index

REFUSED = [
    ({"path": "imputation", "alternatives": ["as stated", {"method": "mean"}]}, "no value is missing"),
    ({"data": "imputation draws"}, "no value is missing"),
    (
        {"path": "ranking", "alternatives": [{"ties": "min"}, {"ties": "max"}]},
        "the rule of ranking cannot vary",
    ),
    (
        {"path": "normalisation", "alternatives": ["as stated", {"method": "min_mox"}]},
        "Did you mean 'min_max'",
    ),
    ({"path": "normalisaton", "alternatives": [{"method": "min_max"}, {"method": "rank"}]}, "normalisation"),
    ({"path": "treatment.max_points", "range": [5, 1]}, r"\[lowest, highest\]"),
    ({"path": "treatment.max_points", "range": [0.5, 2], "integer": True}, "needs whole numbers as ends"),
    ({"path": "normalisation.truncate", "alternatives": [False, True]}, "has no effect"),
    ({"schemes": ["base", "zz"]}, "no scheme 'zz'"),
    ({"weights": "noise", "amount": 0.2, "below": ["R"]}, "no node 'R'"),
    (
        {"weights": "noise", "amount": 0.2, "levels": [5]},
        "level 5: the nodes of this tree are at levels 1 to 2",
    ),
    ({"data": "error", "relative": 0.1, "indicators": []}, "must not be empty"),
    (
        {"weights": "bounds", "below": ["I"], "bounds": {"P": [0.1, 0.3, 0.9]}},
        "at most 2",
    ),
    ({"weights": "order", "order": [["P", "Q"]]}, "state `below:"),
    ({"weights": "order", "below": ["I"], "order": [["P", "X"]]}, "no node 'X' among these siblings"),
    (
        {"weights": "bounds", "below": ["I"], "bounds": {"P": [0.0, 0.3], "Q": [0.0, 0.3]}},
        "no weights that sum to 1",
    ),
    ({"weights": "panel", "below": ["I"], "experts": [{"P": 1}, {"P": 1, "Q": 2}]}, "each expert"),
    ({"data": "error"}, "either `relative` or `absolute`"),
    ({"data": "error", "relative": 0.1, "indicators": ["aa"]}, "no indicator 'aa'"),
    ({"data": "indicators left out", "count": 5}, "cannot be left out"),
    (
        {"path": "normalisation", "alternatives": [1, 2], "probabilities": [1]},
        "as many probabilities as alternatives: 2, not 1",
    ),
]


@pytest.mark.parametrize(("variation", "message"), REFUSED)
def test_a_variation_that_means_nothing_is_refused(
    varied_index: Callable[..., Index], variation: dict, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as found:
        Model(varied_index(variation))
    assert found.value.problems[0].mark is not None
    assert found.value.problems[0].mark.line > 1


SHAPES = [
    ({"weights": "nose", "amount": 0.2}, "must be one of {path"),
    ({"weights": "noise", "amont": 0.2}, "Did you mean 'amount'"),
    ({"weights": "noise", "amount": 2}, "at most 1"),
    ({"path": "treatment.max_points"}, "key 'alternatives' is missing"),
]


@pytest.mark.parametrize(("variation", "message"), SHAPES)
def test_the_form_is_checked_when_the_config_is_loaded(
    varied_index: Callable[..., Index], variation: dict, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        varied_index(variation)


def test_siblings_vary_once_only(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "noise", "amount": 0.1}, {"weights": "uniform", "levels": [1]})
    with pytest.raises(ConfigError, match="the weight of 'P' varies twice"):
        Model(index)


def test_weights_that_the_aggregation_ignores_cannot_act(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "uniform"}, aggregation={"method": "maximum"})
    with pytest.raises(ConfigError, match="ignores weights"):
        Model(index)


def test_weights_that_are_the_stated_ones_cannot_act(varied_index: Callable[..., Index]) -> None:
    """Two experts who both say what the config says."""
    experts = [{"P": 0.6, "Q": 0.4}, {"P": 3, "Q": 2}]
    with pytest.raises(ConfigError, match=r"'weights: panel \(I\)' has no effect: no score changes"):
        Model(varied_index({"weights": "panel", "below": ["I"], "experts": experts}))


def test_units_that_nothing_is_learned_from_have_no_effect(varied_index: Callable[..., Index]) -> None:
    index = varied_index(
        {"data": "bootstrap"}, treatment={"method": "none"}, normalisation={"method": "none"}
    )
    with pytest.raises(ConfigError, match="no method of this index learns anything"):
        Model(index)


def test_without_a_block_nothing_varies(make_index: Callable[..., object]) -> None:
    from innov_index.index import load

    with pytest.raises(ConfigError, match="no `uncertainty:` block"):
        Model(load(make_index()))


def test_points_mean_the_same_whatever_comes_after(varied_index: Callable[..., Index]) -> None:
    """Each variation has coordinates of its own, in the order stated."""
    model = Model(
        varied_index(
            {"path": "treatment.max_points", "range": [0, 3], "integer": True}, {"weights": "uniform"}
        )
    )
    assert [variation.dimensions for variation in model.variations.all] == [1, 7]
    codes = model.codes(np.linspace(0, 0.999, 4)[None].repeat(8, axis=0))
    np.testing.assert_array_equal(codes[:, 0], [0, 1, 2, 3])


def test_shrunk_weights_lie_between_those_stated_and_equal_ones(varied_index: Callable[..., Index]) -> None:
    """Siblings P and Q of 0.6 and 0.4; half of the way is the most: 0.6 - 0.1 t/2 and 0.4 + 0.1 t/2."""
    model = Model(varied_index({"weights": "shrunk", "most": 0.5, "levels": [1]}))
    shares = np.array([0.0, 0.5, 1.0])
    weights = model.evaluate(shares[None]).weights
    drawn = weights[[model.index.framework.position[code] for code in "PQ"]]
    np.testing.assert_allclose(drawn, [0.6 - 0.05 * shares, 0.4 + 0.05 * shares])

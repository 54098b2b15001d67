"""Weights of published indices, from their configs: what is known comes back."""

from fractions import Fraction

import numpy as np
import pytest

import innov_index
from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.queries import Query, questions_of
from innov_index.errors import InnovIndexError
from tests.conftest import ROOT

CONFIGS = ROOT / "configs"
PILLARS = ("IN.1", "IN.2", "IN.3", "IN.4", "IN.5", "OUT.6", "OUT.7")
OVERALL = np.array([0.1] * 5 + [0.25] * 2)


def _answers(config: str, **query):
    index = innov_index.load(CONFIGS / config)
    return [answer(question) for question in questions_of(index, Query(**query))]


def _inside(weights, found):
    return bool((found.smallest <= weights).all() and (weights <= found.largest).all())


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_gii_from_its_seven_pillars(year):
    """WIPO: the mean of input (five pillars) and output (two), so 0.1 five times and 0.25 twice."""
    (found,) = _answers(f"published/gii-{year}.yaml", nodes=["GII"], children=PILLARS)
    assert found.inference.stated
    assert _inside(OVERALL, found.inference.weights)
    assert found.inference.weights.width < 1e-8
    assert found.inference.weights.simple == ((Fraction(1, 10),) * 5 + (Fraction(1, 4),) * 2,)


def test_gii_2019_from_pillars_of_one_decimal():
    """The printed decimal leaves every weight about 0.01."""
    (found,) = _answers("published/gii-2019.yaml", nodes=["GII"], children=PILLARS, published=None)
    assert _inside(OVERALL, found.inference.weights)
    assert found.inference.weights.width < 0.015
    assert found.inference.weights.simple[0] == (Fraction(1, 10),) * 5 + (Fraction(1, 4),) * 2


@pytest.mark.parametrize("config", ["gii-2019", "gii-2021", "gii-2022", "gii-2023"])
def test_pillar_7_weighs_its_first_sub_pillar_twice(config):
    (found,) = _answers(f"published/{config}.yaml", nodes=["OUT.7"])
    assert found.inference.weights.simple == ((Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),)


def test_gii_from_its_ranks_alone():
    (found,) = _answers("published/gii-2022.yaml", nodes=["GII"], children=PILLARS, figures="ranks")
    assert _inside(OVERALL, found.inference.weights)
    assert found.inference.weights.width < 0.01


@pytest.mark.parametrize("year", [2022, 2023])
def test_clusters_weigh_patents_and_papers_the_same(year):
    (found,) = _answers(f"published/wipo-clusters-{year}.yaml")
    assert found.inference.stated
    assert found.inference.weights.simple == ((Fraction(1, 2),) * 2,)
    assert found.inference.weights.width < 0.01


def test_hdi_is_a_geometric_mean_of_thirds():
    (found,) = _answers("published/hdi.yaml")
    assert found.inference.weights.simple == ((Fraction(1, 3),) * 3,)
    (searched,) = _answers("published/hdi.yaml", power="search")
    assert searched.search is not None
    assert searched.search.simplest == 0
    assert len(searched.search.ranges) == 1
    low, high = searched.search.ranges[0]
    assert -0.01 < low <= 0 <= high < 0.01
    (arithmetic,) = _answers("published/hdi.yaml", power=1.0)
    assert not arithmetic.exists


def test_every_node_of_gii_2022_agrees_with_its_stated_weights():
    found = _answers("published/gii-2022.yaml")
    assert len(found) == 31
    assert all(one.inference.stated for one in found)


def test_gihi_orders_cannot_follow_from_the_open_data():
    """Only orders are public: no weights of our three dimensions give the top 20 of 2021, 2022 or 2023."""
    found = [one for one in _answers("2020.yaml") if "top 20" in one.question.source]
    assert [one.question.source for one in found] == [f"GIHI {year}, top 20" for year in (2021, 2022, 2023)]
    assert not any(one.exists for one in found)
    assert all(one.inference.disagreement.unattainable for one in found)
    assert all("computed here" in one.question.remarks[0] for one in found)


def test_an_order_that_a_person_states():
    (found,) = _answers("2020.yaml", orders=["Beijing > Seoul = Paris", "Tokyo > Paris"])
    index = innov_index.load(CONFIGS / "2020.yaml")
    scores = index.score()
    units = {name: at for at, name in enumerate(scores.units.names)}
    children = scores.scores[0][:, scores.framework.children[0]]
    means = children @ found.inference.weights.centre
    assert means[units["Beijing"]] > max(means[units["Seoul"]], means[units["Paris"]])
    assert means[units["Tokyo"]] > means[units["Paris"]]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"nodes": ["GIII"]}, "no node 'GIII'. Did you mean 'GII'?"),
        ({"published": "WIPO"}, "no published figures called 'WIPO'"),
        ({"edition": "2022"}, "no edition '2022'. Valid names: none."),
        ({"nodes": ["IN.1.1"], "published": None, "figures": "scores", "edition": "x"}, "no edition 'x'"),
        ({"orders": ["Atlantis > Japan"]}, "no unit 'Atlantis'"),
        ({"nodes": ["IN", "OUT"], "children": ["IN.1"]}, "the weights in one --node only"),
        ({"nodes": ["OUT"], "children": ["IN.1"]}, "IN.1 is not below OUT"),
        ({"orders": ["Japan"]}, "separated by >"),
        ({"nodes": ["GII"], "power": 0.0, "scaling": "affine"}, "arithmetic mean only"),
        ({"nodes": ["GII"], "power": "search", "figures": "ranks"}, "from scores only"),
    ],
)
def test_mistakes_are_told(query, message):
    with pytest.raises(InnovIndexError) as error:
        _answers("published/gii-2022.yaml", **query)
    assert message in str(error.value)


def test_a_leaf_has_no_weights():
    with pytest.raises(InnovIndexError, match=r"IN\.1\.1\.1 is an indicator"):
        _answers("published/gii-2022.yaml", nodes=["IN.1.1.1"])

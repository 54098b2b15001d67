"""What `import innov_index` offers, and how its objects show and copy themselves."""

from __future__ import annotations

import copy
import inspect
import pickle
from importlib.metadata import version

import numpy as np
import pytest

import innov_index
from tests.conftest import ROOT


def test_the_package_shows_its_names_and_nothing_else() -> None:
    assert dir(innov_index) == sorted(innov_index.__all__)
    assert all(getattr(innov_index, name) is not None for name in innov_index.__all__)
    assert innov_index.__version__ == version("innov-index")


def test_every_public_name_says_what_it_is() -> None:
    """Numpydoc where it takes something: what it takes, and what it raises or gives."""
    silent, without = [], []
    for name in innov_index.__all__:
        thing = getattr(innov_index, name)
        if isinstance(thing, str):
            continue
        own = vars(thing).items() if isinstance(thing, type) else ()
        members = {f"{name}.{key}": value for key, value in own if not key.startswith("_")}
        for place, value in {name: thing, **members}.items():
            function = getattr(value, "func", getattr(value, "fget", value))
            if not (inspect.getdoc(function) or not callable(function)):
                silent.append(place)
            takes = inspect.isfunction(function) and len(inspect.signature(function).parameters) > 1
            if takes and name == "Index" and "Parameters\n---" not in (inspect.getdoc(function) or ""):
                without.append(place)
    assert silent == []
    assert without == []


@pytest.mark.parametrize("config", ["2020.yaml", "published/hdi.yaml"])
def test_an_index_and_its_scores_are_short_and_can_be_stored(config: str) -> None:
    """Stored methods are those of the catalogue; of scores nothing is lost."""
    index = innov_index.load(ROOT / "configs" / config)
    scores = index.score()
    assert index.name in repr(index)
    assert index.name in repr(scores)
    assert len(repr(index)) < 400
    assert len(repr(scores)) < 400
    assert len(scores._repr_html_()) < 30_000
    for again in (pickle.loads(pickle.dumps(scores)), copy.deepcopy(scores)):
        np.testing.assert_array_equal(again.scores, scores.scores)
        np.testing.assert_array_equal(again.ranks, scores.ranks)
    ranks = scores.with_ranks(scores.ranks[..., ::-1])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(ranks)).ranks, ranks.ranks)
    stored = pickle.loads(pickle.dumps(index))
    np.testing.assert_array_equal(stored.score().scores, scores.scores)


def test_a_varied_index_says_how() -> None:
    varied = innov_index.load(ROOT / "configs/2020.yaml").varied("plain", ["ranking.ties=max"])
    assert repr(varied).endswith(", scheme plain, ranking.ties=max>")

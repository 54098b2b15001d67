"""Pairs that stand whatever the weights, beside a thousand random weights."""

import numpy as np
import pytest

from innov_index.analysis.infer.dominance import dominance
from innov_index.dataset.printed_figures import known, printed


@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_counted_pairs_are_those_that_no_weights_turn(gaps):
    rng = np.random.default_rng(8)
    scores = rng.integers(0, 6, (30, 3)).astype(float)
    scores[rng.random(scores.shape) < gaps] = np.nan
    scores = scores[~np.isnan(scores).all(axis=1)]
    there = ~np.isnan(scores)
    # corners of the set of weights count most: one child nearly alone, or two
    weights = np.concatenate([rng.dirichlet(np.full(3, a), 4000) for a in (1.0, 0.2, 0.02)])
    with np.errstate(invalid="ignore"):
        means = np.where(there, scores, 0) @ weights.T / (there @ weights.T)
    ahead = (
        (means[:, None] >= means[None] - 1e-12)
        | (there @ weights.T <= 1e-12)[:, None]
        | (there @ weights.T <= 1e-12)[None]
    )
    stand = ahead.all(axis=2)
    expected = int(np.triu(stand | stand.T, 1).sum())
    found = dominance(known(scores))
    assert found.decided == expected
    assert found.decided + found.by_weights == found.pairs == len(scores) * (len(scores) - 1) // 2


def test_printed_figures_that_overlap_decide_nothing():
    """10.2 and 10.3 to one decimal touch, 10.2 and 10.2 overlap."""
    figures = np.array([[10.2, 10.2], [10.3, 10.3], [10.2, 10.2]])
    assert dominance(printed(figures, decimals=1)).decided == 2
    assert dominance(known(figures)).decided == 3

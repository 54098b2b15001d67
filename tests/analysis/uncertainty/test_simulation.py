"""Simulations are what scoring every variant by hand gives, and the same on any number of threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.simulation import block_size, points_of, replay, simulate
from innov_index.analysis.uncertainty.summary import summarise
from innov_index.analysis.uncertainty.tally import Tally
from innov_index.index import Index
from innov_index.methods.ranking import descending_ranks

EVERYTHING = (
    {
        "path": "normalisation",
        "alternatives": [
            {"method": "min_max", "low": 1, "high": 100},
            {"method": "z_score", "mean": 50, "sd": 10},
        ],
    },
    {"path": "treatment.max_points", "range": [0, 2], "integer": True},
    {"path": "aggregation[I].method", "alternatives": ["arithmetic", "harmonic"]},
    {"weights": "noise", "amount": 0.25},
)


def tally_of(index: Index, draws: int = 3000, threads: int = 1, **options: object) -> Tally:
    return simulate(Model(index), draws, 1, threads=threads, **options)


def test_every_variant_is_what_the_config_gives(varied_index: Callable[..., Index]) -> None:
    """Fifty variants against `Index.varied`, choices as settings and drawn weights as stated ones."""
    model = Model(varied_index(*EVERYTHING, gaps=True))
    evaluated = model.evaluate(points_of(model, 1, 0)[:, :50])
    framework = model.index.framework
    for draw in range(50):
        settings = [
            f"{choice.path}={_yaml(choice.overrides(code))}"
            for choice, code in zip(model.variations.choices, evaluated.codes[draw], strict=False)
            if choice.overrides(code)
        ]
        settings += [
            f"weighting[{framework.codes[node]}]={float(evaluated.weights[node, draw])!r}"
            for node in range(1, len(framework))
        ]
        scores = model.index.varied(settings=settings).score()
        np.testing.assert_allclose(evaluated.scores[draw], scores.scores[0, :, 0], rtol=1e-12)


def test_weights_of_sums_vary_and_keep_their_total(varied_index: Callable[..., Index]) -> None:
    """A sum takes its weights as stated: 1 each in P and Q, so what is drawn adds up to 3 and to 2 there."""
    model = Model(varied_index({"weights": "noise", "amount": 0.5}, aggregation={"method": "sum"}))
    evaluated = model.evaluate(points_of(model, 1, 0)[:, :20])
    framework = model.index.framework
    for draw in range(20):
        settings = []
        for node in range(1, len(framework)):
            total = framework.stated_weights(framework.nodes[node].parent).sum()
            weight = float(evaluated.weights[node, draw] * total)
            settings.append(f"weighting[{framework.codes[node]}]={weight!r}")
        scores = model.index.varied(settings=settings).score()
        np.testing.assert_allclose(evaluated.scores[draw], scores.scores[0, :, 0], rtol=1e-12)
    assert tally_of(model.index).counts.table().max(axis=1).min() < 3000


def _yaml(overrides: tuple) -> str:
    import json

    return json.dumps(overrides[0][1].plain())


@pytest.mark.parametrize(
    "vary", [EVERYTHING, ({"weights": "uniform"},), ({"data": "error", "relative": 0.1},)]
)
def test_threads_do_not_change_a_byte(varied_index: Callable[..., Index], vary: tuple) -> None:
    index = varied_index(*vary, gaps=True)
    one, three = tally_of(index, 5000), tally_of(index, 5000, threads=3)
    assert one.counts.table().tobytes() == three.counts.table().tobytes()
    assert one.ahead.tobytes() == three.ahead.tobytes()
    assert one.central.tobytes() == three.central.tobytes()


def test_another_seed_gives_other_draws(varied_index: Callable[..., Index]) -> None:
    model = Model(varied_index({"weights": "uniform"}))
    first, second = simulate(model, 2000, 0), simulate(model, 2000, 1)
    assert (first.counts.table() != second.counts.table()).any()


def test_more_draws_begin_with_the_same_ones(varied_index: Callable[..., Index]) -> None:
    """Draw d does not depend on the number of draws."""
    model = Model(varied_index(*EVERYTHING))
    kept: list[list[np.ndarray]] = [[], []]
    for draws, into in zip((700, 2500), kept, strict=True):
        simulate(model, draws, 3, keep=lambda start, block, ranks, into=into: into.append(block.scores))
    np.testing.assert_allclose(np.concatenate(kept[0]), np.concatenate(kept[1])[:700], rtol=1e-12)


def test_counts_are_those_of_the_ranks_of_all_draws(varied_index: Callable[..., Index]) -> None:
    model = Model(varied_index(*EVERYTHING))
    scores: list[np.ndarray] = []
    tally = simulate(model, 4000, 1, keep=lambda start, block, ranks: scores.append(block.scores))
    ranks = descending_ranks(np.concatenate(scores)[..., None], "min")[..., 0]
    for unit, counts in enumerate(tally.counts.table()):
        np.testing.assert_array_equal(counts, np.bincount(ranks[:, unit].astype(int) - 1, minlength=12))
    ahead = (ranks[:, tally.pairs, None] < ranks[:, None, tally.pairs]).sum(axis=0)
    np.testing.assert_array_equal(tally.ahead, ahead)


def test_one_draw_can_be_replayed(varied_index: Callable[..., Index]) -> None:
    model = Model(varied_index(*EVERYTHING))
    scores: list[np.ndarray] = []
    simulate(model, 9000, 9, keep=lambda start, block, ranks: scores.append(block.scores))
    everything = np.concatenate(scores)
    for draw in (0, 123, block_size(model), 8999):
        _, evaluated = replay(model, draw, 9)
        np.testing.assert_allclose(evaluated.scores[0], everything[draw], rtol=1e-12)


def test_draws_without_a_result_are_counted_by_cause(varied_index: Callable[..., Index]) -> None:
    """z-scores below zero have no geometric mean; the statistics rest on the other draws and say so."""
    index = varied_index(
        {"path": "normalisation", "alternatives": ["as stated", {"method": "z_score"}]},
        {"path": "aggregation[I].method", "alternatives": ["arithmetic", "geometric"]},
        normalisation={"method": "min_max", "low": 1, "high": 100},
    )
    tally = tally_of(index)
    assert tally.undefined == pytest.approx(750, abs=100)
    assert tally.draws + tally.undefined == 3000
    np.testing.assert_array_equal(tally.counts.table().sum(axis=1), tally.draws)
    assert any("geometric" in cause for cause in tally.causes)
    result = summarise(Model(index), tally, 1)
    assert "have no result and are left out" in result.remarks[0]


def test_until_stops_where_the_error_is_small_enough(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "uniform"})
    one, two = (tally_of(index, 10**7, threads, until=0.004) for threads in (1, 2))
    assert one.worst_error <= 0.004
    assert one.asked == two.asked < 10**6
    assert one.counts.table().tobytes() == two.counts.table().tobytes()


def test_an_interrupted_run_keeps_what_is_done(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "uniform"})

    def interrupt(done: int) -> None:
        if done > 5000:
            raise KeyboardInterrupt

    tally = tally_of(index, 10**7, 2, progress=interrupt)
    assert not tally.complete
    assert 5000 < tally.draws < 10**6
    assert summarise(Model(index), tally, 1).remarks[0].startswith("partial")


def test_a_level_by_level_tree_gives_the_same(varied_index: Callable[..., Index]) -> None:
    """Entropy weights above varied ones cannot collapse: each draw's own scores decide them."""
    vary = {"weights": "uniform", "below": ["P", "Q"]}
    index = varied_index(vary, weighting={"method": "entropy"}, normalisation={"method": "min_max", "low": 1})
    model = Model(index)
    evaluated = model.evaluate(points_of(model, 1, 0)[:, :20])
    framework = index.framework
    for draw in range(20):
        settings = ["weighting[P].method=given", "weighting[Q].method=given"]
        settings += [
            f"weighting[{framework.codes[node]}]={float(evaluated.weights[node, draw])!r}"
            for node in framework.leaves
        ]
        expected = index.varied(settings=settings).score()
        np.testing.assert_allclose(evaluated.scores[draw], expected.scores[0, :, 0], rtol=1e-10)


def test_an_indicator_left_out_is_one_that_is_not_there(varied_index: Callable[..., Index]) -> None:
    """Against a config in which the column is empty, gaps elsewhere included."""
    model = Model(varied_index({"data": "indicators left out"}, gaps=True))
    evaluated = model.evaluate(points_of(model, 1, 0)[:, :40])
    dataset = model.index.dataset
    leaves = model.index.framework.leaves
    from innov_index.pipeline import score

    seen = set()
    for draw in range(40):
        out = int(np.flatnonzero(evaluated.weights[leaves, draw] == 0)[0])
        seen.add(out)
        values = np.array(dataset.values)
        values[..., dataset.indicators.index(model.index.framework.indicators[out])] = np.nan
        expected = score(model.index.config.recipe, replace(dataset, values=values))
        np.testing.assert_allclose(evaluated.scores[draw], expected.scores[0, :, 0], rtol=1e-12)
    assert len(seen) > 3


def test_bootstrap_takes_extremes_from_the_resampled_units(varied_index: Callable[..., Index]) -> None:
    """Min-max by hand on the drawn units' minimum and maximum."""
    model = Model(
        varied_index(
            {"data": "bootstrap"}, treatment={"method": "none"}, aggregation={"method": "arithmetic"}
        )
    )
    points = points_of(model, 1, 0)[:, :30]
    evaluated = model.evaluate(points)
    raw = model.index.dataset.values[0]
    weights = np.array([0.6 / 3] * 3 + [0.4 / 2] * 2)
    for draw in range(30):
        sample = raw[(points[:, draw] * 12).astype(int)]
        spread = sample.max(axis=0) - sample.min(axis=0)
        expected = 100 * (raw - sample.min(axis=0)) / spread @ weights
        np.testing.assert_allclose(evaluated.scores[draw], expected, rtol=1e-12)


def test_twins_share_their_ranks(varied_index: Callable[..., Index], varied_rows: Callable) -> None:
    """Two units with the same values always have the same rank."""
    rows = varied_rows()
    model = Model(varied_index({"weights": "uniform"}, data=[*rows, ["u99", *rows[1][1:]]]))
    assert len(set(model.columns)) == 12
    tally = simulate(model, 2000, 1)
    np.testing.assert_array_equal(tally.counts.table()[0], tally.counts.table()[12])


def test_figures_of_smaa(varied_index: Callable[..., Index]) -> None:
    """Central weights are the mean of the weights that make a unit first; with them it is first."""
    model = Model(varied_index({"weights": "uniform", "levels": [1]}))
    blocks: list[tuple[Evaluated, np.ndarray]] = []
    tally = simulate(model, 2000, 1, keep=lambda start, block, ranks: blocks.append((block, ranks)))
    result = summarise(model, tally, 1)
    weights = np.concatenate([block.weights for block, _ in blocks], axis=1)
    ranks = np.concatenate([ranks for _, ranks in blocks])
    for unit in np.flatnonzero(tally.leading):
        mean = weights[:, ranks[:, unit] == 1].mean(axis=1)
        np.testing.assert_allclose(result.central[unit], mean, rtol=1e-12)
        assert result.confidence[unit] == 1.0
    assert np.isnan(result.confidence[tally.leading == 0]).all()


def test_summary_of_known_counts(varied_index: Callable[..., Index]) -> None:
    """Frequencies 1/4, 3/4 of ranks 1 and 2: mean 1.75, entropy 0.811 bits."""
    from innov_index.analysis.uncertainty.summary import Ranks

    ranks = Ranks(np.array([[1, 3, 0], [3, 1, 0]]), np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0]))
    np.testing.assert_allclose(ranks.mean, [1.75, 1.25])
    np.testing.assert_allclose(ranks.entropy, [0.811278, 0.811278], atol=1e-6)
    np.testing.assert_array_equal(ranks.quantile(0.5), [2.0, 1.0])
    np.testing.assert_allclose(ranks.top(1), [0.25, 0.75])
    np.testing.assert_allclose(ranks.shift, [0.75, 0.75])
    np.testing.assert_allclose(ranks.error_of_share(ranks.top(1)), np.sqrt(0.25 * 0.75 / 4))
    assert ranks.extremes[1].tolist() == [2.0, 2.0]


def test_scores_of_few_draws_do_not_depend_on_blocks_before_them(
    varied_index: Callable[..., Index],
) -> None:
    """Else another thread that is ahead would choose how they are rounded."""
    index = varied_index({"weights": "uniform"})
    points = np.random.default_rng(1).random((Model(index).dimensions, 40))
    model = Model(index)
    alone = [model.evaluate(points[:, [draw]]).scores.tobytes() for draw in range(40)]
    model.evaluate(points)
    assert [model.evaluate(points[:, [draw]]).scores.tobytes() for draw in range(40)] == alone

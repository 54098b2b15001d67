"""Aggregation against COINr 1.1.14 on its ASEM example (asem/aggregate, see the README there)."""

import numpy as np
import pandas as pd
import pytest

from innov_index.methods.aggregation import aggregation
from innov_index.methods.aggregation.outranking import margins

CASES = [
    ("a_amean", "arithmetic", {}, "original"),
    ("a_gmean", "geometric", {}, "original"),
    ("a_hmean", "harmonic", {}, "original"),
    ("a_genmean_p2", "power", {"p": 2.0}, "original"),
    ("a_genmean_p0.5", "power", {"p": 0.5}, "original"),
    ("a_genmean_pm1", "power", {"p": -1.0}, "original"),
    ("a_copeland", "copeland", {}, "original"),
    ("a_amean__equal", "arithmetic", {}, "equal"),
    ("a_amean__w123", "arithmetic", {}, "1_2_3"),
    ("a_gmean__w123", "geometric", {}, "1_2_3"),
    ("a_hmean__w123", "harmonic", {}, "1_2_3"),
    ("a_copeland__w123", "copeland", {}, "1_2_3"),
    ("missing__a_amean", "arithmetic", {}, "original"),
    ("missing__a_gmean", "geometric", {}, "original"),
    ("missing__a_hmean", "harmonic", {}, "original"),
    ("missing__a_gmean__w123", "geometric", {}, "1_2_3"),
]


@pytest.fixture(scope="module")
def asem(shared):
    return shared / "coinr/asem"


@pytest.fixture(scope="module")
def families(asem):
    """Children of each node, by the node's code; lower levels first."""
    lineage = pd.read_csv(asem / "pipeline/lineage.csv")
    found = {}
    for below, above in zip(lineage.columns[:-1], lineage.columns[1:], strict=True):
        for node, children in lineage.groupby(above, sort=False)[below]:
            found[node] = list(dict.fromkeys(children))
    return found


def stated_weights(asem, name):
    if name == "equal":
        return pd.Series(1.0, index=pd.read_csv(asem / "pipeline/weights_original.csv").iCode)
    file = asem / ("pipeline/weights_original.csv" if name == "original" else "aggregate/weights_1_2_3.csv")
    return pd.read_csv(file).set_index("iCode").Weight


def aggregated(name, options, leaves, families, weights):
    """All nodes, each from the scores that the level below it got here."""
    table = leaves.copy()
    for node, children in families.items():
        local = weights[children].to_numpy(dtype=float)
        kernel = aggregation[name].function
        table[node] = kernel(table[children].to_numpy(), local / local.sum(), **options)
    return table


@pytest.mark.parametrize(("file", "name", "options", "weights"), CASES)
def test_every_node_of_every_level(asem, families, file, name, options, weights):
    expected = pd.read_csv(asem / f"aggregate/{file}.csv").set_index("uCode")
    leaves = expected.drop(columns=list(families))
    got = aggregated(name, options, leaves, families, stated_weights(asem, weights))
    nodes = list(families)
    assert len(nodes) == 11
    np.testing.assert_allclose(got[nodes], expected[nodes], rtol=0, atol=1e-9)


def test_data_threshold_only_masks_the_means(asem, families):
    """COINr's dat_thresh 0.9 leaves a node empty below 90 % of its children; the others are plain means."""
    expected = pd.read_csv(asem / "aggregate/missing__a_amean__thresh0.9.csv").set_index("uCode")
    table, weights = expected.copy(), stated_weights(asem, "original")
    for node, children in families.items():
        values, local = table[children].to_numpy(), weights[children].to_numpy(dtype=float)
        enough = np.mean(~np.isnan(values), axis=-1) >= 0.9
        mean = aggregation["arithmetic"].function(values, local / local.sum())
        np.testing.assert_allclose(np.where(enough, mean, np.nan), expected[node], rtol=0, atol=1e-9)


def test_power_mean_drops_missing_children_where_coinr_gives_up(asem, families):
    """COINr's a_genmean is NA as soon as one child is missing (features.md 1.15), unlike its other means.
    Ours drops the child as they do; on complete rows both agree."""
    expected = pd.read_csv(asem / "aggregate/missing__a_genmean_p2.csv").set_index("uCode")
    weights, incomplete = stated_weights(asem, "original"), 0
    for node, children in list(families.items())[:8]:
        values, local = expected[children].to_numpy(), weights[children].to_numpy(dtype=float)
        got = aggregation["power"].function(values, local / local.sum(), p=2.0)
        complete = ~np.isnan(values).any(axis=-1)
        np.testing.assert_allclose(got[complete], expected[node][complete], rtol=0, atol=1e-9)
        assert expected[node][~complete].isna().all()
        there = ~np.isnan(values)
        by_hand = np.sqrt(np.nansum(local * values**2, axis=-1) / np.sum(local * there, axis=-1))
        np.testing.assert_allclose(got, by_hand, rtol=1e-12)
        incomplete += int(np.sum(~complete))
    assert incomplete > 0


def test_copeland_with_gaps_compares_what_both_units_have(asem, families):
    """COINr sets the lower triangle to 1 - upper, so with gaps the unit further down the table wins every
    pair without common data (features.md 1.15). Right is: the weight of the children where a unit is higher
    against that where it is lower, among those that both have, whatever the order of the rows."""
    as_written = pd.read_csv(asem / "aggregate/missing__a_copeland.csv").set_index("uCode")
    differs = 0
    for node, children in list(families.items())[:8]:
        values = as_written[children].to_numpy()
        got = aggregation["copeland"].function(values, np.full(len(children), 1 / len(children)))
        higher = (values[:, None, :] > values[None, :, :]).sum(axis=-1)
        expected = np.sign(higher - higher.T).sum(axis=-1).astype(float)
        expected[np.isnan(values).all(axis=-1)] = np.nan
        np.testing.assert_array_equal(got, expected)
        differs += int(np.sum(got != as_written[node].to_numpy()))
    assert differs > 0


def test_outranking_matrix(asem, families):
    """COINr's matrix holds the weight of the children on which a unit is higher, and half of the ties':
    (1 + margin) / 2 outside the diagonal; a pair is dominant where that is 1 (or 0)."""
    scores = pd.read_csv(asem / "aggregate/a_amean.csv")[families["Physical"]].to_numpy()
    expected = pd.read_csv(asem / "aggregate/outrank_Physical.csv").iloc[:, 1:].to_numpy()
    summary = pd.read_csv(asem / "aggregate/outrank_Physical_summary.csv").iloc[0]
    got = (1 + margins(scores, scores, np.full(8, 1 / 8))) / 2
    np.fill_diagonal(got, 0.0)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)
    dominant = int(np.sum(got == 1))
    assert dominant == summary.nDominant
    assert dominant / (51 * 50 / 2) == pytest.approx(summary.fracDominant)

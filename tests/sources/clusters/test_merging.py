"""Merging neighbours, and the edges between clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.sources.clusters.merging import merge_neighbours, neighbours
from innov_index.sources.clusters.sphere import great_circle


def test_edges_are_nearest_points_even_across_the_date_line():
    latitude = np.zeros(6)
    longitude = np.array([179.9, 179.95, -179.99, -179.9, 0.0, 5.0])
    label = np.array([0, 0, 1, 1, 2, -1])
    first, second, distance = neighbours(latitude, longitude, label, within_km=20)
    assert (first.tolist(), second.tolist()) == ([0], [1])
    assert distance == pytest.approx([0.06 * 111.195], rel=1e-5)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), points=st.integers(1, 200), within=st.sampled_from([50.0, 500.0, 5_000.0]))
def test_edges_against_all_pairs(seed, points, within):
    """Every pair of points, one by one."""
    rng = np.random.default_rng(seed)
    latitude, longitude = rng.uniform(-90, 90, points), rng.uniform(-180, 180, points)
    label = rng.integers(-1, 6, points)
    north, east = np.radians(latitude), np.radians(longitude)
    all_distances = great_circle(north[:, None], east[:, None], north, east)
    expected = {}
    for one, other in zip(*np.nonzero((all_distances <= within) & (label[:, None] < label)), strict=True):
        pair = (label[one], label[other])
        if pair[0] >= 0:
            expected[pair] = min(expected.get(pair, np.inf), all_distances[one, other])
    first, second, distance = neighbours(latitude, longitude, label, within)
    found = dict(zip(zip(first.tolist(), second.tolist(), strict=True), distance.tolist(), strict=True))
    assert found == pytest.approx(expected)


TIES = np.array([[0, 9, 2, 0], [9, 0, 5, 0], [2, 5, 0, 4], [0, 0, 4, 0]], float)
CHAIN = np.array([0, 1, 2]), np.array([1, 2, 3])


@pytest.mark.parametrize(
    ("partners", "expected"),
    [
        # 0 and 1 prefer each other; together they and 2 do (7), and then 3 has no other
        ("mutual", [0, 0, 0, 0]),
        ("main", [0, 0, 0, 0]),
        ("any", [0, 0, 0, 0]),
    ],
)
def test_merging_goes_on_until_nothing_changes(partners, expected):
    assert merge_neighbours(TIES, *CHAIN, partners=partners).tolist() == expected


def test_neighbours_with_another_main_partner_stay_apart():
    """0 and 1 lie next to each other, but 0's strongest tie is with 2, far away."""
    ties = np.array([[0, 3, 8], [3, 0, 1], [8, 1, 0]], float)
    near = np.array([0]), np.array([1])
    assert merge_neighbours(ties, *near, partners="mutual").tolist() == [0, 1, 2]
    assert merge_neighbours(ties, *near, partners="main").tolist() == [0, 0, 1]
    assert merge_neighbours(ties, *near, partners="any").tolist() == [0, 0, 1]


def test_no_ties_no_partners():
    near = np.array([0]), np.array([1])
    assert merge_neighbours(np.zeros((2, 2)), *near).tolist() == [0, 1]
    assert merge_neighbours(np.zeros((2, 2)), *near, partners="any").tolist() == [0, 0]
    assert merge_neighbours(np.zeros((2, 2)), np.empty(0, int), np.empty(0, int)).tolist() == [0, 1]

"""The cluster finder against scikit-learn's DBSCAN, label by label."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.errors import OptionError
from innov_index.sources.clusters.dbscan import dbscan
from innov_index.sources.clusters.sphere import EARTH_RADIUS_KM


def columns(path: Path) -> dict[str, np.ndarray]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    rows = list(csv.DictReader(text.splitlines()))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def scikit_learn(latitude, longitude, radius_km, minimum, weight=None):
    cluster = pytest.importorskip("sklearn.cluster")
    finder = cluster.DBSCAN(
        eps=radius_km / EARTH_RADIUS_KM, min_samples=minimum, metric="haversine", algorithm="ball_tree"
    )
    finder.fit(np.radians(np.column_stack([latitude, longitude])), sample_weight=weight)
    core = np.zeros(len(latitude), bool)
    core[finder.core_sample_indices_] = True
    return finder.labels_, core


def scene(seed: int, points: int, place: str, spread_km: float):
    """Random points around a few centres: anywhere, at a pole, or on the date line."""
    rng = np.random.default_rng(seed)
    north = {"anywhere": rng.uniform(-80, 80, 5), "pole": np.full(5, 89.9), "date line": np.full(5, -17.0)}
    east = {"anywhere": rng.uniform(-180, 180, 5), "pole": np.zeros(5), "date line": np.full(5, 180.0)}
    centre = rng.integers(0, 5, points)
    degrees = spread_km / 111.195
    latitude = north[place][centre] + rng.normal(0, degrees, points)
    # over the pole and down on the other side
    over = np.abs(latitude) > 90
    latitude[over] = np.sign(latitude[over]) * 180 - latitude[over]
    wide = degrees / np.maximum(np.cos(np.radians(latitude)), 1e-3)
    longitude = east[place][centre] + rng.normal(0, 1, points) * wide + 180 * over
    if place == "pole":
        longitude = rng.uniform(-180, 180, points)
    longitude = (longitude + 180) % 360 - 180
    repeated = rng.random(points) < 0.2
    latitude[repeated], longitude[repeated] = latitude[0], longitude[0]
    return latitude, longitude, rng


def test_published_points(shared):
    """The six seeded jobs of shared/raw/clusters (scikit-learn 1.9.1): labels and core flags."""
    folder = shared / "raw/clusters"
    jobs = columns(folder / "jobs.csv")
    assert len(jobs["job"]) == 6
    for job, file, radius, minimum, weight in zip(*jobs.values(), strict=True):
        points = columns(folder / file)
        expected = columns(folder / "expected" / f"labels_{job}.csv.gz")
        found = dbscan(
            points["latitude"].astype(float),
            points["longitude"].astype(float),
            radius_km=float(radius),
            minimum=float(minimum),
            weight=points[weight].astype(float) if weight else None,
        )
        assert np.array_equal(found.label, expected["label"].astype(int)), job
        assert np.array_equal(found.core, expected["core"] == "1"), job


@settings(max_examples=50)
@given(
    seed=st.integers(0, 2**32),
    points=st.integers(1, 400),
    place=st.sampled_from(["anywhere", "pole", "date line"]),
    spread_km=st.sampled_from([1.0, 20.0, 500.0]),
    radius=st.sampled_from([0.05, 0.3, 1.0, 3.0]),
    minimum=st.integers(1, 30),
    weighted=st.booleans(),
)
def test_like_scikit_learn(seed, points, place, spread_km, radius, minimum, weighted):
    """Random spheres; weights in eighths, which add up without rounding."""
    latitude, longitude, rng = scene(seed, points, place, spread_km)
    # not zero throughout, which scikit-learn refuses
    weight = np.append(rng.integers(0, 25, points - 1), 3) / 8 if weighted else None
    label, core = scikit_learn(latitude, longitude, radius * spread_km, minimum, weight)
    found = dbscan(latitude, longitude, radius_km=radius * spread_km, minimum=minimum, weight=weight)
    assert np.array_equal(found.core, core)
    assert np.array_equal(found.label, label)


@pytest.mark.parametrize(("radius", "minimum"), [(4_000.0, 900), (12_000.0, 2_500), (19_000.0, 2_980)])
def test_radius_of_continents(radius, minimum):
    """Half the globe within the radius, and nearly all of it."""
    rng = np.random.default_rng(5)
    latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, 3_000)))
    longitude = rng.uniform(-180, 180, 3_000)
    label, core = scikit_learn(latitude, longitude, radius, minimum)
    found = dbscan(latitude, longitude, radius_km=radius, minimum=minimum)
    assert np.array_equal(found.core, core)
    assert np.array_equal(found.label, label)


def test_everything_within_half_the_circumference():
    found = dbscan([90.0, -90.0, 0.0], [0.0, 0.0, 90.0], radius_km=20_016, minimum=3)
    assert found.label.tolist() == [0, 0, 0]
    assert found.core.all()


def test_the_radius_itself_is_within():
    """Points on a meridian: 0.1 degrees are R pi / 1800 km, and rounding decides nothing."""
    latitude = np.arange(0, 20) / 10
    step = EARTH_RADIUS_KM * np.pi / 1800
    assert dbscan(latitude, np.zeros(20), radius_km=step * (1 + 1e-12), minimum=2).clusters == 1
    assert dbscan(latitude, np.zeros(20), radius_km=step * (1 - 1e-9), minimum=2).clusters == 0


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), minimum=st.integers(1, 40))
def test_collapsed_points_are_the_same(seed, minimum):
    """Points at one place, and one point with their number as weight."""
    latitude, longitude, rng = scene(seed, 60, "date line", 20.0)
    times = rng.integers(1, 6, 60)
    one = dbscan(latitude, longitude, radius_km=10, minimum=minimum, weight=times)
    many = dbscan(np.repeat(latitude, times), np.repeat(longitude, times), radius_km=10, minimum=minimum)
    assert np.array_equal(np.repeat(one.label, times), many.label)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_core_points_know_no_order(seed):
    """Core points, their partition and noise are the same in any order of the points."""
    latitude, longitude, rng = scene(seed, 300, "anywhere", 20.0)
    weight = 1 / rng.integers(1, 9, 300)
    order = rng.permutation(300)
    one = dbscan(latitude, longitude, radius_km=8, minimum=3, weight=weight)
    other = dbscan(latitude[order], longitude[order], radius_km=8, minimum=3, weight=weight[order])
    assert np.array_equal(one.core[order], other.core)
    assert np.array_equal(one.label[order] < 0, other.label < 0)
    both = set(zip(one.label[order][other.core].tolist(), other.label[other.core].tolist(), strict=True))
    assert len(both) == one.clusters == other.clusters


def test_weights_that_add_up_but_for_rounding():
    """Ten times a tenth is one, although the computer's sum is less."""
    found = dbscan(np.zeros(10), np.arange(10) / 1000, radius_km=5, minimum=1, weight=np.full(10, 0.1))
    assert found.core.all()


def test_a_border_point_goes_to_the_cluster_met_first():
    """A point between two core points, one of each cluster: the cluster whose core stands first has it."""
    longitude = np.array([-0.1, -0.1, -0.1, 0.0, 0.2, 0.3, 0.3, 0.3, 0.1])
    found = dbscan(np.zeros(9), longitude, radius_km=11.5, minimum=4)
    assert not found.core[8]
    assert found.label.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 0]
    mirrored = dbscan(np.zeros(9), 0.2 - longitude, radius_km=11.5, minimum=4)
    assert mirrored.label.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 0]


def test_nothing_to_cluster():
    assert dbscan(np.empty(0), np.empty(0), radius_km=1, minimum=1).clusters == 0
    assert dbscan([1.0], [2.0], radius_km=1, minimum=2).label.tolist() == [-1]
    assert dbscan([1.0], [2.0], radius_km=1, minimum=1).label.tolist() == [0]


@pytest.mark.parametrize("options", [{"radius_km": 0, "minimum": 1}, {"radius_km": 1, "minimum": -1}])
def test_options_that_mean_nothing(options):
    with pytest.raises(OptionError):
        dbscan([0.0], [0.0], **options)

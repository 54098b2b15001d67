"""Clusters of points on the globe: the engine beside scikit-learn's DBSCAN, each in its own process.

    python benchmarks/dbscan.py [--points 1_000_000] [--scene sparse dense repeated] [--repeat 1]

scikit-learn runs as `DBSCAN(metric="haversine", algorithm="ball_tree")`. It prints wall-clock time,
processor time, peak memory beyond that of the points and the imports, and ratios to the engine. The labels
are compared.

The scenes are simulated, like inventors and authors: nine points in ten around one of 4,000 cities by Zipf's
law, the others anywhere.

- `sparse`: few points within the radius (2 km), so that scikit-learn has enough memory.
- `dense`: WIPO's radius of 15 km, thousands of points within it; scikit-learn keeps all pairs in memory.
- `repeated`: the points of a city share at most 50 places, as when addresses are located by postcode.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import time

import numpy as np
from quick import QUICK
from side_by_side import installed, peak_megabytes

POINTS = 2_000 if QUICK else 1_000_000
SCENES = {"sparse": (2.0, 20), "dense": (15.0, 2_000), "repeated": (2.0, 100)}
"""Radius in km and minimum density."""

LIMIT_GB = 8


def make_points(points: int, scene: str, seed: int = 20200920) -> tuple[np.ndarray, np.ndarray]:
    """Return latitudes and longitudes."""
    rng = np.random.default_rng(seed)
    cities = 4_000
    city_latitude = np.degrees(np.arcsin(rng.uniform(-0.7, 0.9, cities)))
    city_longitude = rng.uniform(-180, 180, cities)
    size = 1 / np.arange(1, cities + 1) ** 0.8
    city = rng.choice(cities, points, p=size / size.sum())
    spread = 12 * (size / size[0]) ** 0.25
    distance = np.abs(rng.standard_normal(points)) * spread[city]
    direction = rng.uniform(0, 2 * np.pi, points)
    if scene == "repeated":
        place = rng.integers(0, 50, points) + 50 * city
        distance, direction = (rng.permutation(x)[place % len(x)] for x in (distance, direction))
        distance *= 0.2
    latitude = city_latitude[city] + distance * np.sin(direction) / 111.195
    east = distance * np.cos(direction) / 111.195 / np.cos(np.radians(city_latitude[city]))
    longitude = (city_longitude[city] + east + 180) % 360 - 180
    alone = rng.random(points) < 0.1
    latitude[alone] = np.degrees(np.arcsin(rng.uniform(-0.7, 0.9, alone.sum())))
    longitude[alone] = rng.uniform(-180, 180, alone.sum())
    return latitude.round(5), longitude.round(5)


def engine(latitude: np.ndarray, longitude: np.ndarray, radius_km: float, minimum: float) -> np.ndarray:
    """This package."""
    from innov_index.sources.clusters.dbscan import dbscan

    return dbscan(latitude, longitude, radius_km=radius_km, minimum=minimum).label


def scikit_learn(latitude: np.ndarray, longitude: np.ndarray, radius_km: float, minimum: float) -> np.ndarray:
    """scikit-learn, the reference."""
    from sklearn.cluster import DBSCAN

    places = np.radians(np.column_stack([latitude, longitude]))
    finder = DBSCAN(eps=radius_km / 6371.0088, min_samples=minimum, metric="haversine", algorithm="ball_tree")
    return finder.fit(places).labels_


CONTENDERS = {"engine": engine, "scikit-learn": scikit_learn}
NEEDS = {"scikit-learn": "sklearn"}


def measure(name: str, points: int, scene: str) -> dict:
    """Run one contender here, in this process."""
    latitude, longitude = make_points(points, scene)
    radius, minimum = SCENES[scene]
    CONTENDERS[name](latitude[:100], longitude[:100], radius, minimum)
    before = peak_megabytes()
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_GB << 30, LIMIT_GB << 30))
    started, worked = time.perf_counter(), time.process_time()
    label = CONTENDERS[name](latitude, longitude, radius, minimum)
    return {
        "wall": time.perf_counter() - started,
        "processor": time.process_time() - worked,
        "memory": peak_megabytes() - before,
        "clusters": int(label.max()) + 1,
        "noise": int((label < 0).sum()),
        "labels": hashlib.sha256(label.astype(np.int64).tobytes()).hexdigest(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--scene", nargs="+", choices=SCENES, default=["sparse"] if QUICK else list(SCENES))
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.points, given.scene[0])))
        return
    names = installed(given.only, NEEDS)
    print(f"{'':24}{'wall s':>9}{'processor s':>13}{'memory MB':>11}{'processor ratio':>17}")
    for scene in given.scene:
        reference: dict = {}
        for name in names:
            runs = [_apart(name, given.points, scene) for _ in range(given.repeat)]
            reference = _print(scene, name, runs, reference)


def _apart(name: str, points: int, scene: str) -> dict:
    command = [sys.executable, __file__, "--one", name, "--points", str(points), "--scene", scene]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return {"failed": (run.stderr.strip().splitlines() or [f"ended by signal {-run.returncode}"])[-1]}
    return json.loads(run.stdout)


def _print(scene: str, name: str, runs: list[dict], reference: dict) -> dict:
    run = sorted(runs, key=lambda run: run.get("processor", 0))[len(runs) // 2]
    if "failed" in run:
        print(f"{scene + ' ' + name:24}within {LIMIT_GB} GB: {run['failed']}")
        return reference
    reference = reference or run
    ratio = run["processor"] / reference["processor"]
    print(
        f"{scene + ' ' + name:24}{run['wall']:9.2f}{run['processor']:13.2f}{run['memory']:11.0f}{ratio:17.2f}"
    )
    if run["labels"] != reference["labels"]:
        print(f"{'':24}different labels: {run} instead of {reference}")
    elif run is reference:
        print(f"{'':24}{run['clusters']:,} clusters, {run['noise']:,} points noise")
    return reference


if __name__ == "__main__":
    main()

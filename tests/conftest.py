"""Fixtures: the reference data, and one factory of small random inputs."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# how long an example takes depends on what else the machine does
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_SHARED = "INNOV_INDEX_REQUIRE_SHARED"


METADATA = importlib.metadata


def pytest_runtest_setup() -> None:
    """Give back what scikit-criteria deletes from the standard library when it is imported."""
    importlib.metadata = METADATA


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with published tables and other tools' results, beside the project."""
    folder = ROOT.parent / "shared"
    if folder.is_dir():
        return folder
    reason = f"reference data not found at {folder}"
    if os.environ.get(REQUIRE_SHARED):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def make_values() -> Callable[..., np.ndarray]:
    """Factory of positive, mildly skewed values (units, indicators), with a share of gaps when asked."""

    def make(seed: int = 0, units: int = 30, indicators: int = 6, missing: float = 0.0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        values = rng.gamma(3.0, 10.0, (units, indicators)) + 1.0
        if missing:
            values[rng.random(values.shape) < missing] = np.nan
        return values

    return make


SMALL_DATA = """\
unit,name,region,population,a,b,c
A,Alpha,N,100,1,10,5
B,Beta,N,200,2,30,4
C,Gamma,S,400,3,20,1
D,Delta,S,300,5,40,2
"""

SMALL_CONFIG = """\
name: Small index
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
index:
  code: I
  children:
    - code: P
      weight: 0.6
      children: [{indicator: a}, {indicator: b}]
    - {indicator: c, weight: 0.4, direction: lower_is_better}
"""


@pytest.fixture
def small_index(tmp_path: Path) -> Callable[..., Path]:
    """Writer of a small index into the test's folder; returns the config's path.

    `config` and `data` replace the whole text, `swap` maps parts of the config to others.
    """

    def write(
        config: str = SMALL_CONFIG, data: str | bytes = SMALL_DATA, swap: dict[str, str] | None = None
    ) -> Path:
        for old, new in (swap or {}).items():
            assert old in config, old
            config = config.replace(old, new)
        path = tmp_path / "index.yaml"
        path.write_text(config, encoding="utf-8")
        content = data if isinstance(data, bytes) else data.encode()
        (tmp_path / "data.csv").write_bytes(content)
        return path

    return write

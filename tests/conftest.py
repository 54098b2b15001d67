"""Fixtures: the reference data, and the factories of index folders and of arrays."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.indices import write_index

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_SHARED = "INNOV_INDEX_REQUIRE_SHARED"
RANDOM_EXAMPLES = "INNOV_INDEX_RANDOM_EXAMPLES"

# how long an example takes depends on what else the machine does; that a change passes or not should not
# depend on chance, so a plain run takes the same examples each time
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile("random" if os.environ.get(RANDOM_EXAMPLES) else "repeatable")


METADATA = importlib.metadata


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: those of an archive hold the time, and workers compare the names."""
    return argname if isinstance(val, bytes) else None


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


@pytest.fixture
def make_index(tmp_path: Path) -> Callable[..., Path]:
    """`write_index` into the test's folder: a small index by default."""
    return partial(write_index, tmp_path)

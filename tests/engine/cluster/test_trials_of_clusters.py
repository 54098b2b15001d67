"""A few of the trials: commands whose cluster fails at a random moment, or is not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.cluster.trials import make_records, trials

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("trials")
    make_records(found, 60_000)
    return found


@pytest.mark.parametrize("kind", ["worker", "memory"])
def test_the_same_bytes_or_one_sentence(kind: str, folder: Path) -> None:
    for _, ended, whole in trials(kind, 1, folder, 7, names=("derive",)):
        assert whole
        assert ended.fault(whole) == ""

"""Every config of the project agrees with the reference, quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from innov_index.analysis.selftest.run import selftest
from innov_index.index import load
from tests.conftest import ROOT

CONFIGS = sorted((ROOT / "configs").rglob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_it_agrees_to_twelve_digits(path: Path) -> None:
    index = load(path)
    index.score()
    started = time.process_time()
    result = selftest(index)
    assert result.holds, result.sentences
    assert min(agreement.digits for trial in result.facts.trials for agreement in trial.agreements) >= 12
    assert time.process_time() - started < 10 * len(result.facts.trials)


def test_there_are_configs() -> None:
    assert len(CONFIGS) > 20

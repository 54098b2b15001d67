"""Draws, exact statements and long loops on one, two and four workers: the bytes of this computer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import innov_index
from innov_index.cli import main
from innov_index.engine import loops
from innov_index.engine.loops import each
from innov_index.methods.kernels.frontier import bod_scores
from tests.conftest import ROOT
from tests.engine.cluster.clusters import Cluster, running_cluster

pytest.importorskip("distributed")

HUBS = str(ROOT / "configs" / "2020.yaml")


def printed(*words: str, address: str | None = None) -> str:
    on = () if address is None else ("--engine", "dask", "--scheduler", address)
    result = CliRunner().invoke(main, [*words, *on])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("workers", [1, 4])
def test_draws_are_the_same_on_any_number_of_workers(workers: int, tmp_path: Path) -> None:
    words = (
        "uncertainty",
        HUBS,
        "--draws",
        "40000",
        "--seed",
        "3",
        "--table",
        "central weights",
        "--format",
        "csv",
    )
    with running_cluster(tmp_path, workers) as own:
        assert printed(*words, address=own.address) == printed(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("uncertainty", HUBS),
        ("uncertainty", HUBS, "--until", "0.01", "--table", "frequencies", "--format", "csv"),
        ("sensitivity", HUBS, "--runs", "64"),
        ("robustness", HUBS),
        ("derive", HUBS),
        ("score", HUBS),
    ],
)
def test_what_is_printed_is_the_same(cluster: Cluster, words: tuple[str, ...]) -> None:
    there = printed(*words, address=cluster.address)
    assert there.replace("nothing here took long enough to be sent to the cluster\n", "") == printed(*words)


def test_draws_in_a_file_are_the_same(cluster: Cluster, tmp_path: Path) -> None:
    files = [tmp_path / "here.parquet", tmp_path / "there.parquet"]
    for file, address in zip(files, (None, cluster.address), strict=True):
        printed("uncertainty", HUBS, "--draws", "5000", "--draws-file", str(file), address=address)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_threads_of_this_computer_have_no_effect(cluster: Cluster) -> None:
    words = ["uncertainty", HUBS, "--threads", "2", "--engine", "dask", "--scheduler", cluster.address]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "--threads has no effect with --engine dask" in result.output


def test_the_address_may_be_that_of_dasks_settings(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    import dask

    with dask.config.set({"scheduler-address": cluster.address}):
        result = CliRunner().invoke(main, ["uncertainty", HUBS, "--draws", "64", "--engine", "dask"])
    assert result.exit_code == 0, result.output


def test_what_takes_long_goes_to_workers(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "TRIED", 0.0)
    monkeypatch.setattr(loops, "WORTH_PROCESSES", 0.0)

    def work(number: int) -> tuple[int, int]:
        import os
        import time

        time.sleep(0.01)
        return number, os.getpid()

    with innov_index.running_on(cluster.address):
        found = each(work, range(30))
    assert [number for number, _ in found] == list(range(30))
    assert {where for _, where in found[1:]} == {worker.pid for worker in cluster.workers}


def test_bytes_of_workers_are_those_of_a_loop(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).random((6, 30, 4)) + 0.1
    alone = bod_scores(values)[0]
    monkeypatch.setattr(loops, "TRIED", 0.0)
    monkeypatch.setattr(loops, "WORTH_PROCESSES", 0.0)
    with innov_index.running_on(cluster.address):
        assert bod_scores(values)[0].tobytes() == alone.tobytes()


def test_searches_for_ranks_are_the_same(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = printed("robustness", HUBS, "--check")
    monkeypatch.setattr(loops, "TRIED", 0.0)
    monkeypatch.setattr(loops, "WORTH_PROCESSES", 0.0)
    assert printed("robustness", HUBS, "--check", address=cluster.address) == alone


def test_a_method_that_loops_in_draws(cluster: Cluster, make_index: Callable[..., Path]) -> None:
    more = """\
aggregation: {method: kemeny_young}
uncertainty: {draws: 16, vary: [{weights: uniform}]}
"""
    config = str(make_index(more=more))
    assert printed("uncertainty", config, address=cluster.address) == printed("uncertainty", config)

"""The same result from one thread, many threads, and a Dask cluster that loses a worker."""

from __future__ import annotations

import operator
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from innov_index.engine.dask_cluster import Dask
from innov_index.engine.local import Local
from innov_index.errors import DataError, InnovIndexError
from innov_index.io.rendering import to_csv
from innov_index.reading.derived import DerivedIndicators
from innov_index.sources.derive import derive
from tests.sources.deriving import GAZETTEER, ROOT, derived, places, source, write_csv


def square(number: int) -> int | None:
    return None if number == 3 else number * number


def fail(number: int) -> int:
    if number == 5:
        raise DataError("file 5 is broken")
    return number


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_local_merges_every_part(workers: int) -> None:
    total = Local(workers).run(square, operator.add, list(range(50)))
    assert total == sum(n * n for n in range(50)) - 9
    assert Local(workers).run(square, operator.add, []) is None
    assert Local(workers).run(square, operator.add, [3]) is None


@pytest.mark.parametrize("workers", [1, 4])
def test_an_error_of_a_part_is_the_error(workers: int) -> None:
    with pytest.raises(DataError, match="file 5 is broken"):
        Local(workers).run(fail, operator.add, list(range(20)))


@dataclass(frozen=True)
class Cluster:
    """A scheduler and two worker processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s"}

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    quiet = ("--no-dashboard",)
    processes = [start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet)]
    workers = [start("dask_worker", address, "--nthreads", "1", "--no-nanny", *quiet) for _ in range(2)]
    processes += workers
    try:
        _wait_for(address, workers=2)
        yield Cluster(address, workers)
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def _wait_for(address: str, workers: int) -> None:
    import distributed

    with distributed.Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers in many files, each paper split over several of them."""
    folder = tmp_path_factory.mktemp("papers")
    cities = [
        ("Paris", "France"),
        ("Zürich", "Switzerland"),
        ("Boston", "US"),
        ("Beijing", "China"),
        ("", ""),
    ]
    (folder / "records").mkdir()
    for number in range(40):
        rows = [
            (f"P{(number * 7 + row) % 90}", str((number + row) % 5), *cities[(number * row + row) % 5])
            for row in range(60)
        ]
        write_csv(folder / "records" / f"{number:02}.csv", ("paper", "author", "city", "country"), rows)
    return folder


STATED = {
    "file": "records",
    "columns": {"document": "paper", "author": "author", "city": "city", "country": "country"},
}


def bytes_of(folder: Path, executor: object) -> str:
    where = places(gazetteer=GAZETTEER)
    blocks = [
        source(kind="documents", indicators={"n": {"counting": "fractional by author"}, "w": {}}, **STATED),
        source(kind="collaboration", indicators={"s": {"measure": "eigenvector"}}, **STATED),
    ]
    found = DerivedIndicators(tuple(derive(blocks, where, folder, executor)))
    return to_csv(found.sheet([str(row[0]) for row in found.units.rows]))


def test_dask_gives_the_same_bytes(cluster: Cluster, papers: Path) -> None:
    assert bytes_of(papers, Dask(cluster.address)) == bytes_of(papers, Local()) == bytes_of(papers, Local(1))


def test_a_persons_mistake_on_a_worker_is_one_clear_error(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "list.csv.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    with pytest.raises(InnovIndexError, match=r"list\.csv\.gz: not a sound gzip file|list\.csv\.gz.*cut off"):
        derived(
            tmp_path,
            None,
            Dask(cluster.address),
            kind="values",
            file="list.csv.gz",
            columns={"unit": "place"},
            indicators={"n": {}},
        )


def test_no_scheduler_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from innov_index.engine import dask_cluster

    monkeypatch.setattr(dask_cluster, "_PATIENCE", "1s")
    with pytest.raises(InnovIndexError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        Dask("tcp://127.0.0.1:9").run(square, operator.add, [1])


@dataclass(frozen=True)
class Slow:
    """A part that takes its time, so that a worker can be lost in the middle of it."""

    log: Path

    def __call__(self, number: int) -> int:
        (self.log / f"{number}-{time.monotonic_ns()}").touch()
        time.sleep(0.2)
        return number * number


def test_a_worker_killed_in_mid_run(cluster: Cluster, papers: Path, tmp_path: Path) -> None:
    """The last of the cluster's tests: one worker less from here on."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])

    def kill() -> None:
        while len(list(tmp_path.iterdir())) < 6:
            time.sleep(0.02)
        cluster.workers[0].send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    total = Dask(cluster.address).run(Slow(tmp_path), operator.add, list(range(30)))
    killer.join()
    assert cluster.workers[0].wait(timeout=10) == -signal.SIGKILL
    assert total == sum(n * n for n in range(30))
    assert len(list(tmp_path.iterdir())) > 30  # some parts were worked on again
    assert bytes_of(papers, Dask(cluster.address)) == bytes_of(papers, Local())

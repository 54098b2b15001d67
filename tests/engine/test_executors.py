"""The same result from one thread, many threads, and a Dask cluster that loses a worker."""

from __future__ import annotations

import operator
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import innov_index
from innov_index.cli import main
from innov_index.dataset.derived import DerivedIndicators
from innov_index.engine.dask_cluster import Dask
from innov_index.engine.executors import Executor, Progress
from innov_index.engine.local import Local
from innov_index.errors import DataError, InnovIndexError
from innov_index.io.rendering import to_csv
from innov_index.sources.run_sources import derive
from tests.conftest import ROOT
from tests.indices import write_index
from tests.sources.deriving import GAZETTEER, derived, places, source, write_csv


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
    with pytest.raises(InnovIndexError, match=r"list\.csv\.gz: a gzip file that is damaged or truncated"):
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
    with pytest.raises(InnovIndexError, match=r"no Dask scheduler responds at tcp://127\.0\.0\.1:9"):
        Dask("tcp://127.0.0.1:9").run(square, operator.add, [1])


CONFIG = """
units: {{file: units.csv}}
places: {{gazetteer: "{gazetteer}", units: country}}
sources:
  - {{kind: documents, file: records, columns: {columns}, indicators: {{
      n: {{counting: fractional by author}}}}}}
  - {{kind: collaboration, file: records, columns: {columns}, indicators: {{
      ties: {{measure: strength, counting: newman}}, central: {{measure: eigenvector}}}}}}
  - {{kind: values, file: records, columns: {{country: country}}, indicators: {{rows: {{}}}}}}
normalisation: {{method: min_max}}
index:
  code: X
  children: [{{indicator: n}}, {{indicator: ties}}, {{indicator: central}}, {{indicator: rows}}]
"""


@pytest.fixture(scope="module")
def config(papers: Path) -> Path:
    columns = "{document: paper, author: author, city: city, country: country}"
    text = CONFIG.format(gazetteer=GAZETTEER, columns=columns)
    return write_index(papers, text, None, files={"units.csv": "unit\nFR\nCH\nUS\nCN\n"})


def table_of(config: Path, executor: Executor, progress: Progress | None = None) -> str:
    """What `innov-index derive` writes."""
    index = innov_index.load(config)
    derived = index.derive(executor, progress)
    return to_csv(derived.cells(("FR", "CH", "US", "CN"))) + "".join(derived.remarks(()))


def test_the_command_on_a_cluster_writes_the_same_file(
    cluster: Cluster, config: Path, tmp_path: Path
) -> None:
    files = [tmp_path / "local.csv", tmp_path / "dask.csv"]
    for file, more in zip(files, ((), ("--engine", "dask", "--scheduler", cluster.address)), strict=True):
        result = CliRunner().invoke(main, ["derive", str(config), "-o", str(file), *more])
        assert result.exit_code == 0, result.output
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"central" in files[0].read_bytes()


def test_records_are_reported_as_they_are_read(cluster: Cluster, config: Path) -> None:
    seen: list[int] = []
    table_of(config, Dask(cluster.address), seen.append)
    assert sum(seen) == 40 * 60
    assert len(seen) == 40


def test_a_worker_killed_in_mid_run(cluster: Cluster, config: Path) -> None:
    """The last of the cluster's tests: one worker less from here on."""
    import distributed

    whole = table_of(config, Local())
    victim = cluster.workers[0]
    seen: list[int] = []
    lost: list[str] = []

    def watch(records: int) -> None:
        seen.append(records)
        if victim.poll() is not None or len(seen) < 8:
            return
        with distributed.Client(cluster.address, set_as_default=False) as client:
            (address,) = (at for at, pid in client.run(os.getpid).items() if pid == victim.pid)
            lost.extend(map(str, client.has_what()[address]))
        if not lost:
            return
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(timeout=10) == -signal.SIGKILL
        assert sum(seen) < 40 * 60

    # few parts a bucket: a part has pieces in many of them
    assert table_of(config, Dask(cluster.address, parts_a_bucket=4), watch) == whole
    assert lost  # the worker held partial results, which were computed again
    assert sum(seen) == 40 * 60
    assert table_of(config, Dask(cluster.address)) == whole

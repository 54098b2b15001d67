"""A cluster that is not fit, or that fails: one sentence in time, never another number and never silence."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from innov_index.engine.cluster import connection
from innov_index.engine.cluster.dask import Dask
from innov_index.errors import InnovIndexError
from tests.conftest import ROOT
from tests.engine.cluster.clusters import (
    WITHOUT_PACKAGE,
    can_mount,
    kill,
    running_cluster,
    seeing,
)

pytest.importorskip("distributed")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOST", 2.0)


def slowly(number: int) -> int:
    time.sleep(0.2)
    return number


def killing(number: int) -> int:
    import os

    os.kill(os.getpid(), signal.SIGKILL)
    return number


def hoarding(number: int) -> int:
    held = []
    for _ in range(40):
        held.append(b"x" * 10_000_000)
        time.sleep(0.2)
    return number


def added(one: int, other: int) -> int:
    return one + other


def total(executor: Dask, parts: int = 100) -> int | None:
    return executor.run(slowly, added, list(range(parts)))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:9", r"no Dask scheduler responds at tcp://127\.0\.0\.1:9 "),
        ("tls://127.0.0.1:9", r"tls://127\.0\.0\.1:9 needs certificates.*TLS__CA_FILE"),
        ("127.0.0.1:9", r"no Dask scheduler responds at 127\.0\.0\.1:9 "),
        ("http://127.0.0.1:9", r"no Dask scheduler responds at http://127\.0\.0\.1:9 "),
        ("no such host", r"no Dask scheduler responds at no such host "),
        ("", r"no Dask scheduler responds at  "),
    ],
)
def test_a_wrong_address(address: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 1.0)
    with pytest.raises(InnovIndexError, match=said):
        total(Dask(address))


def make_certificate(folder: Path) -> dict[str, str]:
    """A certificate that vouches for itself, as the settings of Dask name it for everybody."""
    if shutil.which("openssl") is None:
        pytest.skip("nothing here makes certificates")
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "own.pem")]
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", *asked, *files], check=True, capture_output=True)
    named = {
        "distributed.comm.default-scheme": "tls",
        "distributed.comm.tls.ca-file": str(folder / "own.pem"),
    }
    for role in ("scheduler", "worker", "client"):
        named[f"distributed.comm.tls.{role}.cert"] = str(folder / "own.pem")
        named[f"distributed.comm.tls.{role}.key"] = str(folder / "key.pem")
    return named


def test_certificates_are_those_of_dasks_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dask

    settings = make_certificate(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(f"DASK_{name.upper().replace('.', '__').replace('-', '_')}", value)
    with dask.config.set(settings), running_cluster(tmp_path, 1) as own:
        assert own.address.startswith("tls://")
        assert total(Dask(own.address), 4) == 6


def test_no_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 4.0)
    with running_cluster(tmp_path, 0) as own, pytest.raises(InnovIndexError, match="has no workers; `dask w"):
        total(Dask(own.address))


def test_a_worker_without_the_package(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 1) as own:
        own.add_worker(program=("-c", WITHOUT_PACKAGE))
        own.wait_for(2)
        with pytest.raises(InnovIndexError, match=r"the worker tcp://.* has no innov-index: install it"):
            total(Dask(own.address))


def test_another_version_of_the_package(tmp_path: Path) -> None:
    """The same number of the version, and other code."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "innov_index", copy / "innov_index", ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "innov_index" / "wording.py").open("a") as file:
        file.write("\n# another one\n")
    with running_cluster(tmp_path, 0) as own:
        own.add_worker(path=copy)
        own.wait_for(1)
        with pytest.raises(InnovIndexError, match="another version of innov-index than this computer"):
            total(Dask(own.address))


def test_every_worker_is_killed_for_its_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask would start each of them again and try the same part four times."""
    monkeypatch.setattr(connection, "LOST", 20.0)
    with running_cluster(tmp_path, 0) as own:
        own.add_worker("--memory-limit", "250MB", "--nanny")
        own.wait_for(1)
        begin = time.monotonic()
        with pytest.raises(InnovIndexError, match="lost again and again while their memory was full"):
            Dask(own.address).run(hoarding, added, list(range(4)))
        assert time.monotonic() - begin < 30.0


def test_the_scheduler_is_lost(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as own:
        sums = Dask(own.address).in_order(slowly, range(100), 1)
        assert next(sums) == 0
        kill(own.scheduler)
        with pytest.raises(InnovIndexError, match=r"tcp://.*: the connection to the scheduler was lost"):
            list(sums)


def test_all_workers_are_lost(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as own:
        sums = Dask(own.address).in_order(slowly, range(100), 1)
        assert next(sums) == 0
        for worker in own.workers:
            kill(worker)
        with pytest.raises(InnovIndexError, match=r"tcp://.*: all workers were lost, and nothing"):
            list(sums)


def test_one_worker_is_lost(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as own:
        numbers = Dask(own.address).in_order(slowly, range(20), 1)
        assert next(numbers) == 0
        kill(own.workers[0])
        assert list(numbers) == list(range(1, 20))


def test_a_worker_that_comes_late_without_the_package(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 1) as own:
        numbers = Dask(own.address).in_order(slowly, range(40), 1)
        assert next(numbers) == 0
        own.add_worker(program=("-c", WITHOUT_PACKAGE))
        own.wait_for(2)
        found, said = [], "came late"
        try:
            found = list(numbers)
        except InnovIndexError as error:
            said = str(error)
        assert "came late" in said
        assert found in ([], list(range(1, 40)))


def test_work_that_no_worker_survives(tmp_path: Path) -> None:
    """As where each one is killed because it has too little memory."""
    with (
        running_cluster(tmp_path, 4) as own,
        pytest.raises(InnovIndexError, match="too little memory") as said,
    ):
        Dask(own.address).run(killing, added, [1])
    assert "--memory" in str(said.value)


def test_a_worker_with_other_files_of_the_same_names(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("no process may see other files here")
    from tests.sources.deriving import derived

    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        for number in range(4):
            unit = "A" if folder == "here" or number else "B"
            (tmp_path / folder / f"{number}.csv").write_text(f"place\n{unit}\n")
    stated = {"kind": "values", "file": "*.csv", "columns": {"unit": "place"}, "indicators": {"n": {}}}
    with running_cluster(tmp_path, 0) as own:
        own.add_worker(before=seeing(tmp_path / "there", tmp_path / "here"))
        own.wait_for(1)
        with pytest.raises(InnovIndexError, match=r"the worker tcp://.*other contents as .*/here/0\.csv"):
            derived(tmp_path / "here", None, Dask(own.address), **stated)
        (tmp_path / "there" / "0.csv").write_text("place\nABC\n")
        with pytest.raises(InnovIndexError, match=r"another file as .*0\.csv, of 10 bytes instead of 8"):
            derived(tmp_path / "here", None, Dask(own.address), **stated)
        (tmp_path / "there" / "0.csv").write_text("place\nA\n")
        found = derived(tmp_path / "here", None, Dask(own.address), **stated)
        assert found.columns["n"].values == {"A": 4.0}

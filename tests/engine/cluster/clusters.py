"""A scheduler and workers as real processes, and what can happen to them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT

PATIENCE = 60.0
"""Seconds until a cluster must have started."""

WITHOUT_PACKAGE = """
import sys
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "innov_index":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Lacking())
from distributed.cli.dask_worker import main
main()
"""
"""A worker that lacks the package, wherever that is installed."""


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(
        self,
        *options: str,
        program: Sequence[str] = ("-m", "distributed.cli.dask_worker"),
        before: Sequence[str] = (),
        path: Path = ROOT,
    ) -> subprocess.Popen[bytes]:
        """Start a worker, with one thread and without a nanny unless the options say otherwise."""
        usual = () if "--nanny" in options else ("--no-nanny",)
        stated = [own for own in options if own != "--nanny"]
        command = [*before, sys.executable, *program, self.address, "--nthreads", "1", "--no-dashboard"]
        where = ["--local-directory", str(self.folder)]
        worker = started([*command, *where, *usual, *stated], self.folder, path)
        self.workers.append(worker)
        return worker

    def wait_for(self, workers: int) -> None:
        """Wait until so many workers are there."""
        import distributed

        with distributed.Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)

    def stop(self) -> None:
        """Kill what still runs."""
        for process in (*self.workers, self.scheduler):
            kill(process)


def started(command: Sequence[str], folder: Path, path: Path = ROOT) -> subprocess.Popen[bytes]:
    """A process in a group of its own, with this checkout or another one first on its path."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and what it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running_cluster(folder: Path, workers: int = 2, *options: str) -> Iterator[Cluster]:
    """A scheduler with so many workers."""
    said = folder / f"scheduler-{time.monotonic_ns()}.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    scheduler = started([*command, "--no-dashboard", "--scheduler-file", str(said)], folder)
    cluster = Cluster(folder, "", scheduler)
    try:
        cluster.address = _address(said)
        for _ in range(workers):
            cluster.add_worker(*options)
        if workers:
            cluster.wait_for(workers)
        yield cluster
    finally:
        cluster.stop()


def _address(said: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return str(json.loads(said.read_text())["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise TimeoutError("no scheduler has started")


def can_mount() -> bool:
    """Whether a process may see other files than the rest of this computer."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


def seeing(other: Path, as_folder: Path) -> tuple[str, ...]:
    """The beginning of a command that finds the files of one folder under the path of another one."""
    script = 'mount --bind "$0" "$1" && shift && exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, str(other), str(as_folder))

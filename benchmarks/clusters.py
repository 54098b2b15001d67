"""What the programs about Dask share: a scheduler and workers as processes, and a command measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0


@dataclass
class Cluster:
    """The address of a scheduler, and its workers, of one thread each."""

    address: str
    workers: list[subprocess.Popen[bytes]]

    def megabytes(self) -> list[float]:
        """The peak memory of each worker that still runs."""
        return [peak_of(worker.pid) for worker in self.workers if worker.poll() is None]


@contextmanager
def running_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler with so many workers."""
    said = folder / f"scheduler-{time.monotonic_ns()}.json"
    processes = [_started(folder, "dask_scheduler", "--port", "0", "--scheduler-file", str(said))]
    try:
        end = time.monotonic() + PATIENCE
        while not said.exists() or not said.read_text():
            if time.monotonic() > end:
                sys.exit("no scheduler has started")
            time.sleep(0.1)
        address = json.loads(said.read_text())["address"]
        usual = (address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        processes += [_started(folder, "dask_worker", *usual) for _ in range(workers)]
        import distributed

        with distributed.Client(address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
        yield Cluster(address, processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _started(folder: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@dataclass
class Measured:
    """Wall-clock and processor seconds of a command, and its peak memory."""

    seconds: float
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:7.1f} s, processor {self.processor:7.1f} s, {self.megabytes:6.0f} MB"


def measured(words: Sequence[str], folder: Path, address: str | None = None) -> Measured:
    """Run a command of innov-index, here or on a cluster; it must succeed."""
    on = () if address is None else ("--engine", "dask", "--scheduler", address)
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        command = [sys.executable, "-m", "innov_index", *words, *on]
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        # what the system says at the end would count the memory of this process, too
        megabytes = 0.0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            with suppress(OSError, IndexError):  # it has ended just now
                megabytes = max(megabytes, peak_of(process.pid))
            time.sleep(0.01)
        _, status, usage = ended
        if status:
            said.seek(0)
            sys.exit(said.read().decode())
    seconds = time.perf_counter() - begin
    return Measured(seconds, usage.ru_utime + usage.ru_stime, megabytes)


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> threading.Timer:
    """A timer that has been started and kills a process."""
    timer = threading.Timer(seconds, process.send_signal, [signal.SIGKILL])
    timer.daemon = True
    timer.start()
    return timer


def peak_of(pid: int) -> float:
    """The peak memory of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

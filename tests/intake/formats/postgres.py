"""A PostgreSQL of its own in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

REQUIRE = "INNOV_INDEX_REQUIRE_POSTGRES"
OWNER = "postgres"
"""Who runs the server where the tests are run by root, for whom it refuses to run."""


def require_postgres(driver: str) -> str:
    """The URL of a database of a superuser; without one the test is skipped, or fails if it is required."""
    for package in ("sqlalchemy", driver):
        pytest.importorskip(package)
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb", path=os.pathsep.join([*map(str, reversed(programs)), os.environ["PATH"]]))
    if found:
        return f"postgresql+{driver}://me:kept-secret@127.0.0.1:{_started(Path(found).resolve().parent)}/postgres"
    reason = "PostgreSQL (initdb) is not installed"
    if os.environ.get(REQUIRE):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _started(programs: Path) -> int:
    """The port of the server, which is started once and stopped at the end of the process."""
    folder = Path(tempfile.mkdtemp(prefix="innov-index-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    data = folder / "data"
    secret = folder / "password"
    secret.write_text("kept-secret\n")
    secret.chmod(0o644)
    _run([programs / "initdb", "-D", data, "-U", "me", "-A", "md5", f"--pwfile={secret}", "-N", "-E", "UTF8"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    _run([programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    atexit.register(shutil.rmtree, folder, True)
    atexit.register(_run, [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    return port


def _run(command: Sequence[str | Path]) -> None:
    who = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        command, cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, capture_output=True, text=True,
        check=False, stdin=subprocess.DEVNULL, **who,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

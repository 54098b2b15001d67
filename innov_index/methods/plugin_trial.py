"""Imports modules of other packages in a process of its own, whatever they do there.

`python -m innov_index.methods.plugin_trial` reads the modules to import as JSON, and writes one line before
each import and one with the verdict after it, so that it can be told which module ended the process or never
came to an end. The trial then goes on with the modules after it, in another process.
"""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from queue import Empty, SimpleQueue
from typing import IO, Any

from innov_index.methods.registry import Step

PATIENCE = 30.0
"""Seconds that the import of one package may take; the largest libraries take some ten."""

_BEGUN = "begun"


def tried(entries: Sequence[EntryPoint]) -> list[str]:
    """Why each module cannot be used; empty where it can.

    Where no process can be started, nothing is known against any of them.
    """
    verdicts: list[str] = []
    while sys.executable and len(verdicts) < len(entries):
        try:
            verdicts += _tried_in_one_process(entries[len(verdicts) :])
        except OSError:
            break
    return [*verdicts, *[""] * (len(entries) - len(verdicts))]


def _tried_in_one_process(entries: Sequence[EntryPoint]) -> list[str]:
    """The verdicts on the modules up to the first one that the process does not survive."""
    # not with the folder at hand as a place for modules, which may be anybody's, unless it is one here
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    verdicts: list[str] = []
    begun = False
    with subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines: SimpleQueue[str] = SimpleQueue()
        reader = threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            json.dump([(entry.name, entry.value, entry.group) for entry in entries], process.stdin)
            process.stdin.close()
            while len(verdicts) < len(entries):
                line = lines.get(timeout=PATIENCE)
                if line and (said := json.loads(line)) != _BEGUN:
                    verdicts.append(said)
                elif not line and begun:
                    return [*verdicts, _ending_of(process.wait())]
                elif not line:
                    raise ChildProcessError("the trial has not started")
                begun = True
        except Empty:
            verdicts.append(f"its import does not end within {PATIENCE:.0f} seconds")
        finally:
            process.kill()
            reader.join()  # before the pipe is closed that it reads
    return verdicts


def _pass_on(lines: IO[str], to: SimpleQueue[str]) -> None:
    """Every line, and an empty text at the end."""
    for line in lines:
        to.put(line)
    to.put("")


def _ending_of(code: int) -> str:
    if code < 0:
        return f"its import ends the program by signal {-code}"
    return f"its import ends the program with exit code {code}"


def main() -> None:
    """Try the modules that are named on standard input."""
    entries = [EntryPoint(*each) for each in json.load(sys.stdin)]
    # what a package writes is no verdict, and neither is what it writes past Python
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    from innov_index.methods.catalogue import every_step

    steps = every_step()
    for entry in entries:
        print(json.dumps(_BEGUN), file=channel)
        print(json.dumps(_verdict(entry, steps)), file=channel)
    channel.flush()
    os._exit(0)  # without what a package wants to do at the end


def _verdict(entry: EntryPoint, steps: Sequence[Step]) -> str:
    from innov_index.methods.plugins import failure_of, in_one_line

    before = _what_stays(steps)
    try:
        if failed := failure_of(entry, steps):
            return failed
    except KeyboardInterrupt as error:
        return in_one_line(error)
    after = _what_stays(steps)
    changed = [name for name, value in before.items() if after.get(name) is not value]
    return f"it replaces {changed[0]}" if changed else ""


def _what_stays(steps: Sequence[Step]) -> Mapping[str, Any]:
    """What no package may replace by its import, by name."""
    code = {
        f"the {step.name} method {name!r}": getattr(method.function, "__code__", None)
        for step in steps
        for name, method in step.registered.items()
    }
    return {**{f"Python's {name}": value for name, value in vars(builtins).items() if name != "_"}, **code}


if __name__ == "__main__":
    main()

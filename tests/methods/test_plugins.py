"""Methods of other packages, installed as entry points: sound ones work, broken ones are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from innov_index.methods import plugins
from innov_index.methods.catalogue import every_step
from tests.conftest import ROOT

SOUND = """
from innov_index.methods.steps import normalisation

@normalisation.method("tenfold")
def tenfold(values, direction):
    '''Ten times the value.

    Formula: 10 x

    Source: own
    '''
    return values * 10 * direction
"""
REGISTERS = SOUND.replace("tenfold", "elevenfold")
BROKEN = {
    "raises": "raise RuntimeError('no licence found')",
    "raises nothing said": "raise ValueError",
    "ends the program": "import sys; sys.exit(7)",
    "is no Python": "def (",
    "lacks a module": "import no_such_module",
    "lacks a name": "from innov_index.methods.steps import no_such_step",
    "replaces a built-in method": SOUND.replace("tenfold", "min_max"),
    "replaces one of another step": "from innov_index.methods.steps import weighting\n"
    "@weighting.method('equal')\ndef equal(values):\n    '''Other weights.'''\n",
    "registers and fails": REGISTERS + "\nraise OSError('disk full')",
    "registers twice": REGISTERS + REGISTERS,
    "divides by nothing": "1 / 0",
    "never ends calling": "def again():\n    again()\nagain()",
    "has a trait that is none": SOUND.replace('"tenfold")', '"twelvefold", "no trait")'),
    "asserts": "assert False, 'wrong machine'",
    "asks for a generator": "raise GeneratorExit('gone')",
    "has bytes": "b'\\xff'.decode()",
    "stops an iteration": "raise StopIteration('stop')",
    "has no memory": "raise MemoryError('too large')",
    "takes a built-in method away": "from innov_index.methods.steps import normalisation\n"
    "normalisation._methods['min_max'] = normalisation._methods.pop('z_score')",
    "interrupts": "raise KeyboardInterrupt",
    "exits": "raise SystemExit",
    "replaces what Python has": "import builtins; builtins.sum = max",
    "replaces what a built-in method does": "from innov_index.methods.steps import normalisation\n"
    "normalisation['min_max'].function.__code__ = normalisation['z_score'].function.__code__",
    "has no docstring": SOUND.replace("tenfold", "thirteenfold").replace("'''", "#"),
    "takes no values": SOUND.replace("tenfold", "fourteenfold").replace("values, direction", ""),
    "has a name that is none": SOUND.replace('"tenfold")', "7)"),
    "has an option of no type": SOUND.replace("tenfold", "fifteenfold").replace("n)", "n, *, by=1)"),
    "has an option of an unknown type": SOUND.replace("tenfold", "sixteenfold").replace(
        "n)", "n, *, by: 'Unknown' = 1)"
    ),
    "has an option of a type that no config can state": "class Odd: ...\n"
    + SOUND.replace("tenfold", "seventeenfold").replace("n)", "n, *, by: Odd = 1)"),
}
ENDING = {
    "ends the process": "import os; os._exit(0)",
    "ends the process with a code": "import os; os._exit(9)",
    "kills the process": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "crashes": "import os; os.abort()",
    # which the system may have asked to ignore
    "interrupts itself": "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "os.kill(os.getpid(), signal.SIGINT)",
}
"""What no process survives, which costs another one each."""

FAILING = {
    "raises": (
        "raise ValueError('no luck')",
        "the package tenfold_pack failed; it is none of ours (ValueError: no luck)",
    ),
    "divides": ("return 1 / 0", "the package tenfold_pack failed; it is none of ours (ZeroDivisionError"),
    "lacks a file": (
        "return open('absent.txt')",
        "the package tenfold_pack failed; it is none of ours (FileNotFound",
    ),
    "writes into values": (
        "values[...] = 0; return values",
        "the package tenfold_pack failed; it is none of ours",
    ),
    "gives nothing": ("return None", "method tenfold of the package tenfold_pack gives no numbers"),
    "gives texts": (
        "return values.astype(str)",
        "method tenfold of the package tenfold_pack gives no numbers",
    ),
    "gives another shape": (
        "return values[..., :1, :]",
        "method tenfold of the package tenfold_pack gives no numbers",
    ),
    "gives a list of lists": ("return [[1, 2], [3]]", "tenfold_pack"),
}
CONFIG = """
units: {id: unit}
indicators: {file: table.csv}
normalisation: {method: METHOD}
index: {code: X, children: [{indicator: a}]}
"""


def installed(folder: Path, name: str, code: str) -> None:
    """A package with one module, as pip would install it."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[innov_index.methods]\n{name} = {name}\n")
    (info / "top_level.txt").write_text(f"{name}\n")
    (info / "RECORD").write_text(f"{name}.py,,\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "packages").mkdir()
    (tmp_path / "table.csv").write_text("unit,a\nP,1\nQ,2\nR,4\n")
    return tmp_path


def run(folder: Path, *words: str, method: str = "tenfold") -> subprocess.CompletedProcess[str]:
    (folder / "index.yaml").write_text(CONFIG.replace("METHOD", method))
    path = os.pathsep.join([str(folder / "packages"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "innov_index", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_broken_packages_are_named_and_set_aside(folder: Path) -> None:
    for number, code in enumerate(BROKEN.values()):
        installed(folder / "packages", f"broken{number:02}", code)
    installed(folder / "packages", "tenfold_pack", SOUND)
    sound = run(folder, "score", "index.yaml", "--format", "csv")
    assert sound.returncode == 0, sound.stderr
    assert [line.split(",")[-2:] for line in sound.stdout.splitlines()[1:]] == [
        ["1", "40.0"],
        ["2", "20.0"],
        ["3", "10.0"],
    ]
    misspelt = run(folder, "score", "index.yaml", method="tenfld")
    assert misspelt.returncode == 2
    said = " ".join(misspelt.stderr.split())
    assert "'tenfld'" in said
    assert "Did you mean 'tenfold'?" in said
    for number, kind in enumerate(BROKEN):
        assert f"the package broken{number:02} are left out" in said, kind
    assert run(folder, "score", "index.yaml", method="min_max").returncode == 0
    assert run(folder, "score", "index.yaml", method="elevenfold").returncode == 2


def test_packages_that_end_the_process_are_named_and_set_aside(folder: Path) -> None:
    for number, code in enumerate(ENDING.values()):
        installed(folder / "packages", f"ending{number}", code)
    installed(folder / "packages", "tenfold_pack", SOUND)
    misspelt = run(folder, "score", "index.yaml", method="tenfld")
    assert misspelt.returncode == 2
    said = " ".join(misspelt.stderr.split())
    assert (
        "Did you mean 'tenfold'? Methods of the package ending0 are left out, as it cannot be used (" in said
    )
    for number, kind in enumerate(ENDING):
        assert f"the package ending{number} are left out" in said, kind


def test_a_package_whose_import_never_ends_is_set_aside(folder: Path) -> None:
    never = "while True:\n    try:\n        print('here')\n    except BaseException:\n        pass"
    installed(folder / "packages", "a_endless", never)
    installed(folder / "packages", "tenfold_pack", SOUND)
    (folder / "index.yaml").write_text(CONFIG.replace("METHOD", "tenfld"))
    code = (
        "from innov_index.methods import plugin_trial; plugin_trial.PATIENCE = 3.0; "
        "from innov_index.cli import main; main(['score', 'index.yaml'])"
    )
    path = os.pathsep.join([str(folder / "packages"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert "Did you mean 'tenfold'?" in said
    assert "a_endless are left out, as it cannot be used (its import does not end within 3 s" in said


def test_no_process_is_started_where_no_package_has_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    monkeypatch.setattr(subprocess, "Popen", None)
    assert plugins.load.__wrapped__(every_step()) == {}


@pytest.mark.parametrize(("body", "said"), FAILING.values(), ids=FAILING)
def test_a_method_that_fails_is_told_to_be_of_its_package(body: str, said: str, folder: Path) -> None:
    installed(folder / "packages", "tenfold_pack", SOUND.replace("return values * 10 * direction", body))
    result = run(folder, "score", "index.yaml")
    assert result.returncode == 2, result.stderr
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_a_package_prints_is_no_result(folder: Path) -> None:
    installed(folder / "packages", "tenfold_pack", f"print('welcome')\n{SOUND}")
    result = run(folder, "score", "index.yaml", "--format", "csv")
    assert result.stdout.startswith("unit,")
    assert "welcome" in result.stderr


def test_a_package_is_known_wherever_methods_are(folder: Path) -> None:
    installed(folder / "packages", "a_broken", "1 / 0")
    installed(folder / "packages", "tenfold_pack", SOUND)
    catalogue = run(folder, "methods", "normalisation")
    assert "tenfold" in catalogue.stdout
    assert "a_broken" in catalogue.stdout + catalogue.stderr
    assert "Package: tenfold_pack" in run(folder, "methods", "normalisation", "tenfold").stdout
    assert "tenfold" in run(folder, "schema").stdout
    assert run(folder, "score", "index.yaml", "-o", "out.csv").returncode == 0
    provenance = json.loads((folder / "out.csv.provenance.json").read_text())
    assert provenance["versions"]["tenfold_pack"] == "1.0"
    assert run(folder, "score", "index.yaml", "-o", "out.csv", method="min_max").returncode == 0
    assert "tenfold_pack" not in json.loads((folder / "out.csv.provenance.json").read_text())["versions"]


def test_a_package_that_is_installed_and_damaged(folder: Path) -> None:
    (folder / "packages" / "pyarrow").mkdir()
    reason = "libmissing.so.3: cannot open shared object file"
    (folder / "packages" / "pyarrow" / "__init__.py").write_text(f"raise ImportError({reason!r})")
    (folder / "table.parquet").write_bytes(b"PAR1 and more PAR1")
    result = run(folder, "look", "table.parquet")
    assert result.returncode == 2
    assert "libmissing" in result.stderr
    assert "pip install" not in result.stderr

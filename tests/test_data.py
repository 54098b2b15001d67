"""The shipped tables: made from their sources by `data/build.py`, small, and with their provenance."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

DATA = ROOT / "data"
MEGABYTE = 1_000_000


def test_build_makes_the_shipped_tables_byte_for_byte(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(DATA / "build.py", tmp_path / "data/build.py")
    shutil.copytree(DATA / "making", tmp_path / "data/making", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DATA / "countries", tmp_path / "data/countries")
    subprocess.run([sys.executable, tmp_path / "data/build.py", shared], check=True, capture_output=True)
    made = [path for path in tmp_path.rglob("*") if path.is_file() and not path.suffix.startswith(".py")]
    assert len(made) > 20
    assert tmp_path / "innov_index/intake/countries/register.json" in made
    different = [
        path.relative_to(tmp_path).as_posix()
        for path in made
        if (ROOT / path.relative_to(tmp_path)).read_bytes() != path.read_bytes()
    ]
    assert not different


def test_tables_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in DATA.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < 6 * MEGABYTE
    assert max(sizes.values()) < 1.5 * MEGABYTE


def test_every_folder_says_where_its_tables_come_from() -> None:
    folders = {path.parent for path in DATA.rglob("*.csv*")}
    assert len(folders) >= 3
    assert all((folder / "PROVENANCE.md").read_text("utf-8").strip() for folder in folders)


def test_what_may_not_be_used_commercially_is_not_shipped() -> None:
    """raw/hubs_2020/PROVENANCE.md: ix_buildings_2020 (TeleGeography) is CC BY-NC-SA."""
    assert b"ix_buildings" not in gzip.decompress((DATA / "hubs-2020/indicators.csv.gz").read_bytes())

"""Provenance: complete, and the same on another machine."""

import hashlib
import json
import platform
import shutil

import numpy
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.errors import DataError
from innov_index.index import Index
from innov_index.io.hashing import gather, provenance_path, sha256_of


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "configs").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "configs" / "a.yaml").write_text("version: 1\n")
    (folder / "data" / "x.csv").write_text("a\n1\n")
    (folder / "data" / "y.csv").write_text("a\n2\n")
    return folder


def gathered(folder, **more):
    data = [
        folder / "data" / "y.csv",
        folder / "configs" / ".." / "data" / "x.csv",
        folder / "data" / "x.csv",
    ]
    return gather(folder / "configs" / "a.yaml", data, **more)


def test_content(project):
    provenance = gathered(project, seed=0, overrides=["a=1"], remarks=["x is assumed"])
    stated = json.loads(provenance.to_json())
    assert stated["config"] == {"path": "a.yaml", "sha256": hashlib.sha256(b"version: 1\n").hexdigest()}
    assert [source["path"] for source in stated["data"]] == ["../data/x.csv", "../data/y.csv"]
    assert stated["data"][0]["sha256"] == hashlib.sha256(b"a\n1\n").hexdigest()
    assert stated["versions"]["python"] == platform.python_version()
    assert stated["versions"]["numpy"] == numpy.__version__
    assert set(stated["versions"]) == {"python", "innov-index", "numpy", "pandas", "scipy"}
    assert stated["seed"] == 0
    assert stated["overrides"] == ["a=1"]
    assert stated["remarks"] == ["x is assumed"]
    assert stated["digest"] == provenance.digest


def test_same_bytes_in_another_place(project, tmp_path):
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(project, copy)
    assert gathered(copy).to_json() == gathered(project).to_json()


def test_digest_follows_every_part(project):
    digests = {
        gathered(project, **more).digest for more in ({}, {"seed": 0}, {"seed": 1}, {"remarks": ["r"]})
    }
    (project / "data" / "x.csv").write_text("a\n3\n")
    digests.add(gathered(project).digest)
    assert len(digests) == 5


def test_paths(tmp_path):
    assert provenance_path(tmp_path / "out.csv") == tmp_path / "out.csv.provenance.json"
    with pytest.raises(DataError, match="no such file"):
        sha256_of(tmp_path / "no.csv")
    with pytest.raises(DataError, match="this is a folder"):
        sha256_of(tmp_path)


def test_a_file_that_changes_while_it_is_read_has_no_hash(make_index, monkeypatch):
    """A hash of what somebody wrote afterwards would be of another file than the scores."""
    config = make_index()
    table = next(path for path in config.parent.iterdir() if path.suffix == ".csv")
    original = Index.score

    def scored(index, edition=None):
        found = original(index, edition)
        table.write_text(table.read_text() + "\n")
        return found

    monkeypatch.setattr(Index, "score", scored)
    result = CliRunner().invoke(main, ["score", str(config), "-o", str(config.parent / "out.csv")])
    assert result.exit_code == 2, result.output
    assert "this file has changed since the command began to read it" in result.output
    assert not (config.parent / "out.csv").exists()

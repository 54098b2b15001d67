"""`innov-index infer`: tables, files, proofs, exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from innov_index.cli import main
from tests.analysis.infer import farkas
from tests.indices import write_index

CONFIG = """\
name: Small index
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: I
  children: [{indicator: a, weight: 1}, {indicator: b, weight: 3}]
published: {name: told, file: published.csv, score: score, rank: rank}
"""
DATA = "unit,a,b\nA,90.5,10.25\nB,20.125,70.5\nC,50.75,50.125\nD,10.5,30.25\n"
PUBLISHED = "unit,score,rank\nA,30.3,3\nB,57.9,1\nC,50.3,2\nD,25.3,4\n"


def written(folder: Path, config: str = CONFIG, data: str = DATA, published: str = PUBLISHED) -> Path:
    return write_index(folder, config, data, files={"published.csv": published})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["infer", *map(str, arguments)])


def flat(result: Result) -> str:
    """What was printed, with titles that wrap in one line."""
    return " ".join(result.output.split())


def test_weights_that_agree(config: Path) -> None:
    result = run(config)
    assert result.exit_code == 0, result.output
    assert "I as arithmetic mean of 2 children, from the scores and ranks of told" in flat(result)
    assert "simple weights among them: (1/4, 3/4)" in result.output
    assert "the stated weights agree with every figure" in result.output


def test_no_weights_a_contradiction_and_a_proof(tmp_path: Path) -> None:
    config = written(tmp_path, published=PUBLISHED.replace("50.3,2", "50.9,2"))
    proofs = tmp_path / "proof.json"
    result = run(config, "--proof", proofs)
    assert result.exit_code == 1, result.output
    assert "no weights exist (proved in exact arithmetic)" in result.output
    assert "the score of C alone rules them out" in result.output
    assert "score of C (50.281, published 50.9)" in result.output
    (proof,) = json.loads(proofs.read_text())
    assert farkas.proves(proof)


def test_units_left_out_are_named(tmp_path: Path) -> None:
    """A unit spelled differently, one that the index does not have, and one without a figure."""
    config = written(
        tmp_path,
        data=DATA + "Zürich,5,6\nGeneva,7,8\n",
        published=PUBLISHED + "Zurich,5.8,9\nAtlantis,1.0,10\n",
    )
    output = run(config).output
    assert "told: 'Zurich' is taken for 'Zürich'" in output
    assert "told: 'Atlantis' is not in this index" in output
    assert "told: nothing published about Geneva" in output


def test_csv_has_the_weights(config: Path) -> None:
    result = run(config, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["child"] for row in rows] == ["a", "b"]
    assert [row["simple"] for row in rows] == ["1/4", "3/4"]
    assert float(rows[0]["smallest"]) <= 0.25 <= float(rows[0]["largest"])
    assert [row["weights"] for row in rows] == ["exist"] * 2


def test_a_file_and_its_provenance(config: Path) -> None:
    output = config.parent / "weights.csv"
    assert run(config, "-o", output).exit_code == 0
    assert output.exists()
    remarks = json.loads(output.with_name("weights.csv.provenance.json").read_text())["remarks"]
    assert any("simple weights among them" in remark for remark in remarks)


def test_ranks_and_orders(config: Path) -> None:
    assert run(config, "--from", "ranks").exit_code == 0
    assert run(config, "--order", "B > C > A").exit_code == 0
    impossible = run(config, "--order", "D > C")
    assert impossible.exit_code == 1
    assert "1 of 1 pair of the order cannot be reached with any weights" in impossible.output


def test_a_power_searched(config: Path) -> None:
    result = run(config, "--power", "any")
    assert result.exit_code == 0, result.output
    assert "powers of the mean that agree" in result.output
    assert run(config, "--power", "cubic").exit_code == 2


def test_a_scale_recovered(config: Path) -> None:
    result = run(config, "--scaling", "affine")
    assert result.exit_code == 0, result.output
    assert "published = a + b × mean" in result.output


def test_nothing_published_is_a_mistake(tmp_path: Path) -> None:
    result = run(written(tmp_path, CONFIG[: CONFIG.index("published")]))
    assert result.exit_code == 2
    assert "no published figures to infer weights from" in result.output

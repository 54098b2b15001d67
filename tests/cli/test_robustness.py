"""`innov-index robustness` on the project's own configs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from tests.conftest import ROOT

HUBS = str(ROOT / "configs/2020.yaml")


def run(*arguments: str):
    return CliRunner().invoke(main, ["robustness", *arguments])


def test_the_default_page_is_made_of_sentences():
    result = run(HUBS, "--check")
    assert result.exit_code == 0
    assert "within ±20 % of the given ones" in result.output
    assert "San Francisco Bay Area is first, and no other unit can be." in result.output
    assert "certificates hold in exact numbers" in result.output


def test_a_file_has_best_and_worst_ranks_and_the_weights_that_give_them(tmp_path: Path):
    output = tmp_path / "ranks.csv"
    assert run(HUBS, "--simplex", "-o", str(output)).exit_code == 0
    rows = list(csv.DictReader(output.read_text().splitlines()))
    assert len(rows) == 40
    assert all(int(row["best"]) <= int(row["rank"]) <= int(row["worst"]) for row in rows)
    assert all(row["exact"] == "true" for row in rows)
    assert sum(float(rows[5][f"{code} at best"]) for code in ("RI", "IE", "EC")) == pytest.approx(1)
    assert (tmp_path / "ranks.csv.provenance.json").exists()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("stability", "up to ±"),
        ("preferences", "relation"),
        ("published", "can be had"),
        ("volumes", "rank 1"),
        ("pair", "needed"),
    ],
)
def test_every_table_can_be_written(table, column):
    result = run(HUBS, "--table", table, "--pair", "Beijing,Tokyo", "--format", "json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert rows
    assert column in rows[0]


def test_statements_combine():
    result = run(HUBS, "--order", "RI>=IE>=EC", "--bounds", "EC=0.1..0.3", "--ratio", "RI/EC=1..4")
    assert result.exit_code == 0
    assert "RI ≥ IE ≥ EC" in result.output
    assert "own weights are not in this set" in result.output


def test_proofs_can_be_checked_by_a_stranger(tmp_path: Path):
    """Read the file with nothing but fractions: the weights give the rank, each coalition has its sign."""
    from fractions import Fraction

    path = tmp_path / "proofs.json"
    assert run(HUBS, "--simplex", "--proof", str(path)).exit_code == 0
    proofs = json.loads(path.read_text())
    values = dict(zip(proofs["units"], proofs["values"], strict=True))
    for claim in proofs["claims"]:
        weights = [Fraction(text) for text in claim["weights"]]
        assert sum(weights) == 1
        assert min(weights) >= 0
        scores = {u: sum(w * v for w, v in zip(weights, row, strict=True)) for u, row in values.items()}
        own = values[claim["unit"]]
        assert 1 + sum(s > scores[claim["unit"]] for s in scores.values()) == claim["rank"] == claim["bound"]
        sign = 1 if claim["sense"] == "best" else -1
        certain = [{rival: "1"} for rival in claim["certain"]]
        for coalition in (*certain, *claim["coalitions"]):
            mixed = [
                sum(sign * Fraction(m) * (values[rival][k] - own[k]) for rival, m in coalition.items())
                for k in range(len(own))
            ]
            assert min(mixed) > 0 or (sign < 0 and min(mixed) == 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--simplex", "--within", "10%"], "exclude each other"),
        (["--pair", "Beijing"], "two units with a comma"),
        (["--pair", "Beijing,Beijng"], "Did you mean 'Beijing'"),
        (["--pair", "Beijing,Beijing"], "twice"),
        (["--level", "9"], "levels 1 to"),
        (["--level", "2"], "rescaling[RI]"),
        (["--bounds", "RI=0.9..1", "--bounds", "IE=0.9..1"], "no weights are"),
        (["-o", "x.docx"], "unknown file format"),
    ],
)
def test_mistakes_end_with_exit_code_2(arguments, message):
    result = run(HUBS, *arguments)
    assert result.exit_code == 2
    assert message in result.output

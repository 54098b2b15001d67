"""`innov-index audit` on factors, groups and tests: what is told, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from innov_index.analysis.audit.multivariate.clusters import Linkage
from innov_index.analysis.audit.multivariate.extraction import Extraction
from innov_index.analysis.audit.multivariate.factor_count import Rule
from innov_index.analysis.audit.multivariate.rotation import Rotation
from innov_index.cli import main
from innov_index.parameters import EXTRACTIONS, LINKAGES, ROTATIONS, RULES
from tests.references.handbook import CODES, indicators


@pytest.fixture(scope="module")
def handbook(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handbook")
    rows = [",".join([f"c{at}", *map(repr, map(float, row))]) for at, row in enumerate(indicators(shared))]
    (folder / "data.csv").write_text("\n".join([",".join(["unit", *CODES]), *rows, ""]))
    tree = ", ".join(f"{{indicator: {code}}}" for code in CODES)
    (folder / "index.yaml").write_text(
        "version: 1\nunits: {file: data.csv, id: unit}\nindicators: {file: data.csv}\n"
        f"normalisation: {{method: z_score}}\nindex: {{code: TAI, children: [{tree}]}}\n"
    )
    return folder / "index.yaml"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def test_choices_offered_are_those_of_the_analysis() -> None:
    assert get_args(Extraction) == EXTRACTIONS
    assert get_args(Rotation) == ROTATIONS
    assert get_args(Rule) == RULES
    assert get_args(Linkage) == LINKAGES


def test_the_worked_example_fails_its_own_bounds(handbook: Path) -> None:
    """Handbook box 5: KMO above .60, VIF below 4; its text says that the example meets the rule of ten."""
    found = run(handbook).output
    assert "KMO below 0.6" in found
    assert "units per child: rules of thumb ask for three, five or ten" in found
    assert found.count("variance inflation") == 2
    assert "correlation with the sum of its siblings; alpha is 0.77 without it, 0.70 with it" in found


def test_factors_as_asked_for(handbook: Path) -> None:
    section = ("--section", "factors", "--factors")
    assert "Heywood case" in run(handbook, *section, "4", "--extraction", "maximum likelihood").output
    assert "factor 4" in run(handbook, *section, "joliffe").output
    assert "no factors: 9 components of 8 columns" in run(handbook, *section, "9").output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--section", "factors", "--factors", "many"), "expected a whole number from 1 to 1,000, kaiser"),
        (("--section", "factors", "--factors", "0"), "got 0"),
        (("--section", "factors", "--groups", "4"), "--groups has no effect on factors"),
        (("--section", "statistics", "--rotation", "promax"), "--rotation has no effect on statistics"),
        (("--section", "clusters", "--groups", "-1"), "expected a whole number from 1"),
    ],
)
def test_what_is_refused(handbook: Path, options: tuple[str, ...], message: str) -> None:
    result = run(handbook, *options)
    assert result.exit_code == 2
    assert message in result.output


def test_more_groups_than_units(handbook: Path) -> None:
    """Every unit is a group of its own; there are no means to group around."""
    result = run(handbook, "--section", "clusters", "--groups", "40", "--format", "csv")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 24

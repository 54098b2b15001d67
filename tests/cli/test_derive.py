"""`innov-index derive`, the examples, and scoring on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

import innov_index
from innov_index.cli import main
from innov_index.errors import ConfigError, DataError
from tests.conftest import ROOT

Write = Callable[..., Path]

EXAMPLES = sorted((ROOT / "configs" / "examples").glob("*.yaml"))
CLUSTERS = ROOT / "configs" / "examples" / "clusters.yaml"
COMPANIES = ROOT / "configs" / "examples" / "companies.yaml"


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_derive_and_score(path: Path) -> None:
    assert run("derive", path)
    assert run("score", path, "--top", 3)
    index = innov_index.load(path)
    derived = index.read_records()
    for name in index.framework.indicators:
        assert name in derived.columns


def test_the_same_papers_by_any_database() -> None:
    names = ("openalex", "openalex_csv", "pubmed", "scopus", "web_of_science")
    found = [run("derive", ROOT / "configs/examples" / f"{name}.yaml", "--format", "csv") for name in names]
    assert len(set(found)) == 1
    assert {row["unit"]: row["papers"] for row in table(found[0])}["Cambridge, GB"] == "2"


def test_the_same_patents_from_any_tables() -> None:
    patentsview, patstat, patents = (
        table(run("derive", ROOT / "configs/examples" / f"{name}.yaml", "--format", "csv"))
        for name in ("patentsview", "patstat", "patent_list")
    )
    assert patentsview == patstat
    assert {row["unit"]: row["shares"] for row in patents} == {
        "CN": "0.5",
        "DE": "2.0",
        "GB": "0.5",
        "US": "1.0",
    }
    assert sum(float(row["shares"]) for row in patentsview) == 4.0


@pytest.mark.parametrize("name", ["crunchbase", "crunchbase_web", "dealroom", "pitchbook"])
def test_the_same_companies_from_any_list(name: str) -> None:
    rows = table(run("derive", ROOT / "configs/examples" / f"{name}.yaml", "--format", "csv"))
    funding = {row["unit"]: float(row["funding"]) for row in rows}
    closed = 300 if name == "pitchbook" else 0
    assert funding == {"Beijing, CN": 1400, "Cambridge, MA, US": 800 + closed, "Munich, DE": 3200}


def test_one_row_a_unit_one_column_an_indicator() -> None:
    rows = table(run("derive", COMPANIES, "--format", "csv"))
    assert list(rows[0]) == ["unit", "unicorns", "unicorn_value", "joined_2019"]
    got = {row["unit"]: (row["unicorns"], row["unicorn_value"]) for row in rows}
    assert got["Beijing"] == ("2", "15.5")
    assert got["Greater Bay Area"] == ("2", "2.2")
    assert got["Chicago"] == ("0", "0.0")


def test_any_memory_gives_the_same_bytes() -> None:
    collaboration = ROOT / "configs" / "examples" / "collaboration.yaml"
    little, much = (run("derive", collaboration, "--memory", gb, "--format", "csv") for gb in (0, 1))
    assert little == much


def test_every_cell_says_how_many_records_and_filters() -> None:
    rows = table(run("derive", COMPANIES, "--full", "--format", "csv"))
    (row,) = (row for row in rows if (row["unit"], row["indicator"]) == ("Bengaluru", "joined_2019"))
    assert row["records"] == "1"
    assert row["source"] == "records/companies.csv"
    assert row["filters"] == "as of 2021-06-30; joined 2019-01-01, 2019-12-31"


def test_trace_lists_the_records_behind_a_number() -> None:
    rows = table(run("derive", COMPANIES, "--trace", "London", "unicorns", "--format", "csv"))
    assert [(row["line"], row["company"]) for row in rows] == [("12", "Bridge"), ("16", "Tower Mobility")]


@pytest.mark.parametrize("metric", ["patents", "publications"])
def test_trace_lists_the_points_of_a_cluster(metric: str) -> None:
    traced = table(run("derive", CLUSTERS, "--trace", "Boston–Cambridge", metric, "--format", "csv"))
    points = table((CLUSTERS.parent / "records" / "points.csv").read_text(encoding="utf-8"))
    assert {row["metric"] for row in traced} == {metric}
    assert {row["city"] for row in traced} == {"Boston", "Cambridge"}
    lines = {line for line, row in enumerate(points, 2) if row["metric"] == metric and row["country"] == "US"}
    assert {int(row["line"]) for row in traced} == lines
    cells = table(run("derive", CLUSTERS, "--full", "--format", "csv"))
    (cell,) = (row for row in cells if (row["unit"], row["indicator"]) == ("Boston–Cambridge", metric))
    assert int(cell["records"]) == len(traced)


def test_trace_of_a_cluster_that_is_not_there() -> None:
    assert "no unit 'Cambridge'" in run("derive", CLUSTERS, "--trace", "Cambridge", "patents", code=2)


def test_trace_says_what_the_value_is() -> None:
    text = run("derive", COMPANIES, "--trace", "Beijing", "unicorn_value")
    assert "unicorn_value of Beijing is 15.5, the sum of the shares of its records" in text
    rows = table(run("derive", COMPANIES, "--trace", "Beijing", "unicorn_value", "--format", "csv"))
    assert sum(float(row["share"]) for row in rows) == 15.5
    network = ROOT / "configs" / "examples" / "collaboration.yaml"
    text = run("derive", network, "--trace", "Beijing", "joint_papers")
    assert "no sum of shares of the records" in " ".join(text.split())
    assert "share " not in text.splitlines()[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("of: patents", "of: patent"), "no metric 'patent' (indicator 'patents'). Did you mean 'patents'"),
        (("share, of: patents", "total_share, of: patents"), "the total is of all metrics"),
        (("of: patents}", "of: patents, years: [2010, 2011]}"), "unknown key 'years'"),
    ],
)
def test_a_metric_that_no_point_has(make_index: Write, change: tuple[str, str], message: str) -> None:
    text = CLUSTERS.read_text(encoding="utf-8").replace(*change)
    path = make_index(text.replace("records/", f"{CLUSTERS.parent}/records/"), data=None)
    assert message in " ".join(run("derive", path, code=2).split())


def test_trace_names_the_nearest_indicator() -> None:
    assert "Did you mean 'unicorns'?" in run("derive", COMPANIES, "--trace", "London", "unicorn", code=2)


def test_a_review_file_settles_what_is_filled_in(tmp_path: Path) -> None:
    review = tmp_path / "review.csv"
    run("derive", COMPANIES, "--review", review)
    rows = table(review.read_text(encoding="utf-8"))
    (springfield,) = (row for row in rows if row["city"] == "Springfield")
    assert springfield["cause"] == "ambiguous"
    assert "(4951788)" in springfield["candidates"]
    springfield["unit"] = "Boston"
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    settled = table(run("derive", COMPANIES, "--set", f"places.crosswalk={review}", "--format", "csv"))
    before = table(run("derive", COMPANIES, "--format", "csv"))
    boston = [next(row for row in rows if row["unit"] == "Boston")["unicorns"] for rows in (before, settled)]
    assert boston == ["0", "1"]


def test_output_has_provenance_of_the_records(tmp_path: Path) -> None:
    output = tmp_path / "indicators.csv"
    run("derive", COMPANIES, "-o", output)
    provenance = json.loads((tmp_path / "indicators.csv.provenance.json").read_text(encoding="utf-8"))
    paths = [entry["path"] for entry in provenance["data"]]
    assert "records/companies.csv" in paths
    assert any(path.endswith("gazetteer/cities.csv.gz") for path in paths)


def test_networks_are_exported(tmp_path: Path) -> None:
    run("derive", ROOT / "configs" / "examples" / "collaboration.yaml", "--export", tmp_path / "network")
    edges = table((tmp_path / "network" / "joint_papers.edges.csv").read_text(encoding="utf-8"))
    assert {"source": "Beijing", "target": "San Francisco Bay Area", "weight": "1.0"} in edges
    assert (tmp_path / "network" / "joint_papers.graphml").read_text().startswith("<?xml")


def test_clusters_are_exported_with_their_records(tmp_path: Path) -> None:
    run("derive", CLUSTERS, "--export", tmp_path / "clusters")
    labelled = table((tmp_path / "clusters" / "points.csv.records.csv").read_text(encoding="utf-8"))
    points = table((CLUSTERS.parent / "records" / "points.csv").read_text(encoding="utf-8"))
    assert [int(row["line"]) for row in labelled] == list(range(2, len(points) + 2))
    assert [row["metric"] for row in labelled] == [row["metric"] for row in points]
    units = table((tmp_path / "clusters" / "points.csv.units.csv").read_text(encoding="utf-8"))
    assert {row["cluster"] for row in labelled} == {"", *(row["unit"] for row in units)}
    cells = table(run("derive", CLUSTERS, "--full", "--format", "csv"))
    (cell,) = (row for row in cells if (row["unit"], row["indicator"]) == ("Boston–Cambridge", "patents"))
    inside = [row for row in labelled if (row["cluster"], row["metric"]) == ("Boston–Cambridge", "patents")]
    assert len(inside) == int(cell["records"])


def test_engine_options_are_checked() -> None:
    needed = "needs --scheduler" if find_spec("distributed") else "needs an extra package"
    assert f"--engine dask {needed}" in run("derive", COMPANIES, "--engine", "dask", code=2)
    assert "goes with --engine dask" in run("derive", COMPANIES, "--scheduler", "tcp://x:1", code=2)


CONFIG = """
units: {file: units.csv}
indicators: {file: data.csv}
sources:
  - {kind: values, file: records.csv, columns: {unit: place}, indicators: {n: {}}}
normalisation: {method: none}
index: {code: X, children: [{indicator: n}, {indicator: given}]}
"""


def test_derived_columns_stand_beside_a_table(make_index: Write) -> None:
    tables = {"units.csv": "unit\nA\nB\n", "records.csv": "place\nB\nB\nC\n"}
    index = innov_index.load(make_index(CONFIG, "unit,given\nA,1\nB,2\n", files=tables))
    assert index.dataset.columns(("n", "given"))[0].tolist() == [[0.0, 1.0], [2.0, 2.0]]
    remarks = index.score().remarks
    assert any("missing from the table of units: C" in remark for remark in remarks)


def test_an_indicator_that_nothing_gives(make_index: Write) -> None:
    tables = {"units.csv": "unit\nA\n", "records.csv": "place\nA\n"}
    path = make_index(CONFIG, None, swap={"indicators: {file: data.csv}\n": ""}, files=tables)
    with pytest.raises(DataError, match="no derived indicator 'given'"):
        _ = innov_index.load(path).dataset


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("kind: values", "kind: value"), r"sources\[0\]\.kind must be one of.*Did you mean 'values'"),
        (("kind: values, ", ""), r"key 'kind' is missing in sources\[0\]"),
        (("file: records.csv, ", ""), r"key 'file' is missing in sources\[0\]"),
        (
            ("indicators: {n: {}}", "indicators: {n: {mesure: count}}"),
            "unknown key 'mesure'.*Did you mean 'measure'",
        ),
        (("indicators: {n: {}}", "indicators: {}"), "must not be empty"),
        (
            ("indicators: {n: {}}", "years: [1, 2, 3], indicators: {n: {}}"),
            "years must have at most 2 entries",
        ),
        (("indicators: {n: {}}", "as_of: soon, indicators: {n: {}}"), "needs a date such as 2020-06-30"),
        (("sources:", "places: {min_placed: 2}\nsources:"), "places.min_placed must be at most 1"),
    ],
)
def test_config_mistakes_name_the_place(make_index: Write, change: tuple[str, str], message: str) -> None:
    path = make_index(CONFIG, None, swap={change[0]: change[1]})
    with pytest.raises(ConfigError, match=message) as caught:
        innov_index.load(path)
    assert "index.yaml:" in str(caught.value)

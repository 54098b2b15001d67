"""Published tables other than scores and ranks: laid beside the computed ones, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from innov_index.analysis.audit.multivariate.adequacy import complete
from innov_index.analysis.audit.multivariate.clusters import Linkage, cluster_units
from innov_index.analysis.audit.multivariate.extraction import Extraction
from innov_index.analysis.audit.multivariate.factor_count import Rule
from innov_index.analysis.audit.multivariate.rotation import Rotation
from innov_index.analysis.audit.multivariate.solution import Choices, solve
from innov_index.analysis.audit.social_choice import frequencies, outranking
from innov_index.analysis.reproduce.named_tables import TABLES
from innov_index.analysis.reproduce.run import reproduce
from innov_index.analysis.validity import validate
from innov_index.config.language import NamedTable, PrintedTableBlock
from innov_index.errors import ConfigError, DataError, InnovIndexError
from innov_index.index import Index, load
from innov_index.model.result import Result

DATA = "unit,a,b,c\nU,1,2,9\nV,2,1,4\nW,3,5,6\nX,4,4,1\nY,6,9,5\n"


def index_with(folder: Path, published: str, **files: str) -> Index:
    (folder / "data.csv").write_text(DATA)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "index.yaml").write_text(
        "version: 1\nname: Test\nunits: {file: data.csv, id: unit}\nindicators: {file: data.csv}\n"
        "normalisation: {method: z_score}\n"
        "index: {code: I, children: [{indicator: a}, {indicator: b}, {indicator: c}]}\n"
        f"schemes: {{ranks: {{normalisation: {{method: rank}}}}}}\npublished:\n  - {published}\n"
    )
    return load(folder / "index.yaml")


def reproduced(folder: Path, published: str, **files: str) -> Result:
    return reproduce(index_with(folder, published, **files))


def test_tables_of_the_language_are_those_that_are_computed() -> None:
    assert set(get_args(NamedTable)) == set(TABLES)
    fields = PrintedTableBlock.model_fields
    assert get_args(fields["extraction"].annotation) == get_args(Extraction)
    assert get_args(fields["rotation"].annotation) == get_args(Rotation)
    assert get_args(fields["linkage"].annotation) == get_args(Linkage)
    assert set(get_args(get_args(fields["factors"].annotation)[1])) == set(get_args(Rule))


def test_correlations_follow_to_their_decimals(tmp_path: Path) -> None:
    values = np.array([[1, 2, 9], [2, 1, 4], [3, 5, 6], [4, 4, 1], [6, 9, 5.0]])
    r = np.corrcoef(values.T)
    text = f"row,a,b,note\na,1,{r[0, 1]:.2f},x\nc,{r[2, 0]:.2f},{r[2, 1]:.2f},y\n"
    result = reproduced(tmp_path, "{of: {table: correlations}, file: t.csv, decimals: 2}", t=text)
    assert result.holds
    assert result.facts.tables[0].figures == 4
    assert "columns that are not compared: note" in result.sentences
    wrong = text.replace(f"{r[2, 1]:.2f}", "0.77")
    result = reproduced(tmp_path, "{of: {table: correlations}, file: t.csv, decimals: 2}", t=wrong)
    assert not result.holds
    rows = result.tables["figures"].rows
    assert [row[4:7] for row in rows if "no" in row] == [(None, "c", "c")]


def test_a_wrong_figure_may_be_an_exception_with_its_reason(tmp_path: Path) -> None:
    text = "row,a\na,1\nb,0.3\n"
    published = (
        "{of: {table: correlations}, file: t.csv, exceptions: [{where: {row: b}, reason: a misprint}]}"
    )
    result = reproduced(tmp_path, published, t=text)
    assert result.holds
    assert "stated exception (row b): a misprint" in result.sentences


def test_factors_have_no_order_and_no_sign(tmp_path: Path) -> None:
    """The loadings of the program in another order, one turned round; what they explain moves along."""
    index = index_with(tmp_path, "{of: {table: correlations}, file: t.csv}")
    found = solve(complete(index.score().steps["normalised"][0]), 3, Choices(factors=2))
    turned = found.loadings[:, ::-1] * [1, -1]
    rows = [f"{name},{x!r},{y!r}" for name, (x, y) in zip("abc", turned.tolist(), strict=True)]
    shares = (found.explained[::-1] / 3 * 100).tolist()
    rows.append(f"variance explained,{found.explained[1]!r},{found.explained[0]!r}".replace("np.float64", ""))
    rows.append(f"cumulative percent,{shares[0]!r},{sum(shares)!r}")
    text = "\n".join(["row,factor 1,factor 2", *rows, ""]).replace("(", "").replace(")", "")
    result = reproduced(tmp_path, "{of: {table: loadings, factors: 2}, file: t.csv, claims: exact}", t=text)
    assert result.facts.tables[0].following == 10
    assert result.holds
    assert any(sentence.startswith("factors are compared in the order") for sentence in result.sentences)


def test_groups_have_no_names(tmp_path: Path) -> None:
    index = index_with(tmp_path, "{of: {table: correlations}, file: t.csv}")
    standardised = complete(index.score().steps["normalised"][0]).standardised
    groups = cluster_units(standardised, "single").groups(2)
    published = "{of: {table: groups, linkage: single, groups: 2}, file: t.csv, claims: exact}"

    def following(labels: list[int]) -> int:
        text = "".join(f"{unit},{label}\n" for unit, label in zip("UVWXY", labels, strict=True))
        return reproduced(tmp_path, published, t=f"unit,group\n{text}").facts.tables[0].following

    named = [{1: 7, 2: 3}[group] for group in groups.tolist()]
    assert following(named) == 5
    assert following([7 + 3 - named[0], *named[1:]]) == 4


def test_figures_of_a_scheme(tmp_path: Path) -> None:
    """Ranks of a and b, counted upwards, are those of the scheme, not of the config as it stands."""
    text = "unit,a,b\nU,1,2\nV,2,1\nW,3,4\nX,4,3\nY,5,5\n"
    published = "{file: t.csv, nodes: scores, scheme: ranks, claims: exact}"
    result = reproduced(tmp_path, published, t=text)
    assert result.holds
    assert result.provenance is not None
    assert not reproduced(tmp_path, published.replace("scheme: ranks, ", ""), t=text).holds
    with pytest.raises(ConfigError, match="Did you mean 'ranks'"):
        reproduced(tmp_path, published.replace("ranks", "rank"), t=text)


@pytest.mark.parametrize(
    ("published", "text", "message"),
    [
        ("{of: {table: correlation}, file: t.csv}", "row,a\na,1\n", "correlations"),
        ("{of: {table: correlations, factors: 2}, file: t.csv}", "row,a\na,1\n", "`factors` has no effect"),
        ("{of: {table: correlations}, file: t.csv}", "row,x\na,1\n", "none of its columns is one of"),
        ("{of: {table: correlations}, file: t.csv}", "row,a\na,1\na,1\n", "is there more than once"),
        ("{of: {table: correlations}, score: a, file: t.csv}", "row,a\na,1\n", "`score` is about scores"),
        ("{row: row, score: a, file: t.csv}", "unit,a\nU,1\n", "names the rows of a table under `of`"),
        ("{of: {table: correlations, node: J}, file: t.csv}", "row,a\na,1\n", "no node 'J'"),
        ("{of: {table: correlations}, row: z, file: t.csv}", "row,a\na,1\n", "no column 'z'"),
        ("{of: {table: correlations}, decimals: {q: 1}, file: t.csv}", "row,a\na,1\n", "'q'"),
        (
            "{of: {table: loadings, factors: 3, uniqueness: {q: 0.1}}, file: t.csv}",
            "row,factor 1\na,1\n",
            "'q'",
        ),
        (
            "{of: {table: loadings, factors: 3, extraction: principal axis}, file: t.csv}",
            "row,factor 1\na,1\n",
            "at most 2",
        ),
        ("{of: {table: contributions, outcome: size}, file: t.csv}", "row,share\na,1\n", "'size'"),
        ("{of: {table: weights of units}, file: t.csv}", "row,a\nU,1\n", "use the table 'weights'"),
    ],
)
def test_what_is_refused(tmp_path: Path, published: str, text: str, message: str) -> None:
    with pytest.raises((ConfigError, DataError, InnovIndexError), match=message):
        reproduced(tmp_path, published, t=text)


def test_rows_that_are_not_computed_are_told_and_fail(tmp_path: Path) -> None:
    result = reproduced(tmp_path, "{of: {table: correlations}, file: t.csv}", t="row,a\na,1\nQ,0.5\n")
    assert "without a computed counterpart: Q" in result.sentences
    assert not result.holds


def test_votes() -> None:
    """Two children of weight 2 and 1; level units share support and places."""
    values, weights = np.array([[3.0, 1], [2, 1], [1, 2]]), np.array([2.0, 1])
    np.testing.assert_allclose(outranking(values, weights), [[0, 2.5, 2], [0.5, 0, 2], [1, 1, 0]])
    np.testing.assert_allclose(frequencies(values, weights), [[2, 0, 1], [0.5, 2.5, 0], [0.5, 0.5, 2]])


def test_validate_tries_published_tables(tmp_path: Path) -> None:
    index = index_with(tmp_path, "{of: {table: correlations}, file: t.csv}", t="row,x\na,1\n")
    with pytest.raises(InnovIndexError, match="none of its columns"):
        validate(index)
    sound = index_with(tmp_path, "{of: {table: correlations}, file: t.csv}", t="row,a\na,1\n")
    assert "is valid" in validate(sound).sentences[0]

"""Formulas over columns: what Python computes of the same text, of any length, and nothing else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from innov_index.errors import DataError
from innov_index.sources.column_formula import columns_of, evaluate, years_in
from innov_index.sources.run_sources import derive
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import places, source

COLUMNS = {"a": np.array([1.0, 2.0, 0.0]), "b": np.array([3.0, -1.0, 7.0]), "ç": np.array([0.5, 4.0, 2.0])}


def value(formula: str) -> list[float]:
    return np.broadcast_to(evaluate(formula, COLUMNS.__getitem__), 3).tolist()


def random_formula(rng: random.Random, depth: int) -> str:
    if not depth or rng.random() < 0.2:
        return rng.choice(["a", "b", "ç", "2", "0.5", "1e3", "`a`", " b"])
    one, other = random_formula(rng, depth - 1), random_formula(rng, depth - 1)
    blank = rng.choice(["", " "])
    return rng.choice([f"{one}{blank}{rng.choice('+-*/')}{blank}{other}", f"({one})", f"-{one}"])


def test_random_formulas_are_those_of_python() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        formula = random_formula(rng, 5)
        if not columns_of(formula) or not set(columns_of(formula)) <= set(COLUMNS):
            continue
        with np.errstate(all="ignore"):
            try:
                expected = eval(formula.replace("`", "").strip(), {"np": np}, COLUMNS)
            except ZeroDivisionError:
                continue
        expected = np.broadcast_to(np.where(np.isfinite(expected), expected, np.nan), 3)
        assert np.array_equal(value(formula), expected, equal_nan=True), formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("+".join(["a"] * 3001), [3001.0, 6002.0, 0.0]),
        ("-" * 5000 + "a", [1.0, 2.0, 0.0]),
        ("(" * 5000 + "a" + ")" * 5000, [1.0, 2.0, 0.0]),
        ("a / b" + " * 1" * 3000, [1 / 3, -2.0, 0.0]),
        ("b - a - a", [1.0, -5.0, 7.0]),
        ("b / a / 2", [1.5, -0.25, float("nan")]),
        ("9" * 400 + " * b", [float("nan")] * 3),
        ("a + 1e999", [float("nan")] * 3),
        ("1_000 * a", [1000.0, 2000.0, 0.0]),
    ],
    ids=["sum", "signs", "brackets", "product", "minus", "division", "digits", "infinite", "thousands"],
)
def test_long_and_large(formula: str, expected: list[float]) -> None:
    assert np.array_equal(value(formula), expected, equal_nan=True)


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("Amount ($B)", ("Amount ($B)",)),
        ("`v - w` - v", ("v - w", "v")),
        ("2020 / 2019", ("2020", "2019")),
        ("1/0", ("1", "0")),
        ("ç / \u212b", ("ç", "\u212b")),
        ("007", ("007",)),
    ],
)
def test_names_of_columns(formula: str, columns: tuple[str, ...]) -> None:
    assert columns_of(formula) == columns
    assert not years_in(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "a.real",
        "a ** 2",
        "a // 2",
        "a if b else 2",
        "[a]",
        "a +",
        "",
        "`a",
        "a < b",
        "+a",
    ],
)
def test_nothing_else_is_a_formula(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        columns_of(formula)


def test_a_year_may_be_meant_as_a_part_of_a_name() -> None:
    assert years_in("v-2020") == (2020,)
    assert years_in("v - 20200") == ()


class TestAColumnNamedAsAFormula:
    """It comes before what the formula gives, and need not have the columns that the formula names."""

    TABLES = (
        ["unit,v,w,v - w", "A,1,3,50", "B,2,3,60"],
        ["unit,v - w", "A,50", "B,60"],
        ["unit,v,w", "A,1,3", "B,2,3"],
    )

    @pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
    @pytest.mark.parametrize(("at", "expected"), [(0, (50, 60)), (1, (50, 60)), (2, (-2, -1))])
    def test_the_column_wins(self, at: int, expected: tuple[int, int], form: str, tmp_path: Path) -> None:
        header, *rows = [line.split(",") for line in self.TABLES[at]]
        cells = [dict(zip(header, [row[0], *map(int, row[1:])], strict=True)) for row in rows]
        path = tmp_path / f"records.{form}"
        if form == "parquet":
            pytest.importorskip("pyarrow.parquet").write_table(
                pytest.importorskip("pyarrow").Table.from_pylist(cells), path
            )
        else:
            lines = self.TABLES[at] if form == "csv" else [*map(json.dumps, cells)]
            path.write_text("\n".join(lines) + "\n")
        result = self.derived(path, "v - w")
        assert dict(result.columns["s"].values) == dict(zip("AB", expected, strict=True))
        assert any("is the column of that name" in remark for remark in result.remarks) == (at < 2)

    def test_a_column_in_backticks_or_spelt_otherwise_is_a_formula(self, tmp_path: Path) -> None:
        path = tmp_path / "records.csv"
        path.write_text("\n".join(self.TABLES[0]) + "\n")
        assert dict(self.derived(path, "`v` - w").columns["s"].values) == {"A": -2, "B": -1}
        assert dict(self.derived(path, "`v - w`").columns["s"].values) == {"A": 50, "B": 60}

    def test_a_lacking_column_of_a_formula_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "records.csv"
        path.write_text("\n".join(self.TABLES[2]) + "\n")
        with pytest.raises(DataError, match="no column 'x'"):
            self.derived(path, "v - x")

    def derived(self, path: Path, formula: str) -> SourceResult:
        indicators = {"s": {"measure": "sum", "of": formula}}
        block = source(kind="values", file=path.name, columns={"unit": "unit"}, indicators=indicators)
        (result,) = derive([block], places(), path.parent)
        return result

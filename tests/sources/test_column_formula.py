"""Formulas over columns: what Python computes of the same text, of any length, and nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest

from innov_index.sources.column_formula import columns_of, evaluate, years_in

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

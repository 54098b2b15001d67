"""Formulas over node codes: what they compute, what they refuse and where."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.methods import catalogue
from innov_index.methods.kernels.formula import FUNCTIONS, FormulaError, Linear, read_formula

NAN = float("nan")


def value(text: str, **operands: float) -> float:
    formula = read_formula(text)
    return float(formula(np.array([operands[code] for code in formula.codes])))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", 3.0),
        ("a + b * 2 - 1", 3 + 5 * 2 - 1),
        ("(a + b) * 2", 16.0),
        ("a - b - 1", -3.0),
        ("100 / a / b", 100 / 3 / 5),
        ("-a ** 2", -9.0),
        ("(-a) ** 2", 9.0),
        ("2 ** -a", 0.125),
        ("2 ** a ** 2", 512.0),
        ("a * -b", -15.0),
        ("1.5e1 + .5 + a", 18.5),
        ("max(0, a - b)", 0.0),
        ("min(a, b, 4)", 3.0),
        ("mean(a, b)", 4.0),
        ("clip(a * 100, 0, 250)", 250.0),
        ("sqrt(a + 1) + abs(-b)", 7.0),
        ("log(exp(a))", 3.0),
        ("first(a, b)", 3.0),
        ("100 * (1 - a / b)", 40.0),
    ],
)
def test_formula_computes_what_it_says(text: str, expected: float) -> None:
    """Source: arithmetic; precedence as in Python."""
    assert value(text, a=3.0, b=5.0) == pytest.approx(expected, rel=1e-15)


def test_codes_with_dots_and_spaces_stand_in_braces() -> None:
    formula = read_formula("{IN.1.1} / { New York } + x_1 + größe")
    assert formula.codes == ("IN.1.1", "New York", "x_1", "größe")
    assert formula(np.array([6.0, 3.0, 1.0, 2.0])) == 5.0


def test_a_code_that_occurs_twice_is_one_operand() -> None:
    assert read_formula("a * b + a").codes == ("a", "b")


def test_missing_operands_make_the_result_missing() -> None:
    for text in ("a + b", "max(a, b)", "min(b, a)", "mean(a, b)", "clip(b, 0, 1) * a", "a ** b"):
        assert math.isnan(value(text, a=3.0, b=NAN)), text


def test_first_takes_what_is_there() -> None:
    assert value("first(a, b, 7)", a=NAN, b=5.0) == 5.0
    assert value("first(a, b, 7)", a=NAN, b=NAN) == 7.0


@pytest.mark.parametrize(
    "text", ["a / b", "1 / (a / b)", "log(b)", "sqrt(-a)", "(-a) ** 0.5", "exp(a * 1000)"]
)
def test_what_is_not_finite_is_missing(text: str) -> None:
    formula = read_formula(text + " + 0 * b + 0 * a")
    assert math.isnan(float(formula(np.array([{"a": 3.0, "b": 0.0}[code] for code in formula.codes]))))


def test_leading_axes_and_no_change_of_the_input() -> None:
    rng = np.random.default_rng(0)
    values = rng.random((4, 3, 2, 10, 2))
    before = values.copy()
    result = read_formula("a / (1 + b)")(values)
    assert result.shape == (4, 3, 2, 10)
    np.testing.assert_array_equal(result, values[..., 0] / (1 + values[..., 1]))
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("a + ", "expected a number, a code or '(', found the end", 3),
        ("a b", "expected an operator, found 'b'", 2),
        ("sqr(a)", "Did you mean 'sqrt'?", 0),
        ("1 + meann(a, b)", "Did you mean 'mean'?", 4),
        ("a ^ 2", "a power is written **", 2),
        ("(a + b", "expected ')' for the '(' at character 1", 6),
        ("{IN.1 + a", "not closed", 0),
        ("a + {}", "empty braces", 4),
        ("sqrt(a, b)", "sqrt takes 1 argument, found 2", 0),
        ("max(a)", "max takes at least 2 arguments", 0),
        ("a.b", "'.' has no meaning", 1),
        ("__import__('os')", "has no meaning", 11),
        ("a if b else c", "expected an operator", 2),
        ("1 + 2", "must name at least one node", 0),
        ("", "expected a number", 0),
        ("a = 3", "'=' has no meaning", 2),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, message: str, position: int) -> None:
    with pytest.raises(FormulaError) as refused:
        read_formula(text)
    assert message in str(refused.value)
    assert refused.value.position == position


CODES = ("a", "b", "{c d}")
NUMBERS = st.sampled_from(["0", "1", "0.1", "3", "2.5", "1e2", "(1/3)", "sqrt(2)"])
TERMS = st.recursive(
    st.sampled_from(CODES) | NUMBERS,
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from("+-*/"), parts).map("({0[0]} {0[1]} {0[2]})".format),
        parts.map("-{0}".format),
        st.tuples(parts, parts).map("mean({0[0]}, {0[1]})".format),
        st.tuples(parts, parts).map("max({0[0]}, {0[1]})".format),
    ),
    max_leaves=8,
)


@given(TERMS)
def test_a_linear_form_is_the_formula(text: str) -> None:
    formula = read_formula(f"{text} + 0 * a")
    points = np.array([[1, 2, 3], [3, 1, 2], [2, 3, 1], [5, 7, -4], [-3, 0.5, 11]], dtype=float)
    columns = points[:, [["a", "b", "c d"].index(code) for code in formula.codes]]
    values = formula(columns)
    if formula.linear is None:
        return
    expected = columns @ np.array([float(f) for f in formula.linear.factors]) + float(formula.linear.constant)
    scale = np.abs(columns).sum(axis=1).max() * (1 + max(map(abs, formula.linear.factors))) + 1
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12 * float(scale) * 100)


@pytest.mark.parametrize(
    "text", ["a * b", "a / b", "1 / a", "max(a, b)", "a ** 2", "a / (b - b)", "a / 0", "a * 1e999"]
)
def test_what_is_no_linear_form(text: str) -> None:
    assert read_formula(text).linear is None


def test_a_linear_form_is_exact() -> None:
    linear = read_formula("0.1 * a + (b - 2) / 3 + mean(a, b, 1)").linear
    assert linear == Linear((Fraction(13, 30), Fraction(2, 3)), Fraction(-1, 3))


def test_depth_and_length_are_limited() -> None:
    with pytest.raises(FormulaError, match="deep"):
        read_formula("(" * 500 + "a" + ")" * 500)
    with pytest.raises(FormulaError, match="deep"):
        read_formula("-" * 500 + "a")
    with pytest.raises(FormulaError, match="characters"):
        read_formula("a" * 10_001)
    assert value(" + ".join(["a"] * 2000), a=1.0) == 2000.0


def test_every_function_is_described() -> None:
    assert all(function.description for function in FUNCTIONS.values())


def test_the_method_is_the_formula() -> None:
    expression = catalogue.method("aggregation", "expression")
    values = np.array([[3.0, 4.0], [6.0, NAN]])
    np.testing.assert_array_equal(expression.function(values, formula=read_formula("a * b")), [12.0, NAN])


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("ratio", "a / b", 3 / 5),
        ("product", "a * b * c", 30.0),
        ("complement of a ratio", "1 - a / b", 2 / 5),
        ("maximum with factors", "max(0.9 * a, 0.5 * b, c)", 2.7),
        ("signed linear sum with a constant and a floor", "max(0, 10 + a / 2 - 4 * b + c)", 0.0),
        ("a child that multiplies its siblings", "mean(a, b) * (1 + c / 10) / 2", 2.4),
        ("inverted rescaled mean", "100 - 100 * (mean(a, b) - 1) / (7 - 1)", 50.0),
    ],
)
def test_forms_that_published_indices_use(form: str, text: str, expected: float) -> None:
    """Source: GDI, IHDI, Numbeo and HFI of the reference data, and the forms named beside them."""
    assert value(text, a=3.0, b=5.0, c=2.0) == pytest.approx(expected, rel=1e-15), form

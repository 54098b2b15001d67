"""Printed figures as intervals."""

from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.intervals import decimals_of, exact, known, printed, printed_children


def test_ends_are_half_a_unit_of_the_last_decimal_away_without_any_rounding():
    figures = printed(np.array([30.3, 0.1, -2.0, 100.0]), decimals=1)
    assert [exact(end) for end in figures.low] == [Fraction(n, 20) for n in (605, 1, -41, 1999)]
    assert [exact(end) for end in figures.high] == [Fraction(n, 20) for n in (607, 3, -39, 2001)]


def test_decimals_are_as_few_as_show_nine_in_ten_figures():
    column = np.round(np.linspace(1, 50, 100), 1)
    assert decimals_of(column) == 1
    column[7] = 30.45  # one figure of another print
    figures = printed(column)
    assert decimals_of(column) == 1
    assert figures.unit[7] == 0.01
    assert figures.unit[8] == 0.1


def test_few_figures_need_all_of_their_decimals():
    assert decimals_of(np.array([1.0, 2.0, 3.0, 4.25])) == 2
    assert decimals_of(np.array([np.nan, 3.0])) == 0


def test_figures_of_full_precision_may_be_off_by_1e_9_of_a_score_up_to_100():
    figures = printed(np.array([12.3456789012, 98.7654321098]))
    np.testing.assert_allclose(figures.high - figures.low, 2e-9, rtol=1e-5)


def test_children_of_full_precision_are_known():
    figures = printed_children(np.array([[0.1, 1 / 3], [0.2, 2 / 3]]))
    np.testing.assert_allclose((figures.high - figures.low)[:, 0], 0.1)
    assert (figures.high == figures.low)[:, 1].all()
    assert known(np.array([1 / 3, np.nan])).known_exactly


def test_no_figure_stays_none():
    figures = printed(np.array([1.5, np.nan]))
    assert figures.missing.tolist() == [False, True]

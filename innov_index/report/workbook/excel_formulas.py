"""Formulas as Excel and LibreOffice both read them: functions of 2007 and one of 2010, English names.

A missing score is an empty text, which SUM, COUNT, MIN, LARGE, RANK … leave out of ranges.
"""

from __future__ import annotations

from collections.abc import Sequence


def column_letters(column: int) -> str:
    """Name of a column counted from 0: A, B, …, Z, AA, …"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def literal(number: float) -> str:
    """A number as it stands in a formula, every digit of it."""
    shown = repr(float(number))
    return shown.removesuffix(".0")


def if_number(cell: str, then: str) -> str:
    """The formula where the cell holds a number; a gap stays a gap."""
    return f'=IF(ISNUMBER({cell}),{then},"")'


def within(formula: str, low: str | None, high: str | None) -> str:
    """The formula limited to two bounds."""
    if low:
        formula = f"MAX({formula},{low})"
    return f"MIN({formula},{high})" if high else formula


def rounded_to_digits(cell: str, digits: int) -> str:
    """A score rounded to significant digits, so that noise in the last bits decides no rank."""
    if digits == 0:
        return cell
    return f"IF({cell}=0,0,ROUND({cell},{digits - 1}-INT(LOG10(ABS({cell}+({cell}=0))))))"


def joined(parts: Sequence[str]) -> str:
    """Sum of several parts."""
    return "+".join(parts)


def sum_of(cells: Sequence[str]) -> str:
    """SUM of many areas: no call has more than 200 of them."""
    if len(cells) <= 200:
        return f"SUM({','.join(cells)})"
    chunks = [cells[start : start + 200] for start in range(0, len(cells), 200)]
    return f"SUM({','.join(sum_of(chunk) for chunk in chunks)})"

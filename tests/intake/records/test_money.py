"""Amounts of money as lists print them."""

from __future__ import annotations

import pytest

from innov_index.intake.records.money import currency_of, money


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        *(
            ("$140B", 140e9, "USD"),
            ("$140 ", 140, "USD"),
            ("US$ 1,200 million", 1.2e9, "USD"),
            ("1.5", 1.5, None),
        ),
        *(
            ("€1,2B", 1.2e9, "EUR"),
            ("USD 1.2B", 1.2e9, "USD"),
            ("1.2bn", 1.2e9, None),
            ("US$ 3m", 3e6, "USD"),
        ),
        *(("¥100B", 1e11, "JPY"), ("1.2B USD", 1.2e9, "USD"), ("5 €", 5, "EUR"), ("EUR1.2m", 1.2e6, "EUR")),
        *(("3 million euros", 3e6, "EUR"), ("MXN 5", 5, "MXN"), ("5 MXN", 5, "MXN"), ("5 MEUR", 5e6, "EUR")),
        *(("1 200 000 €", 1.2e6, "EUR"), ("Rs. 500 crore", 5e9, "INR"), ("5 Mrd. €", 5e9, "EUR")),
        *(("$-2B", -2e9, "USD"), ("($2B)", -2e9, "USD"), ("−£2", -2, "GBP"), ("C$ 5", 5, "CAD")),
        *(
            ("$1,234,567.89", 1234567.89, "USD"),
            ("2.5K", 2500, None),
            ("US $3m", 3e6, "USD"),
            ("1B$", 1e9, "USD"),
        ),
    ],
)
def test_amounts(text: str, number: float, currency: str | None) -> None:
    amount = money(text)
    assert amount is not None
    assert float(amount.digits.scaleb(amount.scale or 0)) == number
    assert currency_of(amount.currency) == currency


@pytest.mark.parametrize(
    "text",
    ["", "Unknown", "1.2.3", "$5-6M", "© 2020 Example", "$1 and €2", "$5 €", "2 of 3", "5 per cent of sales"],
)
def test_what_is_no_amount(text: str) -> None:
    assert money(text) is None


@pytest.mark.parametrize(("decimal", "number"), [(",", 1200), (".", 1.2)])
def test_the_column_says_what_a_point_is(decimal: str, number: float) -> None:
    amount = money("€1.200", decimal)
    assert amount is not None
    assert float(amount.digits) == number


def test_a_currency_that_is_not_known_stays_as_written() -> None:
    amount = money("XYZ 5")
    assert amount is not None
    assert (amount.currency, currency_of(amount.currency)) == ("XYZ", None)

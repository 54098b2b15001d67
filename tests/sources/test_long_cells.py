"""Cells of any length, such as authors of a large collaboration: reading them takes time in proportion."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from innov_index.intake.countries.register import register
from innov_index.intake.folding import fold_name
from innov_index.intake.records.money import has_words, money
from innov_index.intake.records.parsing import day_number, number
from innov_index.sources.author_addresses import of_scopus, of_web_of_science
from innov_index.sources.filters import year_of
from innov_index.sources.places.addresses import addresses_of
from innov_index.sources.places.names import Countries

COUNTRIES = Countries([("FR", "FRA", "France")])
LENGTH = 200_000
SECONDS = 5
"""Of the processor; what took time by the square of the length took minutes."""

READERS: dict[str, Callable[[str], object]] = {
    "number": number,
    "money": lambda text: has_words(text) and money(text, "."),
    "day": lambda text: day_number(text, "month first"),
    "year": year_of,
    "name": fold_name,
    "country": lambda text: register().match(text),
    "part of a country": lambda text: register().whole(text),
    "address": lambda text: addresses_of(text, COUNTRIES),
    "addresses of authors": lambda text: of_web_of_science("A; B", text),
    "authors with addresses": lambda text: of_web_of_science(text, "[A] x"),
    "addresses in a list": lambda text: of_scopus("A, B., x", text),
}
REPEATED = (
    " ",
    "; ",
    "a ",
    "1 ",
    "[a; b] c; ",
    "MA 02139 ",
    "1,234",
    "12-",
    "&amp;",
    "(",
    "[",
    ",",
    "$1",
    "to ",
)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_long_cell_is_read_in_time(read: Callable[[str], object]) -> None:
    register().match("France")
    for part in REPEATED:
        start = time.process_time()
        read((part * LENGTH)[:LENGTH] + "z")
        assert time.process_time() - start < SECONDS, part


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ("[A; B] X, Paris; [C] Y, Rome", ["X, Paris", "Y, Rome"]),
        ("X, Paris; Y, Rome", ["X, Paris", "Y, Rome"]),
        ("[A; B] X;", ["X"]),
        ("; ;", []),
    ],
)
def test_addresses_are_parted_outside_of_brackets(addresses: str, expected: list[str]) -> None:
    found = of_web_of_science("", addresses)
    assert list(dict.fromkeys(own.address for own in found)) == expected

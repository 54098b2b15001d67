"""Names of units: matched where there is no doubt, listed with their nearest candidates where there is."""

from __future__ import annotations

import pytest

from innov_index.dataset.name_matching import match, nearest

KNOWN = [
    "New York City",
    "São Paulo",
    "Shenzhen–Hong Kong–Guangzhou",
    "London",
    "Paris, France",
    "Paris, United States",
    "Korea, Rep.",
    "Mexico City",
    "Bosnia and Herzegovina",
    "Washington",
    "Xi'an",
]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("New York", "New York City"),
        ("new york city", "New York City"),
        ("Sao Paulo", "São Paulo"),
        ("Sa\u0303o Paulo", "São Paulo"),
        ("Shenzhen-Hong Kong-Guangzhou", "Shenzhen–Hong Kong–Guangzhou"),
        ("Shenzhen — Hong  Kong — Guangzhou", "Shenzhen–Hong Kong–Guangzhou"),
        ("Greater London", "London"),
        ("London, United Kingdom", "London"),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
        ("Xi’an", "Xi'an"),
        ("Washington (DC)", "Washington"),
    ],
)
def test_other_spellings_of_one_unit_are_matched(name: str, known: str) -> None:
    matches = match([name], KNOWN)
    assert matches.found == {name: KNOWN.index(known)}
    assert matches.inexact == ((name, known),)
    assert not matches.unmatched


@pytest.mark.parametrize("name", ["Paris", "Korea, Dem.", "Springfield", "York", "City"])
def test_what_is_ambiguous_or_unknown_is_not_matched(name: str) -> None:
    matches = match([name], KNOWN)
    assert not matches.found
    assert name in matches.unmatched


def test_an_ambiguous_name_lists_its_candidates() -> None:
    assert set(match(["Paris"], KNOWN).unmatched["Paris"]) == {"Paris, France", "Paris, United States"}


def test_the_same_name_wins_over_a_similar_one() -> None:
    matches = match(["New York", "New York City"], ["New York City", "New York"])
    assert matches.found == {"New York": 1, "New York City": 0}
    assert matches.inexact == ()


def test_two_names_for_one_unit_are_both_left_unmatched() -> None:
    matches = match(["New York", "NEW YORK"], ["New York City"])
    assert matches.found == {}
    assert set(matches.unmatched) == {"New York", "NEW YORK"}
    assert match(["City of London", "Greater London"], ["London"]).found == {}


def test_two_entities_that_differ_by_a_common_word_are_not_one() -> None:
    assert match(["City of London"], ["Greater London"]).found == {}


def test_nearest_candidates_come_first_and_are_few() -> None:
    assert nearest("Sao Paolo", KNOWN)[0] == "São Paulo"
    assert len(nearest("Pari", ["Paria", "Parib", "Paric", "Parid"])) == 3
    assert nearest("Ouagadougou", KNOWN) == ()

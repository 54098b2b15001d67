"""Spellings of names of countries, and names near them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.intake.countries.spelling import near_names, spelling, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Viet Nam", "VIETNAM"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("St. Kitts and Nevis", "Saint Kitts & Nevis"),
        ("Kyrgyz Rep.", "Kyrgyz Republic"),
        ("Lao People’s Democratic Republic", "Lao Peoples Dem. Rep."),
        ("São Tomé and Príncipe", "Sao Tome & Principe"),
        ("The Bahamas", "Bahamas (the)"),
    ],
)
def test_one_spelling(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Korea, Republic of", "Republic of Korea"),
        ("Korea (Rep. of)", "Republic of Korea"),
        ("Venezuela [Bolivarian Republic of]", "Bolivarian Republic of Venezuela"),
        ("Bahamas, The", "The Bahamas"),
    ],
)
def test_words_after_a_comma_come_first(one: str, other: str) -> None:
    assert spelling(other) in spellings(one)


def test_other_words_are_another_spelling() -> None:
    assert spelling("Niger") != spelling("Nigeria")
    assert not set(spellings("Korea, Rep.")) & set(spellings("Korea, Dem. Rep."))


@pytest.mark.parametrize(
    ("text", "names", "near"),
    [
        ("Kyrgyz Republic", ["Czech Republic", "Slovak Republic", "Kyrgyzstan"], ("Kyrgyzstan",)),
        ("Cook Is.", ["Faroe Islands", "Cook Islands"], ("Cook Islands",)),
        ("North Korea", ["South Korea"], ()),
        ("Northern Ireland", ["Ireland"], ()),
        ("United Kingdom", ["United Nations", "United Kindom"], ("United Kindom",)),
        ("New Yrok", ["New Delhi", "New York", "New Orleans"], ("New York",)),
        ("", ["France"], ()),
        ("France", [""], ()),
    ],
)
def test_names_near(text: str, names: list[str], near: tuple[str, ...]) -> None:
    assert near_names(text, names) == near


@given(st.text(), st.lists(st.text()))
def test_names_near_are_of_those_given(text: str, names: list[str]) -> None:
    assert set(near_names(text, names)) <= set(names)


@given(st.text())
def test_a_spelling_is_that_of_itself(text: str) -> None:
    assert spelling(spelling(text)) in (spelling(text), "") or len(spelling(text)) <= 4

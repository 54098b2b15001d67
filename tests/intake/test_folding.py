"""Folding: what it leaves out, and that it is done once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.intake.folding import fold, fold_in_any_script, read_as_utf8


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź – Æbeltoft, ŞIŞLI", "lodz aebeltoft sisli"),
        ("Ðà Nẵng", "da nang"),
        ("Þórshöfn", "thorshofn"),
        ("Straße", "strasse"),
        ("Xi’an", "xi an"),
        ("İstanbul  (Beyoğlu)", "istanbul beyoglu"),
        ("ℌ_ﬁ", "h fi"),
    ],
)
def test_letters_without_accents(text: str, folded: str) -> None:
    assert fold(text) == fold_in_any_script(text) == folded


def test_other_scripts_are_kept_where_names_are_of_any() -> None:
    assert (fold("北京 Beijing"), fold_in_any_script("北京, Beijing")) == ("beijing", "北京 beijing")


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper()) == fold(text.upper().lower())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_what_was_misread_is_read_back(text: str) -> None:
    try:
        misread = text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return
    assert read_as_utf8(misread) == text

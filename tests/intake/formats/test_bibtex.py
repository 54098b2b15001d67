"""BibTeX: entries, strings, values in braces and quotes, accents of TeX."""

from __future__ import annotations

import pytest

from innov_index.errors import DataError
from innov_index.intake.formats.bibliographies import is_references, references
from innov_index.intake.formats.bibtex import plain

TEXT = r"""% about
@comment{ not {a} record }
@string{jl = "Journal of Looms"}
@ARTICLE{Key1,
  title = {{On {L}ooms (and wool)}}, YEAR = 2020,
  journal = jl # ", part " # {2},
  author = "Able, A. and {\"U}ber, B.",
  affiliations = {Univ A, San Jos{\'e}, Costa Rica; Univ B, M{\"u}nchen, Germany}
}
@misc(Key2, note = {a (b)})
"""


def test_entries() -> None:
    assert list(references("a.bib", TEXT)) == [
        (
            4,
            {
                "ENTRYTYPE": "article",
                "ID": "Key1",
                "title": "On Looms (and wool)",
                "year": "2020",
                "journal": "Journal of Looms, part 2",
                "author": "Able, A. and Über, B.",
                "affiliations": "Univ A, San José, Costa Rica; Univ B, München, Germany",
            },
        ),
        (10, {"ENTRYTYPE": "misc", "ID": "Key2", "note": "a (b)"}),
    ]


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        (r"Universit{\'e} d'Orl\'eans", "Université d'Orléans"),
        (r"Bo\u{g}azi{\c c}i {\"U}niversitesi", "Boğaziçi Üniversitesi"),
        (r"\O rsted, G\"{o}teborg, {\L}{\'o}d{\'z}", "Ørsted, Göteborg, Łódź"),
        (r"Stra{\ss}e~1, {\'\i}", "Straße 1, í"),
        (r"R\&D, 100\%", "R&D, 100%"),
    ],
)
def test_accents(written: str, letters: str) -> None:
    assert plain(written) == letters


def test_an_entry_without_its_end() -> None:
    assert is_references(b"@article{a, title = {x}")
    with pytest.raises(DataError, match=r"a\.bib:2.* does not end"):
        list(references("a.bib", "\n@article{a, title = {x}"))
    assert not is_references(b"@name,city\nA,B\n")

"""References in lines with tags: RIS, PubMed's format, Web of Science's plain text."""

from __future__ import annotations

import pytest

from innov_index.intake.formats.bibliographies import is_references, references

WOS = """\ufeffFN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Able, A
   Baker, B
TI On looms
   and wool
C1 [Able, A] Univ A, Dept of a very
   long name, Paris, France.
   [Baker, B] Univ B, Oslo, Norway.
AB ER stands here.
   ER  PY 1999
PY 2020
ER

PT J
TI Second
ER

EF
"""

NBIB = """
PMID- 1
DP  - 2021 Jan
TI  - A title that is
      wrapped.
FAU - Able, Ann
AU  - Able A
AD  - Univ A, New
      York, USA.
AD  - Univ B, Paris, France.
FAU - Baker, Bo
AU  - Baker B
CN  - The Group
PT  - Journal Article
PT  - Review
AID - S0001 [pii]
AID - 10.5555/ABC [doi]

PMID- 2
AU  - Early A
AU  - Older B
AD  - Univ C, Oslo, Norway
FED - Editor, E
AD  - Univ D, Rome, Italy
"""

RIS = "\r\n".join(
    [
        *("TY  - JOUR", "AU  - A", "AU  - B", "AB  - Short. TY  - is no tag.", "goes on", "ER  - "),
        *("", "TY  - RPRT", "ER  -", ""),
    ]
)


def test_plain_text_of_web_of_science() -> None:
    (line, first), (_, second) = references("a.txt", WOS)
    assert line == 3
    assert first == {
        "PT": "J",
        "AU": "Able, A; Baker, B",
        "TI": "On looms and wool",
        "C1": "[Able, A] Univ A, Dept of a very long name, Paris, France.; [Baker, B] Univ B, Oslo, Norway.",
        "AB": "ER stands here. ER  PY 1999",
        "PY": "2020",
    }
    assert second == {"PT": "J", "TI": "Second"}


def test_addresses_below_their_authors() -> None:
    (line, first), (_, second) = references("a.txt", NBIB)
    assert line == 2
    assert first["TI"] == "A title that is wrapped."
    assert first["person"] == [
        {"FAU": "Able, Ann", "AU": "Able A", "AD": ["Univ A, New York, USA.", "Univ B, Paris, France."]},
        {"FAU": "Baker, Bo", "AU": "Baker B"},
        {"CN": "The Group"},
    ]
    assert first["PT"] == ["Journal Article", "Review"]
    assert first["doi"] == "10.5555/ABC"
    assert second["person"] == [{"AU": "Early A"}, {"AU": "Older B", "AD": "Univ C, Oslo, Norway"}]
    assert second["AD"] == "Univ D, Rome, Italy"


def test_ris() -> None:
    assert [record for _, record in references("a.txt", RIS)] == [
        {"TY": "JOUR", "AU": ["A", "B"], "AB": "Short. TY  - is no tag. goes on"},
        {"TY": "RPRT"},
    ]


@pytest.mark.parametrize(
    "text", ["PT,AU\nJ,A\n", "PT J\tAU\n", "TY - x\n", "FN\tVR\n", "PMID,title\n1,a\n", ""]
)
def test_what_has_no_tags(text: str) -> None:
    assert not is_references(text.encode())

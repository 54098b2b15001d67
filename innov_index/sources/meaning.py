"""What cells that identify a record mean, however they are written: a day, a country, a name."""

from __future__ import annotations

from collections.abc import Callable

from innov_index.intake.folding import fold_in_any_script
from innov_index.intake.records.parsing import DayOrder, day_number
from innov_index.intake.records.text_columns import Texts
from innov_index.sources.records import DATE, Records

LEGAL_FORMS = frozenset(
    [
        *("ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc"),
        *("incorporated", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "ltda", "nv", "oy", "oyj", "plc"),
        *("private", "pte", "pty", "pvt", "sa", "sarl", "sas", "se", "spa", "sro", "srl"),
    ]
)
"""Words and letters at the end of a company's name that say what form it has in law."""


def meaning_of(records: Records, role: str) -> Texts:
    """A column of kept records by what its cells mean: a day's number, a country's code, a folded name.

    Cells of any other role, and those that name no day or country, are their own texts.
    """
    placer = records.placer
    readers: dict[str, Callable[[str], str | None]] = {
        DATE: lambda text: _day(text, records.source.order),
        "country": lambda text: None if placer is None else placer.country_code(text),
        "company": fold_in_any_script,
    }
    read = readers.get(role)
    column = records.column(role)
    return column if read is None else column.map(lambda text: read(text) or text)


def _day(text: str, order: DayOrder) -> str | None:
    day = day_number(text, order)
    return None if day is None else str(day)


def without_legal_form(name: str) -> str:
    """A folded name without the forms of law at its end: tarn ltd, tarn co ltd and tarn s a are tarn."""
    words = name.split()
    while len(words) > 1:
        letters = _letters_at_end(words)
        if "".join(words[-letters:]) not in LEGAL_FORMS or letters == len(words):
            break
        words = words[:-letters]
    return " ".join(words)


def _letters_at_end(words: list[str]) -> int:
    """How many words at the end belong together: several single letters, or one word."""
    letters = 0
    while letters < len(words) and len(words[-1 - letters]) == 1:
        letters += 1
    return max(letters, 1)

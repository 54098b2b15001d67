"""Addresses in one text, as literature has them: `Inst of Physics, Hangzhou 310027, Zhejiang, China`."""

from __future__ import annotations

import re

from innov_index.frozen import frozen
from innov_index.intake.folding import fold
from innov_index.sources.places.names import US_STATES, Countries, without_digits

_INSTITUTION = (
    r"(?i)\b(?:univ|inst|dep|fac|col?l(?:ege)?\b|school|div|acad|hosp|clin|lab|cent(?:er|re)|found|comp|corp|"
    r"inc\b|ltd\b)"
)
"""Words of the parts of an address that name no city."""

_ZIP = r"\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?\s*$"
_STATE = r"[A-Z]{2,3}"
_MOST_WORDS = 20
"""More than any name of a country has."""

_US_CODES = frozenset(US_STATES.values())


@frozen
class Address:
    """The parts of an address.

    Attributes
    ----------
    cities
        Parts that may name the city, the likeliest first: from the right, without the institution.
    state
        Code of a state, where the address has one.
    country
        The country as written; empty where none is recognised.
    """

    cities: tuple[str, ...]
    state: str
    country: str


def addresses_of(text: str, countries: Countries) -> tuple[Address, ...]:
    """What an address may be: `Cambridge, MA 02139` is in the USA, `Cambridge, MA` there or in Morocco.

    So is `Atlanta, Georgia`: in the state or in the country of that name.
    """
    written = address_of(text, countries)
    *before, last = text.rstrip(" .").split(",")
    state = without_digits(last)
    if not before or (state not in _US_CODES and fold(state) not in US_STATES):
        return (written,)
    in_usa = address_of(f"{text.rstrip(' .')}, USA", countries)
    if len(before) == 1 and state not in _US_CODES and not names_institution(before[0]):
        in_usa = Address((without_digits(before[0]),), US_STATES[fold(state)], "USA")
    return (in_usa,) if re.match(_ZIP, last) or not written.country else (in_usa, written)


def address_of(text: str, countries: Countries) -> Address:
    """Take an address apart: institution first, country last; words with digits are postcodes."""
    parts = [part.strip() for part in text.rstrip(" .").split(",")]
    country, before = _country(parts[-1], countries)
    inner = [*parts[:-1], *([before] if before else [])]
    if country and not inner:
        return Address((), "", country)
    # what stands first is the institution, unless it stands alone
    named = inner[1:] if len(inner) > 1 or country else inner
    is_us = countries.code(country) == "US"
    state = ""
    cities: list[str] = []
    for at, part in reversed(list(enumerate(named))):
        words = [word for word in part.split() if not any(letter.isdigit() for letter in word)]
        if not state and not cities and words:
            words, state = _without_state(words, is_us, named[at - 1] if at else "")
        if words:
            cities.append(" ".join(words))
    if not cities and inner != named and (state or not names_institution(inner[0])):
        # people's addresses may begin with the city
        cities.append(without_digits(inner[0]))
    cities = [city for city in cities if city]
    return Address(tuple(cities), state, country)


def names_institution(part: str) -> bool:
    """Whether a part of an address names an institution or a part of one."""
    return re.search(_INSTITUTION, part) is not None


def _without_state(words: list[str], is_us: bool, before: str) -> tuple[list[str], str]:
    """The words without a state: its code alone, or in the USA its code or name after the city.

    `New York` is the state after a city, and the city after an institution.
    """
    if is_us and before and not names_institution(before):
        state = US_STATES.get(fold(" ".join(words)))
        if state is not None:
            return [], state
    if re.fullmatch(_STATE, words[-1]) and (len(words) == 1 or (is_us and words[-1] in _US_CODES)):
        return words[:-1], words[-1]
    return words, ""


def _country(part: str, countries: Countries) -> tuple[str, str]:
    """The country at the end of the last part, and what stands before it: `MA 02139 USA`."""
    if countries.code(part):
        return part, ""
    words = part.split()
    for size in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        if any(letter.isdigit() for letter in words[-size - 1]):
            tail = " ".join(words[-size:])
            if countries.code(tail):
                return tail, " ".join(words[:-size])
    if len(words) > 1 and words[-2] in _US_CODES and countries.code(words[-1]) == "US":
        return words[-1], " ".join(words[:-1])
    return "", part

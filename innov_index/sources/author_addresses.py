"""Authors and their addresses, as databases of literature write them in cells."""

from __future__ import annotations

import re
from typing import NamedTuple


class AuthorAddress(NamedTuple):
    """An author of a document and one of the addresses, empty where the author has none."""

    author: str
    address: str


_OF_AUTHORS = r"(?:\[[^\[\]]*+\]|[^;])+"
"""Addresses, between semicolons outside of brackets."""

_IN_BRACKETS = r"(?s)\[([^\]]*)\]\s*(.*)"


def of_web_of_science(authors: str, addresses: str) -> list[AuthorAddress]:
    """From `Author, A; Author, B` and `[Author, A; Author, B] Univ, City, Country; …`.

    An address without brackets is that of all authors. Authors of one name are told apart by their place in
    the list.
    """
    known = _named(authors)
    found: dict[AuthorAddress, None] = {}
    for part in re.findall(_OF_AUTHORS, addresses):
        match = re.fullmatch(_IN_BRACKETS, part.strip())
        address = part.strip() if match is None else match[2].strip()
        names = list(known) if match is None else _parts(match[1])
        if address:
            found |= dict.fromkeys(AuthorAddress(known.get(name, name), address) for name in names or [""])
    with_address = {own.author for own in found}
    found |= dict.fromkeys(AuthorAddress(name, "") for name in known.values() if name not in with_address)
    return list(found)


def of_scopus(authors: str, addresses: str) -> list[AuthorAddress]:
    """From `Author, A., Univ, City, Country; …` and the list of all addresses.

    Parts of an address are separated as addresses are, by commas: the list tells where one ends. What is not
    in the list is one address.
    """
    known = sorted(_parts(addresses), key=len, reverse=True)
    found: list[AuthorAddress] = []
    for at, text in enumerate(_parts(authors), 1):
        name, others = _without_name(text)
        own = _taken_apart(others, known) if others else [""]
        found += [AuthorAddress(f"{at} {name}", address) for address in own]
    return list(dict.fromkeys(found))


def _named(authors: str) -> dict[str, str]:
    """Each author's text → the author, told apart from others of the same name."""
    return {name: f"{at} {name}" for at, name in enumerate(_parts(authors), 1)}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _without_name(text: str) -> tuple[str, str]:
    """The name, `Author, A.B.`, and what follows it; a name without initials is one part."""
    parts = text.split(", ", 2)
    size = 2 if len(parts) > 1 and re.fullmatch(r"(?:\w\.[-\s]?)+|\w{1,3}", parts[1].strip()) else 1
    return ", ".join(parts[:size]), ", ".join(parts[size:])


def _taken_apart(text: str, known: list[str]) -> list[str]:
    """The addresses that a text is made of, if it is made of known ones; otherwise the text."""
    found: list[str] = []
    rest = text
    while rest:
        own = next((one for one in known if rest == one or rest.startswith(f"{one}, ")), None)
        if own is None:
            return [text]
        found.append(own)
        rest = rest[len(own) :].removeprefix(", ")
    return found

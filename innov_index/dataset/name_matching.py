"""Matching the names of published units with those of an index, only where there is no doubt.

A name matches an identical name; otherwise one that is identical apart from case, accents, dashes, quotes and
dots; otherwise one with or without a word such as "City", or an addition after a comma (but "Korea, Rep."
does not match "Korea, Dem.": both have additions). A name with two candidates, or a candidate for two names,
is left unmatched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from innov_index.frozen import frozen
from innov_index.intake.countries.register import register
from innov_index.intake.countries.spelling import near_names
from innov_index.intake.folding import fold_in_any_script
from innov_index.wording import listed

_WORDS = frozenset(
    {"city", "town", "metro", "metropolitan", "area", "region", "ma", "greater", "the", "of", "and"}
)
_NEAREST = 3


@frozen
class Matches:
    """Matched and unmatched names.

    `found` is the position of the unit for each matched name. `inexact` pairs names with the different
    spelling that they were matched with. `unmatched` are the other names, each with the most similar
    candidates.
    """

    found: Mapping[str, int]
    inexact: tuple[tuple[str, str], ...]
    unmatched: Mapping[str, tuple[str, ...]]


def match(names: Iterable[str], known: Sequence[str]) -> Matches:
    """Match each name with one of the known names."""
    distinct = list(dict.fromkeys(names))
    found: dict[str, int] = {}
    for spelling in (_as_it_is, fold_in_any_script, without_common_words, before_comma):
        open_names = [name for name in distinct if name not in found]
        taken = set(found.values())
        free = [index for index in range(len(known)) if index not in taken]
        found |= _unambiguous(open_names, known, free, spelling)
    inexact = tuple((name, known[index]) for name, index in found.items() if name != known[index])
    taken = set(found.values())
    candidates = [other for index, other in enumerate(known) if index not in taken]
    unmatched = {name: nearest(name, candidates) for name in distinct if name not in found}
    return Matches(found, inexact, unmatched)


def without_common_words(name: str) -> str:
    """The folded name without words such as "city" and "greater"."""
    return " ".join(word for word in fold_in_any_script(name).split() if word not in _WORDS)


def before_comma(name: str) -> str:
    """The folded name up to its first comma or bracket: "Paris, France" → "paris"."""
    return without_common_words(re.split(r"[,(]", name)[0])


def nearest(name: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """The most similar names, at most three.

    Of countries, the same country under another name comes first, and another country is none, even where the
    names are as similar as Niger and Nigeria.
    """
    same, other = _by_country(name, candidates)
    by_spelling: dict[str, list[str]] = {}
    for candidate in candidates:
        if candidate not in other:
            by_spelling.setdefault(fold_in_any_script(candidate), []).append(candidate)
    start = without_common_words(name)
    begins = [spelling for spelling in by_spelling if start and spelling.startswith(start)]
    chosen = dict.fromkeys([*near_names(fold_in_any_script(name), by_spelling, _NEAREST), *begins])
    close = (candidate for spelling in chosen for candidate in by_spelling[spelling])
    return tuple(dict.fromkeys([*same, *close]))[:_NEAREST]


def unknown_name(kind: str, name: str, known: Sequence[str], where: str = "") -> str:
    """The message about a name that is not known: with similar ones, or else the first that are."""
    place = f" {where}" if where else ""
    near = nearest(name, known)
    return f"no {kind} '{name}'{place}." + (
        f" Did you mean '{near[0]}'?" if near else f" Valid names: {listed(known, 8)}."
    )


def _by_country(name: str, candidates: Iterable[str]) -> tuple[list[str], set[str]]:
    """Candidates that are the country of this name, and those that are another."""
    countries = register()
    meant = countries.match(name)
    same, other = [], set()
    if meant is not None:
        for candidate in candidates:
            found = countries.match(candidate)
            if found is not None and found.area is meant.area:
                same.append(candidate)
            elif found is not None:
                other.add(candidate)
    return same, other


def _as_it_is(name: str) -> str:
    return name


def _unambiguous(
    names: Sequence[str], known: Sequence[str], free: Sequence[int], spelling: Callable[[str], str]
) -> dict[str, int]:
    """Names whose normalised spelling is that of exactly one free known name and of no other name.

    At least one of the two names must have this spelling in full, and they must not be of two countries.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(spelling(name), []).append(name)
    offered: dict[str, list[int]] = {}
    for index in free:
        offered.setdefault(spelling(known[index]), []).append(index)
    pairs = {
        same[0]: offered[key][0]
        for key, same in wanted.items()
        if key and len(same) == 1 and len(offered.get(key, ())) == 1
    }
    if spelling is _as_it_is:
        return pairs
    return {
        name: index
        for name, index in pairs.items()
        if spelling(name) in (fold_in_any_script(name), fold_in_any_script(known[index]))
        and not _by_country(name, [known[index]])[1]
    }

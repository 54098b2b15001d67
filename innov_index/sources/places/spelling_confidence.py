"""How sure it is that what is written is a certain name.

The names that a text resembles, and none of them, are compared like alternatives of one choice (a conditional
logit): each has a score, the sum of its evidence times weights, and its confidence is its share in the sum of
all exp(score). Larger cities are written more often; errors that people make often count less than others; a
name that another one resembles as much is never sure. The weights are those with which the corrections of
14,000 misspelt addresses of inventors in US patents are likeliest (`benchmarks/misspelt_cities.py --fit`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from innov_index.frozen import frozen
from innov_index.sources.places.misspelt_names import (
    DIRECTIONS,
    SHORTEST_CUT,
    NamesOfArea,
    Resemblance,
    spelling,
)

SMALLEST_CITY = 10_000
LARGE_CITY = 500_000
_LONGEST = 20
_MOST_LEFT_OUT = 12

WEIGHTS: Mapping[str, float] = {
    "missing": -0.17,
    "errors per ten letters": -1.09,
    "no city of the gazetteer": -0.25,
    "other": -1.66,
    "alike": -0.96,
    "at first letter": -0.92,
    "several errors": -1.21,
    "errors beyond two": -0.48,
    "size": 0.89,
    "words after": -1.50,
    "letters of words": -0.14,
    "alias": -0.33,
    "alias, size": 0.56,
    "words and errors": -1.14,
    "cut off": -1.89,
    "letters cut off": -0.45,
    "doubled": -0.36,
    "alias, short": -1.81,
    "at last letter": 0.49,
    "short words": 1.45,
    "words before": -2.45,
    "direction": 0.83,
    "extra": -0.37,
    "no error": -2.62,
    "lacks words": -1.75,
    "letters of lacking words": -0.38,
    "swapped": -0.20,
    "error in a state": -0.84,
    "alias in a state": -1.39,
    "lacks words in a state": -1.47,
    "words in a state": -1.91,
}

NONE_WEIGHTS: Mapping[str, float] = {
    "none": -3.83,
    "letters": -0.03,
    "several words": 0.27,
    "in a state": -2.65,
}


@frozen
class Meant:
    """The cities that a text most likely names, and how sure that is."""

    ids: tuple[str, ...]
    confidence: float


def most_likely(words: Sequence[str], area: NamesOfArea) -> Meant | None:
    """The cities that the words of a folded name most likely mean; None where another place is likelier.

    The name of a place that the gazetteer leaves out as too small is not misspelt.
    """
    literal = area.named(words)
    if literal is not None and not literal.ids:
        return None
    found = area.resemblances(words)
    if not found:
        return None
    scores = [_weighted(evidence(own, words, area), WEIGHTS) for own in found]
    none = _weighted(evidence_of_none(words, area), NONE_WEIGHTS)
    highest = max(none, *scores)
    shares = [math.exp(score - highest) for score in scores]
    total = sum(shares) + math.exp(none - highest)
    places: dict[tuple[str, ...], list[tuple[float, Resemblance]]] = {}
    for share, own in zip(shares, found, strict=True):
        places.setdefault(own.named.ids or (f"name {own.name}",), []).append((share, own))
    likeliest = max(places.values(), key=lambda alike: sum(share for share, _ in alike))
    best = max(likeliest, key=lambda alike: alike[0])[1]
    if not best.named.ids or not _is_safe(best, words, area):
        return None
    return Meant(best.named.ids, sum(share for share, _ in likeliest) / total)


def evidence(own: Resemblance, words: Sequence[str], area: NamesOfArea) -> dict[str, float]:
    """What speaks for or against a name, in numbers."""
    errors, others = own.errors, own.others
    size = math.log10(max(own.named.population, SMALLEST_CITY / 10)) - 4 if own.named.ids else 0.0
    american = bool(area.state)
    found: dict[str, float] = {error: float(errors.count(error)) for error in dict.fromkeys(errors)}
    found |= {
        "no error": not (errors or own.cut or own.lacking or others),
        "at first letter": own.at_first,
        "at last letter": own.at_last,
        "several errors": len(errors) > 1,
        "errors beyond two": max(0, len(errors) - 2),
        "errors per ten letters": 10 * len(errors) / len(spelling(words)),
        "error in a state": american and bool(errors),
        "no city of the gazetteer": not own.named.ids,
        "size": 0.0 if own.named.is_alias else size,
        "alias": own.named.is_alias,
        "alias, size": size if own.named.is_alias else 0.0,
        "alias, short": own.named.is_alias and len(own.name) < 6,
        "alias in a state": own.named.is_alias and american,
    }
    if others:
        found |= {
            "words before": bool(own.before),
            "words after": bool(own.after),
            "letters of words": min(_MOST_LEFT_OUT, sum(map(len, others))),
            "short words": all(len(word) <= 2 for word in others),
            "direction": len(others) == 1 and others[0] in DIRECTIONS,
            "words and errors": bool(errors),
            "words in a state": american,
        }
    if own.cut:
        found |= {"cut off": 1.0, "letters cut off": min(_MOST_LEFT_OUT, own.cut)}
    if own.lacking:
        found |= {
            "lacks words": 1.0,
            "letters of lacking words": min(_MOST_LEFT_OUT, own.lacking),
            "lacks words in a state": american,
        }
    return {what: float(value) for what, value in found.items() if value}


def evidence_of_none(words: Sequence[str], area: NamesOfArea) -> dict[str, float]:
    """What speaks for no name at all."""
    return {
        "none": 1.0,
        "letters": float(min(_LONGEST, len(spelling(words)))),
        "several words": float(len(words) > 1),
        "in a state": float(bool(area.state)),
    }


def _is_safe(own: Resemblance, words: Sequence[str], area: NamesOfArea) -> bool:
    """Whether a name may be taken at all: other kinds only compete with those that may."""
    if own.is_disputed or own.lacking or (own.cut and len(spelling(words)) < SHORTEST_CUT):
        return False
    # most other names of American cities are those in other languages, or of other towns
    return area.country != "US" or not own.named.is_alias or own.named.population >= LARGE_CITY


def _weighted(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weights.get(what, 0.0) * value for what, value in found.items())

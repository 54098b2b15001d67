"""Names that are spelled alike, against difflib-like comparison of every pair."""

from __future__ import annotations

import random

from rapidfuzz.distance import Indel

from innov_index.sources.places.similar_names import ALIKE, SimilarNames
from tests.sources.places.test_places import placer


def test_the_nearest_names_are_those_of_comparing_all() -> None:
    draw = random.Random(7)
    names = ["".join(draw.choices("abcd", k=draw.randrange(1, 14))) for _ in range(400)]
    texts = ["".join(draw.choices("abcd", k=draw.randrange(15))) for _ in range(150)]
    for text, found in zip(texts, SimilarNames(names).nearest(texts, 3), strict=True):
        alike = sorted((-Indel.normalized_similarity(text, name), name) for name in names)
        assert list(found) == [name for ratio, name in alike if -100 * ratio >= ALIKE][:3], text


def test_there_are_none_without_names() -> None:
    assert SimilarNames(()).nearest(("paris", ""), 3) == [(), ()]
    assert SimilarNames(("paris",)).nearest((), 3) == []


def test_similar_places_of_several_records_at_once() -> None:
    asked = [
        {"city": "Bostn", "country": "US"},
        {"city": "", "country": "US"},
        {"city": "Bostn", "country": "Wonderland"},
        {"city": "Pariss", "country": "France"},
        {"city": "Bostn", "country": "USA"},
    ]
    boston, none, nowhere, paris, again = placer().near(asked)
    assert boston[0].startswith("Boston, MA, US (")
    assert paris[0].startswith("Paris, FR (")
    assert (none, nowhere, again) == ((), (), boston)
    assert placer(units="as written").near(asked) == [()] * 5

"""Every property that is claimed of a method holds on random tables; every one that it lacks has a case."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from innov_index.errors import InnovIndexError
from innov_index.methods import catalogue
from innov_index.methods.counterexamples import counterexample, in_words
from innov_index.methods.descriptions import describe, described
from innov_index.methods.properties import OF_STEP, QUESTIONS, Case, card, lacks
from innov_index.methods.registry import Method, Property, Trait
from tests.methods.property_cases import FULL, call_of, editions_of, takes_fewer_children

METHODS = [method for step in OF_STEP for method in catalogue.step(step)]
CLAIMED = [(method, known) for method in METHODS for known, held in card(method).items() if held]
LACKED = [(method, known) for method in METHODS for known, held in card(method).items() if not held]


def named(pair: tuple[Method, Property]) -> str:
    return f"{pair[0].step}-{pair[0].name}-{pair[1].value}"


@st.composite
def cases(draw: st.DrawFn, method: Method) -> Case:
    """Scores from 1 to 95, some of them equal, or missing before an imputation, with weights and a change."""
    units = draw(st.integers(3, 6))
    children = draw(st.integers(2, FULL)) if takes_fewer_children(method) else FULL
    score = st.integers(1, 95).map(float) | st.floats(1, 95)
    if method.step == "imputation":
        score = score | st.just(np.nan)
    shape = (*editions_of(method), units, children)
    values = np.array(draw(st.lists(score, min_size=(size := math.prod(shape)), max_size=size)))
    parts = np.array(draw(st.lists(st.integers(1, 9), min_size=children, max_size=children)), dtype=float)
    child = draw(st.integers(0, children - 1))
    return Case(
        values.reshape(shape),
        parts / parts.sum(),
        draw(st.integers(0, units - 1)),
        child,
        (child + draw(st.integers(1, children - 1))) % children,
        draw(st.sampled_from([0.3, 0.5, 2.0, 4.0, 10.0])),
        draw(st.sampled_from(["removed", "repeated"])),
    )


@pytest.mark.parametrize("pair", CLAIMED, ids=named)
def test_what_is_claimed_holds(pair: tuple[Method, Property]) -> None:
    method, known = pair
    examples = 8 if Trait.LOOPED in method.traits else 25

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(cases(method))
    def holds(case: Case) -> None:
        found = lacks(known, method, call_of(method, case.values.shape[-2]), case)
        assume(found is not None)
        assert not found, in_words(method, known, case)

    holds()


@pytest.mark.parametrize("pair", LACKED, ids=named)
def test_what_is_lacked_has_a_case(pair: tuple[Method, Property]) -> None:
    method, known = pair
    case = counterexample(method, known)
    assert case is not None
    assert lacks(known, method, call_of(method, case.values.shape[-2]), case)
    assert in_words(method, known, case) in describe(method)


def test_every_property_is_known_by_a_word_and_a_sentence() -> None:
    assert set(QUESTIONS) == set(Property)
    for method in METHODS:
        assert method.properties <= set(OF_STEP[method.step]), method.name
        fully = Property.FULLY_COMPENSATING in method.properties
        assert not fully or Property.COMPENSATING in method.properties, method.name


def test_methods_are_found_by_their_properties() -> None:
    found = {method.name for method in described("aggregation", where="monotone, independent").facts}
    assert {"arithmetic", "geometric", "minimum", "spotis"} <= found
    assert not found & {"topsis", "moora", "mpi", "bod"}
    assert all(method.step == "weighting" for method in described("weighting", where="unique").facts)
    with pytest.raises(InnovIndexError, match=r"no property 'monoton'.*Did you mean 'monotone'"):
        described(where="monoton")


def test_the_smallest_rank_reversal_found_is_shown() -> None:
    text = describe(catalogue.method("aggregation", "moora"))
    assert "no   independent: other units, added, removed or repeated, do not matter" in text
    assert "change places" in text

"""The contract for methods of other packages: it names the clause that a method breaks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from innov_index import InnovIndexError
from innov_index.methods import normalisation as package
from innov_index.methods.steps import normalisation
from innov_index.testing import CONTRACT, check_method

DOCUMENTED = """Halve the values.

    Formula: s = x / 2

    Source: ourselves
    """


@pytest.fixture
def registered() -> Iterator[None]:
    before = dict(vars(normalisation))
    kept = {name: dict(value) for name, value in before.items() if isinstance(value, dict)}
    yield
    for name, value in kept.items():
        held = vars(normalisation)[name]
        held.clear()
        held.update(value)


@pytest.mark.parametrize(
    ("make", "clause"),
    [
        (lambda values: np.asarray(values, dtype=np.float64) / 2, None),
        (lambda values: np.where(np.isnan(values), np.inf, values), "marks missing by NaN"),
        (lambda values: (values / 2).astype(np.float32), "computes in double precision"),
        (lambda values: values.astype(np.float64) - np.nanmean(values), "takes leading axes"),
        (lambda values: np.divide(values, 0.0 * values + 0.0), "marks missing by NaN"),
    ],
)
def test_a_broken_clause_is_named(registered: None, make: object, clause: str | None) -> None:
    def halved(values, direction):
        with np.errstate(all="ignore"):
            return make(values)

    halved.__doc__ = DOCUMENTED
    normalisation.method("halved")(halved)
    if clause is None:
        check_method("normalisation", "halved")
        return
    with pytest.raises(AssertionError, match=f"normalisation halved: {clause}"):
        check_method("normalisation", "halved")


def test_a_method_without_words_is_refused(registered: None) -> None:
    def halved(values, direction):
        """Halve the values."""
        return values / 2

    normalisation.method("halved")(halved)
    with pytest.raises(AssertionError, match=r"is documented: .*`Formula:`"):
        check_method("normalisation", "halved", "is documented")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("normalization", "min_max"), "Did you mean 'normalisation'"),
        (("normalisation", "minmax"), "Did you mean 'min_max'"),
        (("normalisation", "min_max", "is fast"), "clause 'is fast'"),
    ],
)
def test_names_that_are_not_known(arguments: tuple[str, ...], message: str) -> None:
    assert len(CONTRACT) > 5
    with pytest.raises(InnovIndexError, match=message):
        check_method(*arguments)


def test_methods_work_on_plain_arrays() -> None:
    values = np.array([[1.0, 10.0], [3.0, 30.0], [2.0, 40.0]])
    scores = package.min_max(values, np.array([1.0, -1.0]))
    np.testing.assert_allclose(scores, [[0, 100], [100, 100 / 3], [50, 0]])
    assert "min_max" in dir(package)
    with pytest.raises(AttributeError, match="no attribute 'minmax'"):
        _ = package.minmax

"""The contract that every method keeps, as checks for methods of other packages.

With pytest, in the package's own tests::

    import pytest
    from innov_index.testing import CONTRACT, check_method

    @pytest.mark.parametrize("clause", CONTRACT)
    def test_contract(clause):
        check_method("normalisation", "my_method", clause)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from innov_index.config.settings import option_model
from innov_index.errors import OptionError, look_up
from innov_index.methods import catalogue
from innov_index.methods.descriptions import reference
from innov_index.methods.kernels.formula import read_formula
from innov_index.methods.registry import Method, Option, Trait
from innov_index.model.arrays import Floats

UNITS, COLUMNS = 12, 4

_INPUTS: Mapping[str, Any] = {
    "direction": (1.0, -1.0, 1.0, 1.0),
    "weights": (0.4, 0.3, 0.2, 0.1),
    "given": (4.0, 3.0, 2.0, 1.0),
    "leaves": (3.0, 2.0, 1.0, 1.0),
}
_CODES = ("a", "b", "c", "d")


def check_method(step: str, name: str, clause: str | None = None) -> None:
    """Check that a method, of an installed package or registered by hand, keeps the contract.

    Parameters
    ----------
    step, name : str
        As a config has them, such as "normalisation" and "min_max".
    clause : str, optional
        Only this clause of `CONTRACT`; all of them by default.

    Raises
    ------
    AssertionError
        The method breaks a clause; the message says how.
    InnovIndexError
        There is no such step, method or clause.

    Examples
    --------
    >>> from innov_index.testing import check_method
    >>> check_method("normalisation", "min_max")
    """
    known = (*catalogue.STEPS, *catalogue.WITHIN)
    look_up(dict.fromkeys(known), step, "step")
    method = catalogue.method(step, name)
    for each in (*CONTRACT,) if clause is None else (clause,):
        try:
            look_up(CONTRACT, each, "clause")(method)
        except AssertionError as broken:
            raise AssertionError(f"{step} {name}: {each}: {str(broken).strip()}") from broken


def values_of(seed: int, missing: float = 0.0) -> Floats:
    """Positive values, (units, columns), of unequal scale and spread; some share of them missing."""
    random = np.random.default_rng(seed)
    values: Floats = random.lognormal(mean=[0.0, 2.0, 4.0, -1.0], sigma=0.7, size=(UNITS, COLUMNS))
    if missing:
        values[random.random(values.shape) < missing] = np.nan
    return values


def applied(method: Method, values: Floats, **inputs: Any) -> Floats:
    """The result of a method with the options of its example; statistics come from the values themselves."""
    if Trait.PANEL in method.traits and values.ndim == 2:
        of_one: Floats = applied(method, values[None], **inputs)[0]
        return of_one
    known = {name: np.array(_INPUTS[name]) for name in method.inputs if name in _INPUTS}
    if "codes" in method.inputs:
        known["codes"] = _CODES  # type: ignore[assignment]
    result: Floats = np.asarray(
        method.function(values, **{**known, **inputs}, **example_of(method, values.shape[-2]))
    )
    return result


def example_of(method: Method, units: int) -> dict[str, Any]:
    """Options of the method's example for so many units: names of columns, groups and units become arrays."""
    return {name: _converted(method.options[name], value, units) for name, value in method.example.items()}


def _converted(option: Option, value: Any, units: int) -> Any:
    kind = option.resolved.kind if option.resolved else ""
    if kind == "column":
        bounds = {"lower": np.full((units, 1), 0.5), "upper": np.full((units, 1), 200.0)}
        return bounds.get(option.name, np.linspace(0.5, 3, units)[:, None])
    if kind == "group":
        return np.arange(units) % 2
    if kind == "unit":
        return min(3, units - 1)
    return read_formula(value) if kind == "formula" else value


def _is_documented(method: Method) -> None:
    assert method.summary.endswith("."), "the docstring begins with a sentence that says what it computes"
    assert method.formula, "the docstring has a paragraph `Formula:`"
    assert method.source, "the docstring has a paragraph `Source:`"
    assert bool(method.undefined) == bool(method.remedy), "`Undefined:` goes with `Remedy:`"
    silent = [option.name for option in method.options.values() if not option.description]
    assert not silent, f"options without a description under `Parameters`: {silent}"
    assert reference(method.source), "the source can be shown"


def _has_an_example(method: Method) -> None:
    """A config may state the example: it has what has no default, and nothing that would be refused."""
    try:
        stated = option_model(method.step, method.name).model_validate(dict(method.example))
    except ValueError as error:
        raise AssertionError(f"a config cannot state the example: {error}") from None
    assert stated.model_fields_set == set(method.example)


def _leaves_its_input_alone(method: Method) -> None:
    values = values_of(8, missing=0.15)
    before = values.copy()
    values.flags.writeable = False
    applied(method, values)
    np.testing.assert_array_equal(values, before)


def _marks_missing_by_nan(method: Method) -> None:
    result = applied(method, values_of(8, missing=0.15)).astype(np.float64)
    assert not np.isinf(result).any(), "an infinite number where NaN says that there is no result"


def _computes_in_double_precision(method: Method) -> None:
    single = values_of(7).astype(np.float32)
    result = applied(method, single)  # type: ignore[arg-type]
    assert result.dtype in (np.float64, np.bool_), f"the result is {result.dtype}"
    np.testing.assert_allclose(result, applied(method, single.astype(np.float64)), rtol=1e-6, atol=1e-6)


def _takes_leading_axes(method: Method) -> None:
    """A batch is a loop, unless the leading axis means something to the method."""
    if {Trait.PANEL, Trait.ADDS_DRAWS} & method.traits:
        return
    batch = np.stack([values_of(seed) for seed in range(3)])
    result = applied(method, batch)
    for index, table in enumerate(batch):
        alone = applied(method, table)
        if result.ndim == alone.ndim + 1:
            np.testing.assert_allclose(result[index], alone, rtol=1e-9, atol=1e-12)
        else:  # a result that does not depend on the values
            np.testing.assert_allclose(result, alone, rtol=1e-9, atol=1e-12)


def _never_fails_on_degenerate_tables(method: Method) -> None:
    """A person's message is made of the NaN; an option that cannot work may say so itself."""
    whole = values_of(7)
    alone, twins, constant, empty = (whole.copy() for _ in range(4))
    alone[1:] = np.nan
    twins[1] = twins[0]
    constant[:, 2] = 5.0
    empty[:, 2] = np.nan
    for table in (alone, twins, constant, empty, np.full_like(whole, np.nan)):
        try:
            result = applied(method, table)
        except OptionError:
            return
        assert not np.isinf(result.astype(np.float64)).any(), "an infinite number on a degenerate table"


def _gives_shares_where_it_weights(method: Method) -> None:
    if method.step == "weighting":
        weights = applied(method, values_of(7))
        assert (weights >= 0).all(), "a negative weight"
        np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-12)


def _says_whether_weights_matter(method: Method) -> None:
    """An aggregation that takes no weights says so: a simulation of weights is refused there."""
    if method.step == "aggregation":
        takes = "weights" in method.inputs or method.takes_stated_weights
        said = Trait.IGNORES_WEIGHTS not in method.traits
        assert takes == said, "the trait `ignores_weights` goes with a function that takes no weights"


CONTRACT: Mapping[str, Callable[[Method], None]] = {
    "is documented": _is_documented,
    "has an example": _has_an_example,
    "leaves its input alone": _leaves_its_input_alone,
    "marks missing by NaN": _marks_missing_by_nan,
    "computes in double precision": _computes_in_double_precision,
    "takes leading axes": _takes_leading_axes,
    "never fails on degenerate tables": _never_fails_on_degenerate_tables,
    "gives shares where it weights": _gives_shares_where_it_weights,
    "says whether weights matter": _says_whether_weights_matter,
}
"""The clauses by name."""

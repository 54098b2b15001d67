"""How methods are registered, found and listed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from innov_index.errors import InnovIndexError
from innov_index.methods import catalogue, steps
from innov_index.methods.registry import Step, Trait

STEPS = [known for known in vars(steps).values() if isinstance(known, Step)]


def lowest(values, *, digits: int = 3):
    """Lowest value of each unit.

    It says nothing else.

    Formula: min x

    Undefined: there is none.

    Remedy: state one.

    Source: oecd2008 step 6

    Parameters
    ----------
    values : (..., units, children)
    digits : int
        Digits of the
        result.
    """
    return values.min(axis=-1)


def test_a_method_is_what_its_function_and_docstring_say() -> None:
    step = Step("aggregation")
    registered = step.method("lowest", Trait.LOOPED, "needs_all", example={"digits": 2}, power=1.0)(lowest)
    method = step["lowest"]
    assert registered is lowest
    assert method.traits == {Trait.LOOPED, Trait.NEEDS_ALL}
    assert (method.example, method.power) == ({"digits": 2}, 1.0)
    assert (method.inputs, list(method.options)) == (("values",), ["digits"])
    assert method.options["digits"].description == "Digits of the result."
    found = (method.summary, method.formula, method.undefined, method.remedy, method.source)
    assert found == (
        "Lowest value of each unit.",
        "min x",
        "there is none.",
        "state one.",
        "oecd2008 step 6",
    )


def test_a_name_is_registered_once_and_a_trait_must_exist() -> None:
    step = Step("aggregation")
    step.method("lowest")(lowest)
    with pytest.raises(ValueError, match="'lowest' is registered twice"):
        step.method("lowest")(lowest)
    with pytest.raises(ValueError, match="'loped' is not a valid Trait"):
        step.method("other", "loped")(lowest)


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(InnovIndexError, match=r"no method 'min_maxx'.*'min_max'"):
        catalogue.step("normalisation")["min_maxx"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_family_that_is_listed_has_methods(step: Step) -> None:
    found = [method.module for method in catalogue.step(step.name)]
    assert list(dict.fromkeys(found))[: len(step.families)] == list(step.families)
    assert all(find_spec(f"innov_index.methods.{step.name}.{family}") for family in step.families)


def test_methods_are_listed_in_the_same_order_whatever_is_imported_first() -> None:
    program = (
        "import innov_index.methods.aggregation.kemeny\n"
        "from innov_index.methods import catalogue\n"
        "print(*catalogue.step('aggregation').names)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert tuple(done.stdout.split()) == catalogue.step("aggregation").names
    assert catalogue.step("aggregation").names[:3] == ("arithmetic", "geometric", "harmonic")


@pytest.mark.parametrize("step", ["denomination", "imputation", "treatment", "normalisation", "rounding"])
def test_the_choice_to_do_nothing_comes_first(step: str) -> None:
    assert catalogue.step(step).names[0] == "none"

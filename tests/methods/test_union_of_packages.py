"""Each method of pymcdm, scikit-criteria, pyrepo-mcda and Compind is ours, or left out for a reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest

from innov_index.errors import InnovIndexError
from innov_index.methods import catalogue
from innov_index.methods.elsewhere import elsewhere

HELPERS = {"BasePROBID", "PairwiseWeightsBase", "Critic"}
"""What two methods have in common there, and an earlier name."""

COMPIND = [
    "bandwidth_CI",
    "ci_ampi",
    "ci_bod",
    "ci_bod_constr",
    "ci_bod_constr_bad",
    "ci_bod_dir",
    "ci_bod_mdir",
    "ci_bod_time_decomp",
    "ci_bod_var_w",
    "ci_factor",
    "ci_factor_mixed",
    "ci_generalized_mean",
    "ci_geom_bod_intertemp",
    "ci_geom_gen",
    "ci_mean_min",
    "ci_mpi",
    "ci_ogwa",
    "ci_owa",
    "ci_rbod",
    "ci_rbod_constr_bad",
    "ci_rbod_constr_bad_Q",
    "ci_rbod_dir",
    "ci_rbod_mdir",
    "ci_rbod_spatial",
    "ci_smaa_constr",
    "ci_wroclaw",
    "normalise_ci",
    "plot_M_robust_ci",
]
"""Functions of Compind 3.5 in R, as its manual on CRAN lists them; tests have its numbers as tables."""


def classes(module: str, base: str) -> set[str]:
    """Names of the classes that a module defines over a base class."""
    found = import_module(module)
    return {
        name
        for name, held in vars(found).items()
        if inspect.isclass(held)
        and held.__module__ == module
        and base in {c.__name__ for c in held.__mro__[1:]}
    }


def of_pymcdm() -> set[str]:
    methods, weights = import_module("pymcdm.methods"), import_module("pymcdm.weights")
    subjective = import_module("pymcdm.weights.subjective")
    return {
        *(name for name, held in vars(methods).items() if inspect.isclass(held)),
        *(name for name in vars(weights) if name.endswith("_weights")),
        *(name for name, held in vars(subjective).items() if inspect.isclass(held)),
    }


def of_scikit_criteria() -> set[str]:
    package = import_module("skcriteria.agg")
    modules = [f"skcriteria.agg.{module.name}" for module in iter_modules(package.__path__)]
    decided = {name for module in modules for name in classes(module, "SKCDecisionMakerABC")}
    return decided | classes("skcriteria.preprocessing.weighters", "SKCWeighterABC")


def of_pyrepo_mcda() -> set[str]:
    methods, weights = (
        import_module("pyrepo_mcda.mcda_methods"),
        import_module("pyrepo_mcda.weighting_methods"),
    )
    return {
        *(name for name, held in vars(methods).items() if inspect.isclass(held)),
        *(name for name in vars(weights) if name.endswith("_weighting")),
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("package", "listed"),
    [("pymcdm", of_pymcdm), ("skcriteria", of_scikit_criteria), ("pyrepo_mcda", of_pyrepo_mcda)],
)
def test_each_is_ours_or_left_out_for_a_reason(package: str, listed: Callable[[], set[str]]) -> None:
    pytest.importorskip(package)
    found = listed()
    assert len(found) > 25
    assert found - HELPERS <= names_elsewhere()


def names_elsewhere() -> set[str]:
    known = elsewhere()
    return {*known.here, *known.left_out}


def test_each_function_of_compind_is_ours_or_left_out_for_a_reason() -> None:
    assert set(COMPIND) <= names_elsewhere()


def test_what_they_are_called_here_exists() -> None:
    known = elsewhere()
    for step, name in known.here.values():
        assert name in catalogue.step(step)
    assert not known.here.keys() & known.left_out.keys()
    assert all(known.left_out.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("WSM", "WSM is aggregation arithmetic here"),
        ("weighted-product-model", "WeightedProductModel is aggregation weighted_product here"),
        ("comet", "COMET is left out: needs an expert's rules"),
        ("ci_mpi", "ci_mpi is aggregation mpi here"),
    ],
)
def test_a_name_of_another_package_is_known(name: str, said: str) -> None:
    with pytest.raises(InnovIndexError, match=said):
        catalogue.method("aggregation", name)

"""Each method of the installed pymcdm and scikit-criteria is one of ours, or left out for a stated reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest

from innov_index.methods import catalogue

RULES = (
    "needs an expert's rules, comparisons of made-up units or value functions, which a config does not state"
)
RELATION = "gives relations between units, or a choice among them, and no scores"
TO_COME = "to be added"

AGGREGATIONS = {
    "ARAS": "aras",
    "AROMAN": "aroman",
    "BalancedSPOTIS": "balanced_spotis",
    "COCOSO": "cocoso",
    "CoCoSo": "cocoso",
    "CODAS": "codas",
    "COPRAS": "copras",
    "EDAS": "edas",
    "LMAW": "lmaw",
    "MABAC": "mabac",
    "MAIRCA": "mairca",
    "MARCOS": "marcos",
    "MOORA": "moora",
    "OCRA": "ocra",
    "PROBID": "probid",
    "PROMETHEE_II": "promethee_ii",
    "RAFSI": "rafsi",
    "RAM": "ram",
    "RIM": "rim",
    "RatioMOORA": "moora",
    "SPOTIS": "spotis",
    "SPROBID": "sprobid",
    "SimplifiedPROBID": "sprobid",
    "TOPSIS": "topsis",
    "VIKOR": "vikor",
    "WASPAS": "waspas",
    "WPM": "weighted_product",
    "WSM": "arithmetic",
    "WeightedProductModel": "weighted_product",
    "WeightedSumModel": "arithmetic",
}
WEIGHTINGS = {
    "AHP": "ahp",
    "CRITIC": "critic",
    "EntropyWeighter": "entropy",
    "EqualWeighter": "equal",
    "GiniWeighter": "gini",
    "MEREC": "merec",
    "RANCOM": "rancom",
    "StdWeighter": "standard_deviation",
    "angle_weights": "angle",
    "cilos_weights": "cilos",
    "critic_weights": "critic_undirected",
    "entropy_weights": "entropy",
    "equal_weights": "equal",
    "gini_weights": "gini",
    "idocriw_weights": "idocriw",
    "lopcow_weights": "lopcow",
    "merec_weights": "merec",
    "standard_deviation_weights": "standard_deviation",
    "variance_weights": "variance",
}
NOT_INCLUDED = {
    "COMET": RULES,
    "ERVD": RULES,
    "LoPM": RULES,
    "ELECTRE1": RELATION,
    "ELECTRE2": RELATION,
    "SIMUS": RELATION,
    "FullMultiplicativeForm": "weights only multiply its scores; `geometric` with equal weights ranks alike",
    "BasePROBID": "what two methods have in common",
    "PairwiseWeightsBase": "what two methods have in common",
    "Critic": "the earlier name of CRITIC",
    "MultiMOORA": TO_COME,
    "ReferencePointMOORA": TO_COME,
}


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


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("package", "listed"), [("pymcdm", of_pymcdm), ("skcriteria", of_scikit_criteria)])
def test_each_is_ours_or_left_out_for_a_reason(package: str, listed: Callable[[], set[str]]) -> None:
    pytest.importorskip(package)
    found = listed()
    assert len(found) > 25
    assert found - {*AGGREGATIONS, *WEIGHTINGS, *NOT_INCLUDED} == set()


def test_what_they_are_called_here_exists() -> None:
    assert set(AGGREGATIONS.values()) <= set(catalogue.step("aggregation").names)
    assert set(WEIGHTINGS.values()) <= set(catalogue.step("weighting").names)
    assert not NOT_INCLUDED.keys() & {*AGGREGATIONS, *WEIGHTINGS}

"""Each method of pymcdm, scikit-criteria, pyrepo-mcda and Compind is ours, or left out for a reason."""

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
    "CRADIS": "cradis",
    "EDAS": "edas",
    "LMAW": "lmaw",
    "MABAC": "mabac",
    "MAIRCA": "mairca",
    "MARCOS": "marcos",
    "MOORA": "moora",
    "MULTIMOORA": "multimoora",
    "MULTIMOORA_RS": "moora",
    "MultiMOORA": "multimoora",
    "OCRA": "ocra",
    "PROBID": "probid",
    "PROMETHEE_II": "promethee_ii",
    "RAFSI": "rafsi",
    "RAM": "ram",
    "RIM": "rim",
    "RatioMOORA": "moora",
    "SAW": "arithmetic",
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
    "angle_weighting": "angle",
    "cilos_weighting": "cilos",
    "coeff_var_weighting": "coefficient_of_variation",
    "critic_weighting": "critic_undirected",
    "entropy_weighting": "entropy",
    "equal_weighting": "equal",
    "gini_weighting": "gini",
    "idocriw_weighting": "idocriw",
    "merec_weighting": "merec",
    "stat_var_weighting": "variance",
    "std_weighting": "standard_deviation",
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
    "ReferencePointMOORA": "one of the three orders of `multimoora`, and a maximum that many units share",
    "DARIA": "changes of scores over editions, which `trends` shows",
    "PROSA_C": "a penalty on `promethee_ii` whose strength an expert states for each criterion",
    "PVM": RULES,
    "Temporal_PROMETHEE_II": "`promethee_ii` of scores of editions, where editions are indicators",
    "VIKOR_SMAA": "`uncertainty` draws weights for every method",
    "VMCM": "leaves out criteria, weighs by `coefficient_of_variation`, and scores by `PVM`",
}
COORDINATES = "needs coordinates of the units"
BAD = "less is better is turned by the indicators' directions; a model of bad outputs is another index"
DIRECTIONAL = "gives a unit one score a direction, and no index without a further choice"
COMPIND = {
    "ci_ampi": "aggregation ampi",
    "ci_bod": "aggregation bod",
    "ci_bod_constr": "aggregation bod",
    "ci_bod_dir": "aggregation directional_bod",
    "ci_factor": "weighting pca",
    "ci_generalized_mean": "aggregation power",
    "ci_geom_gen": "aggregation geometric_bod",
    "ci_mean_min": "aggregation mean_min",
    "ci_mpi": "aggregation mpi",
    "ci_owa": "aggregation owa",
    "ci_wroclaw": "aggregation hellwig",
    "normalise_ci": "normalisation z_score",
}
"""Functions of Compind 3.4 in R, as its manual on CRAN lists them; tests have its numbers as tables."""
NOT_OF_COMPIND = {
    "bandwidth_CI": "chooses what robust conditional frontiers smooth by",
    "ci_bod_constr_bad": BAD,
    "ci_bod_mdir": DIRECTIONAL,
    "ci_bod_var_w": "a share of weights by variance is `variance` weighting",
    "ci_factor_mixed": "indicators that are no numbers",
    "ci_geom_bod_intertemp": "`moves` splits the change of a score between editions",
    "ci_ogwa": COORDINATES,
    "ci_rbod": TO_COME,
    "ci_rbod_constr_bad": BAD,
    "ci_rbod_constr_bad_Q": BAD,
    "ci_rbod_dir": TO_COME,
    "ci_rbod_mdir": DIRECTIONAL,
    "ci_rbod_spatial": COORDINATES,
    "ci_smaa_constr": "`uncertainty` draws weights within bounds",
    "plot_M_robust_ci": "a figure",
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
    assert found - {*AGGREGATIONS, *WEIGHTINGS, *NOT_INCLUDED} == set()


def test_what_they_are_called_here_exists() -> None:
    assert set(AGGREGATIONS.values()) <= set(catalogue.step("aggregation").names)
    assert set(WEIGHTINGS.values()) <= set(catalogue.step("weighting").names)
    assert not NOT_INCLUDED.keys() & {*AGGREGATIONS, *WEIGHTINGS}
    for step, name in (ours.split() for ours in COMPIND.values()):
        assert name in catalogue.step(step)
    assert not NOT_OF_COMPIND.keys() & COMPIND.keys()

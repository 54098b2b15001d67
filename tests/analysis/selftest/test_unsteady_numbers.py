"""What inputs do not determine to nine digits is told, and hides nothing else."""

from __future__ import annotations

from pathlib import Path

from innov_index.analysis.selftest.run import selftest
from innov_index.index import load
from innov_index.methods import catalogue
from tests.analysis.selftest.mutation import mutated
from tests.indices import write_index

# cube roots of values that differ in their tenth digit: their correlations have few digits
NARROW = """\
unit,a,b,c
A,5.566925693561959,65.52,1000000004
B,10.992133617203283,37.25,1000000000
C,31.255178404350193,62.48,1000000003
"""
CONFIG = {
    "indicators": {"file": "data.csv"},
    "normalisation": {"method": "share_of_total"},
    "index": {
        "code": "X",
        "weighting": {"method": "pca_oecd"},
        "children": [
            {"indicator": "a"},
            {"indicator": "b"},
            {"indicator": "c", "treatment": {"method": "cube_root"}},
        ],
    },
}


def test_numbers_that_move_with_the_last_digit_are_told(tmp_path: Path) -> None:
    index = load(write_index(tmp_path, CONFIG, NARROW))
    power = catalogue.method("treatment", "cube_root").function
    # as another processor may round it: some up in their last place
    up = "np.spacing(np.cbrt(values)) * (np.frexp(values)[0] * 2.0**53 % 3)"
    with mutated(power, "np.cbrt(doubles(values))", f"np.cbrt(doubles(values)) + {up}"):
        result = selftest(load(index.config.path))
    assert result.holds, result.sentences
    assert any("where inputs move in their last digit" in remark for remark in result.remarks)


def test_a_fault_that_is_larger_is_still_shown(tmp_path: Path) -> None:
    index = load(write_index(tmp_path, CONFIG, NARROW))
    power = catalogue.method("treatment", "cube_root").function
    with mutated(power, "np.cbrt(doubles(values))", "np.cbrt(doubles(values)) * 1.00000001"):
        assert not selftest(load(index.config.path)).holds


def test_which_differences_are_rounding_is_not_judged(tmp_path: Path) -> None:
    """Beside ten, 9e-13 and 7e-13 differ by a few roundings, of which a logistic makes 0.67 and 0."""
    inner = {"code": "P", "children": [{"indicator": "a"}], "rescaling": {"method": "logistic"}}
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "goalposts", "lower": -10.0, "upper": 40.0},
        "index": {"code": "X", "children": [inner]},
    }
    data = "unit,a\nA,9.38546962688595e-13\nB,7.496038680335728e-13\n"
    result = selftest(load(write_index(tmp_path, config, data)))
    assert result.holds, result.sentences
    assert any("other differences count as rounding" in remark for remark in result.remarks)


def test_a_common_order_is_compared_in_the_digits_of_its_method(tmp_path: Path) -> None:
    """Kemeny-Young takes scores to twelve digits: those that differ in the thirteenth are ties to it."""
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "aggregation": {"method": "kemeny_young"},
        "index": {
            "code": "X",
            "children": [
                {"indicator": code, "weight": w} for code, w in zip("abcd", (8, 10, 20, 7), strict=True)
            ],
        },
    }
    near = [1.3616809509602, 1.3616809509574, 1.3616809509555, 1.3616809509531]
    rows = zip("UVWX", (1, 0, 3, 2), (0, 2, 3, 0), (-0.43, -0.16, -1.66, -1.25), near, strict=True)
    assert selftest(load(write_index(tmp_path, config, [["unit", *"abcd"], *rows]))).holds

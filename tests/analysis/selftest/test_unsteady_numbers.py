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

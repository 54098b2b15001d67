"""Benefit of the doubt where weights are beyond what numbers can hold."""

from __future__ import annotations

import pytest

from innov_index.errors import InnovIndexError
from innov_index.index import load


@pytest.mark.parametrize("step", ["aggregation: {method: bod}", "weighting: {method: bod_common}"])
def test_weights_beyond_all_numbers_are_refused_without_a_warning(tmp_path, step, recwarn):
    """A child of 1e-310 would need a weight of 1e310."""
    (tmp_path / "u.csv").write_text("unit,a,b\nx,1e-310,3\ny,2e-310,2\nz,3e-310,1\n")
    leaves = "children: [{indicator: a}, {indicator: b}]"
    (tmp_path / "index.yaml").write_text(
        f"units: {{id: unit}}\nindicators: {{file: u.csv}}\nnormalisation: {{method: none}}\n{step}\n"
        f"index: {{code: I, {leaves}}}\n"
    )
    with pytest.raises(InnovIndexError, match=r"bod.* has no"):
        load(tmp_path / "index.yaml").score()
    assert not recwarn.list

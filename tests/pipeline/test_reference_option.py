"""Where statistics are learned from: `reference`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import innov_index


def test_a_chosen_unit_stands_for_every_group(make_index: Callable[..., Path]) -> None:
    """distance_to_reference by groups: 1 - (x of the unit - x) / (x of the unit - least of the group).

    The chosen unit C is the third of all and the first of its group; 4 in the other group is no unit's.
    """
    data = "unit,name,region,population,a,b,c\nA,A,N,1,2,1,1\nB,B,N,1,6,1,1\nC,C,S,1,10,1,1\nD,D,S,1,5,1,1\n"
    setting = "normalisation: {method: distance_to_reference, unit: C, reference: {group: region}}"
    config = (
        f"units: {{id: unit, groups: [region]}}\nindicators: {{file: data.csv}}\n{setting}\n"
        "index: {code: I, children: [{indicator: a}]}\n"
    )
    scores = innov_index.load(make_index(config, data)).score().of("a")[0]
    assert scores.tolist() == pytest.approx([0, 1 - 4 / 8, 1, 0])

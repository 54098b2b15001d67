"""A message repeats what a person stated as YAML writes it, not as Python does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from innov_index.config.messages import as_stated
from innov_index.errors import InnovIndexError
from innov_index.index import load


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        (True, "true"),
        ("x", "'x'"),
        ({"weights": None, "of": [True, 1, 0.5]}, "{weights: null, of: [true, 1, 0.5]}"),
        (float("inf"), ".inf"),
        ([float("nan")], "[.nan]"),
        ("n" * 90, "'" + "n" * 58 + "…"),
    ],
)
def test_values(value: Any, shown: str) -> None:
    assert as_stated(value) == shown


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("index: {code: X, children: null}", "children must be a list; got nothing"),
        ("normalisation: [min_max, null]", "got ['min_max', null]"),
        ("uncertainty: {vary: [{weights: null}]}", "got {weights: null}"),
    ],
)
def test_messages(stated: str, message: str, make_index: Callable[..., Path]) -> None:
    with pytest.raises(InnovIndexError) as caught:
        load(make_index(stated + "\n"))
    assert message in str(caught.value)
    assert "None" not in str(caught.value)

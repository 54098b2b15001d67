"""An index with any one method of the catalogue: two dimensions of four indicators, a panel of editions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.methods.registry import Method
from tests.indices import rows_of, write_index
from tests.methods.examples import stated_options

LEAVES = [f"i{place}" for place in range(8)]
NAMES = {
    "group": "region",
    "unit": "u3",
    "units": ["u1"],
    "column": "size",
    "column lower": "low",
    "column upper": "high",
    "formula": "i0 / i1 + min(i2, {i3})",
}


def write_method_index(
    folder: Path,
    step: str,
    method: Method,
    *,
    seed: int = 0,
    units: int = 14,
    missing: float = 0.0,
    tied: bool = False,
    stated: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Write an index in which one step is done by a method, with its example's options.

    Parameters
    ----------
    folder : Path
    step : str
        Where the method is stated: its own step, or rescaling for a normalisation.
    method : Method
    seed, units : int
    missing : float
        Share of values that are missing.
    tied : bool
        Whether values are few whole numbers.
    stated : mapping
        Further options of the method or the step.
    more : mapping
        Further top-level keys.
    """
    rng = np.random.default_rng(seed)
    values = rng.gamma(3.0, 10.0, (3, units, 8)) + 1
    values = np.round(values / 8) + 1 if tied else values
    values[rng.random(values.shape) < missing] = np.nan
    size = (rng.gamma(3.0, 10.0, units) + 1).tolist()
    labels = {"region": ["N", "S", "N", "W"][: 2 + seed % 3], "size": size}
    labels |= {"low": [0.5] * units, "high": [200.0] * units}
    config = _config(step, method, {**stated_options(method, NAMES), **(stated or {})})
    rows = rows_of(values, LEAVES, editions=["2019", "2021", "2022"], **labels)
    return write_index(folder, {**config, **(more or {})}, rows)


def _config(step: str, method: Method, options: Mapping[str, Any]) -> dict[str, Any]:
    turned = step in ("normalisation", "imputation", "treatment")
    leaves: list[dict[str, Any]] = [
        {"indicator": leaf, "weight": 1.0 + place % 4} for place, leaf in enumerate(LEAVES)
    ]
    for leaf in leaves[1::3] if turned else []:
        leaf["direction"] = "lower_is_better"
    tested: dict[str, Any] = {"code": "P", "weight": 1.0, "children": leaves[:4]}
    config: dict[str, Any] = {
        "units": {"id": "unit", "groups": ["region"]},
        "indicators": {"file": "data.csv", "edition": "edition"},
        "index": {"code": "I", "children": [tested, {"code": "Q", "weight": 2.0, "children": leaves[4:]}]},
        "normalisation": {"method": "min_max", "low": 1.0, "high": 100.0},
    }
    stated = {"method": method.name, **options}
    if step in ("weighting", "aggregation"):
        tested[step] = stated
    elif step == "ranking":
        config[step] = {"ties": method.name, **options, "within": "region"}
    elif step == "classes":
        config["ranking"] = {step: stated}
    elif step == "screening":
        config[step] = {method.name: {"min_coverage": 0.9, **options}}
    else:
        config[step] = stated
    return config

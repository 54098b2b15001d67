"""What tests of normalisation share: random tables, and options that some methods need."""

import numpy as np
from hypothesis import strategies as st

from innov_index.methods.normalisation import normalisation

DIRECTION = np.array([1.0, -1.0, 1.0, -1.0, 1.0, 1.0])
DIRECTION.flags.writeable = False
REQUIRED = {method.name: dict(method.example) for method in normalisation} | {
    "goalposts": {"lower": 8.0, "upper": 20.0},
    "goalposts_by_unit": {"lower": np.array([[2.0]]), "upper": np.array([[20.0]])},
    "distance_to_target": {"target": np.where(DIRECTION > 0, 100.0, -100.0)},
    **{name: {"unit": 0} for name in ("distance_to_reference", "ratio_to_unit", "difference_to_unit")},
}


def random_table(seed, units):
    """Values (units, 6) with ties and gaps; the first two units have all values, no column is constant."""
    rng = np.random.default_rng(seed)
    values = rng.integers(1, rng.integers(4, 40), (units, 6)) + 0.0
    values[rng.random(values.shape) < 0.2] = np.nan
    values[:2] = [[9.5, 10.5, 11.5] * 2, [7.25, 8.25, 9.25] * 2]
    return values


tables = st.builds(random_table, seed=st.integers(0, 2**32), units=st.integers(2, 10))


def normalised(name, values, direction=DIRECTION, *reference, **options):
    """Scores, with what the method cannot do without filled in."""
    return normalisation[name].function(values, direction, *reference, **REQUIRED[name] | options)

"""Normalisation against what COINr and Compind compute."""

import csv

import numpy as np
import pytest

from tests.methods.normalisation.normalising import normalised


def read_table(path):
    """Codes of the numeric columns, and their values (units, columns); an empty field is missing."""
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    codes = [code for code in header if code not in ("uCode", "uName", "Time")]
    places = [header.index(code) for code in codes]
    return codes, np.array([[float(row[place] or "nan") for place in places] for row in rows])


@pytest.fixture(scope="module")
def asem(shared):
    """Treated ASEM data with directions and the parameters of each indicator, which are in its own units.

    COINr turns them itself where it reads them from its table of indicators (`use_iMeta`).
    """
    folder = shared / "coinr/asem"
    codes, treated = read_table(folder / "pipeline/treated.csv")
    parameters = csv.DictReader((folder / "normalise/parameters.csv").read_text().splitlines())
    rows = {row["iCode"]: row for row in parameters}

    def each(key):
        return np.array([float(rows[code][key]) for code in codes])

    return {
        "folder": folder,
        "codes": codes,
        "treated": treated,
        "direction": each("Direction"),
        "goalposts": {"lower": each("goalpost_lower"), "upper": each("goalpost_upper")},
        "scaled": {"lower": each("scaled_lower"), "upper": each("scaled_upper")},
        "target": {"target": each("Target")},
    }


COINR_CASES = {
    "n_minmax_0_100": ("min_max", {}),
    "n_minmax_1_100": ("min_max", {"low": 1.0}),
    "n_minmax_iMeta_1_100": ("min_max", {"low": 1.0}),
    "n_zscore_0_1": ("z_score", {}),
    "n_zscore_10_2": ("z_score", {"mean": 10.0, "sd": 2.0}),
    "n_zscore_iMeta_50_10": ("z_score", {"mean": 50.0, "sd": 10.0}),
    **{f"n_rank_{ties}": ("rank", {"ties": ties}) for ties in ("min", "average", "max")},
    **{f"n_prank_{ties}": ("percentile_rank", {"ties": ties}) for ties in ("min", "average", "max")},
    **{f"n_borda_{ties}": ("borda", {"ties": ties}) for ties in ("min", "average", "max")},
    "n_dist2max": ("distance_to_best", {}),
    "n_dist2ref_unit5": ("distance_to_reference", {"unit": 4}),
    "n_dist2ref_unit5_cap": ("distance_to_reference", {"unit": 4, "cap": True}),
    "n_dist2targ_iMeta_nocap": ("distance_to_target", "target"),
    "n_dist2targ_iMeta_cap": ("distance_to_target", "target", {"cap": True}),
    "n_goalposts_iMeta_q10_q90": ("goalposts", "goalposts"),
    "n_scaled_iMeta_q25_q75": ("goalposts", "scaled", {"truncate": False}),
}


@pytest.mark.parametrize("case", COINR_CASES)
def test_equals_coinr(case, asem):
    """Reference: COINr 1.1.14 on the treated ASEM data, coinr/asem/normalise (export_reference.R, part 5)."""
    name, *given_options = COINR_CASES[case]
    options = {}
    for some in given_options:
        options |= asem[some] if isinstance(some, str) else some
    codes, expected = read_table(asem["folder"] / f"normalise/{case}.csv")
    assert codes == asem["codes"]
    scores = normalised(name, asem["treated"], asem["direction"], **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_coinr_scaled_by_fixed_limits(asem):
    """Reference: COINr n_scaled(0, 100), given for values times direction: in own units that is -100 to 0."""
    _, expected = read_table(asem["folder"] / "normalise/n_scaled_0_100.csv")
    more = asem["direction"] > 0
    limits = {"lower": np.where(more, 0.0, -100.0), "upper": np.where(more, 100.0, 0.0)}
    scores = normalised("goalposts", asem["treated"], asem["direction"], **limits, truncate=False)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_coinr_fraction_of_maximum(asem):
    """Reference: COINr n_fracmax where more is better; elsewhere COINr divides by a negative maximum."""
    _, expected = read_table(asem["folder"] / "normalise/n_fracmax.csv")
    scores = normalised("share_of_best", asem["treated"], asem["direction"])
    more = asem["direction"] > 0
    np.testing.assert_allclose(scores[:, more], expected[:, more], rtol=1e-9, atol=1e-9)
    positive = ~more & (asem["treated"].min(axis=0) > 0)
    np.testing.assert_allclose(
        scores[:, positive], asem["treated"].min(axis=0)[positive] / asem["treated"][:, positive], rtol=1e-12
    )
    assert positive.any()
    assert np.isnan(scores[:, ~more & ~positive]).all()


def test_coinr_pipeline(asem):
    """Reference: the normalised data of COINr's example coin."""
    codes, expected = read_table(asem["folder"] / "pipeline/normalised.csv")
    assert codes == asem["codes"]
    scores = normalised("min_max", asem["treated"], asem["direction"])
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("file", "pooled"), [("global_normalised", True), ("local_normalised", False)])
def test_coinr_panel(file, pooled, shared, asem):
    """Reference: COINr on the five-year ASEM panel, statistics of all years pooled or of each year alone."""
    folder = shared / "coinr/asem_panel"
    codes, treated = read_table(folder / "global_treated.csv")
    expected_codes, expected = read_table(folder / f"{file}.csv")
    assert codes == expected_codes
    direction = asem["direction"][[asem["codes"].index(code) for code in codes]]
    years = treated.reshape(5, -1, len(codes))
    scores = normalised("min_max", years, direction, *([treated] if pooled else []))
    np.testing.assert_allclose(scores.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("normalise_1", "z_score", {}),
        ("normalise_2", "min_max", {"high": 1.0}),
        ("normalise_3", "rank", {"ties": "average"}),
    ],
)
def test_equals_compind(file, name, options, shared):
    """Reference: Compind 3.4 normalise_ci on the ASEM pillars, the third and sixth with negative polarity."""
    _, pillars = read_table(shared / "coinr/compind/input_pillars.csv")
    _, expected = read_table(shared / f"coinr/compind/{file}.csv")
    direction = np.array([1.0, 1, -1, 1, 1, -1, 1, 1])
    scores = normalised(name, pillars, direction, **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-12, atol=1e-12)

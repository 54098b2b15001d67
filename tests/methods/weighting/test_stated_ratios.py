"""SWARA, FUCOM and the linear best-worst method: against what their sources minimise, and refused input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.methods.weighting import weighting
from innov_index.methods.weighting.stated_ratios import acceptable, contradiction
from innov_index.reference import weighting as plain


def weights(name: str, children: int, **options: object) -> np.ndarray:
    return np.asarray(weighting[name].function(np.ones((3, children)), **options))


def test_swara_in_fractions() -> None:
    """Third child first, then the first child, a fifth less important, then the second, by a half."""
    parts = [Fraction(1) / Fraction(6, 5), Fraction(1) / Fraction(6, 5) / Fraction(3, 2), Fraction(1)]
    found = weights("swara", 3, ranks=[2, 3, 1], steps=[0.2, 0.5])
    np.testing.assert_allclose(found, [float(part / sum(parts)) for part in parts], rtol=1e-15)
    np.testing.assert_allclose(found, plain.swara([], ranks=[2, 3, 1], steps=[0.2, 0.5]), rtol=1e-15)


def test_fucom_leaves_no_deviation() -> None:
    """The source's constraints: w_k / w_k+1 = p_k+1 / p_k, and the same over two places."""
    priorities = [2.5, 1.0, 4.0, 3.1]
    found = weights("fucom", 4, priorities=priorities)
    for k in range(4):
        for other in range(4):
            assert found[k] / found[other] == pytest.approx(priorities[other] / priorities[k], rel=1e-14)
    np.testing.assert_allclose(found, plain.fucom([], priorities=priorities), rtol=1e-15)


def test_the_example_of_the_r_package_fucom() -> None:
    found = weights("fucom", 8, priorities=[1, 1, 1, 2, 4, 4, 4, 4])
    np.testing.assert_allclose(found, np.array([4, 4, 4, 2, 1, 1, 1, 1]) / 18, rtol=1e-15)


def solved(to_others: np.ndarray, to_worst: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights and ξ of the source's linear program, by HiGHS."""
    from scipy.optimize import linprog

    size, best, worst = len(to_others), int(np.argmin(to_others)), int(np.argmin(to_worst))
    rows = []
    for child in range(size):
        for left, right, ratio in ((best, child, to_others[child]), (child, worst, to_worst[child])):
            row = np.zeros(size + 1)
            row[left] += 1.0
            row[right] -= ratio
            if not row.any():
                continue
            rows += [np.append(sign * row[:size], -1.0) for sign in (1, -1)]
    found = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=np.array(rows),
        b_ub=np.zeros(len(rows)),
        A_eq=[np.append(np.ones(size), 0.0)],
        b_eq=[1.0],
    )
    assert found.success
    return np.asarray(found.x[:size]), float(found.x[-1])


@pytest.mark.parametrize("seed", range(40))
def test_best_worst_is_the_linear_program(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 9))
    whole = float(rng.integers(2, 10))
    to_others = rng.integers(1, int(whole) + 1, size).astype(float)
    to_worst = rng.integers(1, int(whole) + 1, size).astype(float)
    to_others[1:][to_others[1:] == 1] = 2.0
    to_worst[:-1][to_worst[:-1] == 1] = 2.0
    to_others[0], to_others[-1], to_worst[0], to_worst[-1] = 1.0, whole, whole, 1.0
    options = {"best_to_others": list(to_others), "others_to_worst": list(to_worst), "max_ratio": 99.0}
    found = weights("best_worst", size, **options)
    expected, _ = solved(to_others, to_worst)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    twin = plain.best_worst([], **options)
    np.testing.assert_allclose(found, twin, rtol=1e-12)


def test_comparisons_that_agree_need_no_program() -> None:
    """Rezaei (2015), the choice of a car: every product of both ratios is 8."""
    found = weights("best_worst", 5, best_to_others=[2, 1, 4, 2, 8], others_to_worst=[4, 8, 2, 4, 1])
    np.testing.assert_allclose(found, np.array([4, 8, 2, 4, 1]) / 19, rtol=1e-15)


def test_what_contradicts_itself_too_far_is_refused() -> None:
    options = {"best_to_others": [1, 2, 8], "others_to_worst": [8, 8, 1]}
    assert contradiction(np.array([1.0, 2, 8]), np.array([8.0, 8, 1])) == pytest.approx(8 / 56)
    assert acceptable(8, 3) == 0.1309
    with pytest.raises(OptionError, match=r"ratio 0\.1429, which exceeds what is acceptable \(0\.1309\)"):
        weights("best_worst", 3, **options)
    assert weights("best_worst", 3, max_ratio=0.2, **options).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("swara", {"ranks": [1, 2, 2], "steps": [0.1, 0.1]}, "a place of its own, 1 to 3"),
        ("swara", {"ranks": [1, 2, 3], "steps": [0.1]}, "steps must give 2 numbers"),
        ("fucom", {"priorities": [1, 2]}, "priorities must give 3 numbers"),
        ("fucom", {"priorities": [2, 2, 3]}, "must be 1 for the most important child; the least is 2"),
        ("best_worst", {"best_to_others": [1, 2, 3], "others_to_worst": [4, 2, 1]}, "same comparison"),
        (
            "best_worst",
            {"best_to_others": [2, 2, 3], "others_to_worst": [3, 2, 1]},
            "best_to_others must be 1",
        ),
    ],
)
def test_what_makes_no_weights_is_refused(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        weights(name, 3, **options)

"""The multivariate audit beside R 4.2.2: its stats, psych 2.2.9 and GPArotation 2022.10.

The table is the handbook's: 23 countries, 8 indicators. Each figure was printed by the command that the test
names, with X its columns, R <- cor(X), and f <- factanal(covmat = R, factors = 2, rotation = "none") with a
tolerance of 100 machine epsilons.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.audit.multivariate.adequacy import Complete, adequacy, complete, outlying
from innov_index.analysis.audit.multivariate.clusters import cluster_columns, cluster_units
from innov_index.analysis.audit.multivariate.contributions import contributions
from innov_index.analysis.audit.multivariate.extraction import extract
from innov_index.analysis.audit.multivariate.reliability import reliability
from innov_index.analysis.audit.multivariate.rotation import rotate
from tests.references.handbook import indicators

VARIMAX = [
    [0.0757605659756, 0.5259999814937],
    [0.5323315243945, 0.4371085859633],
    [0.9141026060584, -0.2033478038092],
    [-0.2936086796233, 0.8872755446439],
    [0.7049336687252, 0.2659313767550],
    [0.8949982386543, -0.1169828490626],
    [0.6569080362193, -0.1652939950010],
    [0.2986300546033, 0.0592240229483],
]
PROMAX = [
    [0.0321342115271, 0.5258937799521],
    [0.4992834743839, 0.4086318462689],
    [0.9374112821447, -0.2603645256950],
    [-0.3700772202877, 0.9125835959845],
    [0.6874302279891, 0.2255587812393],
    [0.9109283868002, -0.1721091992978],
    [0.6752665506504, -0.2064313713028],
    [0.2956993078834, 0.0416663649119],
]
OBLIMIN = [
    [0.153899129712, 0.5341573790252],
    [0.598414096715, 0.4513483517653],
    [0.886204244856, -0.1915057382697],
    [-0.162833369250, 0.8943373091924],
    [0.746070344598, 0.2806519606844],
    [0.879852379814, -0.1043028060376],
    [0.634019623796, -0.1570371313509],
    [0.308138097593, 0.0647537688318],
]
PRINCIPAL_AXIS = [
    [0.0607969275288, 0.4926982347482],
    [0.4631927510595, 0.4297880002848],
    [0.9339089033239, -0.1100369810256],
    [-0.4088386663686, 0.9096232655738],
    [0.6888407978240, 0.3977485846582],
    [0.9059205750661, -0.0259722417412],
    [0.6460465468769, -0.0466558369526],
    [0.2755992419634, 0.0918349119291],
]


@pytest.fixture(scope="module")
def found(shared: Path) -> Complete:
    return complete(indicators(shared))


def same(mine: np.ndarray, theirs: list[list[float]], within: float) -> None:
    """Equal up to the signs and the order of the factors."""
    expected = np.array(theirs)
    order = np.argmax(np.abs(mine.T @ expected), axis=0)
    mine = mine[:, order] * np.sign((mine[:, order] * expected).sum(axis=0))
    np.testing.assert_allclose(mine, expected, atol=within)


def test_adequacy(found: Complete) -> None:
    """psych::cortest.bartlett(R, n = 23), KMO(R) (which prints two digits), smc(R)."""
    result = adequacy(found, 8)
    assert result.chi_square == pytest.approx(86.0523063966, abs=1e-9)
    assert result.p == pytest.approx(8.10483648547e-08, rel=1e-9)
    assert result.degrees == 28
    assert round(result.kmo, 2) == 0.50
    assert result.kmo_of_each.round(2).tolist() == [0.27, 0.35, 0.68, 0.38, 0.52, 0.59, 0.52, 0.56]
    multiple = [0.534553689950, 0.671000483462, 0.829544098999, 0.651654853162, 0.713000935469]
    multiple += [0.831825585907, 0.664924216754, 0.183154402030]
    np.testing.assert_allclose(1 - 1 / result.inflation, multiple, atol=1e-10)
    assert result.cases == 2.875


def test_distances(found: Complete) -> None:
    """mahalanobis(X, colMeans(X), cov(X)); pchisq(15.24646874547, 8, lower.tail = FALSE)."""
    distances, probabilities = outlying(found, 23)
    expected = [10.03625798071, 8.84229580676, 6.78900780768, 15.24646874547, 14.33136396245]
    np.testing.assert_allclose(distances[:5], expected, atol=1e-9)
    assert probabilities[3] == pytest.approx(0.0545, abs=5e-5)


def test_reliability(found: Complete) -> None:
    """psych::alpha(scale(X)): std.alpha, alpha.drop, r.drop; omega from factanal(covmat = R, factors = 1)."""
    result = reliability(found, 8)
    assert result.alpha == pytest.approx(0.70378655997, abs=1e-10)
    assert result.omega == pytest.approx(0.708365108916, abs=1e-7)
    dropped = [0.703561587242, 0.644909354260, 0.635767686120, 0.774230259058, 0.602824698478, 0.624321742650]
    np.testing.assert_allclose(result.alpha_without, [*dropped, 0.662263658134, 0.705969285600], atol=1e-10)
    rest = [0.260589891863, 0.527131899948, 0.566088992297, -0.108176196022, 0.701464826672, 0.613989386693]
    np.testing.assert_allclose(result.with_rest, [*rest, 0.451373340695, 0.248966820353], atol=1e-10)


def test_maximum_likelihood(found: Complete) -> None:
    """f$uniquenesses; the loadings are compared after rotation."""
    result = extract(found.matrix, 2, "maximum likelihood")
    unique = [0.717584351925, 0.525559199441, 0.123066094550, 0.126536050726, 0.432349012818]
    unique += [0.185293160286, 0.541149682233, 0.907312690756]
    np.testing.assert_allclose(1 - result.communalities, unique, atol=1e-6)
    assert result.settled
    assert not result.heywood.any()


def test_principal_axis(found: Complete) -> None:
    """psych::fa(R, 2, fm = "pa", rotate = "none", max.iter = 20000, min.err = 1e-13)."""
    result = extract(found.matrix, 2, "principal axis")
    same(result.loadings, PRINCIPAL_AXIS, 1e-8)
    assert not result.heywood.any()


@pytest.mark.parametrize(
    ("how", "theirs", "correlation", "within"),
    [
        ("varimax", VARIMAX, 0.0, 1e-6),  # varimax(f$loadings, eps = 1e-14)
        ("promax", PROMAX, 0.14257401794, 2e-5),  # promax(f$loadings), whose varimax stops at 1e-5
        ("oblimin", OBLIMIN, -0.161747857319, 1e-6),  # GPArotation::oblimin(f$loadings, eps = 1e-10)
    ],
)
def test_rotation(found: Complete, how, theirs: list[list[float]], correlation: float, within: float) -> None:
    loadings = extract(found.matrix, 2, "maximum likelihood").loadings
    result = rotate(loadings, how)
    same(result.loadings, theirs, within)
    assert abs(result.correlations[0, 1]) == pytest.approx(abs(correlation), abs=within)
    np.testing.assert_allclose(result.communalities, (loadings**2).sum(axis=1), atol=1e-12)
    assert result.explained.sum() == pytest.approx((loadings**2).sum())


def test_mergers(found: Complete) -> None:
    """hclust of dist(scale(X)) by ward.D2, of its square by complete, of as.dist(1 - R) by average."""
    ward = cluster_units(found.standardised, "ward").heights
    np.testing.assert_allclose(
        ward[[0, 1, -2, -1]], [1.01437172229, 1.10978464311, 7.04489504415, 10.59705064939]
    )
    complete_heights = cluster_units(found.standardised, "complete").heights
    np.testing.assert_allclose(complete_heights[[0, -2, -1]], [1.02894999099, 30.60522978047, 53.85469734139])
    columns = cluster_columns(found.matrix, "average").heights
    expected = [0.157614987531, 0.362431153717, 0.437106475622, 0.546799461791, 0.570415880743]
    np.testing.assert_allclose(columns, [*expected, 0.798789431505, 1.025464282179])


def test_contributions(found: Complete) -> None:
    """y <- rowSums(scale(X)[, 1:3]^2); lm(scale(y) ~ scale(X)); for the first four columns the mean gain in
    summary(lm(…))$r.squared over all 24 orders."""
    standardised = found.standardised
    outcome = (standardised[:, :3] ** 2).sum(axis=1)
    outcome = (outcome - outcome.mean()) / outcome.std(ddof=1)
    with_outcome = standardised.T @ outcome / 22
    coefficients = contributions(found.matrix, with_outcome).coefficients
    expected = [0.966034357477, 0.102671753452, 0.414341677319, 0.0119092013846, -0.145073594826]
    expected += [-0.0298312137563, -0.148766693024, -0.0246370853089]
    np.testing.assert_allclose(coefficients, expected, atol=1e-11)
    four = contributions(found.matrix[:4, :4], with_outcome[:4])
    np.testing.assert_allclose(
        four.shares, [0.6701633228140, 0.0342370216527, 0.0437351399983, 0.0731478239705], atol=1e-12
    )
    assert four.r_squared == pytest.approx(0.821283308435)

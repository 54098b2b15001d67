"""Weighting: the weights of a node's children among themselves, summing to 1.

One function a method. It takes the scores of each child, `children[child][unit]`, None where one is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from innov_index.reference.algebra import leading_vector, solve
from innov_index.reference.components import pca, pca_oecd
from innov_index.reference.moments import (
    Undefined,
    deviation,
    dot,
    in_shares,
    mean,
    mid_ranks,
    pearson,
    spearman,
    variance,
)
from innov_index.reference.statement import Column

Children = Sequence[Column]
Weights = list[float]

NOISE = 1e-13
"""Shares and sizes below this are zero."""


def present(column: Column) -> list[float]:
    """The scores that are not missing."""
    return [value for value in column if value is not None]


def varies(x: Sequence[float]) -> bool:
    """Whether there are two different scores."""
    return len(x) > 1 and max(x) > min(x)


def stretched(x: Sequence[float]) -> list[float]:
    """(x - min) / (max - min); 0 where nothing varies"""
    low, high = min(x), max(x)
    return [(value - low) / (high - low) if high > low else 0.0 for value in x]


def given(children: Children, *, stated: Sequence[float]) -> Weights:
    """g / Σ g"""
    return in_shares(stated)


def equal(children: Children, *, per: str, leaves: Sequence[int]) -> Weights:
    """1 / k, or per indicator: indicators below the child / indicators below the node"""
    return in_shares([1.0] * len(children) if per == "dimension" else [float(n) for n in leaves])


def importance(stated: Sequence[float], ranks: Sequence[float] | None) -> list[float]:
    """How important each child is: its weight, or its place counted downwards."""
    return list(stated) if ranks is None else [-place for place in ranks]


def by_place(important: Sequence[float], weight: Callable[[int], float]) -> Weights:
    """Weights by place, 1 the most important; tied children share the mean of the weights of their places."""
    result = []
    for own in important:
        first = 1 + sum(other > own for other in important)
        tied = sum(other == own for other in important)
        result.append(mean([weight(place) for place in range(first, first + tied)]))
    return in_shares(result)


def rank_order_centroid(
    children: Children, *, stated: Sequence[float], ranks: Sequence[float] | None
) -> Weights:
    """Place r of k: (1 / k) Σ_{i=r..k} 1 / i"""
    k = len(children)
    return by_place(importance(stated, ranks), lambda r: math.fsum(1 / i for i in range(r, k + 1)) / k)


def rank_sum(children: Children, *, stated: Sequence[float], ranks: Sequence[float] | None) -> Weights:
    """Place r of k: 2 (k + 1 - r) / (k (k + 1))"""
    k = len(children)
    return by_place(importance(stated, ranks), lambda r: 2 * (k + 1 - r) / (k * (k + 1)))


def rank_reciprocal(children: Children, *, stated: Sequence[float], ranks: Sequence[float] | None) -> Weights:
    """Place r of k: (1 / r) / Σ 1 / i"""
    return by_place(importance(stated, ranks), lambda r: 1 / r)


def rancom(children: Children, *, stated: Sequence[float], ranks: Sequence[float] | None) -> Weights:
    """a / Σ a, a the number of less important children + half that of equally important ones, itself too"""
    order = importance(stated, ranks)
    return in_shares([sum(o < own for o in order) + sum(o == own for o in order) / 2 for own in order])


def budget_allocation(children: Children, *, experts: Sequence[Sequence[float]]) -> Weights:
    """Mean over experts of points / all points of the expert"""
    allocated = [in_shares(points) for points in experts]
    return in_shares([mean(shares) for shares in zip(*allocated, strict=True)])


def ahp(children: Children, *, comparisons: Sequence[Sequence[float | None]], max_ratio: float) -> Weights:
    """A w = λ_max w; a pair without comparison adds 1 to the diagonal of its rows (Harker 1987)"""
    size = len(children)
    matrix = [[float(i == j) for j in range(size)] for i in range(size)]
    for i, row in enumerate(comparisons):
        for j, ratio in enumerate(row, start=i + 1):
            if ratio is None:
                matrix[i][i] += 1
                matrix[j][j] += 1
            else:
                matrix[i][j], matrix[j][i] = ratio, 1 / ratio
    return in_shares(leading_vector(matrix))


def standard_deviation(children: Children) -> Weights:
    """s / Σ s, s the sample standard deviation"""
    return in_shares([deviation(present(child)) for child in children])


def coefficient_of_variation(children: Children) -> Weights:
    """v / Σ v, v = s / mean"""
    columns = [present(child) for child in children]
    if any(mean(column) <= 0 for column in columns):
        raise Undefined("a mean of zero or less")
    return in_shares([deviation(column) / mean(column) for column in columns])


def of_variance(children: Children) -> Weights:
    """v / Σ v, v the sample variance of (x - min) / (max - min)"""
    return in_shares([variance(stretched(present(child))) for child in children])


def entropy(children: Children) -> Weights:
    """p = x / Σ x; e = -Σ p ln p / ln n; (1 - e) / Σ (1 - e)"""
    return in_shares([one_minus_entropy(present(child)) for child in children])


def one_minus_entropy(x: Sequence[float]) -> float:
    """1 - e = Σ p ln(n p) / ln n, which is 1 + Σ p ln p / ln n without its cancellation"""
    if not varies(x):
        return 0.0
    p = in_shares(x)
    return math.fsum(share * math.log(share * len(p)) for share in p if share > 0) / math.log(len(p))


def gini(children: Children) -> Weights:
    """G / Σ G, G = Σ_i Σ_l |x_i - x_l| / (2 n² mean)"""
    coefficients = []
    for child in children:
        x = present(child)
        if min(x) < 0 or not math.fsum(x) > 0:
            raise Undefined("negative")
        apart = math.fsum(abs(a - b) for a in x for b in x)
        coefficients.append(apart / (2 * len(x) ** 2 * mean(x)))
    return in_shares(coefficients)


def angle(children: Children) -> Weights:
    """u / Σ u, u = arccos(Σ x / √(n Σ x²)), as the arctangent of its sine and cosine"""
    angles = []
    for child in children:
        x = present(child)
        # what does not vary says nothing
        angles.append(math.atan2(deviation(x, 0), mean(x)) if varies(x) else 0.0)
    return in_shares(angles)


def critic(children: Children, *, correlation: str, signs: Sequence[int] | None = None) -> Weights:
    """c / Σ c, c_j = s_j Σ_l (1 - r_jl), s the standard deviation of (x - min) / (max - min)"""
    spread = [deviation(stretched(present(child))) for child in children]
    turns = [1] * len(children) if signs is None else signs
    contents = []
    for j, child in enumerate(children):
        conflict = math.fsum(
            1 - turns[j] * turns[i] * correlated(child, other, correlation)
            for i, other in enumerate(children)
            if i != j and spread[i] > 0 and spread[j] > 0
        )
        contents.append(spread[j] * conflict if conflict > NOISE else 0.0)
    return in_shares(contents)


def correlated(a: Column, b: Column, correlation: str) -> float:
    """The correlation over the units with both scores"""
    both = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    x, y = [pair[0] for pair in both], [pair[1] for pair in both]
    return {"pearson": pearson, "spearman": spearman}[correlation](x, y)


def critic_undirected(children: Children, *, correlation: str, signs: Sequence[int]) -> Weights:
    """As critic, with r_jl multiplied by the directions of j and l"""
    return critic(children, correlation=correlation, signs=signs)


def merec(children: Children) -> Weights:
    """n = min / x; S_i = ln(1 + Σ_j |ln n| / k), S_ij without j; E_j = mean_i |S_ij - S_i|"""
    least = [min(present(child)) for child in children]
    if min(least) <= 0:
        raise Undefined("not positive")
    removed: list[list[float]] = [[] for _ in children]
    for unit in range(len(children[0])):
        own = {j: value for j, child in enumerate(children) if (value := child[unit]) is not None}
        terms = {j: abs(math.log(least[j] / value)) for j, value in own.items()}
        total = math.fsum(terms.values())
        for j, term in terms.items():
            whole, without = math.log1p(total / len(own)), math.log1p((total - term) / len(own))
            removed[j].append(abs(without - whole))
    return in_shares([mean(effects) for effects in removed])


def cilos(children: Children) -> Weights:
    """p_lj = (a_jj - a_lj) / a_jj, a_lj the score of j where l is best; (P - diag(Σ_l p_lj)) w = 0"""
    size = len(children)
    best = [max(present(child)) for child in children]
    if any(min(present(child)) < 0 or not varies(present(child)) for child in children):
        raise Undefined("negative or constant")
    at_best = [
        [mean([_there(children[j][u]) for u in _where(children[i], best[i])]) for j in range(size)]
        for i in range(size)
    ]
    lost = [[(best[j] - at_best[i][j]) / best[j] for j in range(size)] for i in range(size)]
    loss = [[part if part > NOISE else 0.0 for part in row] for row in lost]
    rows = [
        [loss[i][j] - (math.fsum(loss[r][j] for r in range(size)) if i == j else 0.0) for j in range(size)]
        for i in range(size)
    ]
    # the rows sum to zero, so that one of them gives way to Σ w = 1
    return in_shares(solve([*rows[:-1], [1.0] * size], [0.0] * (size - 1) + [1.0]))


def _where(column: Column, best: float) -> list[int]:
    return [unit for unit, value in enumerate(column) if value is not None and value >= best * (1 - NOISE)]


def _there(value: float | None) -> float:
    if value is None:
        raise Undefined("the best unit of a child has no score on another child")
    return value


def idocriw(children: Children) -> Weights:
    """e q / Σ e q, e from entropy and q from cilos"""
    return in_shares([e * q for e, q in zip(entropy(children), cilos(children), strict=True)])


def lopcow(children: Children) -> Weights:
    """r = (x - min) / (max - min); p / Σ p, p = |ln(√mean(r²) / s)|, s the standard deviation of r"""
    sizes = []
    for child in children:
        if not varies(present(child)):
            sizes.append(0.0)
            continue
        r = stretched(present(child))
        size = abs(math.log(math.sqrt(mean([v**2 for v in r])) / deviation(r)))
        sizes.append(size if size > NOISE else 0.0)
    return in_shares(sizes)


def swara(children: Children, *, ranks: Sequence[float], steps: Sequence[float]) -> Weights:
    """q / Σ q, q 1 at the first place and that of the place before / (1 + s) at the others"""
    at_place = [1 / math.prod(1 + s for s in steps[:before]) for before in range(len(ranks))]
    return in_shares([at_place[int(place) - 1] for place in ranks])


def fucom(children: Children, *, priorities: Sequence[float]) -> Weights:
    """(1 / p) / Σ (1 / p)"""
    return in_shares([1 / p for p in priorities])


def best_worst(
    children: Children,
    *,
    best_to_others: Sequence[float],
    others_to_worst: Sequence[float],
    max_ratio: float | None,
) -> Weights:
    """Of weights with |w_B - a w_j| <= 1 and |w_j - b w_W| <= 1 those of the largest sum, a list of a and b

    Every w_j is at its largest for the largest w_B and w_W. Among the lines w_B = a b w_W ± (1 + a), and
    w_B = a_BW w_W ± 1, these are where a lower one first meets an upper one.
    """
    best, worst = best_to_others.index(1.0), others_to_worst.index(1.0)
    lines = [
        (best_to_others[worst], 1.0) if j in (best, worst) else (a * b, 1 + a)
        for j, (a, b) in enumerate(zip(best_to_others, others_to_worst, strict=True))
    ]
    if len({slope for slope, _ in lines}) == 1:
        return in_shares([1 / a for a in best_to_others])
    of_worst = min((d + e) / (s - t) for s, d in lines for t, e in lines if s > t)
    of_best = min(s * of_worst + d for s, d in lines)
    weights = [
        min((of_best + 1) / a, b * of_worst + 1) for a, b in zip(best_to_others, others_to_worst, strict=True)
    ]
    weights[best], weights[worst] = of_best, of_worst
    return in_shares(weights)


def half_quadratic(children: Children) -> Weights:
    """w_j = exp(-d_j² / 2 σ²) / Σ, d_j from the ranks by j to Σ w r, σ = Σ d² / 2 k², in rounds"""
    units = [u for u in range(len(children[0])) if all(child[u] is not None for child in children)]
    if not units:
        raise Undefined("no unit with all children")
    ranks = [mid_ranks([_there(child[u]) for u in units]) for child in children]
    size = len(children)
    weights = [1 / size] * size
    for _ in range(1000):
        centre = [dot(weights, own) for own in zip(*ranks, strict=True)]
        squares = [math.fsum((r - c) ** 2 for r, c in zip(own, centre, strict=True)) for own in ranks]
        spread = math.fsum(squares) / (2 * size**2) or 1.0
        following = in_shares([math.exp(-(d - min(squares)) / (2 * spread**2)) for d in squares])
        change = max(abs(a - b) for a, b in zip(following, weights, strict=True))
        weights = following
        if change <= 1e-13:
            return weights
    raise Undefined("the rounds do not settle")


FORMULAS: Mapping[str, Callable[..., Weights]] = {
    "given": given,
    "equal": equal,
    "rank_order_centroid": rank_order_centroid,
    "rank_sum": rank_sum,
    "rank_reciprocal": rank_reciprocal,
    "rancom": rancom,
    "budget_allocation": budget_allocation,
    "ahp": ahp,
    "swara": swara,
    "fucom": fucom,
    "best_worst": best_worst,
    "standard_deviation": standard_deviation,
    "coefficient_of_variation": coefficient_of_variation,
    "variance": of_variance,
    "entropy": entropy,
    "gini": gini,
    "angle": angle,
    "critic": critic,
    "critic_undirected": critic_undirected,
    "merec": merec,
    "cilos": cilos,
    "idocriw": idocriw,
    "lopcow": lopcow,
    "pca": pca,
    "pca_oecd": pca_oecd,
    "half_quadratic": half_quadratic,
}

SEARCHED = ("balance", "infomax", "regression", "bod_common")
"""Methods whose weights are the best by some measure: they are checked, not searched for again."""

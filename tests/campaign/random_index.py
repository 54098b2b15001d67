"""Random indices: uneven trees, ties, gaps, groups, editions, constants, extreme scales, every method.

Few methods have a result for all data. Where the engine refuses an index, what it names gives way: another
method is drawn there, at last one that always has a result. So most indices have scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Trait
from innov_index.model.arrays import Floats
from tests.campaign.cases import Case, in_memory
from tests.methods.examples import stated_options

Block: TypeAlias = dict[str, Any]

COLUMNS: Mapping[str, Callable[[np.random.Generator, int], Floats]] = {
    "spread": lambda rng, n: rng.normal(50, 15, n).round(2),
    "ties": lambda rng, n: rng.integers(0, 4, n).astype(float),
    "decimals": lambda rng, n: rng.integers(-30, 30, n) / 10,
    "long tail": lambda rng, n: rng.lognormal(1, 1.8, n),
    "shares": lambda rng, n: rng.random(n).round(3),
    "mostly zero": lambda rng, n: np.where(rng.random(n) < 0.7, 0.0, rng.integers(1, 9, n)),
    "constant": lambda rng, n: np.full(n, rng.integers(-2, 5) / 4.0),
    "all but one alike": lambda rng, n: np.where(np.arange(n) == 0, 7.0, 3.0),
    "nearly constant": lambda rng, n: 1e9 + rng.integers(0, 5, n),
    "huge": lambda rng, n: rng.normal(1, 0.3, n) * 1e12,
    "tiny": lambda rng, n: rng.normal(1, 0.3, n) * 1e-12,
    "beyond": lambda rng, n: rng.normal(2, 0.3, n) * 10.0 ** float(rng.choice([-300, -160, 160, 300])),
}
"""Values of an indicator, by what is special about them."""

LIKELY = np.array([6, 5, 4, 4, 3, 2, 0.6, 0.5, 0.5, 1, 1, 0.4])

NAMES = {"column by": "population", "group": "region", "unit": "u0", "column outcome": "income"}
NAMES |= {"column lower": "worst_case", "column upper": "best_case"}

OTHER_OPTIONS: Mapping[tuple[str, str], tuple[Block, ...]] = {
    ("denomination", "ratio"): ({"by": "population", "scale": 1e6},),
    ("imputation", "group_mean"): ({"by": "region", "otherwise": "mean"},),
    ("imputation", "nearest_neighbours"): ({"k": 2, "weights": "distance"}, {"k": 1}),
    ("imputation", "latest"): ({"max_age": 1},),
    ("treatment", "winsorise"): ({"max_points": 2, "skewness": 1, "kurtosis": 2, "outlier_when": "either"},),
    ("treatment", "winsorise_quantile"): ({"lower": 0.1, "upper": 0.8},),
    ("treatment", "log_shift"): ({"shift": 100.0},),
    ("normalisation", "linear"): ({"factor": 2.5, "offset": -3},),
    ("normalisation", "min_max"): (
        {"low": 1},
        {"low": 0.1, "high": 1},
        {"quantiles": [0.1, 0.9], "truncate": True},
    ),
    ("normalisation", "goalposts"): ({"lower": -10.0, "upper": 40.0, "truncate": False},),
    ("normalisation", "z_score"): ({"mean": 100, "sd": 10}, {"population": True}),
    ("normalisation", "robust_z"): ({"mean": 5, "sd": 2},),
    ("normalisation", "rank"): ({"ties": "average"},),
    ("normalisation", "percentile_rank"): ({"scale": 100},),
    ("normalisation", "classes"): ({"quantiles": 4}, {"quantiles": [0.5], "scores": [1, 10]}),
    ("weighting", "equal"): ({"per": "indicator"},),
    ("weighting", "critic"): ({"correlation": "spearman"},),
    ("weighting", "pca"): ({"loadings": "signed"},),
    ("aggregation", "power"): ({"p": -2.0}, {"p": 0.003}, {"p": 3.0}),
    ("aggregation", "mpi"): ({"penalty": "plus", "ddof": 1},),
    ("aggregation", "topsis"): ({"scaling": "none"},),
    ("aggregation", "promethee_ii"): ({"preference": "linear", "q": 1.0, "p": 5.0},),
    ("classes", "quantiles"): ({"probabilities": [0.5]},),
}
"""Options beside those of a method's example."""

ALWAYS_STATED: Mapping[str, Block] = {"kemeny_young": {"exact_up_to": 7}, "em": {"max_iterations": 100}}
"""Options of methods that may take very long."""

RARE = 0.25
"""How often a method that searches is drawn, beside one that does not."""

PLAIN = 0.55
"""Share of the steps that are stated once at most, as most indices do."""

ALWAYS: Mapping[str, str] = {"weighting": "equal", "aggregation": "arithmetic"}
"""Methods that have a result for all data; of any other step `none`."""

DRAWN_AGAIN, ROUNDS = 2, 8
"""How often another method is drawn for what is refused, and how often anything gives way."""


def random_index(rng: np.random.Generator) -> Case:
    """An index with up to 24 units, 9 indicators and 3 editions, most often one that has scores."""
    case = drawn_index(rng)
    for number in range(ROUNDS):
        with in_memory() as folder:
            refusal = _refusal(case, Path(folder))
        if not refusal or not _gives_way(rng, case, refusal, again=number < DRAWN_AGAIN):
            break
    return case


def drawn_index(rng: np.random.Generator) -> Case:
    """An index as it is drawn, whether its methods have a result or not."""
    few = rng.random() < 0.06
    units, indicators = int(rng.integers(1, 4) if few else rng.integers(4, 25)), int(rng.integers(1, 10))
    editions = [""] if rng.random() < 0.7 else ["2019", "2020", "2021"][: int(rng.integers(1, 4))]
    codes = [f"x{k}" for k in range(indicators)]
    tree = _tree(rng, codes)
    config: Block = {
        "units": {"id": "unit", "groups": ["region"]},
        "indicators": {"file": "data.csv"},
        **_steps(rng, tree, len(editions)),
        "ranking": _ranking(rng),
        "index": tree,
    }
    return Case(config, _rows(rng, units, codes, editions))


def _tree(rng: np.random.Generator, codes: list[str]) -> Block:
    """The indicators under dimensions of random sizes, one or two levels deep; some right below the root."""
    nodes: list[Block] = [_leaf(rng, code) for code in codes]
    while len(nodes) > 1 and rng.random() < 0.6:
        size = int(rng.integers(1, min(len(nodes), 4) + 1))
        start = int(rng.integers(0, len(nodes) - size + 1))
        inner = {"code": f"D{len(nodes)}{start}{rng.integers(1000)}", "children": nodes[start : start + size]}
        nodes[start : start + size] = [_weighted(rng, inner)]
    root: Block = {"code": "I", "children": nodes}
    if rng.random() < 0.1:
        root["direction"] = "lower_is_better"
    return _weighted(rng, root)


def _leaf(rng: np.random.Generator, code: str) -> Block:
    leaf: Block = {"indicator": code}
    if rng.random() < 0.3:
        leaf["direction"] = str(rng.choice(["lower_is_better", "higher_is_better"]))
    return leaf


def _weighted(rng: np.random.Generator, node: Block) -> Block:
    if rng.random() < 0.6:
        stated = rng.integers(0 if len(node["children"]) > 2 else 1, 9, len(node["children"]))
        stated[0] = max(stated[0], 1)
        for child, weight in zip(node["children"], stated.tolist(), strict=True):
            child["weight"] = weight / (10 if rng.random() < 0.3 else 1)
    return node


def _inner(node: Block) -> Iterator[Block]:
    if "children" in node:
        yield node
        for child in node["children"]:
            yield from _inner(child)


def _leaves(node: Block) -> Iterator[Block]:
    if "children" not in node:
        yield node
    for child in node.get("children", ()):
        yield from _leaves(child)


def _steps(rng: np.random.Generator, tree: Block, editions: int) -> Block:
    """Settings at the top, and with some luck others at some nodes, which are written into the tree."""
    stated: Block = {}
    for step, share in (
        ("denomination", 0.1),
        ("imputation", 0.5),
        ("treatment", 0.35),
        ("normalisation", 0.9),
    ):
        if rng.random() < share:
            stated[step] = _setting(rng, step, editions=editions)
        if rng.random() > PLAIN:
            for leaf in _leaves(tree):
                if rng.random() < 0.25:
                    leaf[step] = _setting(rng, step, editions=editions)
    for step, share in (("weighting", 0.5), ("aggregation", 0.7), ("rescaling", 0.15), ("rounding", 0.15)):
        own = rng.random() > PLAIN
        if rng.random() < share and step in ("weighting", "aggregation"):
            stated[step] = _setting(rng, step)
        for node in _inner(tree):
            if own and rng.random() < max(share, 0.3):
                node[step] = _setting(rng, step, node)
    if rng.random() < 0.1:
        stated["screening"] = {"units": {"min_coverage": float(rng.choice([0.5, 0.75]))}}
    return stated


def _setting(rng: np.random.Generator, step: str, node: Block | None = None, editions: int = 1) -> Block:
    """A method with options, and what else a step may say."""
    of = "normalisation" if step == "rescaling" else step
    usable = [m for m in catalogue.step(of) if _usable(m, node, editions)]
    upto = np.cumsum([RARE if Trait.LOOPED in m.traits else 1.0 for m in usable])
    method = usable[int(np.searchsorted(upto, rng.random() * upto[-1], side="right"))]
    choices = [stated_options(method, NAMES) | ALWAYS_STATED.get(method.name, {})]
    choices += OTHER_OPTIONS.get((of, method.name), ())
    if method.example and method.name == "expression":
        assert node is not None
        choices = [{"formula": _formula(rng, node)}]
    block = {"method": method.name, **choices[int(rng.integers(len(choices)))]}
    if step == "aggregation" and rng.random() < 0.3:
        block |= {"missing": "propagate"} if rng.random() < 0.5 else {"min_coverage": 0.6}
    if step == "rounding" and rng.random() < 0.5:
        block["used_for"] = str(rng.choice(["scores", "ranks", "parents"]))
    learns = "reference" in method.inputs
    if learns and rng.random() < 0.15 and (editions > 1 or step != "aggregation"):
        block["reference"] = "pooled" if editions > 1 else {"group": "region"}
    return block


def _refusal(case: Case, folder: Path) -> list[str]:
    """What the engine says against an index; nothing where it has scores."""
    try:
        load(case.write(folder)).score()
    except InnovIndexError as error:
        return [problem.message for problem in error.problems]
    except Exception:  # for the campaign to find
        return []
    return []


def _gives_way(rng: np.random.Generator, case: Case, refusal: Sequence[str], *, again: bool) -> bool:
    """Change the settings that a refusal is about, in place; whether there are any."""
    tree = case.config["index"]
    nodes = {node["code"]: node for node in _inner(tree)}
    leaves = {leaf["indicator"]: leaf for leaf in _leaves(tree)}
    editions = len({row[-1 - len(leaves)] for row in case.rows[1:]}) if "edition" in case.rows[0] else 1
    found = False
    for line in refusal:
        if (step := _STEP.search(line)) is None:
            continue
        name, of_node = step.groups()
        named = [nodes[of_node]] if of_node in nodes else [leaves[code] for code in set(_LEAF.findall(line))]
        for node in named or _setting_it(case.config, tree, name):
            other = _setting(rng, name, node if "children" in node else None, editions) if again else {}
            node[name] = other or {"method": ALWAYS.get(name, "none")}
            found = True
    return found


_STEPS = ("denomination", "imputation", "treatment", "normalisation", "weighting", "aggregation", "rescaling")
_STEP = re.compile(rf"\b({'|'.join(_STEPS)})(?:\[(\w+)\])?")
_LEAF = re.compile(r"'(x\d)'")


def _setting_it(config: Block, tree: Block, step: str) -> list[Block]:
    """Places where a step is set: at the top, at nodes."""
    return [place for place in (config, *_inner(tree), *_leaves(tree)) if step in place]


def _usable(method: Method, node: Block | None, editions: int) -> bool:
    """Whether the method can stand there: its example is for the four children of a node."""
    if {Trait.ADDS_DRAWS, Trait.RANDOM} & method.traits:
        return False
    if Trait.PANEL in method.traits and editions < 2:
        return False
    lists = any(isinstance(value, list) for value in method.example.values())
    if method.step in ("weighting", "aggregation") and (lists or method.name == "expression"):
        return node is not None and len(node["children"]) == 4
    return True


def _formula(rng: np.random.Generator, node: Block) -> str:
    codes = (child.get("code", child.get("indicator")) for child in node["children"])
    a, b, c, d = (f"{{{code}}}" for code in codes)
    formulas = [
        f"min({a}, {b}) + {c} / max({d}, 1)",
        f"0.4 * {a} + 0.1 * {b} + 2 * {c} - {d} / 3 + 7",
        f"first({a}, {b}) * 0.5 + {c} / 4 + {d} / 4",
        f"clip({a} + {b}, -50, 50) ** 2 + abs({c} - {d})",
    ]
    return formulas[int(rng.integers(len(formulas)))]


def _ranking(rng: np.random.Generator) -> Block:
    ranking: Block = {"ties": str(rng.choice([method.name for method in catalogue.step("ranking")]))}
    if rng.random() < 0.2:
        ranking["within"] = "region"
    if rng.random() < 0.2:
        ranking["classes"] = _setting(rng, "classes")
    if rng.random() < 0.1:
        ranking["digits"] = int(rng.integers(0, 6))
    return ranking


def _rows(rng: np.random.Generator, units: int, codes: list[str], editions: list[str]) -> list[list[object]]:
    """A table with gaps; a unit may repeat another one, have no value at all, or lack an edition."""
    kinds = rng.choice(list(COLUMNS), len(codes), p=LIKELY / LIKELY.sum())
    tables = [np.stack([COLUMNS[kind](rng, units) for kind in kinds], axis=-1) for _ in editions]
    about = np.stack([rng.integers(1, 40, units) * 1000.0, rng.normal(10, 3, units)], axis=-1)
    lower = rng.integers(-20, 0, units)
    gaps = float(rng.choice([0.0, 0.0, 0.05, 0.2, 0.6]))
    named = editions != [""]
    regions = [str(rng.choice(["N", "S", "W", ""], p=[0.4, 0.3, 0.25, 0.05])) for _ in range(units)]
    header = ["unit", "region", "population", "income", "worst_case", "best_case"]
    rows: list[list[object]] = [[*header, *(["edition"] if named else []), *codes]]
    for edition, table in zip(editions, tables, strict=True):
        table[rng.random(table.shape) < gaps] = np.nan
        if units > 3 and rng.random() < 0.3:
            table[1] = table[0]
        if units > 4 and rng.random() < 0.1:
            table[3] = np.nan
        for unit in range(units):
            if named and unit and rng.random() < 0.05:
                continue
            start: list[object] = [f"u{unit}", regions[unit], *about[unit].tolist()]
            start += [int(lower[unit]), int(lower[unit]) + 60]
            cells = ["" if value != value else repr(value) for value in table[unit].tolist()]
            rows.append([*start, *([edition] if named else []), *cells])
    return rows

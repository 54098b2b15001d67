"""Random indices: uneven trees, ties, gaps, groups, editions, constants, extreme scales, hostile names."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

from tests.campaign.folders import CONFIG, TABLE, FolderCase, dumped

HOSTILE = (
    "=1+1",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "a\tb",
    "تل أبيب",
    "\u202eturned\u202c",
    "👩‍🚀 Ada",
    "n" * 300,
    "e\u0301te\u0301",
    "null",
    "7",
    "1.0",
    "true",
    "unit (2)",
    "A (1)",
    "ahead",
    "two  spaces",
    "quote \" ' `",
    "comma, semicolon; pipe|",
    "`code` *bold* [link](x)",
    "%s {0} $x",
    "..",
    "-",
    "as stated",
    "base",
    "imputed",
    "mean",
)

CODES = (
    "P first",
    "scheme",
    "element",
    "indicator",
    "kind",
    "passed by",
    "first",
    "most",
    "top 10",
    "x:y",
    "A.1",
)
"""Codes of nodes that are also columns of some table, or look like paths."""

NORMALISATIONS: tuple[dict[str, Any], ...] = (
    {"method": "min_max"},
    {"method": "min_max", "low": 0, "high": 1},
    {"method": "min_max", "low": 1, "high": 100},
    {"method": "z_score"},
    {"method": "rank"},
    {"method": "percentile_rank"},
    {"method": "none"},
    {"method": "goalposts", "lower": 0, "upper": 10},
    {"method": "distance_to_reference"},
    {"method": "borda"},
)
AGGREGATIONS = (
    "arithmetic",
    "geometric",
    "harmonic",
    "minimum",
    "maximum",
    "sum",
    "topsis",
    "copeland",
    "median",
)
WEIGHTINGS = ("given", "equal", "entropy", "critic", "pca", "variance", "cilos", "bod_common", "balance")
IMPUTATIONS = ("none", "mean", "median", "constant", "nearest_neighbours", "em", "linear", "latest")
TREATMENTS = ("none", "winsorise", "log", "winsorise_quantile", "box_cox")
SCALES = (1.0, 1.0, 1.0, 1e-12, 1e12, 1e-300, 1e150)


def random_folder(rng: random.Random) -> FolderCase:
    """A config with its table; the commands are added by whoever asks for it."""
    units = rng.choice([1, 2, 3, 3, 5, 8, 13])
    editions = rng.choice([0, 0, 0, 1, 2, 3])
    indicators = [f"i{k}" for k in range(rng.choice([1, 2, 3, 4, 6]))]
    config = _config(rng, indicators, editions)
    rows = _rows(rng, units, editions, indicators)
    return FolderCase({CONFIG: dumped(config), TABLE: table(rows)}, ())


def table(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _config(rng: random.Random, indicators: list[str], editions: int) -> dict[str, Any]:
    config: dict[str, Any] = {"name": rng.choice(["Index", "Index", *HOSTILE])}
    config["units"] = {"id": "unit", "name": "name", "groups": ["region"]}
    config["indicators"] = {"file": "data.csv", **({"edition": "year"} if editions else {})}
    if rng.random() < 0.6:
        config["imputation"] = _imputation(rng)
    if rng.random() < 0.4:
        config["treatment"] = {"method": rng.choice(TREATMENTS)}
    if rng.random() < 0.3:
        config["screening"] = {"units": {"min_coverage": rng.choice([0.3, 0.5, 0.9])}}
    config["normalisation"] = dict(rng.choice(NORMALISATIONS))
    config["weighting"] = {"method": rng.choice(WEIGHTINGS)}
    config["aggregation"] = {"method": rng.choice(AGGREGATIONS)}
    if rng.random() < 0.5:
        config["aggregation"]["missing"] = rng.choice(["reweight", "propagate", {"mean_of": "region"}])
    if rng.random() < 0.4:
        config["ranking"] = {"ties": rng.choice(["min", "max", "average", "dense", "ordinal"])}
        if rng.random() < 0.3:
            config["ranking"]["within"] = "region"
    if rng.random() < 0.2:
        config["classes"] = {"method": "quantiles", "probabilities": [0.25, 0.5]}
    config["index"] = _tree(rng, indicators)
    config["schemes"] = {
        name: random_scheme(rng) for name in rng.sample(("s1", "s 2", *HOSTILE), rng.choice([0, 1, 2]))
    }
    if rng.random() < 0.7:
        config["uncertainty"] = {"draws": 20, "vary": _variations(rng)}
    return {key: value for key, value in config.items() if value not in ({}, None)}


def _imputation(rng: random.Random) -> dict[str, Any]:
    method = rng.choice(IMPUTATIONS)
    if rng.random() < 0.2:
        return {"method": "group_mean", "by": "region"}
    return {"method": method, **({"value": 1} if method == "constant" else {})}


def _tree(rng: random.Random, indicators: list[str]) -> dict[str, Any]:
    codes = iter(rng.sample(CODES, len(CODES)) if rng.random() < 0.3 else [f"D{k}" for k in range(20)])
    weighted = rng.random() < 0.5

    def leaf(code: str) -> dict[str, Any]:
        node: dict[str, Any] = {"indicator": code}
        if rng.random() < 0.3:
            node["direction"] = "lower_is_better"
        return node

    def node(own: list[str], depth: int) -> dict[str, Any]:
        parts: list[dict[str, Any]] = []
        left = list(own)
        while left:
            size = rng.randint(1, len(left))
            part, left = left[:size], left[size:]
            deeper = size > 1 and depth < 3 and rng.random() < 0.6
            parts += [node(part, depth + 1)] if deeper else [leaf(code) for code in part]
        if weighted:
            for part_ in parts:
                part_["weight"] = rng.choice([1, 2, 0.5, 0.1, 3])
        return {"code": next(codes), "children": parts}

    tree = node(indicators, 0)
    if rng.random() < 0.15:
        tree["direction"] = "lower_is_better"
    return tree


def random_scheme(rng: random.Random) -> dict[str, Any]:
    """What a scheme changes."""
    return rng.choice(
        [
            {"normalisation": dict(rng.choice(NORMALISATIONS))},
            {"weighting": {"method": rng.choice(WEIGHTINGS)}},
            {"aggregation": {"method": rng.choice(AGGREGATIONS)}},
            {"imputation": _imputation(rng)},
        ]
    )


def _variations(rng: random.Random) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = [
        {"weights": "uniform"},
        {"weights": "noise", "amount": 0.25},
        {"weights": "shrunk"},
        {"path": "normalisation", "alternatives": ["as stated", {"method": "z_score"}]},
        {"path": "aggregation.method", "alternatives": ["arithmetic", "geometric"]},
        {"data": "error", "relative": 0.1},
        {"data": "indicators left out"},
        {"data": "bootstrap"},
    ]
    return rng.sample(known, rng.choice([1, 2, 3]))


def _rows(rng: random.Random, units: int, editions: int, indicators: list[str]) -> list[list[Any]]:
    hostile = rng.random() < 0.3
    names = rng.sample(HOSTILE, units) if hostile else [f"U{k}" for k in range(units)]
    header = ["unit", "name", "region", *(["year"] if editions else []), *indicators]
    kinds = {code: _kind(rng) for code in indicators}
    gaps = rng.choice([0, 0, 0.1, 0.4])
    empty = rng.randrange(editions) if editions > 1 and rng.random() < 0.2 else -1
    rows: list[list[Any]] = [header]
    for edition in range(max(editions, 1)):
        for unit in range(units):
            about = [
                f"c{unit}",
                names[unit],
                rng.choice(["N", "S", ""] if rng.random() < 0.1 else ["N", "S"]),
            ]
            about += [2020 + edition] if editions else []
            values = [_value(rng, kinds[code], gaps) if edition != empty else "" for code in indicators]
            rows.append([*about, *values])
    return rows


def _kind(rng: random.Random) -> tuple[str, float]:
    return rng.choice(["spread", "spread", "few", "same", "negative", "share", "zero"]), rng.choice(SCALES)


def _value(rng: random.Random, kind: tuple[str, float], gaps: float) -> Any:
    if rng.random() < gaps:
        return ""
    words, scale = kind
    number = {
        "spread": rng.gammavariate(2.0, 10.0),
        "few": float(rng.randint(1, 3)),
        "same": 7.0,
        "negative": rng.gauss(0.0, 10.0),
        "share": rng.random(),
        "zero": rng.choice([0.0, 0.0, 1.0]),
    }[words]
    return float(f"{number * scale:.6g}")

"""Normalisation as formulas; the direction is a cell, so that turning it turns the column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.methods.kernels.column_statistics import median, quantiles
from innov_index.report.workbook.column import Column
from innov_index.report.workbook.excel_formulas import literal, within
from innov_index.report.workbook.sheet_cells import Cell, UnitPage
from innov_index.report.workbook.source import Source

Body: TypeAlias = Callable[[str], str]
Writer: TypeAlias = Callable[[Column, str], Body | None]

EXTREMES = ("minimum", "maximum")
RANGE = ("low", "high")


def normalised_page(source: Source, before: UnitPage, directions: dict[int, str]) -> UnitPage:
    """Scores of the indicators; `directions` refers to the cell of each leaf's direction."""
    calls = source.calls("normalisation")
    page = UnitPage(
        "Normalised",
        "Every indicator on one scale, more is better.",
        source.units,
        source.leaf_columns,
        ["direction", *labels_of([call.method for call in calls])],
    )
    values, after = source.step("treated"), source.step("normalised")
    for column, (call, leaf) in enumerate(zip(calls, source.framework.leaves, strict=True)):
        learned = source.learned_by(call, "treated", column)
        one = Column(before, page, column, call.options, values[:, column], after[:, column], learned)
        sign = source.framework.nodes[leaf].direction
        page.set("direction", column, Cell(sign, f"={directions[int(leaf)]}"))
        write(one, call.method, page.parameter("direction", column), call.reference)
    page.mark_columns("scale")
    return page


def labels_of(methods: list[str]) -> list[str]:
    """What stands above the columns of a page for these methods."""
    labels = ["method"]
    for method in methods:
        labels += LABELS.get(method, ())
    return [*labels, "weight", "stated weight"]


def has_formula(method: str) -> bool:
    return method in WRITERS


def write(one: Column, method: str, direction: str, reference: str) -> None:
    """Write one normalised column."""
    one.words("method", method)
    body = WRITERS[method](one, direction) if method in WRITERS and reference != "group" else None
    if body is None:
        one.write_values()
    else:
        one.write(body)


def _none(one: Column, direction: str) -> Body:
    return lambda cell: f"{direction}*{cell}"


def _min_max(one: Column, direction: str) -> Body:
    shares = one.options["quantiles"]
    if shares is None:
        worst, best = one.smallest(), one.largest()
    else:
        found = quantiles(one.known[:, None], shares)
        worst, best = (
            one.statistic(label, f"PERCENTILE({one.area},{literal(share)})", float(value.item()))
            for label, share, value in zip(EXTREMES, shares, found, strict=True)
        )
    return _stretched(one, direction, worst, best, one.options["truncate"])


def _goalposts(one: Column, direction: str) -> Body:
    lower, upper = (one.stated(f"{name} goalpost", one.options[name]) for name in ("lower", "upper"))
    return _stretched(one, direction, lower, upper, one.options["truncate"])


def _stretched(one: Column, direction: str, lower: str, upper: str, truncate: object) -> Body:
    low, high = (one.stated(name, one.options[name]) for name in RANGE)
    floor = low if truncate in (True, "low") else None
    ceiling = high if truncate in (True, "high") else None

    def body(cell: str) -> str:
        way = f"IF({direction}>0,{cell}-{lower},{upper}-{cell})/({upper}-{lower})"
        return within(f"{low}+({high}-{low})*{way}", floor, ceiling)

    return body


def _distance_to_best(one: Column, direction: str) -> Body:
    lower, upper, scale = one.smallest(), one.largest(), one.stated("scale", one.options["scale"])
    return lambda cell: f"{scale}*IF({direction}>0,{cell}-{lower},{upper}-{cell})/({upper}-{lower})"


def _distance_to_target(one: Column, direction: str) -> Body:
    lower, upper = one.smallest(), one.largest()
    target, scale = one.stated("target", one.options["target"]), one.stated("scale", one.options["scale"])
    cap = scale if one.options["cap"] else None
    return lambda cell: within(
        f"{scale}*IF({direction}>0,({cell}-{lower})/({target}-{lower}),({upper}-{cell})/({upper}-{target}))",
        None,
        cap,
    )


def _z_score(one: Column, direction: str) -> Body:
    population = bool(one.options["population"])
    known = one.known
    average = one.statistic("average", f"AVERAGE({one.area})", float(known.mean()) if len(known) else np.nan)
    spread = float(known.std(ddof=0 if population else 1)) if len(known) > 1 else np.nan
    deviation = one.statistic("deviation", f"{'STDEVP' if population else 'STDEV'}({one.area})", spread)
    return _standard(one, direction, average, deviation)


def _robust_z(one: Column, direction: str) -> Body:
    known = one.known[:, None]
    centre = float(median(known).item())
    middle = one.statistic("median", f"MEDIAN({one.area})", centre)
    formula = f'1.4826*MEDIAN(IF(ISNUMBER({one.area}),ABS({one.area}-{middle}),""))'
    spread = 1.4826 * float(median(np.abs(known - centre)).item())
    deviation = one.statistic("deviation", formula, spread, array=True)
    return _standard(one, direction, middle, deviation)


def _standard(one: Column, direction: str, centre: str, deviation: str) -> Body:
    mean, sd = one.stated("mean", one.options["mean"]), one.stated("sd", one.options["sd"])
    return lambda cell: f"{mean}+{sd}*{direction}*({cell}-{centre})/{deviation}"


def _rank(one: Column, direction: str) -> Body | None:
    """Ranks counted upwards; Excel's RANK counts upwards with 1, downwards with 0."""
    if one.learned is not None or one.options["ties"] == "dense":
        return None
    upwards, downwards = f"IF({direction}>0,1,0)", f"IF({direction}>0,0,1)"
    area = one.area
    if one.options["ties"] == "max":
        return lambda cell: f"(COUNT({area})+1-RANK({cell},{area},{downwards}))"
    name = "RANK" if one.options["ties"] == "min" else "_xlfn.RANK.AVG"
    return lambda cell: f"{name}({cell},{area},{upwards})"


def _borda(one: Column, direction: str) -> Body | None:
    rank = _rank(one, direction)
    return None if rank is None else lambda cell: f"{rank(cell)}-1"


def _percentile_rank(one: Column, direction: str) -> Body | None:
    rank, scale = _rank(one, direction), one.stated("scale", one.options["scale"])
    if rank is None:
        return None
    return lambda cell: f"{scale}*({rank(cell)}-1)/(COUNT({one.area})-1)"


def _linear(one: Column, direction: str) -> Body:
    factor, offset = one.stated("factor", one.options["factor"]), one.stated("offset", one.options["offset"])
    return lambda cell: f"{offset}+{factor}*{direction}*{cell}"


LABELS: dict[str, tuple[str, ...]] = {
    "min_max": (*EXTREMES, *RANGE),
    "goalposts": ("lower goalpost", "upper goalpost", *RANGE),
    "distance_to_best": (*EXTREMES, "scale"),
    "distance_to_target": (*EXTREMES, "target", "scale"),
    "z_score": ("average", "deviation", "mean", "sd"),
    "robust_z": ("median", "deviation", "mean", "sd"),
    "percentile_rank": ("scale",),
    "linear": ("factor", "offset"),
}

WRITERS: dict[str, Writer] = {
    "none": _none,
    "min_max": _min_max,
    "goalposts": _goalposts,
    "distance_to_best": _distance_to_best,
    "distance_to_target": _distance_to_target,
    "z_score": _z_score,
    "robust_z": _robust_z,
    "rank": _rank,
    "borda": _borda,
    "percentile_rank": _percentile_rank,
    "linear": _linear,
}

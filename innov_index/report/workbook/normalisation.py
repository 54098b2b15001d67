"""Normalisation as formulas; the direction is a cell, so that turning it turns the column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.settings import Setting
from innov_index.methods.kernels.column_statistics import mean, median, standard_deviation
from innov_index.methods.normalisation import (
    distance_scales,
    range_scales,
    rank_scales,
    spread_scales,
)
from innov_index.report.workbook.column import EXTREMES, Body, Column, Formulas
from innov_index.report.workbook.sheet_cells import Cell, UnitPage, literal, within

Writer: TypeAlias = Callable[[Column, str], Body | None]

FORMULAS: Formulas[Writer] = Formulas()
"""Given the column and the cell of its direction; no formula where the options allow none."""

RANGE = ("low", "high")


def normalised_page(workings: Workings, before: UnitPage, directions: dict[int, str]) -> UnitPage:
    """Scores of the indicators; `directions` refers to the cell of each leaf's direction."""
    settings = workings.settings("normalisation")
    of_index = workings.framework.direction
    page = UnitPage(
        "Normalised",
        f"Every indicator on one scale, {'more' if of_index > 0 else 'less'} is better.",
        workings.units,
        workings.indicators,
        ["direction", *labels_of(settings)],
    )
    values, after = workings.after("treated"), workings.after("normalised")
    signs = workings.framework.directions.tolist()
    for column, (setting, leaf) in enumerate(zip(settings, workings.framework.leaves, strict=True)):
        learned = workings.learned_from(setting, "treated", column)
        arrays = (values[:, column], after[:, column], learned)
        one = Column(before, page, column, setting.options, *arrays, doubt=float(workings.doubts[column]))
        sign = "" if of_index > 0 else "-"
        page.set("direction", column, Cell(int(signs[column]), f"={sign}{directions[int(leaf)]}"))
        write(one, setting, page.parameter("direction", column))
    page.mark_columns("scale")
    return page


def labels_of(settings: Sequence[Setting]) -> list[str]:
    """What stands above the columns of a page for these methods."""
    labels = (label for setting in settings for label in FORMULAS.labels(setting.method))
    return ["method", *labels, "weight", "stated weight"]


def write(one: Column, setting: Setting, direction: str) -> None:
    """Write one normalised column."""
    one.words("method", setting.method.name)
    reference = setting.step_options["reference"]
    by_group = isinstance(reference, dict) and "group" in reference
    writer = None if by_group else FORMULAS.get(setting.method)
    body = None if writer is None else writer(one, direction)
    if body is None:
        one.write_values()
    else:
        one.write(body)


@FORMULAS.of(range_scales.none)
def _none(one: Column, direction: str) -> Body:
    return lambda cell: f"{direction}*{cell}"


@FORMULAS.of(range_scales.min_max, labels=(*EXTREMES, *RANGE))
def _min_max(one: Column, direction: str) -> Body:
    shares = one.options["quantiles"]
    if shares is None:
        worst, best = one.smallest(), one.largest()
    else:
        worst, best = (
            one.statistic(label, f"PERCENTILE({one.area},{literal(share)})", one.quantile(share))
            for label, share in zip(EXTREMES, shares, strict=True)
        )
    return _stretched(one, direction, worst, best, one.options["truncate"])


@FORMULAS.of(range_scales.goalposts, labels=("lower goalpost", "upper goalpost", *RANGE))
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


@FORMULAS.of(distance_scales.distance_to_best, labels=(*EXTREMES, "scale"))
def _distance_to_best(one: Column, direction: str) -> Body:
    lower, upper, scale = one.smallest(), one.largest(), one.stated("scale", one.options["scale"])
    return lambda cell: f"{scale}*IF({direction}>0,{cell}-{lower},{upper}-{cell})/({upper}-{lower})"


@FORMULAS.of(distance_scales.distance_to_target, labels=(*EXTREMES, "target", "scale"))
def _distance_to_target(one: Column, direction: str) -> Body:
    lower, upper = one.smallest(), one.largest()
    target, scale = one.stated("target", one.options["target"]), one.stated("scale", one.options["scale"])
    cap = scale if one.options["cap"] else None
    return lambda cell: within(
        f"{scale}*IF({direction}>0,({cell}-{lower})/({target}-{lower}),({upper}-{cell})/({upper}-{target}))",
        None,
        cap,
    )


@FORMULAS.of(spread_scales.z_score, labels=("average", "deviation", "mean", "sd"))
def _z_score(one: Column, direction: str) -> Body:
    population = bool(one.options["population"])
    average = one.statistic("average", f"AVERAGE({one.area})", one.found(mean))
    spread = one.found(lambda known: standard_deviation(known, population=population))
    deviation = one.squares("deviation", "STDEVP" if population else "STDEV", spread)
    return _standard(one, direction, average, deviation)


@FORMULAS.of(spread_scales.robust_z, labels=("median", "deviation", "mean", "sd"))
def _robust_z(one: Column, direction: str) -> Body:
    centre = one.found(median)
    middle = one.statistic("median", f"MEDIAN({one.area})", centre)
    formula = f'1.4826*MEDIAN(IF(ISNUMBER({one.area}),ABS({one.area}-{middle}),""))'
    spread = 1.4826 * one.found(lambda known: median(np.abs(known - centre)))
    deviation = one.statistic("deviation", formula, spread, array=True)
    return _standard(one, direction, middle, deviation)


def _standard(one: Column, direction: str, centre: str, deviation: str) -> Body:
    mean, sd = one.stated("mean", one.options["mean"]), one.stated("sd", one.options["sd"])
    return lambda cell: f"{mean}+{sd}*{direction}*({cell}-{centre})/{deviation}"


@FORMULAS.of(rank_scales.rank)
def _rank(one: Column, direction: str) -> Body | None:
    """Ranks counted upwards; Excel's RANK counts upwards with 1, downwards with 0."""
    if one.learned is not None or one.options["ties"] == "dense":
        return None
    if one.doubt:
        return _rank_beyond_doubt(one, direction)
    upwards, downwards = f"IF({direction}>0,1,0)", f"IF({direction}>0,0,1)"
    area = one.area
    if one.options["ties"] == "max":
        return lambda cell: f"(COUNT({area})+1-RANK({cell},{area},{downwards}))"
    name = "RANK" if one.options["ties"] == "min" else "_xlfn.RANK.AVG"
    return lambda cell: f"{name}({cell},{area},{upwards})"


def _rank_beyond_doubt(one: Column, direction: str) -> Body:
    """Ranks counted upwards of computed values, which RANK would tell apart by their last bits."""
    area, reach = one.area, literal(2.0 * one.doubt)

    def body(cell: str) -> str:
        lower = f"SUMPRODUCT(ISNUMBER({area})*({area}<{cell}-{reach}))"
        higher = f"SUMPRODUCT(ISNUMBER({area})*({area}>{cell}+{reach}))"
        first = f"1+IF({direction}>0,{lower},{higher})"
        last = f"COUNT({area})-IF({direction}>0,{higher},{lower})"
        return {"min": first, "max": last, "average": f"({first}+{last})/2"}[str(one.options["ties"])]

    return body


@FORMULAS.of(rank_scales.borda)
def _borda(one: Column, direction: str) -> Body | None:
    rank = _rank(one, direction)
    return None if rank is None else lambda cell: f"{rank(cell)}-1"


@FORMULAS.of(rank_scales.percentile_rank, labels=("scale",))
def _percentile_rank(one: Column, direction: str) -> Body | None:
    rank, scale = _rank(one, direction), one.stated("scale", one.options["scale"])
    if rank is None:
        return None
    if one.options["of"] == "all":
        return lambda cell: f"{scale}*{rank(cell)}/COUNT({one.area})"
    return lambda cell: f"{scale}*({rank(cell)}-1)/(COUNT({one.area})-1)"


@FORMULAS.of(range_scales.linear, labels=("factor", "offset"))
def _linear(one: Column, direction: str) -> Body:
    factor, offset = one.stated("factor", one.options["factor"]), one.stated("offset", one.options["offset"])
    return lambda cell: f"{offset}+{factor}*{direction}*{cell}"

"""Treatment as formulas: caps as LARGE and SMALL with the number of capped points, logarithms, powers.

What the skewness test decided (how many points, or the fallback) stands above the column as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.settings import Setting
from innov_index.methods.kernels.column_statistics import skewness_and_kurtosis
from innov_index.methods.treatment import caps, curves, logarithms, power_transforms
from innov_index.model.arrays import Floats
from innov_index.report.workbook.column import EXTREMES, Body, Column, Formulas
from innov_index.report.workbook.sheet_cells import UnitPage, figure, literal, of_squares, within

Writer: TypeAlias = Callable[[Column], Body | None]
"""None: a formula would lose digits of these values."""

FORMULAS: Formulas[Writer] = Formulas()

TREATED = "Treated"
"""Title of the sheet."""

LIMITS = ("lower limit", "upper limit")
CAPS = ("capped below", "capped above", *LIMITS)
MOMENTS = ("skewness after", "kurtosis after")


def treated_page(workings: Workings, before: UnitPage) -> UnitPage:
    """Values after treatment."""
    settings = workings.settings("treatment")
    page = UnitPage(
        TREATED,
        "Outliers capped and skewed columns transformed; changed cells are set off.",
        workings.units,
        workings.indicators,
        _labels(settings),
    )
    was, after = workings.after("screened"), workings.after("treated")
    for column, setting in enumerate(settings):
        learned = workings.learned_from(setting, "screened", column)
        arrays = (was[:, column], after[:, column], learned)
        one = Column(before, page, column, setting.options, *arrays, doubt=float(workings.doubts[column]))
        _write(workings, one, setting)
    page.mark_changed(before, "AND(ISNUMBER({now}),{now}<>{was})")
    return page


def _write(workings: Workings, one: Column, setting: Setting) -> None:
    fallback = setting.fallback
    if fallback is None:
        one.words("method", setting.method.name)
    else:
        used = fallback if workings.fell_back[one.column] else setting
        one.words("method", used.method.name, "marked")
    first = FORMULAS[setting.method](one) if has_formula(setting) else None
    second = None
    if first is not None and fallback is not None:
        second = FORMULAS[fallback.method](replace(one, options=fallback.options))
    if first is None or (fallback is not None and second is None):
        one.write_values()
        return
    if second is None:
        one.write(first)
    else:
        chosen = f'{one.page.parameter("method", one.column)}="{setting.method.name}"'
        one.write(lambda cell: f"IF({chosen},{first(cell)},{second(cell)})")
    if MOMENTS[0] in FORMULAS.labels(setting.method):
        _moments(one)


def has_formula(setting: Setting) -> bool:
    """Whether the treatment, and its fallback, are written as formulas."""
    reference, fallback = setting.step_options["reference"], setting.fallback
    by_group = isinstance(reference, dict) and "group" in reference
    if by_group or setting.method not in FORMULAS:
        return False
    starts_over = setting.step_options["fallback_on"] == "untreated"
    return fallback is None or (starts_over and fallback.method in FORMULAS)


def _labels(settings: Sequence[Setting]) -> list[str]:
    labels = ["method"]
    for setting in settings:
        labels += FORMULAS.labels(setting.method)
        labels += FORMULAS.labels(setting.fallback.method) if setting.fallback else ()
    return labels


def _moments(one: Column) -> None:
    """Skewness and kurtosis after the treatment: what its test looks at."""
    skewness, kurtosis = skewness_and_kurtosis(one.result[:, None])
    area, known = one.page.over(one.column), one.result[~np.isnan(one.result)]
    for label, name, value in zip(MOMENTS, ("SKEW", "KURT"), (skewness, kurtosis), strict=True):
        formula, array = of_squares(name, area, known)
        if np.isnan(value[0]):
            # equal numbers, apart from rounding error
            formula = f'IF(MAX({area})-MIN({area})<={literal(2.0 * one.doubt)},"",{formula})'
        one.page.set(label, one.column, figure(float(value[0]), f'=IFERROR({formula},"")', array=array))


@FORMULAS.of(caps.none)
def _none(one: Column) -> Body:
    return lambda cell: cell


@FORMULAS.of(caps.winsorise, labels=(*CAPS, *MOMENTS))
def _winsorise(one: Column) -> Body:
    low, high = _limits_of(one)
    below, above = int((one.known < low).sum()), int((one.known > high).sum())
    fewer = one.stated("capped below", below, "marked")
    more = one.stated("capped above", above, "marked")
    lower = one.statistic(LIMITS[0], f"SMALL({one.area},1+{fewer})", low)
    upper = one.statistic(LIMITS[1], f"LARGE({one.area},1+{more})", high)
    return lambda cell: within(cell, lower, upper)


def _limits_of(one: Column) -> tuple[float, float]:
    """The lowest and highest value that the column keeps, found as the engine finds them."""
    options = {
        name: one.options[name] for name in ("max_points", "skewness", "kurtosis", "outlier_when", "force")
    }
    known = one.known
    if not len(known):
        return float("nan"), float("nan")
    kept = caps.winsorise(known[:, None], **options)
    return float(kept.min()), float(kept.max())


@FORMULAS.of(caps.winsorise_quantile, labels=("share lower limit", "share upper limit", *LIMITS))
def _winsorise_quantile(one: Column) -> Body:
    shares = [float(one.options[name]) for name in ("lower", "upper")]
    limits = [
        one.statistic(
            label, f"PERCENTILE({one.area},{one.stated(f'share {label}', share)})", one.quantile(share)
        )
        for label, share in zip(LIMITS, shares, strict=True)
    ]
    return lambda cell: within(cell, *limits)


@FORMULAS.of(caps.winsorise_iqr, labels=("fence", *LIMITS))
def _winsorise_iqr(one: Column) -> Body:
    factor = one.stated("fence", float(one.options["factor"]))
    quartiles = [f"QUARTILE({one.area},{quarter})" for quarter in (1, 3)]
    width = f"({quartiles[1]}-{quartiles[0]})"
    first, third = one.quantile(0.25), one.quantile(0.75)
    reach = (third - first) * float(one.options["factor"])
    low, high = (first - reach, third + reach) if third > first else (one.found(np.min), one.found(np.max))
    lower = one.statistic(LIMITS[0], f"IF({width}=0,MIN({one.area}),{quartiles[0]}-{factor}*{width})", low)
    upper = one.statistic(LIMITS[1], f"IF({width}=0,MAX({one.area}),{quartiles[1]}+{factor}*{width})", high)
    return lambda cell: within(cell, lower, upper)


@FORMULAS.of(caps.clamp, labels=LIMITS)
def _clamp(one: Column) -> Body:
    lower, upper = (
        one.stated(label, one.options[name]) for label, name in zip(LIMITS, ("lower", "upper"), strict=True)
    )
    return lambda cell: within(cell, lower, upper)


@FORMULAS.of(logarithms.log)
def _log(one: Column) -> Body:
    return lambda cell: f"LN({cell})"


@FORMULAS.of(logarithms.log_shift, labels=("shift", "floor"))
def _log_shift(one: Column) -> Body:
    shift = one.stated("shift", one.options["shift"])
    floor = one.stated("floor", one.options["floor"])
    return lambda cell: f"LN({within(cell, floor, None)}+{shift})"


@FORMULAS.of(logarithms.log_gii, labels=(*EXTREMES, "factor"))
def _log_gii(one: Column) -> Body:
    factor = one.stated("factor", one.options["factor"])
    low, high = one.smallest(), one.largest()
    return lambda cell: f"LN(({high}*{factor}-1)*({cell}-{low})/({high}-{low})+1)"


@FORMULAS.of(logarithms.log_ct, labels=EXTREMES)
def _log_ct(one: Column) -> Body:
    low, high = one.smallest(), one.largest()
    return lambda cell: f"LN({cell}-{low}+0.01*({high}-{low}))"


@FORMULAS.of(logarithms.log_ct_orig, labels=("minimum",))
def _log_ct_orig(one: Column) -> Body:
    low = one.smallest()
    return lambda cell: f"LN({cell}-{low}+1)"


@FORMULAS.of(logarithms.log_ct_plus, labels=(*EXTREMES, "skewness before"))
def _log_ct_plus(one: Column) -> Body:
    low, high = one.smallest(), one.largest()
    skewness = one.found(lambda known: skewness_and_kurtosis(known)[0])
    tail = one.squares("skewness before", "SKEW", skewness)
    hundredth = f"0.01*({high}-{low})"
    return lambda cell: f"IF({tail}>0,LN({cell}-{low}+{hundredth}),-LN({high}-{cell}+{hundredth}))"


@FORMULAS.of(curves.box_cox, labels=("minimum", "shift", "power"))
def _box_cox(one: Column) -> Body | None:
    low = one.smallest()
    shift = one.stated("shift", one.options["shift"])
    origin = low if one.options["origin"] == "minimum" else "0"
    move = float(one.options["shift"]) - (one.found(np.min) if origin == low else 0.0)
    power, exponent = _power(one, power_transforms.box_cox_power, move)
    if not _keeps_digits(one, _spreadsheet_power(one.values + move, exponent)):
        return None
    return lambda cell: _transformed(f"LN({cell}-{origin}+{shift})", power)


@FORMULAS.of(curves.yeo_johnson, labels=("power",))
def _yeo_johnson(one: Column) -> Body | None:
    power, exponent = _power(one, power_transforms.yeo_johnson_power, 0.0)
    up = _spreadsheet_power(one.values + 1.0, exponent)
    down = -_spreadsheet_power(1.0 - one.values, 2.0 - exponent)
    if not _keeps_digits(one, np.where(one.values >= 0, up, down)):
        return None

    def body(cell: str) -> str:
        above = _transformed(f"LN({cell}+1)", power)
        below = _transformed(f"LN(1-{cell})", f"(2-{power})")
        return f"IF({cell}>=0,{above},-{below})"

    return body


def _power(one: Column, find: Callable[[Floats], Floats], move: float) -> tuple[str, float]:
    """Reference to the power and the power: the stated one, or that of maximum likelihood, a value."""
    stated = one.options["lmbda"]
    if stated is not None:
        return one.stated("power", stated), float(stated)
    found = one.found(lambda known: find(known + move))
    return one.stated("power", found, "marked"), found


def _transformed(logarithm: str, power: str) -> str:
    """(z^λ - 1) / λ given ln z; a power that vanishes is an error in LibreOffice, the exponential is 0."""
    return f"IF({power}=0,{logarithm},(EXP({power}*{logarithm})-1)/IF({power}=0,1,{power}))"


def _spreadsheet_power(values: Floats, power: float) -> Floats:
    """What `_transformed` gives of z; next to z = 1 logarithm and exponential lose digits of it."""
    with np.errstate(all="ignore"):
        logs = np.log(values)
        return np.asarray(logs if power == 0 else (np.exp(power * logs) - 1.0) / power)


def _keeps_digits(one: Column, computed: Floats) -> bool:
    """Whether a formula computes the engine's result to ten digits, or to what is nothing beside others."""
    nothing = 1e-13 * float(np.nan_to_num(np.abs(one.result)).max(initial=0.0))
    return np.allclose(computed, one.result, rtol=1e-10, atol=nothing, equal_nan=True)


@FORMULAS.of(curves.square_root)
def _square_root(one: Column) -> Body:
    return lambda cell: f"SQRT({cell})"


@FORMULAS.of(curves.cube_root)
def _cube_root(one: Column) -> Body:
    return lambda cell: f"SIGN({cell})*ABS({cell})^(1/3)"


@FORMULAS.of(curves.asinh, labels=("scale",))
def _asinh(one: Column) -> Body:
    scale = one.stated("scale", one.options["scale"])
    return lambda cell: f"ASINH({cell}/{scale})"


@FORMULAS.of(curves.logit, labels=LIMITS)
def _logit(one: Column) -> Body:
    low, high = (
        one.stated(label, one.options[name]) for label, name in zip(LIMITS, ("low", "high"), strict=True)
    )
    return lambda cell: f"LN(({cell}-{low})/({high}-{cell}))"


@FORMULAS.of(curves.reciprocal)
def _reciprocal(one: Column) -> Body:
    return lambda cell: f"1/{cell}"

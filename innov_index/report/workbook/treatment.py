"""Treatment as formulas: caps as LARGE and SMALL with the number of capped points, logarithms, powers.

What the skewness test decided (how many points, or the fallback) stands above the column as a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.methods.kernels.moments import skewness_and_kurtosis
from innov_index.methods.treatment import power_transforms
from innov_index.methods.treatment.caps import passes
from innov_index.model.arrays import Floats
from innov_index.pipeline.calls import Call
from innov_index.pipeline.indicators import with_reference
from innov_index.report.workbook.column import Column
from innov_index.report.workbook.excel_formulas import within
from innov_index.report.workbook.sheet_cells import UnitPage, figure
from innov_index.report.workbook.source import ColumnCall, Source

Body: TypeAlias = Callable[[str], str]
Writer: TypeAlias = Callable[[Column], Body]

LIMITS = ("lower limit", "upper limit")
CAPS = ("capped below", "capped above", *LIMITS)
MOMENTS = ("skewness after", "kurtosis after")


def treated_page(source: Source, before: UnitPage) -> UnitPage:
    """Values after treatment."""
    calls = source.calls("treatment")
    page = UnitPage(
        "Treated",
        "Outliers capped and skewed columns transformed; changed cells are set off.",
        source.units,
        source.leaf_columns,
        _labels(calls),
    )
    after = source.step("treated")
    was = source.step("screened")
    for column, call in enumerate(calls):
        learned = source.learned_by(call, "screened", column)
        one = Column(before, page, column, call.options, was[:, column], after[:, column], learned)
        _write(source, one, call)
    page.mark_changed(before, "AND(ISNUMBER({now}),{now}<>{was})")
    return page


def has_formula(method: str) -> bool:
    return method in WRITERS


def _write(source: Source, one: Column, call: ColumnCall) -> None:
    fallback = _fallback_used(source, one.column, call)
    if call.call.fallback is None:
        one.words("method", call.method)
    else:
        used = call.call.fallback.method.name if fallback else call.method
        one.words("method", used, "marked")
    if call.reference == "group" or not _writable(call):
        one.write_values()
        return
    first = WRITERS[call.method](one)
    if call.call.fallback is None:
        one.write(first)
    else:
        second = WRITERS[call.call.fallback.method.name](_with_options(one, call.call.fallback))
        chosen = f'{one.page.parameter("method", one.column)}="{call.method}"'
        one.write(lambda cell: f"IF({chosen},{first(cell)},{second(cell)})")
    _moments(one, call)


def _writable(call: ColumnCall) -> bool:
    if call.method not in WRITERS:
        return False
    fallback = call.call.fallback
    if fallback is None:
        return True
    starts_over = call.call.step_options["fallback_on"] == "untreated"
    return starts_over and fallback.method.name in WRITERS


def _fallback_used(source: Source, column: int, call: ColumnCall) -> bool:
    """Whether the column still failed the test after the first treatment."""
    if call.call.fallback is None or call.options.get("force") is not None:
        return False
    values = np.asarray(source.scores.steps["screened"])[..., [column]]
    first = with_reference(_alone(call), values, {})
    test = {name: call.options[name] for name in ("skewness", "kurtosis", "outlier_when")}
    return not passes(first, **test)[source.edition, 0]


def _alone(call: ColumnCall) -> Call:
    """The call for one indicator, without its fallback."""
    whole = call.call
    return Call(whole.where, whole.method, slice(None), call.options, whole.step_options)


def _with_options(one: Column, fallback: Call) -> Column:
    return Column(one.before, one.page, one.column, fallback.options, one.values, one.result, one.learned)


def _labels(calls: list[ColumnCall]) -> list[str]:
    labels = ["method"]
    for call in calls:
        labels += LABELS.get(call.method, ())
        if call.call.fallback is not None:
            labels += LABELS.get(call.call.fallback.method.name, ())
    return labels


def _moments(one: Column, call: ColumnCall) -> None:
    """Skewness and kurtosis after the treatment: what the test asked for."""
    if call.method != "winsorise":
        return
    skewness, kurtosis = skewness_and_kurtosis(one.result[:, None])
    area = one.page.over(one.column)
    for label, name, value in zip(MOMENTS, ("SKEW", "KURT"), (skewness, kurtosis), strict=True):
        formula = f'=IFERROR({name}({area}),"")'
        one.page.set(label, one.column, figure(float(value[0]), formula))


def _none(one: Column) -> Body:
    return lambda cell: cell


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
    from innov_index.methods.treatment.caps import winsorise

    options = {
        name: one.options[name] for name in ("max_points", "skewness", "kurtosis", "outlier_when", "force")
    }
    known = one.known
    if not len(known):
        return float("nan"), float("nan")
    kept = winsorise(known[:, None], **options)
    return float(kept.min()), float(kept.max())


def _winsorise_quantile(one: Column) -> Body:
    shares = [float(one.options[name]) for name in ("lower", "upper")]
    found = quantiles(one.known[:, None], shares) if len(one.known) else [np.full((1, 1), np.nan)] * 2
    limits = [
        one.statistic(
            label, f"PERCENTILE({one.area},{one.stated(f'share {label}', share)})", float(value.item())
        )
        for label, share, value in zip(LIMITS, shares, found, strict=True)
    ]
    return lambda cell: within(cell, *limits)


def _winsorise_iqr(one: Column) -> Body:
    factor = one.stated("fence", float(one.options["factor"]))
    quartiles = [f"QUARTILE({one.area},{quarter})" for quarter in (1, 3)]
    width = f"({quartiles[1]}-{quartiles[0]})"
    first, third = (float(q.item()) for q in quantiles(one.known[:, None], [0.25, 0.75]))
    reach = (third - first) * float(one.options["factor"])
    low, high = (first - reach, third + reach) if third > first else (one.known.min(), one.known.max())
    lower = one.statistic(
        LIMITS[0], f"IF({width}=0,MIN({one.area}),{quartiles[0]}-{factor}*{width})", float(low)
    )
    upper = one.statistic(
        LIMITS[1], f"IF({width}=0,MAX({one.area}),{quartiles[1]}+{factor}*{width})", float(high)
    )
    return lambda cell: within(cell, lower, upper)


def _clamp(one: Column) -> Body:
    lower, upper = (
        one.stated(label, one.options[name]) for label, name in zip(LIMITS, ("lower", "upper"), strict=True)
    )
    return lambda cell: within(cell, lower, upper)


def _log(one: Column) -> Body:
    return lambda cell: f"LN({cell})"


def _log_shift(one: Column) -> Body:
    shift = one.stated("shift", one.options["shift"])
    floor = one.stated("floor", one.options["floor"])
    return lambda cell: f"LN({within(cell, floor, None)}+{shift})"


def _log_gii(one: Column) -> Body:
    factor = one.stated("factor", one.options["factor"])
    low, high = one.smallest(), one.largest()
    return lambda cell: f"LN(({high}*{factor}-1)*({cell}-{low})/({high}-{low})+1)"


def _log_ct(one: Column) -> Body:
    low, high = one.smallest(), one.largest()
    return lambda cell: f"LN({cell}-{low}+0.01*({high}-{low}))"


def _log_ct_orig(one: Column) -> Body:
    low = one.smallest()
    return lambda cell: f"LN({cell}-{low}+1)"


def _log_ct_plus(one: Column) -> Body:
    low, high = one.smallest(), one.largest()
    skewness = float(skewness_and_kurtosis(one.known[:, None])[0][0])
    tail = one.statistic("skewness before", f"SKEW({one.area})", skewness)
    hundredth = f"0.01*({high}-{low})"
    return lambda cell: f"IF({tail}>0,LN({cell}-{low}+{hundredth}),-LN({high}-{cell}+{hundredth}))"


def _box_cox(one: Column) -> Body:
    low = one.smallest()
    shift = one.stated("shift", one.options["shift"])
    origin = low if one.options["origin"] == "minimum" else "0"
    moved = one.known + float(one.options["shift"]) - (one.known.min() if origin == low else 0.0)
    power = _power(one, power_transforms.box_cox_power, moved)
    return lambda cell: (
        f"IF({power}=0,LN({cell}-{origin}+{shift}),(({cell}-{origin}+{shift})^{power}-1)/{power})"
    )


def _yeo_johnson(one: Column) -> Body:
    power = _power(one, power_transforms.yeo_johnson_power, one.known)
    up = f"IF({power}=0,LN({{0}}+1),(({{0}}+1)^{power}-1)/IF({power}=0,1,{power}))"
    down = f"IF({power}=2,-LN(1-{{0}}),-((1-{{0}})^(2-{power})-1)/IF({power}=2,1,2-{power}))"
    return lambda cell: f"IF({cell}>=0,{up.format(cell)},{down.format(cell)})"


def _power(one: Column, find: Callable[[Floats], Floats], values: Floats) -> str:
    """The power: the stated one, or that of maximum likelihood, which has no formula."""
    stated = one.options["lmbda"]
    if stated is not None:
        return one.stated("power", stated)
    return one.stated("power", float(find(values[:, None]).item()), "marked")


def _square_root(one: Column) -> Body:
    return lambda cell: f"SQRT({cell})"


def _cube_root(one: Column) -> Body:
    return lambda cell: f"SIGN({cell})*ABS({cell})^(1/3)"


def _asinh(one: Column) -> Body:
    scale = one.stated("scale", one.options["scale"])
    return lambda cell: f"ASINH({cell}/{scale})"


def _logit(one: Column) -> Body:
    low, high = (
        one.stated(label, one.options[name]) for label, name in zip(LIMITS, ("low", "high"), strict=True)
    )
    return lambda cell: f"LN(({cell}-{low})/({high}-{cell}))"


def _reciprocal(one: Column) -> Body:
    return lambda cell: f"1/{cell}"


EXTREMES = ("minimum", "maximum")

LABELS: dict[str, tuple[str, ...]] = {
    "winsorise": (*CAPS, *MOMENTS),
    "winsorise_quantile": ("share lower limit", "share upper limit", *LIMITS),
    "winsorise_iqr": ("fence", *LIMITS),
    "clamp": LIMITS,
    "log_shift": ("shift", "floor"),
    "log_gii": (*EXTREMES, "factor"),
    "log_ct": EXTREMES,
    "log_ct_orig": ("minimum",),
    "log_ct_plus": (*EXTREMES, "skewness before"),
    "box_cox": ("minimum", "shift", "power"),
    "yeo_johnson": ("power",),
    "asinh": ("scale",),
    "logit": LIMITS,
}

WRITERS: dict[str, Writer] = {
    "none": _none,
    "winsorise": _winsorise,
    "winsorise_quantile": _winsorise_quantile,
    "winsorise_iqr": _winsorise_iqr,
    "clamp": _clamp,
    "log": _log,
    "log_shift": _log_shift,
    "log_gii": _log_gii,
    "log_ct": _log_ct,
    "log_ct_orig": _log_ct_orig,
    "log_ct_plus": _log_ct_plus,
    "box_cox": _box_cox,
    "yeo_johnson": _yeo_johnson,
    "square_root": _square_root,
    "cube_root": _cube_root,
    "asinh": _asinh,
    "logit": _logit,
    "reciprocal": _reciprocal,
}

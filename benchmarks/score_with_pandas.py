"""What `intake.py` compares with: the same index by pandas alone.

Usage: python score_with_pandas.py DATA OUTPUT.csv [--changed]
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

MAX_POINTS, SKEWNESS, KURTOSIS = 5, 2, 3.5
DIMENSIONS = 5


def winsorised(values: pd.Series) -> pd.Series:
    """One extreme value after another becomes the next one, until skewness and kurtosis are within bounds."""
    for _ in range(MAX_POINTS):
        skewness = values.skew()
        if abs(skewness) <= SKEWNESS or values.kurt() <= KURTOSIS:
            break
        if skewness > 0:
            extreme = values.max()
            values = values.mask(values == extreme, values[values < extreme].max())
        else:
            extreme = values.min()
            values = values.mask(values == extreme, values[values > extreme].min())
    return values


def changes(
    units: pd.Series, before: pd.DataFrame, after: pd.DataFrame, step: str, method: str
) -> pd.DataFrame:
    """One row a value that a step changed."""
    columns, rows = np.nonzero(before.ne(after).to_numpy().T)
    columns_of = {"before": before, "after": after}
    return pd.DataFrame(
        {
            "unit": units.to_numpy()[rows],
            "name": units.to_numpy()[rows],
            "indicator": before.columns[columns],
            **{name: frame.to_numpy()[rows, columns] for name, frame in columns_of.items()},
            "step": step,
            "method": method,
        }
    )


def main() -> None:
    data, output, *asked = sys.argv[1:]
    read = pd.read_csv(data) if data.endswith(".csv") else pd.read_parquet(data)
    leaves = [name for name in read if name not in ("unit", "group")]
    measured = read[leaves]
    imputed = measured.fillna(measured.groupby(read["group"]).transform("mean"))
    values = imputed.apply(winsorised)
    scaled = 100 * (values - values.min()) / (values.max() - values.min())
    found = pd.DataFrame({"unit": read["unit"], "name": read["unit"]})
    share, more = divmod(len(leaves), DIMENSIONS)
    scores, start = {}, 0
    for at in range(DIMENSIONS):
        end = start + share + (at < more)
        scores[f"d{at}"] = scaled[leaves[start:end]].mean(axis=1)
        start = end
    index = pd.DataFrame(scores).mean(axis=1)
    found["rank"] = index.rank(method="min", ascending=False).astype(int)
    found["score"] = index
    found["imputed"] = measured.isna().sum(axis=1)
    found.assign(**scores).sort_values(["rank", "unit"]).to_csv(output, index=False)
    if asked:
        steps = (
            changes(read["unit"], measured, imputed, "imputation", "group_mean"),
            changes(read["unit"], imputed, values, "treatment", "winsorise"),
        )
        pd.concat(steps).to_csv(output.replace(".csv", ".changed.csv"), index=False)


if __name__ == "__main__":
    main()

"""Indices made up for the browser: hostile names, many units."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import innov_index
from innov_index.report.page import page

HOSTILE = (
    '=HYPERLINK("http://x")',
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "quotes \" and ' and `",
    "two\nlines",
    "تل أبيب",
    "\u202eright to left\u202c",
    "🚀 rocket 👩‍🚀",
    "&lt;b&gt; &amp;",
    "plain",
)


def write_index(folder: Path, names: list[str], indicators: int = 6, seed: int = 1) -> Path:
    """Write a config and its data; return the config's path."""
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, 10.0, (len(names), indicators)) + 1
    columns = [f"i{k}" for k in range(indicators)]
    with (folder / "data.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "name", "region", "lat", "lon", *columns])
        for k, name in enumerate(names):
            place = [f"{rng.uniform(-50, 65):.3f}", f"{rng.uniform(-170, 170):.3f}"]
            region = name if k % 3 == 0 and len(names) < 50 else f"region {k % 5}"
            writer.writerow([f"u{k}", name, region, *place, *(f"{v:.6g}" for v in values[k])])
    half = indicators // 2
    leaves = [f"        - {{indicator: {c}, name: 'Indicator {c}'}}" for c in columns]
    config = folder / "index.yaml"
    config.write_text(
        "name: Made-up index\n"
        "units: {id: unit, name: name, groups: [region], latitude: lat, longitude: lon}\n"
        "indicators: {file: data.csv}\n"
        "index:\n  code: I\n  children:\n"
        "    - code: A\n      name: First half\n      weight: 0.6\n      children:\n"
        + "\n".join(leaves[:half])
        + "\n    - code: B\n      name: Second half\n      weight: 0.4\n      children:\n"
        + "\n".join(leaves[half:])
        + "\nschemes:\n  equal: {weighting: {method: equal}}\n  z: {normalisation: {method: z_score}}\n",
        encoding="utf-8",
    )
    return config


def write_report(config: Path) -> Path:
    """Write the report of a config beside it."""
    report = config.with_suffix(".html")
    report.write_text(page(innov_index.load(config)), encoding="utf-8")
    return report

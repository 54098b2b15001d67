"""Indices made up for the browser: hostile names, many units."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import innov_index
from innov_index.analysis.answers import Answers
from innov_index.report.page import page
from tests.indices import rows_of, write_index

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


def write_cities(folder: Path, names: list[str], indicators: int = 6, seed: int = 1) -> Path:
    """Write an index of cities with these names, at random places; return the config's path."""
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, 10.0, (len(names), indicators)) + 1
    columns = [f"i{k}" for k in range(indicators)]
    places = rng.uniform((-50, -170), (65, 170), (len(names), 2)).round(3)
    regions = [name if k % 3 == 0 and len(names) < 50 else f"region {k % 5}" for k, name in enumerate(names)]
    labels = {"name": names, "region": regions, "lat": places[:, 0].tolist(), "lon": places[:, 1].tolist()}
    leaves = [{"indicator": column, "name": f"Indicator {column}"} for column in columns]
    half = indicators // 2
    config = {
        "name": "Made-up index",
        "units": {"id": "unit", "name": "name", "groups": ["region"], "latitude": "lat", "longitude": "lon"},
        "indicators": {"file": "data.csv"},
        "index": {
            "code": "I",
            "children": [
                {"code": "A", "name": "First half", "weight": 0.6, "children": leaves[:half]},
                {"code": "B", "name": "Second half", "weight": 0.4, "children": leaves[half:]},
            ],
        },
        "schemes": {
            "equal": {"weighting": {"method": "equal"}},
            "z": {"normalisation": {"method": "z_score"}},
        },
    }
    return write_index(folder, config, rows_of(values, columns, **labels))


def write_report(config: Path) -> Path:
    """Write the report of a config beside it."""
    report = config.with_suffix(".html")
    report.write_text(page(Answers(innov_index.load(config))), encoding="utf-8")
    return report

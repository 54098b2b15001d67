"""Command lines for an index: every command, with plausible options."""

from __future__ import annotations

import random

from tests.campaign.folders import CONFIG

TABLES = ("csv", "json", "md", "xlsx", "parquet", "csv.gz")
FIGURES = (
    "scores",
    "intervals",
    "slope",
    "heatmap",
    "correlations",
    "distribution",
    "icicle",
    "profile",
    "sensitivity",
)
PLAIN: tuple[tuple[str, ...], ...] = (
    ("score",),
    ("score", "--full"),
    ("score", "--top", "1"),
    ("score", "--set", "weighting.method=equal"),
    ("score", "--set", "ranking.ties=dense"),
    ("score", "--remarks"),
    ("compare",),
    ("compare", "--product"),
    ("compare", "--across", "aggregation.method=[arithmetic, geometric]"),
    ("validate",),
    ("audit",),
    ("audit", "--unit", "c0"),
    ("audit", "--group", "region"),
    ("robustness", "--time-limit", "1"),
    ("robustness", "--time-limit", "1", "--simplex", "--volumes"),
    ("robustness", "--time-limit", "1", "--pair", "c0,c1"),
    ("robustness", "--time-limit", "1", "--table", "stability"),
    ("uncertainty", "--draws", "20"),
    ("uncertainty", "--draws", "20", "--table", "pairs"),
    ("uncertainty", "--draws", "20", "--table", "frequencies"),
    ("uncertainty", "--draws", "20", "--table", "central weights"),
    ("uncertainty", "--draws", "20", "--unit", "c0"),
    ("uncertainty", "--replay", "3"),
    ("sensitivity", "--runs", "16"),
    ("sensitivity", "--runs", "16", "--table", "tornado"),
    ("infer", "--order", "c0 > c1"),
    ("selftest",),
)
WRITING = (
    "score",
    "compare",
    "audit",
    "robustness --time-limit 1",
    "uncertainty --draws 20",
    "sensitivity --runs 16",
)


def random_command_line(rng: random.Random) -> list[str]:
    """One command line about the index of the case."""
    kind = rng.random()
    if kind < 0.62:
        name, *options = rng.choice(PLAIN)
        if rng.random() < 0.2 and name not in ("validate", "selftest"):
            options += ["--format", rng.choice(["csv", "json", "markdown", "table"])]
        if rng.random() < 0.15 and name != "validate":
            options += ["--edition", rng.choice(["2020", "2021"])]
        if rng.random() < 0.1 and name not in ("validate", "selftest", "compare"):
            options += ["--scheme", "s1"]
        return [name, CONFIG, *options]
    if kind < 0.78:
        name, *options = rng.choice(WRITING).split()
        return [name, CONFIG, *options, "-o", f"out.{rng.choice(TABLES)}"]
    if kind < 0.92:
        return ["plot", rng.choice(FIGURES), CONFIG, "-o", f"out.{rng.choice(['svg', 'svg', 'png', 'pdf'])}"]
    if kind < 0.96:
        return ["report", CONFIG, "-o", "out.html"]
    return ["export", CONFIG, "-o", "out.xlsx"]

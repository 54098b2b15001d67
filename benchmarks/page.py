"""The report's web page: its size, the time to write it, and how fast it responds.

    python benchmarks/page.py [--units 200] [--indicators 31]

It prints the processor time of the whole command `innov-index report` (start of Python, imports, 10,000 draws
for the rank intervals, sensitivity, figures; median of 3), the size of the page, and in Chromium (medians of
50): the arithmetic after one changed weight (every node scored, units ranked), the update of the whole page
(scores, table, sliders, layout), and the milliseconds from opening the file to the first ranking. It needs
playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from quick import QUICK

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RUNS = 5 if QUICK else 50
REPEATS = 1 if QUICK else 5

HEAD = """\
name: Benchmark
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}"""
CHOICES = """\
schemes:
  entropy: {weighting: {method: entropy}}
  z: {normalisation: {method: z_score}}
uncertainty:
  draws: 10000
  vary:
    - path: normalisation
      alternatives: [as stated, {method: z_score, mean: 50, sd: 10}]
    - weights: noise
      amount: 0.25
"""

MEASURE = """
runs => {
  const app = innovIndex;
  const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const timed = (action) => {
    const times = [];
    for (let run = 0; run < runs; run++) {
      const before = performance.now();
      action(run);
      times.push(performance.now() - before);
    }
    return median(times);
  };
  const slider = document.querySelector("#weights input");
  return {
    compute: timed((run) => {
      app.state.weights[app.dimensions[0]] = 0.2 + run / 100;
      app.compute();
    }),
    update: timed((run) => {
      slider.value = 20 + 7 * (run % 9);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      document.body.getBoundingClientRect();
    }),
    first: performance.getEntriesByName("first-ranking")[0].startTime,
  };
}
"""


def write_index(folder: Path, units: int, indicators: int) -> Path:
    """Write a config of three levels with random data; return its path."""
    rng = np.random.default_rng(7)
    names = [f"i{k}" for k in range(indicators)]
    rows = [f"u{u},Metropolitan area {u},Region {u % 6}" for u in range(units)]
    values = rng.gamma(2.0, 10.0, (units, indicators))
    lines = [f"{row},{','.join(f'{v:.7g}' for v in line)}" for row, line in zip(rows, values, strict=True)]
    (folder / "data.csv").write_text("\n".join([f"unit,name,region,{','.join(names)}", *lines]) + "\n")
    tree = ["index:", "  code: I", "  children:"]
    for d, dimension in enumerate(np.array_split(names, 4)):
        tree += [f"    - code: D{d}", "      children:"]
        for s, leaves in enumerate(np.array_split(dimension, 2)):
            tree += [f"        - code: D{d}.{s}", "          children:"]
            tree += [f"            - {{indicator: {leaf}}}" for leaf in leaves]
    config = folder / "index.yaml"
    config.write_text("\n".join([HEAD, *tree, CHOICES]))
    return config


def seconds_to_make(config: Path, report: Path) -> float:
    """Processor time of the command and of all processes that it starts."""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    command = [sys.executable, "-m", "innov_index", "report", str(config), "-o", str(report)]
    # with compiled modules, as in an installed program
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=compiled)
    return spent() - before


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=20 if QUICK else 200)
    parser.add_argument("--indicators", type=int, default=8 if QUICK else 31)
    stated = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        config = write_index(Path(folder), stated.units, stated.indicators)
        report = Path(folder) / "report.html"
        made = float(np.median([seconds_to_make(config, report) for _ in range(min(REPEATS, 3))]))
        html = report.read_text("utf-8")
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        first, found = [], {}
        for _ in range(REPEATS):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(report.as_uri())
            tab.wait_for_selector("html[data-ready]")
            found = tab.evaluate(MEASURE, RUNS)
            first.append(found["first"])
            tab.close()
        browser.close()
    print(f"{stated.units} units x {stated.indicators} indicators")
    assert "nine of ten of 10,000 draws" in html
    print(f"written in {made:.2f} s of processor time, {len(html.encode()) / 1e6:.2f} MB")
    print(f"first ranking {np.median(first):.0f} ms after opening (median of {REPEATS})")
    print(f"one changed weight: scored and ranked in {found['compute']:.2f} ms (median of {RUNS})")
    print(f"page updated in {found['update']:.1f} ms (median of {RUNS})")


if __name__ == "__main__":
    main()

"""The explorer in a notebook: the widget's script in a real browser, and what Python gets of it."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import innov_index
from innov_index.datasets import load_tai

HOST = """<!doctype html><div id="el"></div><script type="module">
const values = __VALUES__;
globalThis.values = values;
globalThis.saved = 0;
const model = {
  get: (name) => values[name],
  set: (name, value) => { values[name] = value; },
  save_changes: () => { globalThis.saved += 1; },
};
const script = new Blob([__SCRIPT__], { type: "text/javascript" });
const { default: widget } = await import(URL.createObjectURL(script));
widget.render({ model, el: document.getElementById("el") });
</script>"""


def test_weights_that_are_set_in_the_page_are_told(chromium: Any, tmp_path: Path) -> None:
    index = load_tai()
    widget = pytest.importorskip("anywidget") and index.explore()
    values = {name: getattr(widget, name) for name in ("title", "page", "height", "weights", "config")}
    script = files("innov_index.report").joinpath("explorer.js").read_text("utf-8")

    def literal(value: object) -> str:
        return json.dumps(value).replace("</", "<\\/")

    host = HOST.replace("__SCRIPT__", literal(script)).replace("__VALUES__", literal(values))
    page = chromium.new_page()
    page.set_content(host)
    page.wait_for_function("globalThis.saved > 0")
    told = page.evaluate("globalThis.values.weights")
    assert told == pytest.approx(widget.weights)
    page.evaluate(
        """() => {
          const app = document.querySelector("iframe").contentWindow.innovIndex;
          const nodes = app.data.nodes.map((node) => node.code);
          app.state.weights[nodes.indexOf("CREATION")] = 0.7;
          for (const code of ["RECENT", "OLD", "SKILLS"]) app.state.weights[nodes.indexOf(code)] = 0.1;
          app.refresh();
        }"""
    )
    told = page.evaluate("globalThis.values.weights")
    assert told["CREATION"] == 0.7
    (tmp_path / "explored.yaml").write_text(page.evaluate("globalThis.values.config"), encoding="utf-8")
    (tmp_path / "tai.csv").write_bytes((index.config.folder / "tai.csv").read_bytes())
    explored = innov_index.load(tmp_path / "explored.yaml")
    weights = {"CREATION": 0.7, "RECENT": 0.1, "OLD": 0.1, "SKILLS": 0.1}
    dimensions = {code: index.score()["Japan", code] for code in weights}
    assert explored.score()["Japan"] == pytest.approx(
        sum(weights[code] * score for code, score in dimensions.items())
    )
    page.close()


def test_python_starts_with_the_weights_of_the_index() -> None:
    pytest.importorskip("anywidget")
    widget = load_tai().explore()
    assert widget.weights["CREATION"] == 0.25
    assert widget.weights["patents"] == 0.5
    assert "0" not in repr(widget)


def test_without_the_extra_the_page_is_in_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    shown = load_tai().explore()
    assert "extra `notebook`" in repr(shown)
    html = shown._repr_html_()
    assert html.startswith("<iframe title=")
    assert html.count("<") == 2  # the page is in an attribute

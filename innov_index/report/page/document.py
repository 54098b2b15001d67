"""One self-contained HTML document: styles, scripts and data inside, nothing else allowed."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib import resources

from innov_index.report.page.markup import Markup, join, tag

SCRIPTS = (
    "dom",
    "words",
    "engine",
    "state",
    "yaml",
    "sharing",
    "reference",
    "probing",
    "added",
    "rows",
    "table",
    "weights",
    "explorer",
    "slope",
    "unit",
    "map",
    "main",
)
"""The page's scripts, in the order in which they stand in it."""


def document(title: str, body: Markup, data: str) -> str:
    """The whole page.

    Parameters
    ----------
    title : str
    body : Markup
    data : str
        JSON that the scripts read; holds no `<`.
    """
    style, script = _asset("style.css"), _script()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(style)),
    )
    content = tag(
        "body",
        body,
        tag("script", Markup(data), type="application/json", id="data"),
        tag("script", Markup(script)),
    )
    return "<!DOCTYPE html>\n" + tag("html", join("\n", head, "\n", content, "\n"), lang="en") + "\n"


def _policy(style: str, script: str) -> str:
    """Only these styles and scripts run; nothing is loaded or sent; no text ever becomes markup."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{script_hash(script)}'",
            f"style-src '{script_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def script_hash(text: str) -> str:
    """What a policy calls a script or style by."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}"


def _script() -> str:
    parts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _asset(name: str) -> str:
    return resources.files("innov_index.report.page").joinpath(f"assets/{name}").read_text("utf-8")

"""The page's explorer in a notebook: a widget whose weights Python reads, or the page in a frame."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Any

from innov_index.analysis.answers import Answers
from innov_index.errors import load_extra
from innov_index.frozen import frozen
from innov_index.index import Index

HEIGHT = 720
"""Pixels of the frame."""


@frozen
class Framed:
    """The page in a frame, where widgets are not installed: it can be used, but Python does not see how."""

    title: str
    page: str

    def __repr__(self) -> str:
        return f"<Framed page of {self.title!r}; with the extra `notebook` its weights can be read>"

    def _repr_html_(self) -> str:
        style = f"width:100%;height:{HEIGHT}px;border:1px solid currentColor;border-radius:4px"
        return f'<iframe title="{escape(self.title)}" style="{style}" srcdoc="{escape(self.page)}"></iframe>'


def explorer(index: Index, edition: str | None) -> Any:
    """The explorer of one edition of an index: a widget (anywidget) where it is installed, else `Framed`."""
    load_extra("matplotlib", "drawing the figures of the page", "report")
    from innov_index.report.page import page

    title, html = index.name, page(Answers(index, edition))
    try:
        import anywidget
        import traitlets
    except ImportError:
        return Framed(title, html)

    class Explorer(anywidget.AnyWidget):
        """The page's explorer.

        Attributes
        ----------
        weights : dict
            Weight of each node among its siblings, as set in the page.
        config : str
            The config, as YAML, that the engine scores as the page does.
        """

        _esm = files("innov_index.report").joinpath("explorer.js").read_text("utf-8")
        title = traitlets.Unicode().tag(sync=True)
        page = traitlets.Unicode().tag(sync=True)
        height = traitlets.Int(HEIGHT).tag(sync=True)
        weights = traitlets.Dict().tag(sync=True)
        config = traitlets.Unicode().tag(sync=True)

        def __repr__(self) -> str:
            return f"<Explorer of {self.title!r}: .weights, .config>"

    tree, scores = index.framework, index.score_edition(edition)
    at = scores.edition_position(edition)
    given = {
        node.code: float(weight)
        for node, weight in list(zip(tree.nodes, scores.weights[at].tolist(), strict=True))[1:]
        if weight == weight
    }
    return Explorer(title=title, page=html, weights=given, config="")

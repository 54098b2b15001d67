"""`index.plot`: a method for every kind of figure, for notebooks and scripts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from innov_index.analysis.answers import Answers
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.limits import Millimetres, Rows, ensure_within
from innov_index.report.figures.kinds import KINDS, Request, draw
from innov_index.report.figures.picture import MILLIMETRES, TWO_COLUMNS, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@frozen
class Plots:
    """Figures of an index.

    Each method gives a `Picture`, a figure of matplotlib that notebooks show and that describes itself in
    words (``description``); ``savefig`` writes it. With ``ax`` it is drawn into these axes as an image of 300
    dots an inch, in their width unless ``width`` is stated, and the axes are given back. ``width`` is in
    millimetres; ``edition`` is the last one by default.
    """

    index: Index

    def __repr__(self) -> str:
        return f"<Plots of {self.index.name!r}: {', '.join(KINDS)}>"

    def scores(
        self,
        ax: Axes | None = None,
        *,
        top: int | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Scores of the units, and what each dimension adds; of the first ``top`` units."""
        return self._drawn("scores", ax, edition, width, top=top)

    def intervals(
        self,
        ax: Axes | None = None,
        *,
        top: int | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Where each rank lies when the choices under `uncertainty:` vary, or over the schemes."""
        return self._drawn("intervals", ax, edition, width, top=top)

    def slope(
        self,
        ax: Axes | None = None,
        *,
        against: str | None = None,
        top: int | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Ranks beside those of a scheme or of another edition."""
        return self._drawn("slope", ax, edition, width, against=against, top=top)

    def heatmap(
        self,
        ax: Axes | None = None,
        *,
        top: int | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Ranks under every scheme."""
        return self._drawn("heatmap", ax, edition, width, top=top)

    def correlations(
        self, ax: Axes | None = None, *, edition: str | None = None, width: float | None = None
    ) -> Picture | Axes:
        """Correlations of the normalised indicators."""
        return self._drawn("correlations", ax, edition, width)

    def distribution(
        self,
        ax: Axes | None = None,
        *,
        node: str | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Values of an indicator before and after treatment; by default the one with most treated values."""
        return self._drawn("distribution", ax, edition, width, node=node)

    def icicle(
        self, ax: Axes | None = None, *, edition: str | None = None, width: float | None = None
    ) -> Picture | Axes:
        """The tree with its effective weights."""
        return self._drawn("icicle", ax, edition, width)

    def profile(
        self,
        ax: Axes | None = None,
        *,
        unit: str | None = None,
        edition: str | None = None,
        width: float | None = None,
    ) -> Picture | Axes:
        """Strengths and weaknesses of a unit, by code or name; of the first by default."""
        return self._drawn("profile", ax, edition, width, unit=unit)

    def sensitivity(
        self, ax: Axes | None = None, *, edition: str | None = None, width: float | None = None
    ) -> Picture | Axes:
        """Which choice moves the ranks."""
        return self._drawn("sensitivity", ax, edition, width)

    def map(
        self, ax: Axes | None = None, *, edition: str | None = None, width: float | None = None
    ) -> Picture | Axes:
        """Units on a map; the config names their latitude and longitude."""
        return self._drawn("map", ax, edition, width)

    def network(
        self, ax: Axes | None = None, *, edition: str | None = None, width: float | None = None
    ) -> Picture | Axes:
        """Ties between units, where a source is a network."""
        return self._drawn("network", ax, edition, width)

    def _drawn(
        self, kind: str, ax: Axes | None, edition: str | None, width: float | None, **options: Any
    ) -> Picture | Axes:
        ensure_within(Rows, top=options.get("top"))
        if ax is not None and not hasattr(ax, "get_window_extent"):
            raise InnovIndexError(f"ax must be axes of matplotlib; got {ax!r:.40}")
        if width is None:
            width = TWO_COLUMNS if ax is None else _width_of(ax)
        ensure_within(Millimetres, width=width)
        picture = draw(kind, Request(Answers(self.index, edition), width=width, **options))
        return picture if ax is None else _placed(picture, ax)


def _width_of(ax: Axes) -> float:
    """Width of axes in millimetres, as far as figures can be that narrow or wide."""
    inches = ax.get_window_extent().width / ax.figure.dpi
    return float(min(max(inches * MILLIMETRES, 60.0), 400.0))


def _placed(picture: Picture, ax: Axes) -> Axes:
    """Show a picture in axes."""
    from matplotlib.image import imread

    from innov_index.report.figures.saving import to_png

    ax.imshow(imread(io.BytesIO(to_png(picture)), format="png"))
    ax.set_axis_off()
    return ax

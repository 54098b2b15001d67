"""SVG as it is saved: the same drawing in fewer letters, and nothing that a strict policy refuses."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib")

from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import withStroke

from innov_index.report.figures.picture import axes, picture, styled
from innov_index.report.figures.saving import to_svg
from innov_index.report.figures.svg import HALO, MARK, relative

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = {"m": 2, "l": 2, "q": 4, "c": 6, "h": 1, "v": 1}

coordinates = st.floats(-2000, 2000, allow_nan=False).map(lambda x: round(x, 6))
points = st.tuples(coordinates, coordinates)
commands = st.one_of(
    st.tuples(st.just("L"), st.tuples(points)),
    st.tuples(st.just("Q"), st.tuples(points, points)),
    st.tuples(st.just("C"), st.tuples(points, points, points)),
    st.tuples(st.just("M"), st.tuples(points)),
    st.just(("z", ())),
)


def _followed(path: str) -> list[tuple[float, float]]:
    """All points of a path in relative commands, as a viewer of SVG follows them."""
    here = start = (0.0, 0.0)
    found = []
    for command, numbers in re.findall(r"([Mlqchvz])([^Mlqchvz]*)", path):
        steps = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        if command == "z":
            here = start
            continue
        assert len(steps) == NUMBERS[command.lower()]
        if command in "hv":
            steps = [steps[0], 0.0] if command == "h" else [0.0, steps[0]]
        base = (0.0, 0.0) if command == "M" else here
        found += [(base[0] + x, base[1] + y) for x, y in zip(steps[::2], steps[1::2], strict=True)]
        here = found[-1]
        start = here if command == "M" else start
    return found


@given(points, st.lists(commands, max_size=12))
def test_a_relative_path_goes_through_the_same_points(first: tuple, rest: list) -> None:
    """To half a hundredth of a point, however long the path is."""
    stated = [("M", (first,)), *rest]
    text = " \n".join(
        " ".join([command, *(f"{number:f}" for point in places for number in point)])
        for command, places in stated
    )
    expected = [point for _, places in stated for point in places]
    np.testing.assert_allclose(_followed(relative(text)), expected, rtol=0, atol=0.005 + 1e-6)


def _drawn() -> str:
    with styled():
        figure, box = picture(84.0, 40.0, "A <title> & more", "A note", 'Words with "quotes"')
        plot = axes(figure, box)
        plot.add_patch(Circle((0.5, 0.5), 0.2, facecolor="#0072B2", alpha=0.5, gid=f"{MARK}7"))
        plot.add_patch(Rectangle((0, 0), 0.2, 0.2, hatch="//"))
        plot.plot([0.1, 0.6], [0.2, 0.9], "o")
        effects = [withStroke(linewidth=2, foreground="white")]
        plot.annotate("<b>Ümlaut</b>", (0.5, 0.5), gid=HALO, path_effects=effects)
        return to_svg(figure)


def test_nothing_stands_in_styles() -> None:
    svg = _drawn()
    assert "style" not in svg
    assert "<metadata" not in svg
    root = ElementTree.fromstring(svg)
    assert [entry.text for entry in root[:2]] == ["A <title> & more", 'Words with "quotes"']


def test_letters_with_an_edge_stay_letters() -> None:
    texts = {text.text: text for text in ElementTree.fromstring(_drawn()).iter(f"{SVG}text")}
    edged = texts["<b>Ümlaut</b>"]
    assert edged.get("paint-order") == "stroke"
    assert texts["A note"].get("stroke") is None


def test_marks_keep_their_names_and_other_ids_are_of_this_drawing() -> None:
    root = ElementTree.fromstring(_drawn())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len({name.split("-")[0] for name in ids}) == 1
    (mark,) = (element for element in root.iter() if (element.get("id") or "").endswith(f"-{MARK}7"))
    assert mark.tag == f"{SVG}path"
    assert mark.get("fill-opacity", mark.get("opacity")) == "0.5"

"""How cells look. Colours mean one thing each and are told apart by colour-blind people too."""

from __future__ import annotations

from typing import Any

STYLES: dict[str, dict[str, Any]] = {
    "number": {"num_format": "#,##0.000"},
    "count": {"num_format": "0", "align": "center"},
    "share": {"num_format": "0.00%"},
    "rank": {"num_format": "0.#", "align": "center"},
    "faint": {"num_format": "0", "font_color": "#808080", "align": "center"},
    "text": {"num_format": "@"},
    "word": {"num_format": "@", "align": "center"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "note": {"num_format": "@", "font_color": "#595959", "align": "right"},
    "label": {"num_format": "@", "font_color": "#595959", "align": "right"},
    "head": {
        "num_format": "@",
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "align": "center",
        "bg_color": "#E7E9EC",
        "bottom": 1,
    },
    "section": {"bold": True, "font_size": 12, "bottom": 1, "num_format": "@"},
    "title": {"bold": True, "font_size": 14, "num_format": "@"},
    "sentence": {"font_color": "#595959", "num_format": "@"},
    "input": {"num_format": "General", "bg_color": "#FFF6CC", "locked": False},
    "marked": {"num_format": "General", "bg_color": "#FBD9B5", "italic": True},
    "changed": {"bg_color": "#CFE3F5"},
}

HIGHLIGHT = {"bg_color": "#CFE3F5"}
GAP = {"bg_color": "#F2F2F2", "pattern": 1}
BAR = {"type": "data_bar", "bar_color": "#9CC3E6", "bar_solid": True, "min_type": "num", "min_value": 0}
SCALE = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2DA"}
RANKS = {
    "type": "3_color_scale",
    "min_color": "#7FB2DA",
    "mid_color": "#FFFFFF",
    "max_color": "#F3C08A",
    "mid_type": "percentile",
    "mid_value": 50,
}

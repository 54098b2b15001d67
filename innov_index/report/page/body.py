"""The sections of the page, in reading order. What scripts fill in is empty here."""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.report.page.markup import Child, Markup, join, person, tag

NO_SCRIPT = (
    "The ranking, the explorer and the pages of units need JavaScript, which is disabled here. "
    "The first ten, the method and its appendix do not."
)


def masthead(
    name: str, edition: str | None, description: str | None, sections: list[tuple[str, str]]
) -> Markup:
    """Title and navigation."""
    links = [tag("a", label, href=f"#{key}") for key, label in sections]
    subtitle = f" · edition {edition}" if edition else ""
    return join(
        tag("a", "Skip to the ranking", href="#ranking", class_="skip"),
        tag(
            "header",
            tag("p", f"Composite index{subtitle}", class_="kicker"),
            tag("h1", person(name)),
            tag("p", description, class_="description") if description else None,
            class_="masthead",
        ),
        tag("nav", *links, aria_label="Sections"),
    )


def summary(headline: Markup, ten: Markup, sure: Markup, method: tuple[str, ...]) -> Markup:
    """What was ranked, the first ten, how sure, and the method in five sentences."""
    sentences = tag("ol", *(tag("li", sentence) for sentence in method), class_="method")
    return _section(
        "summary",
        None,
        tag("p", headline, class_="lead"),
        tag(
            "div",
            tag("div", tag("h2", "The first ten"), ten),
            tag("div", tag("h2", "How sure?"), sure, tag("h2", "How it is computed"), sentences),
            class_="columns",
        ),
    )


def ranking(intervals: tuple[str, str] | None) -> Markup:
    """The table and the explorer beside it."""
    return _section(
        "ranking",
        "Ranking and explorer",
        tag("noscript", tag("p", NO_SCRIPT, class_="notice")),
        tag(
            "div", tag("div", _toolbar(), _table(intervals), class_="board"), _explorer(), class_="workbench"
        ),
        tag("p", "", id="status", role="status", class_="status"),
    )


def compare() -> Markup:
    """Two rankings as a slope graph."""
    return _section(
        "compare",
        "Two rankings side by side",
        tag(
            "div",
            _select("slope-left", "Left"),
            _select("slope-right", "Right"),
            _select(
                "slope-most",
                "Units",
                [("10", "first 10"), ("25", "first 25"), ("50", "first 50"), ("all", "all")],
                "25",
            ),
            class_="toolbar",
        ),
        tag("p", id="slope-note", class_="quiet"),
        tag(
            "p",
            *_key("rises", "higher on the right"),
            *_key("falls", "lower on the right"),
            *_key("stays", "same place"),
            class_="key-line",
        ),
        tag("div", id="slope", class_="scroll", tabindex="0", role="region", aria_label="Slope graph"),
    )


def unit_page(first: str, peers: str | None) -> Markup:
    """The page of one unit; filled in by script."""
    legend = [
        *_key("own", "this unit"),
        *_key("median", "median of all"),
        *(_key("peers", f"median of the same {peers}") if peers else []),
        tag(
            "span",
            Markup('<i class="mark other"></i>'),
            tag("bdi", id="legend-other-name"),
            id="legend-other",
            hidden=True,
        ),
    ]
    return _section(
        "unit",
        "One unit",
        tag("div", _select("unit-choice", "Unit"), _select("other-choice", "Compare with"), class_="toolbar"),
        tag("h3", person(first), id="unit-name", tabindex="-1", class_="unit-name"),
        tag("dl", id="unit-facts", class_="facts"),
        tag(
            "div",
            _card("Strengths", tag("ul", id="strengths")),
            _card("Weaknesses", tag("ul", id="weaknesses")),
            _card("One rank up", tag("div", id="ways")),
            class_="cards",
        ),
        tag("h4", "Profile"),
        tag(
            "p",
            "From the worst value of all units (left) to the best (right). The contribution is by how many "
            "points the unit would be worse at the worst value of all units. A hollow dot: an imputed value.",
            class_="quiet",
        ),
        tag("p", *legend, class_="key-line"),
        tag("div", _profile(), class_="scroll", tabindex="0", role="region", aria_label="Profile"),
    )


def certainty(figures: Markup) -> Markup:
    """Rank intervals, and what moves the ranks."""
    return _section(
        "certainty",
        "How sure the ranks are",
        tag(
            "p",
            "The longer a unit's line, the less certain its rank. Where the lines of two units overlap, "
            "their order may be reversed.",
            class_="quiet",
        ),
        figures,
    )


def world(figures: Sequence[Markup]) -> Markup:
    """The map, and the network if there is one."""
    hint = "The circles follow the scores in the explorer; click one to open the unit."
    return _section("map", "Map", *figures, tag("p", hint, class_="quiet"))


def method(content: Markup) -> Markup:
    """The method appendix."""
    return _section("method", "Method appendix", content)


def colophon(version: str) -> Markup:
    """What made the page."""
    return tag(
        "footer",
        tag("p", f"Made by innov-index {version}. This file is self-contained: it loads and sends nothing."),
    )


def _section(key: str, title: str | None, *content: Child) -> Markup:
    heading = tag("h2", title) if title else None
    return tag("section", heading, *content, id=key, tabindex="-1", aria_label=title or "Summary")


def _toolbar() -> Markup:
    search = tag(
        "label",
        tag("span", "Search"),
        tag("input", type="search", id="search", autocomplete="off"),
        class_="field",
    )
    return join(
        tag(
            "div", search, tag("span", id="filters"), _select("reference", "Change against"), class_="toolbar"
        ),
        tag("p", tag("span", id="shown"), " ", tag("span", id="reference-note"), class_="quiet"),
    )


def _table(intervals: tuple[str, str] | None) -> Markup:
    heads = [
        _head("rank", "Rank", "rank"),
        _head("name", "Unit", "unit"),
        _head("0", "Score", "score"),
        tag("th", tag("div", id="strip"), scope="col", role="columnheader", class_="stack"),
    ]
    if intervals:
        heads.append(_head("interval", "Ranks", "interval", title=intervals[0]))
    heads.append(_head("change", "Change", "change"))
    return join(
        tag(
            "table",
            tag("caption", "Units by score. A name opens the unit’s page; › shows its dimensions."),
            tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
            tag("tbody", id="ranking-body", role="rowgroup"),
            id="ranking-table",
            role="table",
            class_=None if intervals else "plainly",
        ),
        tag(
            "p",
            "No unit matches this name or group.",
            id="nothing",
            hidden=True,
            class_="notice",
        ),
        tag("p", f"Ranks: {intervals[0]}, {intervals[1]}.", class_="quiet") if intervals else None,
    )


def _head(key: str, label: str, kind: str, title: str | None = None) -> Markup:
    return tag(
        "th",
        tag("button", label, type="button", data_sort=key, title=title),
        scope="col",
        role="columnheader",
        class_=kind,
    )


def _explorer() -> Markup:
    badge = tag("span", "explored", id="explored", hidden=True, class_="badge")
    return tag(
        "aside",
        tag("details", tag("summary", tag("h3", "Explore"), badge), _choices(), open=True, id="explorer"),
        class_="explorer",
        aria_label="Explorer",
    )


def _choices() -> Markup:
    choices = tag(
        "div",
        tag(
            "p",
            "Change a choice and see the ranks move. Weights of siblings always add up to 100 %.",
            class_="quiet",
        ),
        _select("scheme", "Scheme"),
        tag("p", id="scheme-note", class_="quiet"),
        _select("normalisation", "Normalisation"),
        _select("aggregation", "Means"),
        tag("p", id="notice", class_="notice", hidden=True, role="alert"),
        tag("div", id="weights", class_="weights"),
        class_="choices",
    )
    return join(
        choices,
        tag(
            "div",
            *(
                tag("button", label, type="button", id=key, class_="action")
                for key, label in (
                    ("reset", "Reset"),
                    ("equal", "Equal weights"),
                    ("share", "Share"),
                    ("export", "Export config"),
                )
            ),
            class_="actions",
        ),
        tag(
            "div",
            tag(
                "label",
                tag("span", "Link to this ranking"),
                tag("input", type="text", readonly=True, id="address"),
                class_="field",
            ),
            id="address-row",
            hidden=True,
        ),
    )


def _profile() -> Markup:
    heads = ("Indicator", "Score", "Rank", "Position", "Contribution")
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", id="profile-body"),
        class_="profile",
    )


def _card(title: str, content: Markup) -> Markup:
    return tag("div", tag("h4", title), content, class_="card")


def _key(mark: str, label: str) -> list[Markup]:
    return [tag("span", tag("i", class_=f"mark {mark}"), label)]


def _select(key: str, label: str, entries: list[tuple[str, str]] | None = None, chosen: str = "") -> Markup:
    options = [tag("option", text, value=value, selected=value == chosen) for value, text in entries or []]
    return tag("label", tag("span", label), tag("select", *options, id=key), class_="field")

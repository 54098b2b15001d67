"""The method appendix: tree, weights, coverage, changed cells, correlations, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from innov_index.analysis.answers import Answers
from innov_index.analysis.audit.correlations import Pair, closest, most_opposed
from innov_index.model.provenance import Provenance
from innov_index.model.scores import Scores
from innov_index.report.page.figures import correlation_figure, distribution_figure, icicle_figure
from innov_index.report.page.markup import Child, Markup, join, number, person, tag
from innov_index.wording import counted

_FEW = 60
"""Up to this many changed cells are listed unfolded."""


def appendix(answers: Answers, remarks: Sequence[str], provenance: Provenance) -> Markup:
    """All parts, one after the other."""
    scores, edition = answers.scores, answers.edition
    return join(
        _part("Tree", icicle_figure(scores, edition)),
        _part(
            "Indicators", _about_weights(scores, edition), _scroll(_indicators(scores, edition), "Indicators")
        ),
        _part("Changed and missing cells", _cells(scores, edition), distribution_figure(scores, edition)),
        _part("Correlations", _correlations(answers)),
        _part(
            "What a reader should know", _bullets(remarks) if remarks else tag("p", "Nothing in particular.")
        ),
        _part("Provenance", _provenance(provenance)),
    )


def _part(title: str, *content: Child) -> Markup:
    return tag("section", tag("h3", title), *content, class_="part")


def _scroll(content: Child, label: str) -> Markup:
    """Wide content in a box that scrolls by itself, by keyboard too."""
    return tag("div", content, class_="scroll", tabindex="0", role="region", aria_label=label)


def _bullets(items: Iterable[Child]) -> Markup:
    return tag("ul", *(tag("li", item) for item in items))


def _indicators(scores: Scores, edition: int) -> Markup:
    framework = scores.framework
    kept = scores.kept[edition]
    raw = scores.steps["raw"][edition][kept]
    heads = ("Code", "Indicator", "Unit", "Better", "Weight", "Effective", "Known", "Imputed", "Treated")
    rows = []
    for column, leaf in enumerate(framework.leaves):
        node = framework.nodes[leaf]
        known = float((raw[:, column] == raw[:, column]).mean()) if len(raw) else float("nan")
        flags = tag("span", f" {', '.join(node.flags)}", class_="note") if node.flags else None
        rows.append(
            tag(
                "tr",
                tag("td", person(node.code)),
                tag("th", person(node.name), flags, scope="row"),
                tag("td", person(node.unit)),
                tag("td", "lower" if node.direction < 0 else "higher"),
                *(
                    tag("td", figure, class_="number")
                    for figure in (
                        _share(scores.weights[edition, leaf]),
                        _share(scores.effective_weights[edition, leaf]),
                        _share(known),
                        number(float(scores.imputed[edition][kept][:, column].sum()), 0),
                        number(float(scores.treated[edition][kept][:, column].sum()), 0),
                    )
                ),
            )
        )
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads)))
    return tag("table", head, tag("tbody", *rows), class_="plain")


def _about_weights(scores: Scores, edition: int) -> Child:
    """Which indicators have no weight, in a sentence."""
    told = scores.about_weights(edition)
    return tag("p", person(f"{told[0].upper()}{told[1:]}."), class_="quiet") if told else None


def _share(share: float) -> Markup:
    """A share as per cent, if there is one."""
    percentage = number(100 * float(share), 1)
    return percentage if share != share else join(percentage, " %")


def _cells(scores: Scores, edition: int) -> Markup:
    """Which cells are missing, imputed or treated, by indicator."""
    kept = scores.kept[edition]
    raw = scores.steps["raw"][edition]
    changed = scores.changed_cells(edition)
    missing = np.argwhere((kept[:, None] & (raw != raw) & ~scores.imputed[edition]).T)
    names = scores.units.names
    cells: dict[str, list[tuple[int, Markup]]] = {
        "Missing": [(leaf, person(names[unit])) for leaf, unit in missing],
        "Imputed": [
            (cell.leaf, join(person(names[cell.unit]), " ", _figure(cell.after), f" ({cell.method})"))
            for cell in changed
            if cell.step == "imputation"
        ],
        "Treated": [
            (cell.leaf, join(person(names[cell.unit]), " ", _figure(cell.before), " → ", _figure(cell.after)))
            for cell in changed
            if cell.step == "treatment"
        ],
    }
    return tag("div", *(_cell_list(scores, title, found) for title, found in cells.items()), class_="cells")


def _figure(value: float) -> Markup:
    return person(f"{value:.4g}")


def _cell_list(scores: Scores, title: str, cells: Sequence[tuple[int, Markup]]) -> Markup:
    if not cells:
        return tag("p", tag("b", title), ": none")
    return tag(
        "details",
        tag("summary", tag("b", title), f": {counted(len(cells), 'cell')}"),
        tag("p", _cell_text(scores, cells)),
        open=len(cells) <= _FEW,
    )


def _cell_text(scores: Scores, cells: Sequence[tuple[int, Markup]], most: int = 40) -> Markup:
    leaves, parts = scores.framework.leaves, []
    by_leaf: dict[int, list[Markup]] = {}
    for leaf, told in cells:
        by_leaf.setdefault(leaf, []).append(told)
    for leaf, all_told in list(by_leaf.items())[:most]:
        named = join(*_separated(all_told[:6]))
        more = f" and {len(all_told) - 6} more" if len(all_told) > 6 else ""
        parts.append(join(tag("b", scores.framework.codes[leaves[leaf]], class_="code"), " ", named, more))
    rest = f" … and {len(by_leaf) - most} more indicators" if len(by_leaf) > most else ""
    return join(*_separated(parts, "; "), rest)


def _separated(parts: Sequence[Markup], mark: str = ", ") -> list[Markup]:
    return [join(part, mark if i < len(parts) - 1 else "") for i, part in enumerate(parts)]


def _correlations(answers: Answers) -> Markup:
    scores, matrix = answers.scores, answers.correlations
    if len(matrix) < 2:
        return tag("p", "The index has a single indicator.")
    lists = [
        join(tag("h4", title), tag("ul", *(tag("li", _pair(scores, pair)) for pair in pairs)))
        for title, pairs in (("Closest", closest(matrix)), ("Opposed", most_opposed(matrix)))
        if pairs
    ]
    words = tag(
        "p",
        "Indicators in the order of the tree: blue pairs rise together, orange pairs oppose each other; the "
        "stronger the colour, the stronger the correlation.",
        class_="quiet",
    )
    figure = tag("div", words, correlation_figure(scores, answers.edition, matrix))
    return tag("div", figure, tag("div", *lists), class_="sidebyside")


def _pair(scores: Scores, pair: Pair) -> Markup:
    nodes = [scores.framework.nodes[scores.framework.leaves[i]] for i in (pair.first, pair.second)]
    return join(number(pair.correlation, 2), " ", person(nodes[0].name), " and ", person(nodes[1].name))


def _provenance(provenance: Provenance) -> Markup:
    sources = (provenance.config, *provenance.data)
    rows = [
        tag("tr", tag("th", person(source.path), scope="row"), tag("td", tag("code", source.sha256)))
        for source in sources
    ]
    head = tag("thead", tag("tr", tag("th", "File", scope="col"), tag("th", "SHA-256", scope="col")))
    versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
    overrides = f" Settings: {'; '.join(provenance.overrides)}." if provenance.overrides else ""
    return join(
        _scroll(tag("table", head, tag("tbody", *rows), class_="plain"), "Files"),
        tag(
            "p",
            f"Made with {versions}.{overrides} Digest of all this: ",
            tag("code", provenance.digest),
            ".",
            class_="quiet hashes",
        ),
    )

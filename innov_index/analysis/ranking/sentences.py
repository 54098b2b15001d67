"""What a reader of the ranking must know beside the numbers."""

from __future__ import annotations

from innov_index.analysis.reproduce.against_published import Agreement, against_published
from innov_index.index import Index
from innov_index.model.result import Remark
from innov_index.model.scores import Scores
from innov_index.wording import counted, listed, ordinal


def remarks_of(index: Index, scores: Scores) -> tuple[str, ...]:
    """What scoring noticed, which indicators are doubtful, and how the ranks compare with published ones."""
    announced = [
        Remark(_sentence(against_published(scores, published)), kind="published rankings")
        for published in index.published
    ]
    return (*scores.remarks, *_flagged(scores), *announced)


def _flagged(scores: Scores) -> list[str]:
    """Doubtful indicators, by flag."""
    by_flag: dict[str, list[str]] = {}
    for leaf in scores.framework.leaves:
        node = scores.framework.nodes[leaf]
        for flag in node.flags:
            by_flag.setdefault(flag, []).append(node.code)
    words = {"weak": "weak stand-ins", "by hand": "hand-written inputs", "assumed": "assumed values"}
    return [f"{words.get(flag, flag)}: {listed(codes)}" for flag, codes in by_flag.items()]


def _sentence(agreement: Agreement) -> str:
    published = agreement.published
    block = published.block
    parts = [*_single(agreement), *_correlations(agreement), *_figures(agreement)]
    text = f"{published.name}: {'; '.join(parts) if parts else 'nothing in common with this index'}"
    text += "".join(f"; {fault}" for fault in published.told_as_no_ranking)
    if published.unmatched:
        text += f"; not in this index: {listed(published.unmatched, 5)}"
    if block.unverified:
        text += " (inputs unverified)"
    return text + (f" ({block.remark})" if block.remark else "")


def _single(agreement: Agreement) -> list[str]:
    return [f"{unit} {theirs} there, {ordinal(ours)} here" for unit, theirs, ours in agreement.single]


def _correlations(agreement: Agreement) -> list[str]:
    if agreement.single or agreement.spearman != agreement.spearman:
        return []
    text = (
        f"{agreement.units} in common, Spearman {agreement.spearman:.2f}, Kendall {agreement.kendall:.2f}; "
        f"{_differ(agreement.rank_differences)}"
    )
    if agreement.largest:
        shown = (
            f"{unit} {ordinal(there)} there, {ordinal(here)} here" for unit, there, here in agreement.largest
        )
        text += f"; largest differences among these: {', '.join(shown)}"
    return [text]


def _differ(number: int) -> str:
    return f"{counted(number, 'rank')} {'differs' if number == 1 else 'differ'}"


def _figures(agreement: Agreement) -> list[str]:
    if not agreement.scores:
        return []
    return [
        f"{agreement.scores} scores compared, largest difference {agreement.largest_score_difference:.2g}"
    ]

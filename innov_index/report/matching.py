"""Whose figures of an announcement were taken for whose, and whose were left out, in sentences."""

from __future__ import annotations

from innov_index.dataset.published import Published


def matching_sentences(published: Published) -> list[str]:
    """Every name that was not matched letter by letter, and every unit without a figure."""
    found = [f"'{there}' is taken for '{here}'" for there, here in published.inexact]
    for name in published.unmatched:
        near = published.nearest.get(name, ())
        listed = f" (nearest: {', '.join(near)})" if near else ""
        found.append(f"'{name}' is not in this index{listed}")
    found += published.left_out
    if published.unannounced:
        found.append(f"nothing announced of {', '.join(published.unannounced)}")
    return found

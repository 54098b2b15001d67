"""The kinds of records, by the name that a config uses. A kind is imported when a config names it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innov_index.sources.kind import Kind
from innov_index.sources.places.place_options import Places
from innov_index.sources.records import RecordReader, Source

if TYPE_CHECKING:
    from innov_index.sources.places.placing import Placer

KINDS = {
    "companies": ("companies", "Companies", "CompaniesKind"),
    "documents": ("documents", "DocumentSource", "DocumentsKind"),
    "collaboration": ("collaboration", "Collaboration", "CollaborationKind"),
    "values": ("values", "Values", "ValuesKind"),
    "clusters": ("points", "Clusters", "ClustersKind"),
}
"""Module, options and class of each kind."""


def options_of(kind: str) -> type[Source]:
    """The options of a kind, as a dataclass."""
    module, options, _ = KINDS[kind]
    found: type[Source] = getattr(import_module(f"innov_index.sources.{module}"), options)
    return found


def kind_of(source: Source, places: Places, folder: Path) -> Kind[Any]:
    """The kind that works on a source; relative paths start in `folder`."""
    module, _, cls = KINDS[source.kind]
    placer = _placer(source.places or places, folder) if source.is_placed else None
    kind: Kind[Any] = getattr(import_module(f"innov_index.sources.{module}"), cls)(
        source, RecordReader(source, placer, folder)
    )
    return kind


def _placer(places: Places, folder: Path) -> Placer:
    """What places records; imported where records have places, with gazetteer and geometry."""
    from innov_index.sources.places.placing import Placer

    return Placer(places, folder)

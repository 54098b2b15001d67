"""Ordinary data → YAML that `yaml_reader` reads as the same data."""

from __future__ import annotations

from typing import Any

import yaml

from innov_index.config.yaml_reader import scalar

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Writes a mapping in its own order, and quotes each text that YAML 1.2 would read as something else.

    PyYAML quotes by the rules of YAML 1.1, in which 1e6 is a text.
    """

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> Any:
        plain = scalar(text) == text and isinstance(scalar(text), str)
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _Dumper.represent_text)


def to_yaml(data: Any) -> str:
    """Mappings, lists, texts, numbers, true and false as YAML of version 1.2."""
    written: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return written

"""The options of each method's example, as its function takes them or as a config of a test states them."""

from __future__ import annotations

from typing import Any

from innov_index.methods.registry import Method, Option


def stated_options(method: Method, names: dict[str, str]) -> dict[str, Any]:
    """Options with the test's own names, given by kind or by option, in place of the example's."""
    return {name: _renamed(method.options[name], value, names) for name, value in method.example.items()}


def _renamed(option: Option, value: Any, names: dict[str, str]) -> Any:
    if option.resolved is None:
        return value
    kind = option.resolved.kind
    return names.get(f"{kind} {option.name}", names.get(kind, value))

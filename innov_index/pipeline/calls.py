"""A method bound to its options, to be run on some of the indicators or on the children of one node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from innov_index.errors import OptionError, Problem
from innov_index.methods.registry import Method
from innov_index.model.arrays import Floats, Ints

Columns = slice | Ints
ALL = slice(None)


@dataclass(frozen=True)
class Call:
    """One method applied to some of the indicators (or to the children of one node) at once."""

    where: str
    method: Method
    columns: Columns
    options: Mapping[str, Any]
    step_options: Mapping[str, Any]
    fallback: Call | None = None

    @property
    def stated_columns(self) -> tuple[Floats, ...]:
        """Values of the columns that options name, such as a denominator."""
        return tuple(
            self.options[option.name]
            for option in self.method.options.values()
            if option.resolved and option.resolved.kind == "column" and self.options[option.name] is not None
        )

    def __call__(self, values: Floats, **inputs: Any) -> Any:
        """Run the kernel, with those of `inputs` that it asks for."""
        wanted = {name: inputs[name] for name in self.method.inputs[1:] if name in inputs}
        try:
            return self.method.function(values, **wanted, **self.options)
        except OptionError as error:
            raise OptionError([Problem(f"{self.where}: {p.message}") for p in error.problems]) from None

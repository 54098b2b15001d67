"""A method bound to its options, to be run on some of the indicators or on the children of one node.

The statistics that it learns come from the values themselves, from all editions, from one of them, or from
each group of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from innov_index.errors import ColumnsError, OptionError, Problem
from innov_index.frozen import frozen
from innov_index.methods.plugins import is_foreign, packages_of
from innov_index.methods.registry import Method
from innov_index.model.arrays import Floats, Ints

Columns = slice | Ints
ALL = slice(None)


@frozen
class Call:
    """One method applied to some of the indicators (or to the children of one node) at once.

    `codes` names the indicators; it is empty where `where` names the node.
    """

    where: str
    method: Method
    columns: Columns
    options: Mapping[str, Any]
    step_options: Mapping[str, Any]
    fallback: Call | None = None
    codes: tuple[str, ...] = ()

    @property
    def stated_columns(self) -> tuple[Floats, ...]:
        """Values of the columns that options name, such as a denominator."""
        return tuple(
            self.options[option.name]
            for option in self.method.options.values()
            if option.resolved and option.resolved.kind == "column" and self.options[option.name] is not None
        )

    @property
    def names_units(self) -> bool:
        """Whether an option is the position of a unit."""
        return any(o.resolved is not None and o.resolved.kind == "unit" for o in self.method.options.values())

    def __call__(self, values: Floats, **inputs: Any) -> Any:
        """Run the kernel, with those of `inputs` that it asks for."""
        wanted = {name: inputs[name] for name in self.method.inputs[1:] if name in inputs}
        try:
            result = self.method.function(values, **wanted, **self.options)
            return self._numbers(result, values) if is_foreign(self.method) else result
        except ColumnsError as error:
            raise OptionError(
                [Problem(f"{self._named(column)}: {message}") for column, message in error.by_column.items()]
            ) from None
        except OptionError as error:
            raise OptionError([Problem(f"{self.where}: {p.message}") for p in error.problems]) from None

    def _numbers(self, result: Any, values: Floats) -> Any:
        """The result of a method of another package: numbers of a shape that some method has."""
        units, columns = values.shape[:-1], values.shape[-1:]
        shapes = {values.shape, units, columns, (*units[:-1], *columns)}
        parts = result if isinstance(result, tuple) else (result,)
        for part in parts:
            try:
                found = np.asarray(part)
            except ValueError:  # lists of different lengths
                found = np.asarray("")
            if found.dtype.kind not in "fiub" or (found.shape not in shapes and len(parts) == 1):
                package = next(iter(packages_of((self.method,))), "it is of")
                raise OptionError(
                    f"method {self.method.name} of the package {package} gives no numbers of the shape of "
                    f"its values, {values.shape}, but {type(part).__name__} of the shape {found.shape}"
                )
        return result

    def _named(self, column: int) -> str:
        """The step, with the indicator in one of the columns."""
        return f"{self.where}[{self.codes[column]}]" if self.codes else self.where


def with_reference(call: Call, values: Floats, inputs: dict[str, Any]) -> Floats:
    """Run a call with its statistics taken from where its config says.

    The editions are the third axis from the end of `values`.
    """
    if call.method.stands_on is not None and values.shape[-3] < 2:
        raise OptionError(
            f"{call.where}: method {call.method.name} compares editions, and the data have "
            f"{'one' if values.shape[-3] else 'none'}"
        )
    reference = call.step_options.get("reference", "own")
    if reference == "own":
        return np.asarray(call(values, **inputs))
    if "reference" not in call.method.inputs:
        raise OptionError(
            f"{call.where}: method {call.method.name} learns no statistics, so `reference` has no effect"
        )
    if reference == "pooled":
        pooled = values.reshape(*values.shape[:-3], 1, -1, values.shape[-1])
        return np.asarray(call(values, reference=pooled, **inputs))
    kind, where = reference
    if kind == "edition":
        return np.asarray(call(values, reference=values[..., where : where + 1, :, :], **inputs))
    return _by_group(call, values, where, inputs)


def _by_group(call: Call, values: Floats, groups: Ints, inputs: dict[str, Any]) -> Floats:
    result = np.full_like(values, np.nan)
    for code in np.unique(groups):
        rows = groups == code
        own = values[..., rows, :]
        if call.names_units:
            # whose position is one among all units
            result[..., rows, :] = call(values, reference=own, **inputs)[..., rows, :]
        else:
            result[..., rows, :] = call(own, **inputs)
    return result

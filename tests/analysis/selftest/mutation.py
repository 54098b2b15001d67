"""Faults put into the engine: a function runs with a part of its text changed, and then as before."""

from __future__ import annotations
import __future__

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def mutated(function: Callable[..., Any], old: str, new: str) -> Iterator[None]:
    """Run `function` with `old` in its text replaced by `new`, wherever it is called from.

    The text must occur once. Only the code of the function object changes, so that a registry or a module
    that holds the function runs the changed one, too.
    """
    text = textwrap.dedent(inspect.getsource(function))
    assert text.count(old) == 1, f"{text.count(old)} times in {function.__name__}: {old}"
    changed = ast.parse(text.replace(old, new)).body[0]
    assert isinstance(changed, ast.FunctionDef)
    changed.decorator_list = []
    module = ast.Module(body=[changed], type_ignores=[])
    flags = __future__.annotations.compiler_flag
    scope: dict[str, Any] = {}
    exec(compile(module, inspect.getfile(function), "exec", flags, True), function.__globals__, scope)
    original = function.__code__
    function.__code__ = scope[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = original

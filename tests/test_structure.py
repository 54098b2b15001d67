"""The project's layout and habits: where tests stand, what files are called, that every test asserts."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "innov_index"
TESTS = ROOT / "tests"

SHARED_NAMES = {
    "denomination.py": "the step: its methods, and their formulas in the reference",
    "framework.py": "the tree, and its sheet in the workbook",
    "indicators.py": "indicators: their steps, and their figures",
    "kinds.py": "what there are: kinds of files, kinds of figures",
    "levels.py": "aggregation level by level: computed, and as formulas",
    "method.py": "how the index is computed, in words: on the page, in the workbook",
    "normalisation.py": "the step: its formulas in the workbook, and in the reference",
    "ranking.py": "ranking: its methods, the step, the table",
    "ranks.py": "ranks: counted, and as formulas",
    "run.py": "where an analysis starts",
    "screening.py": "the step: its methods, and their formulas in the reference",
    "sentences.py": "a result in sentences",
    "tables.py": "a result as tables",
    "treatment.py": "the step: its formulas in the workbook, and in the reference",
    "tree.py": "the tree as stated, and the reference's walk over it",
    "uncertainty.py": "the command and its block of the config",
}
"""Names that several modules of the package have because they are about one idea; and the idea."""


def parsed(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def rooms() -> list[Path]:
    """Folders of the package with more than an `__init__.py`, as paths inside it."""
    modules = (path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    return sorted({path.parent.relative_to(PACKAGE) for path in modules if path.parent != PACKAGE})


def test_every_room_of_the_package_has_its_tests() -> None:
    untested = [room.as_posix() for room in rooms() if not list((TESTS / room).glob("**/test_*.py"))]
    assert not untested


def test_no_two_test_modules_share_a_name() -> None:
    counts = Counter(path.name for path in TESTS.rglob("test_*.py"))
    assert [name for name, count in counts.items() if count > 1] == []


def test_modules_share_a_name_only_where_they_share_an_idea() -> None:
    counts = Counter(path.name for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    assert {name for name, count in counts.items() if count > 1} == set(SHARED_NAMES)


class TestEveryTestAsserts:
    """A test without an assertion of its own, or in a function that it calls, proves nothing."""

    def test_every_test_asserts(self) -> None:
        functions = [
            (path, node)
            for path, module in parsed(TESTS)
            for node in ast.walk(module)
            if isinstance(node, ast.FunctionDef)
        ]
        asserting = {node.name for _, node in functions if asserts(node)}
        while more := {
            node.name for _, node in functions if node.name not in asserting and calls(node) & asserting
        }:
            asserting |= more
        silent = [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
            for path, node in functions
            if node.name.startswith("test_") and not asserts(node) and not calls(node) & asserting
        ]
        assert silent == []

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("assert x", True),
            ("with pytest.raises(ValueError): f()", True),
            ("np.testing.assert_array_equal(x, y)", True),
            ("f()", False),
            ("x = [1]", False),
        ],
    )
    def test_what_counts_as_an_assertion(self, body: str, expected: bool) -> None:
        assert asserts(ast.parse(body)) is expected


def asserts(node: ast.AST) -> bool:
    """Whether something in it is an assertion, of Python, pytest or numpy."""
    if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return True
    return any(name in ("raises", "warns", "fail") or name.startswith("assert_") for name in calls(node))


def calls(node: ast.AST) -> set[str]:
    """Names of the functions and methods that it calls."""
    functions = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return {
        function.attr if isinstance(function, ast.Attribute) else function.id
        for function in functions
        if isinstance(function, ast.Attribute | ast.Name)
    }


class TestMethodsAreKnownByWhatTheyDo:
    """Outside `methods/` nothing depends on what a method is called: a new one touches no other file."""

    def test_no_name_is_compared(self) -> None:
        assert [use for use in uses_of_names() if "compared" in use] == []

    def test_no_name_is_looked_up(self) -> None:
        assert [use for use in uses_of_names() if "looked up" in use] == []

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("if setting.method.name == 'sum': pass", ["compared"]),
            ("if call.method in ('sum', 'none'): pass", ["compared"]),
            ("def f():\n  name = setting.method.name\n  return name != 'sum'", ["compared"]),
            ("def f():\n  name = setting.method.name\ndef g(name):\n  return name != 'sum'", []),
            ("f(WRITERS[call.method.name])", ["looked up"]),
            ("f(WRITERS[call.method])", []),
            ("if call.method in WRITERS: pass", []),
            ("f(POWERS.get(setting.method.name))", ["looked up"]),
            ("match method.name:\n  case 'sum': pass", ["compared"]),
            ("if setting.method is first.method: pass", []),
            ("if first.method.name == second.method.name: pass", []),
            ("print(setting.method.name)", []),
        ],
    )
    def test_what_counts_as_a_use(self, code: str, expected: list[str]) -> None:
        assert [use.split(": ")[1] for use in uses_in(ast.parse(code))] == expected


def uses_of_names() -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{use}"
        for path, module in parsed(PACKAGE)
        if "methods" not in path.relative_to(PACKAGE).parts[:-1]
        for use in uses_in(module)
    ]


def uses_in(module: ast.Module) -> list[str]:
    """Comparisons of a method's name with something else, and look-ups by it, with their lines."""
    found = set(uses_within(module, set()))
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            found |= set(uses_within(function, names_kept_in(function)))
    return [f"{line}: {how}: {text}" for line, how, text in sorted(found)]


def names_kept_in(function: ast.FunctionDef) -> set[str]:
    """Variables of a function that are set to a method's name."""
    return {
        node.targets[0].id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and is_name(node.value, set())
    }


def uses_within(scope: ast.AST, kept: set[str]) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            sides = [node.left, *node.comparators]
            names = [is_name(side, kept) for side in sides]
            if (any(names) and not all(names)) or (
                any(map(is_method, sides)) and any(map(holds_texts, sides))
            ):
                yield node.lineno, "compared", ast.unparse(node)
        elif isinstance(node, ast.Match) and is_name(node.subject, kept):
            yield node.lineno, "compared", ast.unparse(node.subject)
        elif is_looked_up(node, kept):
            yield node.lineno, "looked up", ast.unparse(node)


def is_looked_up(node: ast.AST, kept: set[str]) -> bool:
    """Whether a method's name is the key in `table[key]` or `table.get(key)`."""
    if isinstance(node, ast.Subscript):
        return is_name(node.slice, kept)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and is_name(node.args[0], kept)
    )


def is_name(node: ast.expr, kept: set[str]) -> bool:
    """Whether an expression is `….method.name` or a variable that keeps one."""
    if isinstance(node, ast.Name):
        return node.id in kept
    return isinstance(node, ast.Attribute) and node.attr == "name" and is_method(node.value)


def is_method(node: ast.expr) -> bool:
    """Whether an expression is `….method` or `method`: a method itself, unless it is compared with texts."""
    return (isinstance(node, ast.Attribute) and node.attr == "method") or (
        isinstance(node, ast.Name) and node.id == "method"
    )


def holds_texts(node: ast.expr) -> bool:
    """Whether an expression is a text, or texts in a collection."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts)

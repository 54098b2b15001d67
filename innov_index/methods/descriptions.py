"""Methods as people read them: tables, one method in full, references."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from innov_index.errors import InnovIndexError, look_up, not_found
from innov_index.methods import catalogue
from innov_index.methods.counterexamples import counterexample, in_words
from innov_index.methods.plugins import packages_of, told
from innov_index.methods.properties import QUESTIONS, card
from innov_index.methods.registry import Method, Option, Property, Trait
from innov_index.model.result import Lazy, Lines, Remarks, Result, Shown
from innov_index.model.sheet import Sheet

_NOTES = {
    Trait.LOOPED: (
        "looped",
        "each table, unit or draw is solved separately, in parallel where that helps; slow in simulations",
    ),
    Trait.ORDER_DEPENDENT: ("by order", "the result may depend on the order of units or children"),
}


_WORDS = {
    Property.MONOTONE: "monotone",
    Property.COMPENSATING: "compensating",
    Property.FULLY_COMPENSATING: "fully compensating",
    Property.SCALE: "free of scale",
    Property.COMMON_SCALE: "free of a common scale",
    Property.SHIFT: "free of zero",
    Property.UNIQUE: "unique",
    Property.INDEPENDENT: "independent of other units",
    Property.ALIKE: "alike for all units",
}
"""Properties as a table names them."""


def properties_named(text: str) -> frozenset[Property]:
    """The properties that a text lists, with commas between them.

    Raises
    ------
    InnovIndexError
        One is none.
    """
    known = {each.value: each for each in Property}
    names = [name.strip().replace(" ", "_").replace("-", "_") for name in text.split(",")]
    return frozenset(look_up(known, name, "property", "that methods are known by") for name in names)


def chosen_methods(step: str | None, name: str | None) -> list[Method]:
    """All methods, those of one step, or one method.

    Raises
    ------
    InnovIndexError
        No such step or method exists.
    """
    if step is None:
        catalogue.load_plugins()
        return [method for known in (*catalogue.STEPS, *catalogue.WITHIN) for method in catalogue.step(known)]
    if step not in (*catalogue.STEPS, *catalogue.WITHIN):
        raise InnovIndexError(not_found("step", step, catalogue.STEPS))
    if name is not None:
        return [catalogue.method(step, name)]
    catalogue.load_plugins()
    return list(catalogue.step(step))


def described(step: str | None = None, name: str | None = None, where: str | None = None) -> Result:
    """The catalogue: all methods, those of one step, or one method.

    Parameters
    ----------
    step, name : str, optional
    where : str, optional
        Properties that the methods must have, with commas between them.

    Returns
    -------
    Result
        Table `methods`, one row a method. The facts are the methods.

    Raises
    ------
    InnovIndexError
        No such step, method or property exists.
    """
    methods = chosen_methods(step, name)
    if where is not None:
        wanted = properties_named(where)
        methods = [method for method in methods if wanted <= method.properties]
    remarks = told(catalogue.load_plugins()) if name is None else ()
    one = name is not None and where is None
    shown = Lines((describe(methods[0]),)) if one else Shown(overview_sheet(methods))
    return Result(
        title="Methods",
        tables=Lazy({"methods": lambda: method_sheet(methods)}),
        remarks=remarks,
        screens={"methods": (shown, Remarks(remarks))},
        facts=methods,
    )


def overview_sheet(methods: Sequence[Method]) -> Sheet:
    """One row a method: step, name, what it does, notes."""
    rows = [[m.step, m.name, m.summary, ", ".join(_notes(m))] for m in methods]
    return Sheet(["step", "name", "what it does", "note"], rows)


def method_sheet(methods: Sequence[Method]) -> Sheet:
    """One row a method, with all its properties."""
    columns = ["step", "name", "summary", "options", "formula", "undefined", "source", "note", "properties"]
    rows = [
        [
            *[m.step, m.name, m.summary, option_list(m), m.formula, m.undefined, reference(m.source)],
            *[", ".join(_notes(m)), ", ".join(each.value for each in card(m) if each in m.properties)],
        ]
        for m in methods
    ]
    return Sheet(columns, rows)


def property_sheet(methods: Sequence[Method]) -> Sheet:
    """One row a method of a step, one column a property: yes or no."""
    asked = list(card(methods[0]))
    rows = [
        [f"`{method.name}`", *("yes" if held else "no" for held in card(method).values())]
        for method in methods
    ]
    return Sheet(["method", *(_WORDS[each] for each in asked)], rows)


def describe(method: Method) -> str:
    """One method in full, as text."""
    lines = [f"{method.step}: {method.name}", "", method.summary, ""]
    facts = {
        "Formula": method.formula,
        "Undefined": method.undefined,
        "Ways out": method.remedy,
        "Source": reference(method.source),
    }
    lines += [f"{label}: {text}" for label, text in facts.items() if text]
    lines += [f"Note: {meaning}" for meaning in _notes(method).values()]
    lines += [f"Package: {package}" for package in packages_of([method])]
    lines += _card(method)
    if method.options:
        lines += ["", "Options"]
        lines += [f"  {_signature(option)}\n      {option.description}" for option in method.options.values()]
    if method.example:
        lines += ["", "Example", f"  {_example(method)}"]
    return "\n".join(lines)


def _card(method: Method) -> list[str]:
    """What is proved and disproved of a method, with the smallest case found where it lacks something."""
    held = card(method)
    if not held:
        return []
    lines = ["", f"Properties{', with the options of the example' if method.example else ''}"]
    for known, has in held.items():
        lines.append(f"  {'yes' if has else 'no ':3}  {known.value}: {QUESTIONS[known]}")
        case = None if has else counterexample(method, known)
        if case is not None:
            lines.append(f"       {in_words(method, known, case)}")
    return lines


def _example(method: Method) -> str:
    """The example of a method as a config states it, on one line."""
    stated = {"method": method.name, **method.example}
    written = yaml.safe_dump(stated, default_flow_style=True, sort_keys=False, width=10_000)
    return f"{method.step}: {written.strip()}"


def _notes(method: Method) -> dict[str, str]:
    """What the traits of a method mean for a person: in a word or two, and in a sentence."""
    return {words: meaning for trait, (words, meaning) in _NOTES.items() if trait in method.traits}


def reference(source: str) -> str:
    """A source with its key written out: authors, year, title, place."""
    entry, place = _cited(source)
    if entry is None:
        return source
    text = f"{entry['authors']} ({entry['year']}), {entry['title']}"
    text += f", {entry['published']}" if entry.get("published") else ""
    text += f", doi:{entry['doi']}" if entry.get("doi") else ""
    return f"{text}, {place}" if place else text


def short_reference(source: str) -> str:
    """A source as it is cited in a text: first author, year, place."""
    entry, place = _cited(source)
    if entry is None:
        return source
    authors = str(entry["authors"]).split(", ")
    first = authors[0] + (" et al." if len(authors) > 2 else "")
    return f"{first} ({entry['year']})" + (f", {place}" if place else "")


def _cited(source: str) -> tuple[dict[str, Any] | None, str]:
    """The entry of a source, if its key has one, and the place in it."""
    key, _, place = source.partition(" ")
    return _bibliography().get(key.rstrip(",")), place


def bibliography() -> list[str]:
    """Every entry written out, by author and year."""
    return sorted(reference(key) for key in _bibliography())


@cache
def _bibliography() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("innov_index.methods").joinpath("references.toml").read_text("utf-8"))


def option_list(method: Method) -> str:
    """The options of a method with their defaults, on one line."""
    return "; ".join(_signature(option) for option in method.options.values())


def _signature(option: Option) -> str:
    return f"{option.name} (required)" if option.required else f"{option.name} = {_default(option.default)}"


def _default(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)

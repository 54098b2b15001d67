"""Mutations of a config: of its text, token by token, and of what it says."""

from __future__ import annotations

import json
import pickle
import random
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from innov_index.methods import catalogue
from tests.campaign.config_bases import donors, mappings
from tests.campaign.damages import VALUES
from tests.campaign.folders import places
from tests.campaign.hostile_index import HOSTILE

TOKEN = re.compile(r"[\w./%-]+|[^\S\n]+|\n[ ]*|.", re.S)

PIECES = (
    "\t", ":", ": ", "- ", "-", "? ", "{", "}", "[", "]", "&a ", "*a", "!x ", "!!int ", "!!binary ", "#",
    " #", "'", '"', "\n", "\n\n", "%", "%YAML 1.1\n", "|", ">", "|-\n", "\x00", "\x07", "\ufeff",
    "\u2028", "\x85", "\ud7ff", "\r", "<<: ", "---\n", "...\n", ",", "~", "&a [*a]", "{a: {a: {a: ", "@",
    "`", "null", "true", "0", "-1", "1e999", ".inf", ".nan", "\\", "0x1F", "0o7", "1_000", "12:30",
    "2020-01-01", "é", "\u202e", "👩‍🚀", "＝", "x" * 3000, "9" * 400, "[" * 120, "- " * 120,
)  # fmt: skip

SCALARS: tuple[Any, ...] = (
    *VALUES, *HOSTILE, -0.0, 1e-12, 1e12, 2**63, -(2**63), 10**300, 0.1, 2, 3, 7, 100, 1e6, 5e-324, 1.5,
    -7, "\n", "a\nb", "x" * 3000, "NaN", "Infinity", "yes", "no", "~", "*", "&", "!", "{}", "[]", "unit",
    "region", "year", "name", "i0", "i1", "D0", "P first", "score", "rank", "edition", "I", "equal",
    "given", "min_max", "0", "-0", "1e400", "\x00", "C:\\x", "/", "/dev/null", "/etc/passwd", "..", "",
    "sqlite:///x.db", "http://127.0.0.1:1/x.csv", "aggregation.method", "weighting[D0]", "weighting[",
    "a[b].c[d]", "index.children", ".",
)  # fmt: skip


def mutated(text: str, rng: random.Random) -> bytes:
    """One to four mutations, of the text or of what it says."""
    if rng.random() < 0.35:
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            text = rng.choice(OF_TEXT)(text, rng)
        content = text.encode("utf-8", "surrogatepass")
        return rng.choice(OF_BYTES)(content, rng) if rng.random() < 0.06 else content
    config = pickle.loads(_said(text))
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if not places(config):
            break
        rng.choice(OF_CONTENT)(config, rng)
    try:
        if rng.random() < 0.5:  # JSON is YAML
            return json.dumps(config, ensure_ascii=False).encode("utf-8", "replace")
        return yaml.dump(config, Dumper=DUMPER, sort_keys=False, allow_unicode=True).encode(
            "utf-8", "replace"
        )
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return text.encode()


@cache
def _said(text: str) -> bytes:
    """What a config says, as it is read fastest."""
    return pickle.dumps(yaml.load(text, Loader=LOADER))


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _tokens(text: str) -> list[str]:
    return TOKEN.findall(text)


def _left_out(text: str, rng: random.Random) -> str:
    tokens = _tokens(text)
    at = rng.randrange(len(tokens) or 1)
    return "".join(tokens[:at] + tokens[at + rng.choice([1, 1, 1, 2, 5]) :])


def _twice(text: str, rng: random.Random) -> str:
    tokens = _tokens(text)
    at, size = rng.randrange(len(tokens) or 1), rng.choice([1, 1, 2, 5])
    return "".join(
        tokens[: at + size] + tokens[at : at + size] * rng.choice([1, 1, 2, 30]) + tokens[at + size :]
    )


def _exchanged(text: str, rng: random.Random) -> str:
    tokens = _tokens(text)
    if tokens:
        one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        if rng.random() < 0.5:
            other = min(one + 2, len(tokens) - 1)
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _replaced(text: str, rng: random.Random) -> str:
    """A word in another's place, from the text or from anywhere."""
    tokens = _tokens(text)
    words = [at for at, token in enumerate(tokens) if token.strip()]
    if words:
        tokens[rng.choice(words)] = rng.choice(
            [
                tokens[rng.choice(words)],
                rng.choice(PIECES),
                str(rng.choice(SCALARS)),
                repr(rng.choice(SCALARS)),
            ]
        )
    return "".join(tokens)


def _inserted(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(PIECES) + text[at + rng.choice([0, 0, 1]) :]


def _indented(text: str, rng: random.Random) -> str:
    """Some lines further in or out, or with a tab."""
    lines = text.split("\n")
    at, size = rng.randrange(len(lines)), rng.choice([1, 1, 2, 5])
    change: Callable[[str], str] = rng.choice(
        [
            lambda line: " " + line,
            lambda line: "  " + line,
            lambda line: line[1:],
            lambda line: line[2:],
            lambda line: "\t" + line,
            str.lstrip,
        ]
    )
    return "\n".join(change(line) if at <= k < at + size else line for k, line in enumerate(lines))


def _lines(text: str, rng: random.Random) -> str:
    """Lines left out, twice, elsewhere, cut off, or joined."""
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    changed = rng.choice(
        [
            lines[:at] + lines[at + 1 :],
            lines[:at] + lines[at : at + 3] * 2 + lines[at + 3 :],
            lines[:to] + lines[at : at + 2] + lines[to:],
            lines[:at],
            [*lines[:at], " ".join(lines[at : at + 2]), *lines[at + 2 :]],
        ]
    )
    return "\n".join(changed)


def _anchored(text: str, rng: random.Random) -> str:
    """An anchor before one value and an alias in place of another."""
    found = [match.end() for match in re.finditer(r": (?=\S)|- (?=\S)", text)]
    if len(found) < 2:
        return text
    first, second = sorted(rng.sample(found, 2))
    end = re.compile(r"[^\n,}\]]*").match(text, second)
    alias = rng.choice(["*a", "*a", "{<<: *a}", "[*a, *a]", "*b"])
    after = text[end.end() if end else second :]
    return text[:first] + "&a " + text[first:second] + alias + after


OF_TEXT: tuple[Callable[[str, random.Random], str], ...] = (
    _left_out, _twice, _exchanged, _replaced, _replaced, _inserted, _indented, _lines, _anchored,
)  # fmt: skip


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _odd_byte(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + bytes([rng.randrange(256)]) + content[at + rng.choice([0, 1]) :]


def _encoded(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(rng.choice(["utf-16", "utf-8-sig", "utf-32", "utf-16-le", "cp1252"]), "replace")


def _line_ends(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\r", b"\xc2\x85"]))


OF_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _odd_byte, _encoded, _line_ends)


def _place(config: Any, rng: random.Random, kind: type = object) -> tuple[Any, Any]:
    """A container and a key in it whose value is of this type, else of any."""
    all_places = places(config)
    fitting = [place for place in all_places if isinstance(place[0][place[1]], kind)]
    return rng.choice(fitting or all_places)


def _value(config: Any, rng: random.Random) -> None:
    container, key = _place(config, rng)
    container[key] = deepcopy(rng.choice(SCALARS))


def _number(config: Any, rng: random.Random) -> None:
    """A number of another size, sign or type."""
    container, key = _place(config, rng, int | float)  # type: ignore[arg-type]
    value = container[key]
    if isinstance(value, int | float) and abs(value) < 1e100:
        size = rng.choice([-1, 0, 0.5, 2, 10, 1e3, 1e-6, 1e15, 1e200])
        container[key] = rng.choice(
            [value * size, value + 1, value - 1, int(value), str(value), [value], bool(value)]
        )


def _other_type(config: Any, rng: random.Random) -> None:
    container, key = _place(config, rng)
    value = container[key]
    changed: list[Any] = [
        [value],
        {"method": value},
        str(value)[:200],
        {},
        [],
        {key: value},
        [value, value],
        None,
    ]
    if isinstance(value, list):
        changed += [
            value[0] if value else None,
            dict.fromkeys(map(str, value)),
            value * 2,
            value[::-1],
            value[:1],
        ]
    if isinstance(value, dict):
        changed += [list(value), list(value.values()), [*value.items()][:1]]
    container[key] = deepcopy(rng.choice(changed))


def _key(config: Any, rng: random.Random) -> None:
    """A key misspelt, left out, of another type, moved or copied elsewhere."""
    mappings = [place for place in places(config) if isinstance(place[0], dict)]
    container, key = rng.choice(mappings)
    value = container[key]
    kind = rng.randrange(5)
    if kind != 3:
        del container[key]
    if kind in (1, 2):
        text = str(key)
        container[
            rng.choice(
                [
                    f"{text}s",
                    text[:-1],
                    text.upper(),
                    text[::-1],
                    f" {text}",
                    text.replace("_", "-"),
                    *SCALAR_KEYS,
                ]
            )
        ] = value
    if kind >= 3:
        rng.choice(mappings)[0][key] = deepcopy(value)


SCALAR_KEYS: tuple[Any, ...] = (
    7,
    None,
    True,
    1.5,
    "",
    "method",
    "weight",
    "index",
    "a.b",
    "a[b]",
    "=",
    "<<",
    "n" * 300,
)


def _of_another(config: Any, rng: random.Random) -> None:
    """What another config says in such a place: of a key that is there, or one that is not."""
    known = donors()
    fitting = [(known[kind], mapping) for kind, mapping in mappings(config) if kind in known]
    if fitting:
        said, mapping = rng.choice(fitting)
        own = [key for key in mapping if key in said]
        key = rng.choice(own) if own and rng.random() < 0.5 else rng.choice([*said])
        mapping[key] = deepcopy(rng.choice(said[key]))


def _method(config: Any, rng: random.Random) -> None:
    """A step with another method of the catalogue, and options of yet others."""
    step = rng.choice([*catalogue.STEPS, *catalogue.WITHIN, "rescaling"])
    methods = [*catalogue.step("normalisation" if step == "rescaling" else step)]
    chosen = rng.choice(methods)
    block: dict[str, Any] = {"method": chosen.name, **deepcopy(dict(chosen.example))}
    if rng.random() < 0.3:
        block |= deepcopy(dict(rng.choice(methods).example))
    if rng.random() < 0.2:
        block[rng.choice(["reference", "missing", "min_coverage", "within", "used_for", "p"])] = rng.choice(
            SCALARS
        )
    if step == "screening":
        block = {block.pop("method"): block}
    elif step == "ranking":
        block = {"ties": chosen.name}
    elif step == "classes":
        step, block = "ranking", {"classes": block}
    nodes = [
        c[k] for c, k in places(config) if isinstance(c[k], dict) and {"children", "indicator"} & {*c[k]}
    ]
    (rng.choice([config, *nodes]) if isinstance(config, dict) else {})[step] = block


def _exchange(config: Any, rng: random.Random) -> None:
    (one, first), (other, second) = _place(config, rng), _place(config, rng)
    one[first], other[second] = deepcopy(other[second]), deepcopy(one[first])


OF_CONTENT: tuple[Callable[[Any, random.Random], None], ...] = (
    _value, _value, _number, _number, _other_type, _key, _of_another, _of_another, _of_another, _method,
    _method, _exchange,
)  # fmt: skip

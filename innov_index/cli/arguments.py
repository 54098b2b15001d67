"""Arguments and options that several commands take."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click
from click.core import ParameterSource

from innov_index.limits import Gigabytes, in_words, range_of
from innov_index.parameters import QUESTIONS, Form, NumberOr, Parameter
from innov_index.wording import listed

if TYPE_CHECKING:
    from innov_index.api import Index

Command = TypeVar("Command", bound=Callable[..., Any])

_COMMAND_LINE = ParameterSource.COMMANDLINE

FORMATS = ("table", "csv", "json", "markdown")

LINES_OF_REMARKS = 10
_ALL_REMARKS = "innov_index.all_remarks"


def config_argument(command: Command) -> Command:
    """The config file."""
    return click.argument("config", type=click.Path(path_type=Path))(command)


def question_options(question: str) -> Callable[[Command], Command]:
    """The options of a question, as `parameters.py` has them."""

    def decorate(command: Command) -> Command:
        for parameter in reversed(QUESTIONS[question]):
            command = _option_of(parameter)(command)
        return command

    return decorate


def _option_of(parameter: Parameter) -> Callable[[Command], Command]:
    stated: dict[str, Any] = {"help": parameter.help, "metavar": parameter.metavar}
    kind = parameter.kind
    if kind is Form.FLAG:
        stated = {"help": parameter.help, "is_flag": True}
    elif isinstance(kind, tuple):
        stated |= {"type": click.Choice(kind), "multiple": parameter.several}
    elif isinstance(kind, NumberOr):
        stated |= {"type": number_or(kind.number, kind.words)}
    elif kind is Form.WORDS:
        stated |= {"nargs": 2}
    elif kind is Form.FILE:
        stated |= {"type": click.Path(path_type=Path)}
    elif kind in (Form.CODES, Form.PAIR):
        reader = separate if kind is Form.CODES else two_of
        stated |= {"callback": lambda context, option, text: reader(text)}
    elif kind in (Form.TEXT, Form.FIGURE):
        stated |= {"multiple": parameter.several}
    else:
        stated |= {"type": count_of(kind) if get_args(kind)[0] is int else number_of(kind)}
    if not parameter.several and kind not in (Form.FLAG, Form.CODES):
        stated["default"] = parameter.default
    return click.option(*parameter.flags, parameter.name, **stated)


def setting_option(command: Command) -> Command:
    """`--set PATH=VALUE`, repeatable."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        help="Change the config for this run, e.g. normalisation.method=z_score or weighting[RI]=0.5.",
    )(command)


def scheme_option(command: Command) -> Command:
    """`--scheme NAME`."""
    return click.option("--scheme", metavar="NAME", help="Apply this scheme of the config.")(command)


def engine_options(command: Command) -> Command:
    """`--engine`, `--scheduler` and `--memory`: where the command runs what takes long."""

    @wraps(command)
    def running(
        *arguments: Any, engine: str, scheduler: str | None, memory: float | None, **options: Any
    ) -> Any:
        if engine == "local" and scheduler is not None:
            raise click.UsageError("--scheduler goes with --engine dask")
        if engine == "local" and memory is None:
            return command(*arguments, **options)
        from innov_index import running_on

        if engine == "dask":
            refuse_unused("with --engine dask", "threads")
        address = _scheduler(scheduler) if engine == "dask" else None
        with running_on(address, memory) as executor:
            result = command(*arguments, **options)
            if not executor.used:
                click.echo("nothing here took long enough to be sent to the cluster", err=True)
            return result

    for option in (
        click.option(
            "--memory",
            type=number_of(Gigabytes),
            metavar="GB",
            help="Memory for records, of each worker with Dask; more go to temporary files. An eighth of "
            "what there is by default.",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Address of the Dask scheduler, e.g. tcp://10.0.0.1:8786; by default as Dask is configured.",
        ),
        click.option(
            "--engine",
            type=click.Choice(("local", "dask")),
            default="local",
            help="Where to count records, make draws and run long loops.",
        ),
    ):
        running = option(running)
    return running  # type: ignore[return-value]


def _scheduler(stated: str | None) -> str:
    """The address of the scheduler: as stated, or as the settings of Dask have it."""
    if stated is not None:
        return stated
    from innov_index.errors import load_extra

    known = load_extra("dask", "--engine dask", "dask").config.get("scheduler-address", None)
    if known is None:
        raise click.UsageError("--engine dask needs --scheduler ADDRESS, or DASK_SCHEDULER_ADDRESS to be set")
    return str(known)


def remarks_option(command: Command) -> Command:
    """`--remarks`; `lines_of_remarks` says what it means for a screen."""
    return click.option(
        "--remarks",
        is_flag=True,
        expose_value=False,
        callback=lambda context, _, stated: context.meta.update({_ALL_REMARKS: stated}),
        help="Print all remarks; by default the gravest, in about ten lines.",
    )(command)


def lines_of_remarks() -> int | None:
    """About how many lines of remarks the running command prints; None for all of them."""
    context = click.get_current_context(silent=True)
    return None if context is not None and context.meta.get(_ALL_REMARKS) else LINES_OF_REMARKS


def output_options(command: Command) -> Command:
    """`-o FILE`, `--format` and `--remarks`."""
    command = remarks_option(command)
    command = click.option(
        "--format", "form", type=click.Choice(FORMATS), help="Print in this format; a table by default."
    )(command)
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write to a file: .csv, .csv.gz, .json, .md, .xlsx, .parquet, or datapackage.json; provenance "
        "goes beside it.",
    )(command)


def count_of(kind: Any) -> click.IntRange:
    """The type of an option that takes a whole number of one of the kinds in `limits.py`."""
    low, high = range_of(kind)
    return _Count(int(low), int(high))


def number_of(kind: Any) -> click.FloatRange:
    """The type of an option that takes a number of one of the kinds in `limits.py`."""
    low, high = range_of(kind)
    return _Number(low, high)


class _Count(click.IntRange):
    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        with suppress(ValueError, OverflowError):  # 1e6 is a whole number, as people write it
            number = float(value)
            value = int(number) if "e" in str(value).lower() and number.is_integer() else value
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"expected a whole number {_from_to(self)}; got {_shortly(value)}", param, ctx)


class _Number(click.FloatRange):
    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            number = super().convert(value, param, ctx)
        except click.BadParameter:
            number = math.nan
        if math.isnan(number):
            self.fail(f"expected a number {_from_to(self)}; got {_shortly(value)}", param, ctx)
        return number


def number_or(kind: Any, words: Sequence[str]) -> Callable[[str], int | str]:
    """The type of an option that takes a whole number of a kind in `limits.py`, or one of some words."""
    low, high = range_of(kind)

    def convert(value: str) -> int | str:
        if value in words:
            return value
        with suppress(ValueError):
            if low <= int(value) <= high:
                return int(value)
        names, ends = listed(words, last="or"), f"{in_words(low)} to {in_words(high)}"
        raise click.BadParameter(f"expected a whole number from {ends}, {names}; got {_shortly(value)}")

    return convert


def _from_to(limits: click.IntRange | click.FloatRange) -> str:
    return f"from {in_words(limits.min or 0)} to {in_words(limits.max or 0)}"


def _shortly(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def separate(codes: str | None) -> tuple[str, ...]:
    """The codes in a text, separated by commas."""
    return tuple(code.strip() for code in codes.split(",")) if codes else ()


def two_of(text: str | None) -> tuple[str, str] | None:
    """Two units with a comma between them."""
    if text is None:
        return None
    first, comma, second = text.partition(",")
    if not comma or not first.strip() or not second.strip():
        raise click.UsageError(f"--pair {text}: expected two units with a comma between them")
    return first.strip(), second.strip()


def is_for_screen(output: Path | None, form: str | None) -> bool:
    """Whether a result goes to a person's screen, and not to a file or, in a format, to a pipe."""
    return output is None and form in (None, "table")


def holds_every_table(output: Path | None) -> bool:
    """Whether the file that is written gets all tables of a result."""
    return output is not None and output.name.lower().endswith(".xlsx")


def refuse_unused(reason: str, *names: str) -> None:
    """Raise where one of these parameters of the command was stated, as it has no effect for this reason.

    Parameters
    ----------
    reason : str
        As the end of a sentence, e.g. "with --replay".
    names : str
        As the command's function calls them.
    """
    context = click.get_current_context()
    stated = [
        parameter.opts[-1]
        for parameter in context.command.params
        if parameter.name in names and context.get_parameter_source(parameter.name) is _COMMAND_LINE
    ]
    if stated:
        verb = "have" if len(stated) > 1 else "has"
        raise click.UsageError(f"{listed(stated)} {verb} no effect {reason}")


def varied_index(config: Path, scheme: str | None, settings: Sequence[str]) -> Index:
    """The index of a config file, with a scheme and settings applied."""
    from innov_index.api import load

    index = load(config)
    return index.varied(scheme, settings) if scheme or settings else index

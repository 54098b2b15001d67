"""The command line: `innov-index COMMAND`. One file a command; no arithmetic here."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
from functools import cache
from importlib import import_module
from typing import Any

import click

from innov_index.cli.boundary import code_of, failure_of_the_environment, stoppable, words_of
from innov_index.cli.streams import dependable_streams
from innov_index.errors import InnovIndexError
from innov_index.io.file_roles import kept_apart
from innov_index.wording import visible, without_credentials

COMMANDS = (
    "score",
    "derive",
    "compare",
    "uncertainty",
    "sensitivity",
    "report",
    "export",
    "plot",
    "reproduce",
    "infer",
    "robustness",
    "validate",
    "selftest",
    "methods",
    "schema",
    "init",
    "look",
    "audit",
    "import",
)

MODULES = {"import": "import_"}
"""Where the name of a command cannot be the name of its module and function."""

BUG = 3


class Refused(click.ClickException):
    """Something a person gave is wrong: the message, and exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"Error: {visible(self.message)}", file=file or sys.stderr)


class Commands(click.Group):
    """Commands, imported when asked for; the one place where errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = MODULES.get(name, name)
        command: click.Command = getattr(import_module(f"innov_index.cli.{module}"), module)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with dependable_streams(), stoppable():
                return super().main(*args, **kwargs)
        except InnovIndexError as error:  # the help or the last lines could not be printed
            Refused(str(error)).show()
            sys.exit(Refused.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        _start_quickly()
        try:
            with kept_apart():
                return super().invoke(ctx)
        except InnovIndexError as error:
            raise Refused(str(error)) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as stopped:
            click.echo(f"Error: {words_of(stopped)}", err=True)
            ctx.exit(code_of(stopped))
        except Exception as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            if reason := failure_of_the_environment(error):
                raise Refused(" ".join(without_credentials(reason).split())) from None
            click.echo(
                f"Internal error: {type(error).__name__}: {visible(str(error))}\n"
                "This is a bug in innov-index, not in your input. Please report it with the config, and run "
                "again with `innov-index --debug …` for the details.",
                err=True,
            )
            ctx.exit(BUG)


@cache
def _start_quickly() -> None:
    """What a command needs less of than a long-lived program, before anything large is imported."""
    # most of what is made on the way up lives to the end: looking for garbage among it is in vain
    gc.set_threshold(200_000, 20, 100)
    # and so it is at the end, where the interpreter looks three times before all memory is given back
    atexit.register(gc.freeze)
    # pydantic would read the metadata of every installed package in search of its plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="innov-index")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def main(debug: bool) -> None:
    """Compute composite indices: one YAML file in, scores and ranks out.

    \b
    innov-index init my-index              write a starter config that scores at once
    innov-index score my-index/index.yaml  print its ranking
    """

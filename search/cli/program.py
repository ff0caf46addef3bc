"""How does a run of the program end? Every error becomes a sentence on stderr and an exit status; nothing ends in a traceback.

0 is well, 1 and 2 as each command's help says, 2 also for every error, 130 after Ctrl-C, 141 when whoever reads the output has gone.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from search.cli.output import ENCODING_ERRORS, say
from search.errors import DatelineError

INTERRUPTED = 130
READER_GONE = 141
DEBUG = "DATELINE_DEBUG"


class Program(click.Group):
    """The group of all commands: a command returns its exit status (None is 0), raised errors are told here."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program; ends in SystemExit, or returns the exit status where `standalone_mode` is false."""
        _prepare_streams()
        log = logging.getLogger("search")
        if not (os.environ.get(DEBUG) or log.handlers):
            # What is logged for developers would be a traceback to everybody else; the sentences say what matters.
            log.addHandler(logging.NullHandler())
        try:
            status = super().main(args, prog_name or self.name, complete_var, standalone_mode=False, **extra) or 0
        except (click.ClickException, click.Abort, DatelineError, OSError) as error:
            status = _tell(error)
        except Exception as error:  # noqa: BLE001 - the last resort: a person must never meet a traceback
            status = _tell(error)
        if not standalone_mode:
            return status
        return sys.exit(status)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader who has seen enough (`| head`) ends it quietly."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The interpreter flushes once more on its way out, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return READER_GONE
        return status


def _prepare_streams() -> None:
    """Make every text printable on whatever terminal there is, and let a closed stream swallow what is written to it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8", errors=ENCODING_ERRORS))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ENCODING_ERRORS)


def _tell(error: BaseException) -> int:
    """Say what went wrong; the exit status that goes with it."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if isinstance(error, click.Abort):
        say("interrupted; what was finished before is kept.")
        return INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    elif isinstance(error, click.UsageError):
        say(error.format_message())
        command = error.ctx.command_path if error.ctx else "dateline"
        say(f"“{command} --help” shows what can be given.")
    elif isinstance(error, click.ClickException):
        say(error.format_message())
    elif isinstance(error, DatelineError):
        say(str(error))
    elif isinstance(error, OSError) and error.strerror:
        where = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        say(f"{error.strerror}{where}")
    else:
        say(
            f"something went wrong inside Dateline ({type(error).__name__}: {error}). Please report it with the command that was typed; "
            f"with {DEBUG}=1 before the command, it shows where it happened."
        )
    return 2

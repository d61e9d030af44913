"""The command line: flags become settings, the pipeline does the work, this prints and exits."""

from __future__ import annotations

import gc
import io
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from migrator.cli.commands import program
from migrator.cli.terminal import NAME, Terminal, masked
from migrator.errors import MigratorError, boundary

FAILED = 2
INTERRUPTED = 130


def main() -> NoReturn:
    """Runs the command line of this process and exits."""
    signal.signal(signal.SIGTERM, _terminated)
    gc.disable()  # a command soon ends, and to look for cycles among so many objects costs a lot
    status = run(sys.argv[1:])
    gc.freeze()  # nor is what is left looked through at the end
    sys.exit(status)


def _terminated(_signal: int, _frame: object) -> NoReturn:
    """Ends the run as Ctrl-C does, so that what it had begun to write is taken back."""
    raise KeyboardInterrupt


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; returns the exit status, which is 1 only when a command says so."""
    terminal = Terminal(command=shlex.join([NAME, *arguments]))
    try:
        with boundary(click.ClickException, click.Abort, OSError):
            status = program.main(list(arguments), NAME, standalone_mode=False, obj=terminal)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        said = io.StringIO()
        error.show(file=said)
        click.echo(masked(said.getvalue()), err=True, nl=False)
        return FAILED
    except MigratorError as error:
        click.echo(masked(f"Error: {error}"), err=True)
        if terminal.debug:
            click.echo(_trace(error), err=True, nl=False)
        return FAILED
    except SystemExit:  # click's answer to a broken pipe
        _abandon_output()
        return FAILED
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            click.echo(f"Error: standard output: cannot be written ({error.strerror}).", err=True)
        _abandon_output()
        return FAILED
    return int(status or 0)


def _trace(error: MigratorError) -> str:
    """Returns where the error arose, without the messages of what caused it: those can quote what was scanned."""
    import traceback  # as slow to import as seldom needed

    cause: BaseException = error.__cause__ or error
    return "".join(traceback.format_tb(cause.__traceback__)) + f"{type(cause).__name__}\n"


def _abandon_output() -> None:
    """Keeps the interpreter from flushing, at exit, what nobody reads any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

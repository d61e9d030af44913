"""What can go wrong, each error saying what, where, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager


class MigratorError(Exception):
    """An error a user can act on. ``where`` is a file and line, an option or a setting; ``advice`` says what to do."""

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        """Takes the three parts of the message; none may hold a secret."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.advice = advice

    def __str__(self) -> str:
        """Returns the whole message on one line."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.advice}" if self.advice else head


class UsageError(MigratorError):
    """The command line asks for something that does not fit together."""


class ConfigurationError(MigratorError):
    """A configuration file is wrong."""


class RulesError(MigratorError):
    """A rule file is wrong."""


class ReadError(MigratorError):
    """A file or folder that was asked for cannot be read."""


class WriteError(MigratorError):
    """A write failed or was refused; nothing was written."""


class InternalError(MigratorError):
    """The tool failed in a way nobody expected."""


class UnparsableError(MigratorError):
    """A source file cannot be parsed; ``line`` and ``column`` are 1-based, 0 when not known."""

    def __init__(self, what: str, *, line: int = 0, column: int = 0, where: str = "", advice: str = "") -> None:
        """Takes the message and the position the parser gave up at."""
        super().__init__(what, where=where, advice=advice)
        self.line = line
        self.column = column


def nearest(word: str, known: Collection[str]) -> str:
    """Returns advice that names the known word nearest to a wrong one, or all of them when none is near."""
    from difflib import get_close_matches  # only an error pays for it

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(sorted(known)[:20])}." if known else ""


@contextmanager
def boundary(*expected: type[Exception]) -> Iterator[None]:
    """Lets errors for users and the ``expected`` ones pass; raises `InternalError` in place of any other."""
    try:
        yield
    except Exception as error:
        if isinstance(error, (MigratorError, *expected)):
            raise
        raise InternalError(
            f"the tool failed ({type(error).__name__})",
            advice="Run again with --debug and report what it shows.",
        ) from error

"""Functions by which a program has a command run: its requests are the program's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migrator.evaluate.contracts import Site
from migrator.evaluate.store import Items, Value, options
from migrator.evaluate.strings import as_text, texts
from migrator.model.value import Text


def run_command(site: Site, command: Value | None, more: Value | None = None) -> Value:
    """Records the requests of a command, given as one text, as its words, or as a program and its words."""
    for option in options(command) if command is not None else ():
        if isinstance(option, Items):
            _record(site, list(map(as_text, option.items)))
        elif isinstance(more, Items):
            _record(site, [as_text(option), *map(as_text, more.items)])
        else:
            for one in texts(option):
                _record(site, one)
    return site.unknown("output")


def _record(site: Site, words: Text | Sequence[Text]) -> None:
    m = site.interpreter
    for call in m.commands(words, site.location):
        m.record(replace(call, context=m.now.context), site.frame)

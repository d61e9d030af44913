"""What the rules know about HTTP clients of a language: which calls send, and where each takes what it sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any

from migrator.catalog.reading import RuleValue, read
from migrator.catalog.schema import made, of, plain
from migrator.catalog.store import CLIENTS, Folder, compiled, shipped
from migrator.model.record import value

_PARTS = (
    "url", "method", "params", "headers", "body", "base", "bearer", "data", "auth", "session", "request",
)  # fmt: skip
_HANDLE = ("set", "send", "url", "headers")


@value
class ClientCall:
    """A function of a client that sends. ``callee`` follows the client's name, empty for the client itself.

    The others are positions of arguments, None for what is not given by position. ``verb`` is the method, empty when
    the callee is named by it or an option says it, ``bodied`` that of a request with a body, if it is another one. A
    text where ``options`` are expected is the URL, a mapping where ``url`` is expected the options. In a language where
    options are keywords of the call, ``at`` says which of them can be given by position instead.
    """

    callee: str
    verb: str = ""
    bodied: str = ""
    url: int | None = None
    params: int | None = None
    body: int | None = None
    options: int | None = None
    method: int | None = None
    callback: int | None = None
    at: Mapping[str, int] = field(default_factory=dict, compare=False)


@value
class HttpClient:
    """One client: the names it is known by, its functions, and the options they share.

    ``handed`` are names of parameters and members by which programs are given it.

    ``options`` says, for each part of a request, under which option (dotted for one inside of another) it stands:
    url, method, params (the query), headers, body, base, bearer (a token that it puts into a header), auth (what
    authenticates), session (one to send with), request (an object that holds the parts), and data, which is the query
    of a GET and the body of any other. ``makes`` are functions that make another client with options of its own, at a
    position; ``defaults`` the member that holds those. ``sessions`` are classes whose objects do the same, ``objects``
    those that hold a request until it is sent, both with what they take by position; ``aliases`` other names of them.
    The methods of a session go ``through`` this one, where a subclass has it. ``hooks`` are members that take a
    function which changes the options of each request. ``caveat`` says what may become of headers: where
    ``keeps_headers``, that they are sent on after a redirect to another host.
    A ``platform`` is a package that apps are made with which send through this client: each request goes through the
    functions that such an app publishes as its ``befores``, and may only be declared, as an object of options.
    ``replaces_query`` says that parameters replace the query of a URL; ``browser`` that it only runs where users see
    the code; ``files`` that what is no address is the path of a file; ``spells_body`` that an object as the body is
    not dumped, but made a text. ``wraps`` is the class of ``objects`` into which a URL is put where a call takes no
    headers, ``chooses`` the method of such an object that a program replaces to choose that of the request. A
    ``handle`` has its options set one by one: the methods that ``set`` one and ``send``, and the names of those for the
    ``url`` and the ``headers``.
    """

    client: str
    names: tuple[str, ...] = ()
    globals: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    calls: tuple[ClientCall, ...] = ()
    options: Mapping[str, tuple[str, ...]] = of(*_PARTS, default={})
    makes: Mapping[str, int] = field(default_factory=dict)
    sessions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    through: str = ""
    defaults: str = ""
    hooks: tuple[str, ...] = ()
    caveat: str = ""
    replaces_query: bool = False
    browser: bool = False
    files: bool = False
    spells_body: bool = False
    platform: str = ""
    befores: str = ""
    wraps: str = ""
    chooses: str = ""
    handle: Mapping[str, str] = field(default_factory=dict)
    answer: Mapping[str, tuple[str, ...]] = of("url", "request", default={})

    @property
    def option_names(self) -> frozenset[str]:
        """The names of the options that give a part of a request, of one inside of another the outer one."""
        return frozenset(name.partition(".")[0] for names in self.options.values() for name in names)

    def positions(self, name: str) -> Mapping[str, int]:
        """Returns what a function or class, by the last part of its name, takes by position."""
        calls = [call.at for call in self.calls if call.callee.rpartition(".")[2] == name]
        made = [at for other, at in self.objects.items() if name in self.spellings(other)]
        return {key: place for at in (*made, *calls) for key, place in at.items()}

    def made_with(self, name: str, part: str) -> str:
        """Returns the option of a part that a session of this client is made with, *name* calling what makes it."""
        every = {last: at for one, at in self.sessions.items() for last in self.spellings(one)}
        at = every.get(name) or (next(iter(self.sessions.values()), {}) if name == "__init__" else {})
        return next((option for option in self.options.get(part, ()) if option in at), "")

    def spellings(self, name: str) -> frozenset[str]:
        """Returns the last parts of the names under which a class of this client is made."""
        return frozenset(
            {name, *(new.rpartition(".")[2] for new, old in self.aliases.items() if old.endswith(f".{name}"))}
        )

    def sends(self, name: str) -> bool:
        """Whether a function, by the last part of its name, is given a request that was put together before."""
        return "request" in self.positions(name)


def http_clients(language: str, own: Sequence[Path] = ()) -> tuple[HttpClient, ...]:
    """Returns the clients of a language, whose *own* rules may be elsewhere. Raises `RulesError` on a wrong file."""
    return tuple(found for where, found in _loaded(tuple(own)).items() if where.partition("/")[0] == language)


def client_named(name: str) -> HttpClient | None:
    """Returns the client that reports call by a name, of whatever language, or None."""
    return next((found for found in _loaded(()).values() if found.client == name), None)


@cache
def _loaded(own: tuple[Path, ...]) -> Mapping[str, HttpClient]:
    rows: dict[str, Any] = {}
    for folder in (shipped(), *(Folder(path, path.as_posix(), False) for path in own)):
        rows |= compiled("clients", folder, (CLIENTS,), compile_clients)
    return {where: made(HttpClient, row) for where, row in rows.items()}


def compile_clients(folder: Folder) -> Mapping[str, Any]:
    """Returns the clients of a folder of rules as plain data. Raises `RulesError` on a wrong file."""
    found = {}
    for path in folder.files((CLIENTS,)):
        file = path.relative_to(folder.path).as_posix()
        found[f"{path.parent.name}/{path.stem}"] = _compiled(read(path, folder.label(file)))
    return found


def _compiled(entry: RuleValue) -> Mapping[str, Any]:
    found = plain(
        entry, HttpClient, needs=("source", "sure"), allows=("keeps_headers",),
        calls=lambda item: [call for each in item.items() for call in _calls(each)],
        handle=lambda item: {key: each.text() for key, each in item.fields(_HANDLE, _HANDLE).items()},
    )  # fmt: skip
    keeps = next((item.flag() for key, item in entry.pairs() if key.text() == "keeps_headers"), False)
    again = f"{found['client']} sends the headers again when it is redirected, even to a host that is not HubSpot's."
    return {"caveat": again, **found} if keeps else found


def _calls(entry: RuleValue) -> Iterator[Mapping[str, Any]]:
    """Yields a call for each of the functions that an entry names."""
    found = plain(entry, ClientCall, callee=RuleValue.texts)
    yield from ({**found, "callee": callee} for callee in found["callee"])

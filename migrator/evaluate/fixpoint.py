"""From lowered files to the distinct requests their program can make."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from migrator.evaluate.contracts import Commands, Library, Modules
from migrator.evaluate.entry_points import BASE, Roots
from migrator.evaluate.exports import Exports, carriers
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.logged_secrets import Leak
from migrator.evaluate.missing_reads import MissingRead
from migrator.evaluate.object_uses import ObjectUse, uses
from migrator.evaluate.observations import Observation
from migrator.evaluate.rounds import Round, Survey, survey
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.store import Function
from migrator.evaluate.unreached import Unfollowed, by_place, unfollowed, unreached_calls
from migrator.model.call import EITHER_SCHEME, ApiCall, Auth, AuthPlace, Context
from migrator.model.text import Location
from migrator.model.value import Hole
from migrator.model.vocabulary import Vocabulary

MAX_CHAINS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A place where evaluation gave up, and why."""

    kind: str
    location: Location
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found: the requests by place, the limits that were hit, and the files that were read for it.

    ``leaks`` are what the program prints and logs, so far as it could be a credential; ``unfollowed`` is code that
    could send and was never run; ``lacks`` are places that ask for what is not there, ``observations`` places that
    depend on what holds a credential besides sending it, ``uses`` what expressions give, ``unreached`` the requests of
    that code, run by itself; ``idle`` is what is given a credential and may send nothing.
    """

    calls: tuple[ApiCall, ...]
    limits: tuple[Limit, ...]
    paths: tuple[str, ...]
    leaks: tuple[Leak, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()
    lacks: frozenset[MissingRead] = frozenset()
    observations: frozenset[Observation] = frozenset()
    uses: frozenset[ObjectUse] = frozenset()
    unreached: tuple[ApiCall, ...] = ()
    idle: tuple[ApiCall, ...] = ()


def together(parts: Sequence[Evaluation]) -> Evaluation:
    """Returns what was found in parts of a program, or in programs of several languages, as one evaluation."""
    if len(parts) == 1:
        [one] = parts
        return replace(one, calls=_with_idle(one.calls, one.idle), idle=()) if one.idle else one
    found = _by_identity(call for part in parts for call in part.calls)  # several parts may have loaded a module
    calls = [call for alike in found.values() for call in alike]
    limits = {(one.location, one.kind): one for part in reversed(parts) for one in part.limits}
    leaks = {one.location: one for part in reversed(parts) for one in part.leaks}
    return Evaluation(
        calls=_with_idle(_capped(calls), (call for part in parts for call in part.idle)),
        limits=tuple(limits[at] for at in sorted(limits)),
        paths=tuple(sorted({path for part in parts for path in part.paths})),
        leaks=tuple(leaks[at] for at in sorted(leaks)),
        unfollowed=tuple(_unfollowed_by_all(parts)),
        lacks=frozenset[MissingRead]().union(*(part.lacks for part in parts)),
        observations=frozenset[Observation]().union(*(part.observations for part in parts)),
        uses=frozenset[ObjectUse]().union(*(part.uses for part in parts)),
        unreached=tuple(sorted({call: None for part in parts for call in part.unreached}, key=by_place)),
    )


def _by_identity(calls: Iterable[ApiCall]) -> dict[tuple[Any, ...], list[ApiCall]]:
    """Returns the requests by what tells them apart; those that nothing does are one.

    What is sent to an address of its own with a credential of its own stays a request of its own.
    """
    kept: dict[tuple[Any, ...], list[ApiCall]] = {}
    for call in calls:
        alike = kept.setdefault(_identity(call), [])
        at = next((at for at, old in enumerate(alike) if not _are_two(old, call)), None)
        if at is None:
            alike.append(call)
        else:
            alike[at] = _merged(alike[at], call)
    return kept


def _are_two(left: ApiCall, right: ApiCall) -> bool:
    """Returns whether two branches write the address of a request, each for a credential that the other has not."""
    carried = [_credentials(call) for call in (left, right)]
    written = [{step.location for step in call.trace if step.role == "url"} for call in (left, right)]
    return all(all(pair) and pair[0].isdisjoint(pair[1]) for pair in (carried, written))


def _unfollowed_by_all(parts: Sequence[Evaluation]) -> Iterator[Unfollowed]:
    """Yields, in order, what none of the parts has run that have loaded its module."""
    loaded: dict[str, int] = {}
    for part in parts:
        for path in part.paths:
            loaded[path] = loaded.get(path, 0) + 1
    found: dict[Location, list[Unfollowed]] = {}
    for part in parts:
        for one in part.unfollowed:
            found.setdefault(one.location, []).append(one)
    for at in sorted(found):
        if len(found[at]) == loaded[at.path]:
            yield found[at][0]


class Evaluator:
    """Evaluates a project in rounds: each round may add files that turn out to matter."""

    def __init__(
        self,
        program: Modules,
        *,
        library: Library,
        semantics: Semantics,
        vocabulary: Vocabulary,
        is_test: Callable[[str], bool],
        surveyed: Sequence[Round] = (),
        commands: Commands = lambda _words, _at: (),
        noting: bool = True,
    ) -> None:
        """Takes the modules, what is known of libraries, names and rounds to come; *noting* is of who uses what."""
        self._machine = Interpreter(program, library, semantics, vocabulary, is_test, commands, noting=noting)
        self._roots = Roots(self._machine, surveyed)

    def surveys(self) -> tuple[Survey, ...]:
        """What each round found out from the text of the program."""
        units = [module.unit for module in self._machine.state.modules.values()]
        return tuple(survey(one, units) for one in self._roots.rounds)

    @property
    def paths(self) -> Collection[str]:
        """The files that were read so far."""
        return self._machine.state.modules.keys()

    @property
    def is_stale(self) -> bool:
        """Whether what was found in a round depends on state that files of a later one have changed."""
        return self._roots.is_stale

    def add(self, paths: Iterable[str]) -> None:
        """Evaluates further files."""
        self._roots.run(sorted(paths))

    def exports(self) -> Exports:
        """Returns the names that carry a key, a HubSpot URL, a client, or a function that sends.

        A file that uses one of them matters even if it never names HubSpot.
        """
        return carriers(self._machine)

    def result(self) -> Evaluation:
        """Returns everything found so far."""
        left = tuple(unfollowed(self._machine))
        limits = [Limit(kind=kind, location=at, reason=why) for (kind, at), why in self._machine.results.gaps.items()]
        return Evaluation(
            calls=distinct(self._machine),
            limits=tuple(sorted(limits, key=lambda one: (one.location, one.kind))),
            paths=tuple(sorted(self._machine.state.modules)),
            leaks=tuple(self._machine.results.leaks[at] for at in sorted(self._machine.results.leaks)),
            unfollowed=left,
            unreached=unreached_calls(self._roots, left),
            lacks=frozenset(self._machine.results.lacks),
            observations=frozenset(self._machine.results.observations),
            uses=frozenset(uses(self._machine)),
            idle=tuple(_untold_idle(self._machine)),
        )


def _untold_idle(m: Interpreter) -> Iterator[ApiCall]:
    """Yields what is idle; what a function is given whose callers are followed is told where they give it."""
    owned = ((func, f"{func.owner.name}.{func.name}" if func.owner else func.name) for func in m.results.entered)
    followed = {f"{func.unit.module}.{name}" for func, name in owned}
    for call in m.results.idle:
        given = [source for auth in call.auth for source in auth.sources]
        if not given or any(one.how != "parameter" or one.name.rpartition(".")[0] not in followed for one in given):
            yield call


def _with_idle(calls: Sequence[ApiCall], idle: Iterable[ApiCall]) -> tuple[ApiCall, ...]:
    """Adds a request nobody knows for each place where a client is given a credential that no request carries."""
    carried = {name for call in calls for name in _credentials(call)}
    asked = {call.session for call in calls}
    unseen = (call for call in idle if call.auth and call.session not in asked)
    left = {call.location: call for call in unseen if carried.isdisjoint(_credentials(call))}
    return tuple(sorted((*calls, *left.values()), key=_order)) if left else tuple(calls)


def _credentials(call: ApiCall) -> set[tuple[str, str]]:
    return {(source.how, source.name) for auth in call.auth for source in auth.sources}


def distinct(m: Interpreter) -> tuple[ApiCall, ...]:
    """Returns the recorded requests, each once: what a caller's context explains replaces the symbolic record."""
    kept = _by_identity(_unexplained_calls(m))
    ends = {(via[at:], *rest) for via, *rest in kept for at in range(1, len(via))}
    """A chain of calls that ends a longer one: what was cut off is run by itself too, and tells the same again."""
    whole = [call for key, alike in kept.items() if key not in ends for call in alike]
    return tuple(_unmodelled_left_out(_capped(sorted(whole, key=_order)), m.is_test))


def _unexplained_calls(m: Interpreter) -> Iterator[ApiCall]:
    """Yields the recorded requests, without those that another record explains."""
    resolved = {(call.location, _function(root)) for call, root, _ in m.results.calls if call.resolved}
    concrete = {call.location for call, root, _ in m.results.calls if call.resolved and not _is_abstract(call, root)}
    followed = {_function(root) for _, root, _ in m.results.calls if root[0] == "method" and root[3] != BASE}
    led: dict[tuple[Location, int], set[object]] = {}
    """Where a request was reached through a function that something else had called, and from which functions."""
    for call, root, chain in m.results.calls:
        for node in chain[root[0] != "module" :]:
            led.setdefault((call.location, node), set()).add(_function(root))
    followed_through = m.results.entered - m.results.cut
    straight = {_again(call) for call, _, chain in m.results.calls if len(set(chain)) == len(chain)}
    for call, root, chain in m.results.calls:
        if len(set(chain)) < len(chain) and _again(call) in straight:
            continue  # a function that calls itself sends it again
        function = _function(root)
        made = any(led[call.location, one] > {function} for one in chain[1:])  # a function that it makes is called
        entered = (
            isinstance(function, Function)
            and function in followed_through
            and (made or (call.location, id(function.node)) in led)
        )
        symbolic = root[0] == "function" and entered
        explained = root[0] == "method" and (entered or (call.location, function) in resolved)
        if symbolic or (explained and not call.resolved):
            continue
        if _is_abstract(call, root) and (call.location in concrete or (not call.resolved and function in followed)):
            continue
        yield call


def _is_abstract(call: ApiCall, root: tuple[object, ...]) -> bool:
    """Returns whether a request leaves open what a class that descends from its own fills in."""
    if root[0] != "method" or root[3] != BASE:
        return False
    pieces = call.path.pieces if call.path else ()
    return not call.resolved or any(isinstance(one, Hole) and one.origin.how == "attribute" for one in pieces)


def _identity(call: ApiCall) -> tuple[Any, ...]:
    """Returns what tells requests apart that are more than one."""
    return (call.via, call.location, call.context, call.method, call.host, call.broken, call.path and call.path.shape())


def _request(call: ApiCall) -> tuple[object, ...]:
    """Returns what one request has in common however it is reached."""
    return (call.location, call.method, call.host, call.endpoint, call.context)


def _again(call: ApiCall) -> tuple[object, ...]:
    """Returns what a request has in common with one that the same function sends when it calls itself."""
    return (*_request(call), call.broken, frozenset(one.name for one in (*call.query, *call.headers)))


def _function(root: tuple[object, ...]) -> object:
    """Returns the function that a root runs, None for a module."""
    return root[-1] if root[0] in ("function", "method", "closure") else None


def _order(call: ApiCall) -> tuple[object, ...]:
    return (call.location, call.via, call.method or "", call.endpoint or "", call.host or "")


def _merged(left: ApiCall, right: ApiCall) -> ApiCall:
    strange = [one for one in (left, right) if one.client == "unknown"]
    if len(strange) == 1:  # the client is known where a class that descends fills it in
        return right if strange[0] is left else left
    return replace(
        left,
        scheme=left.scheme if left.scheme == right.scheme else EITHER_SCHEME,
        auth=tuple(_either_way(left.auth, right.auth)),
        query=tuple(dict.fromkeys((*left.query, *right.query))),
        headers=tuple(dict.fromkeys((*left.headers, *right.headers))),
        body=tuple(dict.fromkeys((*left.body, *right.body))),
        trace=tuple(dict.fromkeys((*left.trace, *right.trace))),
        certainty=min(left.certainty, right.certainty),
        session=left.session or right.session,
    )


_WHOLE = frozenset({AuthPlace.URL, AuthPlace.HEADERS})


def _either_way(left: Sequence[Auth], right: Sequence[Auth]) -> Iterator[Auth]:
    """Yields what a request that is sent in one of two ways carries; surely only what it carries in both."""
    sure = {one for one in left if one.always} & {one for one in right if one.always}
    beside = {one for one in (*left, *right) if not one.alone}
    lacks = not left or not right  # one of two URLs, which ends before the key, or of two mappings of headers
    lacking = {one for one in (*left, *right) if one.maybe or (lacks and one.place in _WHOLE)}
    for one in dict.fromkeys((*left, *right)):
        yield replace(one, always=one in sure, alone=one not in beside, maybe=one in lacking)


def _capped(calls: Iterable[ApiCall]) -> list[ApiCall]:
    """Keeps at most `MAX_CHAINS` chains of call sites for what is otherwise one request."""
    counts: dict[tuple[object, ...], int] = {}
    kept = []
    for call in sorted(calls, key=lambda one: len(one.via)):
        key = _request(call)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MAX_CHAINS:
            kept.append(call)
    return sorted(kept, key=_order)


def _unmodelled_left_out(calls: Sequence[ApiCall], is_test: Callable[[str], bool]) -> list[ApiCall]:
    """Drops requests of an unknown callee where a modelled one is reached through it, and what tests repeat."""
    reached = {site for call in calls for site in call.via}
    program = {(call.location, call.method, call.endpoint) for call in calls if call.context is Context.PROGRAM}
    return [
        call
        for call in calls
        if not (call.client == "unknown" and call.location in reached)
        and not (
            call.context is Context.TEST
            and not is_test(call.location.path)
            and (call.location, call.method, call.endpoint) in program
        )
    ]

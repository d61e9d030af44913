"""Built-in functions and the parts of the standard library through which keys and URLs pass."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from dataclasses import replace

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import set_any
from migrator.evaluate.attributes import attribute
from migrator.evaluate.conditions import truth
from migrator.evaluate.contents import iterate, merged
from migrator.evaluate.contracts import NEVER, Site
from migrator.evaluate.guesses import guess, is_guess
from migrator.evaluate.imports import named_module
from migrator.evaluate.store import (
    NONE,
    REST,
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Located,
    Method,
    Module,
    Partial,
    Super,
    Table,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.strings import HOLE, as_text, concat, flat, known, text
from migrator.evaluate.uses import used
from migrator.languages.python.library import formatting
from migrator.languages.python.library.config_files import environment, option
from migrator.languages.python.library.containers import dictionary, duplicate, ordered
from migrator.languages.shared.commands import run
from migrator.languages.shared.containers import sifted
from migrator.model.value import Const, Origin, Ref, Text, Unknown

Model = Callable[[Site], Value | None]

_CALLABLE = (Function, Bound, Method, Partial, Ref)


def _str(site: Site) -> Value:
    found = site.arg(0, "object")
    return text("") if found is None else concat([found])


def _repr(site: Site) -> Value:
    found = site.arg(0)
    return formatting.interpolated(found, "r", None) if found is not None else text("")


def _int(site: Site) -> Value:
    found = site.arg(0)
    written = known(found) if found is not None else "0"
    if written is not None and written.strip().lstrip("-").isdigit():
        return Const(int(written))
    return found if isinstance(found, (Const, Unknown)) else site.unknown("number")


def _same(site: Site) -> Value | None:
    return site.arg(0)


def _list(kind: str) -> Model:
    def model(site: Site) -> Value:
        given = site.arg(0)
        items, rest = iterate(given, site.location) if given is not None else ([], None)
        return Items(kind, items, site.location, rest)

    return model


def _as(kind: str) -> Model:
    """Returns what makes a method of another kind of a function that is defined already."""

    def model(site: Site) -> Value | None:
        found = site.arg(0, "fget")
        return replace(found, kind=kind) if isinstance(found, Function) else None

    return model


def _len(site: Site) -> Value:
    found = site.arg(0)
    if is_guess(site.interpreter, found):
        return site.unknown("length")
    if isinstance(found, Items) and found.rest is None and found.least == len(found.items):
        return Const(len(found.items))
    sure = isinstance(found, Table) and found.rest is None and not any(slot.maybe for _, slot in found.slots())
    return Const(len(found.cells)) if isinstance(found, Table) and sure else site.unknown("length")


def _getattr(site: Site) -> Value:
    owner, name = site.arg(0) or NONE, site.arg(1)
    names = [known(one) for one in options(name)] if name is not None else [None]
    if None in names:
        return _any_member(site, owner)
    found = [attribute(site.interpreter, owner, one, site.frame, site.location) for one in names if one is not None]
    for one in found:
        used(site.interpreter, one, site.node, site.frame)
    default = site.arg(2)
    unknown = all(isinstance(one, Unknown) for one in found)
    return guess(site.interpreter, default) if default is not None and default != NONE and unknown else choose(found)


def _import_module(site: Site) -> Value | None:
    name = known(site.arg(0) or NONE)
    if not name or name[0] == ".":
        return None
    found = named_module(site.interpreter, name, site.frame, site.location)
    used(site.interpreter, found, site.node, site.frame)
    return found


def _any_member(site: Site, owner: Value) -> Value:
    if isinstance(owner, Ref) and owner.name in ("requests", "httpx"):
        name = as_text(site.arg(1) or NONE)
        return Partial(Ref(f"{owner.name}.request"), (name,), {})
    return site.unknown("attribute")


def _setattr(site: Site) -> Value:
    name = known(site.arg(1) or NONE)
    for owner in options(site.arg(0) or NONE):
        if name is not None and isinstance(owner, (Instance, Module, ClassValue)):
            site.interpreter.heap.put(owner.cells, name, site.arg(2) or NONE)
        elif isinstance(owner, (Instance, Module, ClassValue)):
            set_any(site.interpreter, owner, site.arg(2) or NONE)
    return NONE


def _isinstance(site: Site) -> Value:
    found, wanted = site.arg(0), site.arg(1)
    names = {one.name.rpartition(".")[2] for one in _members(wanted) if isinstance(one, Ref)}
    kinds: dict[type, frozenset[str]] = {
        Text: frozenset({"str", "unicode", "basestring", "string_types"}),
        Table: frozenset({"dict", "Mapping", "MutableMapping"}),
        Items: frozenset({"list", "tuple", "set", "Iterable", "Sequence"}),
    }
    if found is None or not names or isinstance(found, Unknown) or (isinstance(found, Text) and flat(found) == HOLE):
        return site.unknown("condition")
    mine = kinds.get(type(found))
    return Const(bool(mine & names)) if mine is not None else site.unknown("condition")


def _members(found: Value | None) -> tuple[Value, ...]:
    return found.items if isinstance(found, Items) else options(found if found is not None else NONE)


def _super(site: Site) -> Value:
    owner: Value | None = site.frame.owner
    receiver = site.frame.receiver
    frame = site.frame
    while receiver is None and frame.outer is not None:
        frame = frame.outer
        owner, receiver = frame.owner, frame.receiver
    if len(site.args.positional) == 2:
        owner, receiver = site.args.positional
    return Super(owner, receiver) if receiver is not None else site.unknown("super")


def _zip(site: Site) -> Value:
    columns = [iterate(one, site.location) for one in site.args.positional]
    if not columns:
        return Items("list", (), site.location)
    rows = zip(*(items for items, _ in columns), strict=False)
    rest = [more for _, more in columns if more is not None]
    return Items(
        "list", [Items("tuple", row, site.location) for row in rows], site.location, choose(rest) if rest else None
    )


def _enumerate(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    start = site.arg(1, "start") or Const(0)
    first = start.value if isinstance(start, Const) and isinstance(start.value, int) else None
    indexes = [site.unknown("index") if first is None else Const(first + at) for at in range(len(items))]
    rows = [Items("tuple", (index, one), site.location) for index, one in zip(indexes, items, strict=True)]
    more = Items("tuple", (site.unknown("index"), rest), site.location) if rest is not None else None
    return Items("list", rows, site.location, more)


def _sorted(site: Site) -> Value:
    given = site.arg(0)
    items, rest = iterate(given, site.location) if given is not None else ([], None)
    return Items("list", ordered(site, items) if rest is None else items, site.location, rest)


def _reversed(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    return Items("list", items[::-1] if rest is None else items, site.location, rest)


def _extreme(last: bool) -> Model:
    def model(site: Site) -> Value | None:
        given = site.args.positional
        items, rest = iterate(given[0], site.location) if len(given) == 1 else (given, None)
        if rest is not None or not items or None in map(known, items) or site.arg(-1, "key") is not None:
            return site.unknown()
        return max(items, key=lambda one: known(one) or "") if last else min(items, key=lambda one: known(one) or "")

    return model


def _range(site: Site) -> Value:
    return Items("list", (), site.location, site.unknown("index", "loop"))


def _map(site: Site) -> Value:
    func, found = site.arg(0), site.arg(1)
    if func is None or found is None:
        return site.unknown()
    items, rest = iterate(found, site.location)
    done = [site.interpreter.apply(func, Args([one]), site.frame, site.node) for one in items]
    more = site.interpreter.apply(func, Args([rest]), site.frame, site.node) if rest is not None else None
    return Items("list", done, site.location, more)


def _filter(site: Site) -> Value:
    func, (items, rest) = site.arg(0), iterate(site.arg(1) or NONE, site.location)

    def passes(one: Value) -> bool | None:
        verdict = one if func in (None, NONE) else site.interpreter.apply(func, Args([one]), site.frame, site.node)
        return truth(site.interpreter, verdict)

    passing = [(one, passes(one)) for one in items]
    return sifted(site, passing, rest if rest is not None and passes(rest) is not False else None)


def _next(site: Site) -> Value:
    given, default = site.arg(0) or NONE, site.arg(1)
    items, rest = iterate(given, site.location)
    if items and all(isinstance(one, Items) and one.least for one in options(given)):
        return items[0]
    every = [*items, *(one for one in (rest, default) if one is not None)]
    return choose(every) if every else site.unknown("item")


def _partial(site: Site) -> Value:
    func = site.arg(0)
    return Partial(func, tuple(site.args.positional[1:]), site.args.named) if func is not None else site.unknown()


def _wraps(_: Site) -> Value:
    return Ref("builtins.identity")


def _type(site: Site) -> Value:
    found = site.arg(0)
    return found.kind if isinstance(found, Instance) and isinstance(found.kind, Class) else site.unknown("type")


def _environment(site: Site) -> Value:
    return environment(site.arg(0, "key") or NONE, site.arg(1, "default"), site)


def _template(site: Site) -> Value:
    instance = Instance("string.Template", site.location)
    instance.cells["template"] = site.arg(0) or NONE
    return instance


def _substitute(site: Site) -> Value:
    pattern = site.receiver.cells["template"] if isinstance(site.receiver, Instance) else NONE
    named = site.args.named
    given = site.arg(0)
    if isinstance(given, Table):
        named = {**{str(key): slot.value for key, slot in given.slots()}, **named}
    return formatting.template(pattern, named, site.location)


def _copy(site: Site) -> Value:
    return duplicate(site.arg(0) or NONE)


def _nothing(_: Site) -> Value:
    return NONE


def _exit(site: Site) -> Value:
    return Unknown("the program ends here", "exit", Origin("call", NEVER, site.location))


def _submit(site: Site) -> Value:
    """Runs the function that an executor, a thread or a loop is given, on the arguments that follow it."""
    func = site.arg(0)
    target = site.arg(-1, "target")
    if isinstance(target, _CALLABLE):
        given, named = site.arg(-1, "args"), site.arg(-1, "kwargs")
        keywords = {str(key): slot for key, slot in named.slots()} if isinstance(named, Table) else {}
        args = Args(list(given.items) if isinstance(given, Items) else [], keywords)
        site.interpreter.apply(target, args, site.frame, site.node)
        return site.unknown()
    if isinstance(func, _CALLABLE):
        args = Args(site.args.positional[1:], dict(site.args.keywords))
        return site.interpreter.apply(func, args, site.frame, site.node)
    return site.unknown()


def _filled_by_default(site: Site) -> Value:
    """Returns a mapping that has an entry under whatever key it is asked for: what its factory makes."""
    table = dictionary(site.given(Args(site.args.positional[1:], site.args.keywords)))
    factory = site.arg(0)
    if isinstance(table, Table) and table.rest is None and factory is not None and factory != NONE:
        made = site.interpreter.apply(factory, Args(), site.frame, site.node)
        table.cells[REST] = made if isinstance(made, Located) else site.unknown("entry")
    return table


def _chain(site: Site) -> Value:
    found = Table(site.location)
    for one in reversed(site.args.positional):
        found = merged(site.interpreter, found, one, site.location)
    return found


def _config_get(site: Site) -> Value:
    """Returns an option of a configuration parser, named by section and key."""
    read = option(site)
    if read is not None:
        return read
    section, key = site.arg(0), site.arg(1)
    names = [known(one) or as_text(one).pattern() for one in (section, key) if one is not None]
    hint = names[-1] if names else "option"
    return Unknown("a configuration file holds it", hint, Origin("config", ".".join(names), site.location))


def _input(site: Site) -> Value:
    return site.unknown("input", "argument", "input()")


def _whole_environment(_: Site) -> Value:
    return Ref("os.environ")


def _dumps(site: Site) -> Value:
    """Returns a text that is not known, and keeps what it was made of: a request with it sends that."""
    given = site.arg(0, "obj")
    if given is not None:
        site.interpreter.state.dumped[site.location] = given
    return site.unknown()


def _command(site: Site) -> Value:
    """Returns what a command writes, which is not known, and records what it sends."""
    return run(site, site.arg(0, "args") or site.arg(0, "command") or site.arg(0, "cmd"))


_RUNS = (
    *("os.system", "os.popen", "os.popen2", "os.popen3", "commands.getoutput", "commands.getstatusoutput"),
    *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")),
    *("subprocess.Popen", "asyncio.create_subprocess_shell"),
)

MODELS: Mapping[str, Model] = {
    **dict.fromkeys(_RUNS, _command), "shlex.split": _same,
    **dict.fromkeys(("json.dumps", "simplejson.dumps", "ujson.dumps", "orjson.dumps", "demjson.encode"), _dumps),
    "builtins.str": _str, "builtins.unicode": _str, "builtins.repr": _repr, "builtins.int": _int,
    "builtins.float": _int, "builtins.bytes": _same,
    "builtins.list": _list("list"), "builtins.tuple": _list("tuple"),
    "builtins.set": _list("set"), "builtins.frozenset": _list("set"), "builtins.sorted": _sorted,
    "builtins.reversed": _reversed, "builtins.max": _extreme(True),
    "builtins.min": _extreme(False), "builtins.iter": _list("list"), "builtins.dict": dictionary,
    "builtins.len": _len, "builtins.getattr": _getattr, "builtins.setattr": _setattr,
    "builtins.isinstance": _isinstance, "builtins.property": _as("property"),
    "builtins.classmethod": _as("classmethod"), "builtins.staticmethod": _as("staticmethod"),
    "builtins.super": _super, "builtins.zip": _zip, "builtins.enumerate": _enumerate, "builtins.range": _range,
    "builtins.xrange": _range, "builtins.map": _map, "builtins.filter": _filter, "builtins.next": _next,
    "importlib.import_module": _import_module,
    "builtins.type": _type, "builtins.print": _nothing, "builtins.identity": _same, "builtins.input": _input,
    "builtins.raw_input": _input, "getpass.getpass": _input, "builtins.exit": _exit, "builtins.quit": _exit,
    "sys.exit": _exit, "os._exit": _exit, "builtins.object": lambda site: Instance("builtins.object", site.location),
    "builtins.object.__init__": _nothing,
    "functools.partial": _partial, "functools.partialmethod": _partial, "functools.wraps": _wraps,
    "functools.update_wrapper": _same, "six.wraps": _wraps, "wrapt.decorator": _same,
    "os.environ.get": _environment, "os.getenv": _environment, "os.environ.setdefault": _environment,
    "os.environ.pop": _environment, "os.environ.__getitem__": _environment, "decouple.config": _environment,
    "environ.Env.__call__": _environment, "environ.Env.str": _environment, "environs.Env.str": _environment,
    "environs.Env.__call__": _environment, "decouple.Config.__call__": _environment,
    "dotenv.dotenv_values": _whole_environment, "string.Template": _template,
    "string.Template.substitute": _substitute, "string.Template.safe_substitute": _substitute,
    "copy.copy": _copy, "copy.deepcopy": _copy, "types.MappingProxyType": _same,
    "collections.OrderedDict": dictionary, "collections.defaultdict": _filled_by_default,
    "collections.ChainMap": _chain,
    "collections.deque": _list("list"), "queue.Queue": _list("list"),
    "typing.cast": lambda site: site.arg(1), "asyncio.gather": _list("list"), "asyncio.run": _same,
    "asyncio.create_task": _same, "asyncio.ensure_future": _same, "asyncio.wait_for": _same,
    "threading.Thread": _submit, "multiprocessing.Process": _submit, "asyncio.to_thread": _submit,
    "anyio.to_thread.run_sync": _submit, "starlette.concurrency.run_in_threadpool": _submit,
    "fastapi.concurrency.run_in_threadpool": _submit, "asgiref.sync.sync_to_async": _same,
    "yarl.URL": _str, "furl.furl": _str,
    "configparser.ConfigParser.get": _config_get, "configparser.ConfigParser.getint": _config_get,
}  # fmt: skip

_OLD_NAMES = frozenset({"unicode", "basestring", "raw_input", "xrange", "long", "reduce", "unichr"})
NAMES = frozenset({*dir(builtins), "__file__"}) | _OLD_NAMES

"""Built-in functions and the parts of the standard library through which keys and URLs pass."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import replace

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import set_any, set_attribute
from migrator.evaluate.assumptions import guess, is_guess
from migrator.evaluate.attributes import attribute, library_base
from migrator.evaluate.contents import iterate, merged
from migrator.evaluate.contracts import NEVER, Model, Models, Site
from migrator.evaluate.imports import named_module
from migrator.evaluate.object_uses import used
from migrator.evaluate.operators import spelled
from migrator.evaluate.statements import entered
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
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import HOLE, as_text, concat, flat, known, text
from migrator.languages.python.library import formatting, functional
from migrator.languages.python.library.config_files import environment, option
from migrator.languages.python.library.containers import dictionary, duplicate
from migrator.languages.python.library.iteration import POOLS
from migrator.languages.shared.commands import run_command
from migrator.languages.shared.simple_models import argument, gives, keep_nothing, nothing, unknown
from migrator.model.unit import ClassDef
from migrator.model.value import Const, Origin, Ref, Text, Unknown

_CALLABLE = (Function, Bound, Method, Partial, Ref)


def _str(site: Site) -> Value:
    found = site.arg(0, "object")
    return text("") if found is None else concat([spelled(site.interpreter, found, site.frame, site.location)])


def _repr(site: Site) -> Value:
    found = site.arg(0)
    return formatting.interpolated(found, "r", None) if found is not None else text("")


def _int(site: Site) -> Value:
    found = site.arg(0)
    written = known(found) if found is not None else "0"
    if written is not None and written.strip().lstrip("-").isdigit():
        return Const(int(written))
    return found if isinstance(found, (Const, Unknown)) else site.unknown("number")


def _list(kind: str) -> Model:
    def model(site: Site) -> Value:
        given = site.arg(0)
        items, rest = iterate(given, site.location) if given is not None else ([], None)
        return Items(kind, items, site.location, rest)

    return model


def _as(kind: str) -> Model:
    """Returns what makes a method of another kind of a function that is defined already."""

    def model(site: Site) -> Value | None:
        found, setter = site.arg(0, "fget"), site.arg(1, "fset")
        held = {"setter": setter} if setter is not None else None
        return replace(found, kind=kind, attributes=held) if isinstance(found, Function) else None

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
        return site.interpreter.library.any_member(owner, name or NONE) or site.unknown("attribute")
    found = [attribute(site.interpreter, owner, one, site.frame, site.location) for one in names if one is not None]
    for one in found:
        used(site.interpreter, one, site.node, site.frame)
    default = site.arg(2)
    unknown = all(isinstance(one, Unknown) for one in found)
    return guess(site.interpreter, default) if default is not None and default != NONE and unknown else choose(found)


def _import_module(site: Site) -> Value | None:
    name, package = known(site.arg(0) or NONE), known(site.arg(1, "package"))
    if not name or (name[0] == "." and not package):
        return None
    name = f"{package}{name}" if name[0] == "." else name
    found = named_module(site.interpreter, name, site.frame, site.location)
    used(site.interpreter, found, site.node, site.frame)
    return found


def _setattr(site: Site) -> Value:
    name = known(site.arg(1) or NONE)
    for owner in options(site.arg(0) or NONE):
        if name is not None:
            set_attribute(site.interpreter, owner, name, site.arg(2) or NONE, site.frame, site.location)
        elif isinstance(owner, (Instance, Module, Class)):
            set_any(site.interpreter, owner, site.arg(2) or NONE)
    return NONE


def _isinstance(site: Site) -> Value:
    found, wanted = site.arg(0), site.arg(1)
    if isinstance(found, Instance) and isinstance(found.kind, Class):
        own = {one.node for one in ancestors(found.kind) if isinstance(one, Class)}
        asked = [one.node if isinstance(one, Class) else None for one in _members(wanted)]
        is_one = not own.isdisjoint(asked)
        plain = None not in asked or library_base(site.interpreter, found.kind) is None
        return Const(is_one) if is_one or (plain and not found.symbolic) else site.unknown("condition")
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


def _type(site: Site) -> Value:
    found, bases, members = (site.arg(place) for place in range(3))
    if isinstance(bases, Items) and isinstance(members, Table) and found is not None:
        node = ClassDef(site.node.span, known(found) or "type", (), (), ())
        made = Class(node, site.frame.unit, site.frame, bases.items, site.location)
        made.cells.update({str(key): slot.value for key, slot in members.slots()})
        return made
    return found.kind if isinstance(found, Instance) and isinstance(found.kind, Class) else site.unknown("type")


def _environment(site: Site) -> Value:
    return environment(site.arg(0, "key") or NONE, site.arg(1, "default"), site)


def _template(instance: Instance, site: Site) -> None:
    instance.cells["template"] = site.arg(0, "template") or NONE


def _substitute(site: Site) -> Value:
    made = site.receiver if isinstance(site.receiver, Instance) else None
    if made is None or (isinstance(made.kind, Class) and {"delimiter", "pattern"} & made.kind.cells.keys()):
        return site.unknown()
    pattern = made.cells.get("template", NONE)
    named = site.args.named
    given = site.arg(0)
    if isinstance(given, Table):
        named = {**{str(key): slot.value for key, slot in given.slots()}, **named}
    return formatting.template(pattern, named, site.location)


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


def _entered(site: Site) -> Value:
    return entered(site.interpreter, site.arg(0, "cm") or NONE, site.frame, site.location)


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


def _dumps(site: Site) -> Value:
    """Returns a text that is not known, and keeps what it was made of: a request with it sends that."""
    given = site.arg(0, "obj")
    if given is not None:
        site.interpreter.state.dumped[site.location] = given
    return site.unknown()


def _command(site: Site) -> Value:
    """Returns what a command writes, which is not known, and records what it sends."""
    return run_command(site, site.arg(0, "args") or site.arg(0, "command") or site.arg(0, "cmd"))


_RUNS = (
    *("os.system", "os.popen", "os.popen2", "os.popen3", "commands.getoutput", "commands.getstatusoutput"),
    *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")),
    *("subprocess.Popen", "asyncio.create_subprocess_shell"),
)

_ASKED = ("builtins.input", "builtins.raw_input", "getpass.getpass")

MODELS: Models = {
    **dict.fromkeys(_RUNS, _command), "shlex.split": argument,
    **dict.fromkeys(_ASKED, unknown("input", "argument", "input()")),
    **dict.fromkeys(("functools.wraps", "six.wraps"), gives(Ref("builtins.identity"))),
    **dict.fromkeys(("json.dumps", "simplejson.dumps", "ujson.dumps", "orjson.dumps", "demjson.encode"), _dumps),
    "builtins.str": _str, "builtins.unicode": _str, "builtins.repr": _repr, "builtins.int": _int,
    "builtins.float": _int, "builtins.bytes": argument,
    "builtins.list": _list("list"), "builtins.tuple": _list("tuple"),
    "builtins.set": _list("set"), "builtins.frozenset": _list("set"),
    "builtins.iter": _list("list"), "builtins.dict": dictionary,
    "builtins.len": _len, "builtins.getattr": _getattr, "builtins.setattr": _setattr,
    "builtins.isinstance": _isinstance, "builtins.property": _as("property"),
    "builtins.classmethod": _as("classmethod"), "builtins.staticmethod": _as("staticmethod"),
    "builtins.super": _super,
    "importlib.import_module": _import_module,
    "builtins.type": _type, "builtins.print": nothing, "builtins.identity": argument, "builtins.exit": _exit,
    "builtins.quit": _exit, "sys.exit": _exit, "os._exit": _exit,
    "builtins.object": lambda site: Instance("builtins.object", site.location),
    "builtins.object.__init__": nothing,
    "functools.update_wrapper": argument,
    "wrapt.decorator": argument,
    "os.environ.get": _environment, "os.getenv": _environment, "os.environ.setdefault": _environment,
    "os.environ.pop": _environment, "os.environ.__getitem__": _environment, "decouple.config": _environment,
    "environ.Env.__call__": _environment, "environ.Env.str": _environment, "environs.Env.str": _environment,
    "environs.Env.__call__": _environment, "decouple.Config.__call__": _environment,
    "dotenv.dotenv_values": gives(Ref("os.environ")),
    "string.Template.substitute": _substitute, "string.Template.safe_substitute": _substitute,
    **dict.fromkeys(("copy.copy", "copy.deepcopy"), lambda site: duplicate(site.arg(0) or NONE)),
    "types.MappingProxyType": argument,
    "collections.OrderedDict": dictionary, "collections.defaultdict": _filled_by_default,
    "collections.ChainMap": _chain,
    "collections.deque": _list("list"), "queue.Queue": _list("list"),
    "typing.cast": lambda site: site.arg(1), "asyncio.gather": _list("list"), "asyncio.run": argument,
    "asyncio.create_task": argument, "asyncio.ensure_future": argument, "asyncio.wait_for": argument,
    "threading.Thread": _submit, "multiprocessing.Process": _submit, "asyncio.to_thread": _submit,
    "anyio.to_thread.run_sync": _submit, "starlette.concurrency.run_in_threadpool": _submit,
    "fastapi.concurrency.run_in_threadpool": _submit, "asgiref.sync.sync_to_async": argument,
    **{f"{pool}.{name}": _submit for pool in POOLS for name in ("submit", "apply", "apply_async")},
    **{f"{pool}.starmap": functional.starmap for pool in POOLS},
    **{f"contextlib.{name}": _entered for name in ("ExitStack.enter_context", "AsyncExitStack.enter_async_context")},
    "contextlib.AsyncExitStack.enter_context": _entered, "yarl.URL": _str, "furl.furl": _str,
    "configparser.ConfigParser.get": _config_get, "configparser.ConfigParser.getint": _config_get,
}  # fmt: skip

CONSTRUCTORS: dict[str, Callable[[Instance, Site], None]] = {
    "string.Template": _template,
    **dict.fromkeys((*POOLS, "contextlib.ExitStack", "contextlib.AsyncExitStack"), keep_nothing),
}

_OLD_NAMES = frozenset({"unicode", "basestring", "raw_input", "xrange", "long", "reduce", "unichr"})
NAMES = frozenset({*dir(builtins), "__file__"}) | _OLD_NAMES

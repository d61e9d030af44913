"""Imports: of project modules, which are evaluated on first use, and of libraries, which are names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.evaluate.assumptions import either, guess
from migrator.evaluate.frame import Frame
from migrator.evaluate.object_uses import used
from migrator.evaluate.placeholders import blanks
from migrator.evaluate.state import holding
from migrator.evaluate.store import NONE, REST, Located, Module, Slot, Table, Value, choose
from migrator.evaluate.strings import known
from migrator.evaluate.visit import split_main
from migrator.model.text import Location
from migrator.model.unit import Assign, ClassDef, Def, From, Import, Name, Stmt
from migrator.model.value import NOWHERE, Const, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


STAR = "*"  # the name under which a module keeps the one absent module that all of its names may come from


def load(m: Interpreter, path: str) -> Module | None:
    """Returns a project module, its body evaluated; what it does to other modules stays done."""
    module = m.state.modules.get(path)
    if module is not None:
        return module
    unit = m.program.unit(path)
    if unit is None:
        return None
    module = Module(unit)
    m.state.modules[path] = module
    frame = Frame(unit, module.cells)
    frame.blanks = blanks(unit)
    m.state.frames[path] = frame
    with holding(m.heap, trail=[]), holding(m.state, overwritten=[]):
        m.run_module(module, frame)
        _keep_overwritten(m)
    module.done = True
    _open_placeholders(module)
    return module


def of_others(m: Interpreter, name: str, at: Location) -> Value | None:
    """Returns what a name means that files give each other without imports, None where none gives it."""
    if name not in m.state.everywhere:
        modules = [load(m, path) for path in m.program.shared(name, at.path)]
        own = [found for one in modules if one is not None and (found := one.cells.get(name)) is not None]
        if own:
            return choose(own)
    return m.state.everywhere.get(name)


def _keep_overwritten(m: Interpreter) -> None:
    """Makes what a module has replaced elsewhere possible there: other programs need not run it."""
    for owner, name, old in m.state.overwritten:
        slot = owner.cells.get(name)
        if isinstance(old, Slot) and isinstance(slot, Slot):
            owner.cells[name] = Slot(slot.key, either(m, old.value, slot.value), slot.maybe)
        elif isinstance(old, (Text, Located)) and slot is not None and known(old) != "":
            owner.cells[name] = either(m, old, slot)
        m.state.disturbed = True


def _open_placeholders(module: Module) -> None:
    """Makes what a module leaves empty unknown, because functions read it after something has filled it in."""
    for name, found in list(module.cells.items()):
        opened = _opened(found, f"{module.unit.module}.{name}", name)
        if opened is not None:
            module.cells[name] = opened
    for found in list(module.cells.values()):
        if isinstance(found, Table):
            _open_table(found, module.unit.module)


def _opened(found: Value, label: str, name: str) -> Value | None:
    empty = (isinstance(found, Const) and found.value is None) or (isinstance(found, Text) and found.known() == "")
    if not empty:
        return None
    origin = found.origin if isinstance(found, Const) else None
    at = origin.location if origin else NOWHERE
    return Unknown(f"{label} is filled in elsewhere", name, Origin("setting", label, at))


def _open_table(table: Table, label: str) -> None:
    slots = list(table.slots())
    if not slots and table.rest is None:
        table.cells[REST] = Unknown(
            "a mapping that is filled in elsewhere", "entry", Origin("setting", label, table.location)
        )
    for key, slot in slots:
        opened = _opened(slot.value, f"{label}[{key!r}]", str(key))
        if opened is not None:
            table.cells[key] = Slot(slot.key, opened, slot.maybe)


def import_names(m: Interpreter, node: Import, frame: Frame) -> None:
    """Binds what ``import a.b as c, d.e`` binds."""
    for alias in node.names:
        at = frame.at(alias.span)
        first, dot, _ = alias.name.partition(".")
        found = Ref(first) if alias.bound else named_module(m, first, frame, at)
        whole = named_module(m, alias.name, frame, at) if alias.bound or dot else found
        used(m, whole, alias, frame)
        if isinstance(found, Ref) and isinstance(whole, Module) and not alias.bound:
            found = _namespace(m, alias.name, frame, at)
        m.heap.put(frame.variables, alias.bound or first, whole if alias.bound else found)


def _namespace(m: Interpreter, dotted: str, frame: Frame, at: Location) -> Value:
    """Returns the top of a dotted import whose folders are not packages: each level holds the next."""
    parts = dotted.split(".")
    found = named_module(m, dotted, frame, at)
    for depth in range(len(parts) - 1, 0, -1):
        module = Table(at)
        holder = Module(frame.unit)
        holder.cells[parts[depth]] = found
        holder.location = module.location
        found = holder
    return found


def named_module(m: Interpreter, dotted: str, frame: Frame, at: Location) -> Value:
    """Returns the module of a dotted name: the project's, or a reference into a library."""
    path = _found(m, dotted, frame)
    module = load(m, path) if path is not None else None
    return module if module is not None else Ref(dotted, Origin("import", dotted, at))


def import_from(m: Interpreter, node: From, frame: Frame) -> None:
    """Binds what ``from module import names`` binds."""
    at = frame.at(node.span)
    path = _found(m, node.module, frame, node.level)
    module = load(m, path) if path is not None else None
    if module is not None:
        used(m, module, node, frame)
    for alias in node.names:
        if alias.name == "*":
            _star(m, module, node, frame)
            continue
        found = _member(m, module, path, node, alias.name, frame, at)
        used(m, found, alias, frame)
        m.heap.put(frame.variables, alias.bound or alias.name, found)


def _found(m: Interpreter, name: str, frame: Frame, level: int = 0) -> str | None:
    """Returns the project's file of a name, None where an absolute one would be the file that imports it."""
    path = m.program.find(name, frame.unit.path, level)
    return None if path == frame.unit.path and not level else path


def _star(m: Interpreter, module: Module | None, node: From, frame: Frame) -> None:
    if module is None:
        name = f"{'.' * node.level}{node.module}"
        m.heap.put(frame.variables, STAR, NONE if STAR in frame.variables else Ref(name))
        for variable, found in list(frame.variables.items()):
            if isinstance(found, (Const, Text)) and not m.semantics.is_private(variable):
                m.heap.put(frame.variables, variable, guess(m, found))
        return
    if not module.done:
        _run_ahead(m, module, STAR)
    for name, found in list(module.cells.items()):
        if not m.semantics.is_private(name):
            used(m, found, node, frame)
            m.heap.put(frame.variables, name, found)


def _member(
    m: Interpreter, module: Module | None, path: str | None, node: From, name: str, frame: Frame, at: Location
) -> Value:
    if module is not None:
        found: Value | None = module.cells.get(name)
        if found is not None:
            return found
    inside = m.program.member(path, name) if path is not None else None
    if inside is None and path is None:
        dotted = f"{node.module}.{name}" if node.module else name
        inside = m.program.find(dotted, frame.unit.path, node.level)
    loaded = load(m, inside) if inside is not None else None
    if loaded is not None:
        return loaded
    if module is not None and not module.done:
        _run_ahead(m, module, name)
        found = module.cells.get(name)
        return found or Unknown("a circular import", name, Origin("import", f"{module.unit.module}.{name}", at))
    if module is not None and not node.level and node.module.partition(".")[0] in m.library.clients:
        return Ref(f"{node.module}.{name}", Origin("import", f"{node.module}.{name}", at))
    if module is not None:
        label = f"{module.unit.module}.{name}"
        return Unknown(f"{module.unit.module} does not define {name}", name, Origin("import", label, at))
    dotted = f"{'.' * node.level}{node.module}.{name}"
    return Ref(dotted, Origin("import", dotted, at))


def _run_ahead(m: Interpreter, module: Module, name: str) -> None:
    """Runs the rest of a module that has yet to define a name: a program enters such a circle of imports elsewhere."""
    body, _ = split_main(module.unit.body, m.semantics.is_main)
    left = [one for one in body if one not in m.results.ran]
    if len(left) < len(body) and (name == STAR or name in map(_defined, left)):
        path = module.unit.path
        with holding(m.heap, trail=[]), m.beginning(("module", path), path):
            for one in left:
                m.run((one,), m.state.frames[path])
                m.state.ahead.add(one)


def _defined(statement: Stmt) -> str:
    match statement:
        case Def(name=name) | ClassDef(name=name) | Assign(targets=(Name(id=name),)):
            return name
    return ""

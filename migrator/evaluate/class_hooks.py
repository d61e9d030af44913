"""What runs once a class is made: what it and its members ask for, and what a library makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import member
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Class, Function, Instance, ancestors
from migrator.model.value import Chunk, Ref, Text

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


CONVERTS = "@converts "
"""Before the name of a field: the method of its class that is given each value of it and gives another."""


def finish(m: Interpreter, cls: Class, frame: Frame) -> None:
    """Tells the members of a new class their names, and the classes that it descends from that it does."""
    at, roles = frame.at(cls.node.span), m.semantics.roles
    for name, held in list(cls.cells.items()) if roles.placed else ():
        if isinstance(held, Instance) and isinstance(held.kind, Class):
            told = member(held.kind, roles.placed)
            if isinstance(told, Function):
                m.invoke(told, Args([held, cls, Text((Chunk(str(name)),))]), frame, at)
    if roles.extended and cls.bases:
        told = member(cls, roles.extended, after=cls)
        if isinstance(told, Function):
            args = Args([cls])
            for arg in cls.node.bases:
                if arg.name is not None:
                    args.keyword(arg.name, m.eval(arg.value, frame))
            m.invoke(told, args, frame, at)
    for base in ancestors(cls) if cls.bases else ():
        if isinstance(base, Ref):
            m.library.defined(base.name, cls, m)

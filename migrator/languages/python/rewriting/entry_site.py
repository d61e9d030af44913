"""The place at which a credential enters requests, in the tree of its file, and what a recipe has removed there."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from migrator.languages.python.rewriting.credential import (
    TokenExpression,
    bearer,
    expression_at,
    is_old_python,
    quote_at,
    respelled,
)
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor, Workspace
from migrator.model.draft import KeyEntry
from migrator.model.text import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a recipe took out: where the value comes from, and whether the header is already in place.

    ``others`` are the values that the same text is given elsewhere, each for the requests of its own function.
    ``statement`` is the statement that put the key in, when all of it goes; its place is free for another.
    ``placed`` says that the header is set where the key was; ``shared`` is then the place that it is set at.
    ``guarded`` says that the key was only put in where there was none yet. ``given`` is the expression that takes a key
    that callers gave out of where it would be sent, with ``{}`` for the token's own.
    """

    token: TokenExpression
    others: tuple[TokenExpression, ...] = ()
    statement: cst.BaseSmallStatement | None = None
    placed: bool = False
    shared: Location | None = None
    guarded: bool = False
    given: str = ""

    def code(self, own: str) -> str:
        """Returns the expression for the token, *own* the one for where callers give none."""
        return self.given.replace("{}", own) if self.given else own


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySite:
    """The place that an entry names: the editor of its file and the innermost string or name there."""

    entry: KeyEntry
    workspace: Workspace
    file: FileEditor
    node: cst.CSTNode

    def token(self, node: cst.CSTNode, *, written_out: bool = False) -> TokenExpression:
        """Returns the token that a value gives; a credential that is *written out* is read from the environment."""
        written_out = written_out or isinstance(node, (cst.SimpleString, cst.ConcatenatedString))
        environment = self.workspace.token_env if written_out else ""
        quote, (suffix, _) = quote_at(self.tree, self.node), spelling(self.workspace, self.entry)
        return TokenExpression(tree=self.tree, node=node, environment=environment, quote=quote, suffix=suffix)

    def bearer(self, token: TokenExpression) -> str:
        """Returns the value of a header that is set where the credential was."""
        return bearer(self.tree, expression_at(token, self.file, token.node), token.quote)

    def headed(self, value: cst.BaseExpression, at: cst.CSTNode) -> Removal:
        """Makes the key's name and *value*, where they stand, those of the header; *at* is where that is set."""
        token = self.token(value)
        self.file.replace(self.tree.span(self.node), f"{token.quote}Authorization{token.quote}")
        self.file.replace(self.tree.outer(value), self.bearer(token))
        return Removal(token=token, placed=True, shared=self.location(at))

    @property
    def tree(self) -> Tree:
        """The tree of the file that the place is in."""
        return self.file.tree

    def location(self, node: cst.CSTNode) -> Location:
        """Returns the location of a node of this file."""
        return self.tree.location(node)


def spelling(workspace: Workspace, entry: KeyEntry) -> tuple[str, dict[str, str]]:
    """Returns what makes of the key of an entry what a header takes, as `respelled` says it."""
    values = [auth.value for call in entry.calls for auth in call.auth if auth.name_at == entry.at and auth.value]
    tree = workspace.index.tree(entry.at.path)

    def code(place: Location) -> str:
        return (
            workspace.index.tree(place.path).source.excerpt(place.span) if place.path in workspace.index.sources else ""
        )

    return respelled(values, code, apart=not is_old_python(tree))

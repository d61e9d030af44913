"""Renames the environment variable of a credential wherever a repository speaks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from migrator.evaluate.fixpoint import Evaluation
from migrator.model.call import ApiCall, Auth
from migrator.model.edit import Change, Edit, Proof, Safety, edited
from migrator.model.text import Location, Source, Span
from migrator.model.value import Hole, Piece, Text
from migrator.rewrite.proof import Evaluate, differences
from migrator.rewrite.splice import combined, splice

KIND = "rename_env"


def rename(
    old: str, new: str, sources: Iterable[Source], *, at: Location, places: Callable[[Source, str], Mapping[Span, str]]
) -> Change:
    """Returns the change that gives an environment variable a new name in all sources.

    ``places`` gives where a name stands in a file and is the variable's, rather than one of the program, each with how
    another name is written there.
    """
    edits = tuple(_edits(old, new, sources, places))
    files = len({edit.path for edit in edits})
    return Change(
        id=f"rename-{old}-{new}", kind=KIND, safety=Safety.UNSAFE, edits=edits, at=at, renames=((old, new),),
        reason=f"{old} becomes {new} in {files} files; what sets it elsewhere (deployments, secrets of CI, other "
        "repositories) has to change at the same time.",
    )  # fmt: skip


def refused(old: str, new: str, *, at: Location, why: str) -> Change:
    """Returns the note that an environment variable keeps its name, and why."""
    return Change(
        id=f"rename-{old}-{new}", kind=KIND, safety=Safety.MANUAL, edits=(), at=at, reason=why,
        advice=f"Read the token from {new} here, and set both variables until nothing needs {old}.",
    )  # fmt: skip


def whole_names(source: Source, name: str) -> Sequence[Span]:
    """Returns each place of a name in a text."""
    whole = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
    return [Span(*found.span()) for found in whole.finditer(source.text)]


def _edits(
    old: str, new: str, sources: Iterable[Source], places: Callable[[Source, str], Mapping[Span, str]]
) -> Iterable[Edit]:
    for source in sources:
        for span, form in sorted(places(source, old).items()):
            yield edited(source, span, form.format(new))


def prove_rename(
    change: Change,
    others: Sequence[Change],
    before: Evaluation,
    evaluate: Evaluate,
    *,
    text: Callable[[str], str],
    token_env: str,
) -> Change:
    """Returns the renaming with the outcome of its proof, manual when a request would change with it.

    It is made together with the *others*, which are proved; the requests must then be those of *before*, with their
    credentials read under the new name. ``text`` gives a file as it is.
    """
    edits = combined([*others, change])
    paths = sorted({edit.path for edit in edits})
    after = evaluate({path: splice(text(path), [edit for edit in edits if edit.path == path]) for path in paths})
    moved = tuple(place for other in others for place in other.moved)
    together = replace(change, edits=edits, moved=moved)
    expected = [_renamed(call, dict(change.renames)) for call in before.calls]
    failure = next(differences([together], expected, after.calls, token_env=token_env), None)
    if failure is None:
        return replace(change, proof=Proof(ok=True, requests=len(before.calls), failed=None))
    return replace(
        change,
        safety=Safety.MANUAL,
        reason=f"Not renamed: analysing the changed code shows that {failure.check}.",
        advice="Rename it by hand; the edits that were planned may help.",
        proof=Proof(ok=False, requests=len(before.calls), failed=failure.check),
    )


def _renamed(call: ApiCall, names: dict[str, str]) -> ApiCall:
    return replace(call, auth=tuple(_renamed_auth(auth, names) for auth in call.auth))


def _renamed_auth(auth: Auth, names: dict[str, str]) -> Auth:
    if auth.value is None:
        return auth
    return replace(auth, value=Text(tuple(_renamed_piece(piece, names) for piece in auth.value.pieces)))


def _renamed_piece(piece: Piece, names: dict[str, str]) -> Piece:
    if not isinstance(piece, Hole) or piece.origin.how != "environment" or piece.origin.name not in names:
        return piece
    return replace(piece, origin=replace(piece.origin, name=names[piece.origin.name]))

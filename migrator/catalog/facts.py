"""What is known of scopes, of the credentials of today, and of the endpoints they cannot call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.rows import AUTHS, VERSION
from migrator.catalog.schema import made, of, plain
from migrator.catalog.store import Folder, layers
from migrator.model.scope import ScopeFact

SCOPES, TARGETS, FAMILIES = "scopes.yaml", "targets.yaml", "families.yaml"
PATTERNS = (SCOPES, TARGETS, FAMILIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """Why a scope is no longer to be asked for; ``scopes`` are those that took over parts of it."""

    covered: str
    sources: tuple[str, ...]
    sure: str
    since: str = ""
    instead: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """One scope. ``selectable`` is ``true``, ``false``, ``unknown`` or the name an app selects it under.

    ``tiers`` are what an account needs for it today, empty when any account can grant it as far as is known;
    ``tiers_2023`` and ``opened_2023`` are HubSpot's words of August 2023. ``also`` are other spellings in documents.
    ``broad`` marks a scope that granular ones replace, ``base`` the one that every token has. ``file`` is the rule file
    of the row.
    """

    name: str
    file: str
    access: str = of("read", "write", "read_write")
    sources: tuple[str, ...]
    sure: str
    grants: str = ""
    selectable: str = "unknown"
    tiers: tuple[str, ...] = ()
    tiers_sure: str = ""
    tiers_2023: str = ""
    opened_2023: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    retired: Retirement | None = None
    broad: bool = False
    base: bool = False

    def fact(self) -> ScopeFact:
        """Returns what choosing between scopes takes."""
        return ScopeFact(
            name=self.name,
            access=self.access,
            broad=self.broad,
            base=self.base,
            selectable=self.selectable not in ("false", "unknown"),
            tiers=self.tiers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A credential that can take a key's place. ``serves`` are the credentials that endpoint rows ask for.

    ``accounts`` is ``one`` or ``many``, ``available`` is ``true`` or ``existing_only``.
    """

    id: str
    name: str
    accounts: str = of("one", "many")
    available: str = of("true", "existing_only")
    create: str
    serves: frozenset[str] = of(*AUTHS)
    can: tuple[str, ...]
    sources: tuple[str, ...]
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Endpoints that are closed to a private app's token, and what does their work."""

    id: str
    name: str
    paths: tuple[str, ...]
    instead: str
    sources: tuple[str, ...]
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of it, by name or id."""

    scopes: Mapping[str, ScopeRow]
    targets: tuple[TargetRow, ...]
    families: tuple[Family, ...]

    def scope(self, name: str) -> ScopeRow | None:
        """Returns a scope by its name or another spelling of it, None when it is not known."""
        if name in self.scopes:
            return self.scopes[name]
        return next((scope for scope in self.scopes.values() if name in scope.also), None)

    def family(self, path: str) -> Family | None:
        """Returns what closed family of endpoints a row's path belongs to, None when none."""
        bare = "/".join(part for part in path.split("/") if not VERSION.match(part)) + "/"
        hits = [(len(start), kin) for kin in self.families for start in kin.paths if bare.startswith(start + "/")]
        return max(hits, key=lambda hit: hit[0])[1] if hits else None


def facts(overlays: Sequence[Path] = ()) -> Facts:
    """Returns the shipped facts with the user's own, which win. Raises `RulesError` when a rule file is wrong."""
    found = layers("facts", overlays, PATTERNS, compile_facts)
    rows = {part: {name: row for layer in found for name, row in layer[part].items()} for part in found[0]}
    return Facts(
        scopes={name: made(ScopeRow, row, name=name) for name, row in rows["scopes"].items()},
        targets=tuple(made(TargetRow, row, id=name) for name, row in rows["targets"].items()),
        families=tuple(made(Family, row, id=name) for name, row in rows["families"].items()),
    )


def scope_facts(overlays: Sequence[Path] = ()) -> Mapping[str, ScopeFact]:
    """Returns what choosing between scopes takes, by name. Raises `RulesError` when a rule file is wrong."""
    return {name: scope.fact() for name, scope in facts(overlays).scopes.items()}


def targets(overlays: Sequence[Path] = ()) -> tuple[TargetRow, ...]:
    """Returns the credentials of today. Raises `RulesError` when a rule file is wrong."""
    return facts(overlays).targets


def compile_facts(folder: Folder, files: Sequence[str] = PATTERNS) -> Mapping[str, Any]:
    """Returns the facts in some files of a rules folder as plain data. Raises `RulesError` when a file is wrong."""
    found: dict[str, dict[str, Any]] = {"scopes": {}, "targets": {}, "families": {}}
    for name, file, row in (("targets", TARGETS, TargetRow), ("families", FAMILIES, Family)):
        content = read_from(folder, file) if file in files else None
        pairs = content.pairs() if content else ()
        found[name] = {key.text(): plain(item, row, given=("id",)) for key, item in pairs}
    content = read_from(folder, SCOPES) if SCOPES in files else None
    return found | ({"scopes": _compile_scopes(content, folder.label(SCOPES))} if content else {})


def _compile_scopes(content: RuleValue, file: str) -> dict[str, Any]:
    fields = content.fields(("sources", "scopes"), ("scopes",))
    sources = {key.text(): item.text() for key, item in fields["sources"].pairs()} if "sources" in fields else {}
    scopes: dict[str, Any] = {}
    for key, item in fields["scopes"].pairs():
        if not re.match(r"^[\w.\-]+$", key.text()):
            raise key.error(f"{key.text()!r} is not the name of a scope")
        values = plain(item, ScopeRow, given=("name", "file"))
        values["sources"] = [sources.get(name, name) for name in values["sources"]]
        scopes[key.text()] = {**values, "file": file}
    return scopes

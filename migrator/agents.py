"""The tool as a server for coding agents, over the Model Context Protocol: small answers, one folder, no secret.

https://modelcontextprotocol.io/specification
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any

from migrator import __version__, api
from migrator.errors import MigratorError, UsageError
from migrator.migration import migrate
from migrator.model.report import CallItem, ChangeItem
from migrator.model.scope_lists import scope_lists
from migrator.pipeline import scan
from migrator.report.orders import entries as order_entries
from migrator.report.parts.facts import fate
from migrator.report.parts.next_steps import next_steps
from migrator.report.verification import entries as compared_entries
from migrator.settings import Settings, load
from migrator.verification import verify_since

ROWS = 40
"""How many rows an answer has at most; the next ones come with a higher offset."""
INSTRUCTIONS = """\
Migrates code from HubSpot API keys (?hapikey=) to Bearer tokens. Loop: inventory, plan, apply (safe changes), orders,
edit by hand, verify, inventory again. verify has to account for every request. Ask questions and give answers until
scopes are complete. Answers never hold a credential."""
Answer = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class AgentDesk:
    """What an agent works on: one folder, whether it may be written, and the answers given so far."""

    root: Path
    allow_write: bool = False
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def inventory(self, path: str = ".", offset: int = 0, chains: bool = False) -> Answer:
        """Lists the requests to HubSpot, one row for each endpoint and place: what they send, what becomes of them.

        With chains, each row says through which calls the request is reached.
        """
        report = scan(self._settings(path))
        rows: dict[tuple[object, ...], Answer] = {}
        for call in report.calls:
            row = rows.setdefault(_place(call), _row(call))
            if chains:
                row.setdefault("chains", []).append([f"{site.path}:{site.line}" for site in call.via])
        return {
            "summary": {
                "requests": len(report.calls),
                "findings": len(report.findings),
                "complete": report.summary.complete,
            },
            **_page("requests", list(rows.values()), offset),
        }

    def scopes(self, path: str = ".") -> Answer:
        """Lists the scopes that the new credential needs, by credential, and whether the list is complete."""
        report = scan(self._settings(path))
        return {
            "lists": [
                {
                    "credential": one.name or None,
                    "complete": one.scopes.complete,
                    "required": [item.scope for item in one.scopes.required],
                    "optional": [item.scope for item in one.scopes.optional],
                    "after_replacement": [item.scope for item in one.scopes.after_replacement],
                }
                for one in scope_lists(report)
            ]
        }

    def questions(self, path: str = ".", offset: int = 0) -> Answer:
        """Lists what could not be decided, with what would decide it; give the id to `answer`."""
        report = scan(self._settings(path))
        rows = [
            {
                "id": gap.id,
                "kind": gap.kind,
                "place": f"{gap.path}:{gap.line}",
                "why": gap.reason,
                "resolve": gap.resolve,
                "choices": list(gap.choices[:ROWS]),
            }
            for gap in report.gaps
        ]
        return _page("questions", rows, offset)

    def answer(self, question: str, values: list[str]) -> Answer:
        """Answers a question for this session: the texts that its unknown value can be.

        To keep an answer, put it under [tool.hapikey-migrator.answers] in the configuration.
        """
        if not values:
            self.answers.pop(question, None)
        else:
            self.answers[question] = tuple(values)
        return {"answers": {name: list(given) for name, given in self.answers.items()}}

    def plan(self, path: str = ".", change: str = "", offset: int = 0) -> Answer:
        """Lists the changes that the tool would make, with safety, reason and proof; of one that is named the diff."""
        report = scan(self._settings(path))
        if change:
            found = [item for item in report.changes if item.id.startswith(change)]
            if not found:
                raise UsageError(f"no change has the id {change!r}", advice="plan lists them.")
            return {**_change(found[0]), "diff": found[0].diff}
        return _page("changes", [_change(item) for item in report.changes], offset)

    def orders(self, path: str = ".", offset: int = 0) -> Answer:
        """Lists what is left to do by hand: places, the request as it is and must be, why, a sketch, and the check."""
        return _page("orders", order_entries(scan(self._settings(path))), offset, rows=10)

    def apply(self, path: str = ".", changes: list[str] | None = None, unsafe: bool = False) -> Answer:
        """Writes the safe changes, or those that are named; with unsafe also those that need judgement."""
        if not self.allow_write:
            raise UsageError("this server only reads", advice="Start it with --allow-write.")
        settings = replace(self._settings(path), unsafe=unsafe)
        done = migrate(settings, write=True, only=tuple(changes or ()))
        written = [_change(item) for item in done.report.changes if item.written]
        steps = list(next_steps(done.report, written=True, unsafe=unsafe))
        return {"written": written[:ROWS], "count": len(written), "next": steps, "remarks": list(done.remarks)[:ROWS]}

    def verify(self, since: str = "HEAD", path: str = ".", renames: Mapping[str, str] | None = None) -> Answer:
        """Compares the requests of a git revision with those of the files now: each has to be accounted for."""
        found = verify_since(self._settings(path), since, renames=renames or {})
        rows = compared_entries(found)
        left = [row for row in rows if row["problems"]]
        logged = [f"{at.path}:{at.line}: {told}" for at, told in found.logged[:ROWS]]
        unknown = [f"{at.path}:{at.line}: {why}" for at, why in found.open[:ROWS]]
        more = {"logged": logged, "open": unknown, "limits": list(found.limits)[:ROWS]}
        return {"ok": found.ok, "counts": found.counts(), **more, **_page("left", left, 0)}

    def explain(self, name: str) -> Answer:
        """Says what a finding code, a scope or an endpoint means, and what to do."""
        return {"text": api.explain(name, ()).text}

    def _settings(self, path: str) -> Settings:
        """Returns the settings for a path. Raises `UsageError` for one that is not below the root."""
        place = (self.root / path).resolve()
        if not place.is_relative_to(self.root.resolve()):
            raise UsageError("this path is outside of the folder that is served", where=path)
        given = os.path.relpath(place, Path.cwd())
        settings = load({"paths": (given,)})
        return replace(settings, answers={**settings.answers, **self.answers})


def _place(call: CallItem) -> tuple[object, ...]:
    return (call.root, call.path, call.line, call.method, call.host, call.endpoint, call.auth)


def _row(call: CallItem) -> Answer:
    row: Answer = {
        "request": f"{call.method or '?'} {call.endpoint or '?'}",
        "place": f"{call.path}:{call.line}",
        "sends": list(call.auth),
        "becomes": fate(call),
    }
    optional = {"status": call.status if call.status != "current" else "", "replacement": call.replacement}
    return (
        row | {name: value for name, value in optional.items() if value} | ({"why": call.reason} if call.reason else {})
    )


def _change(item: ChangeItem) -> Answer:
    return {
        "id": item.id,
        "safety": item.safety,
        "reason": item.reason,
        "files": sorted({edit.path for edit in item.edits}),
        "proved": item.proof is not None and item.proof.ok,
        "written": item.written,
    }


def _page(name: str, found: Sequence[Any], offset: int, rows: int = ROWS) -> Answer:
    shown = list(found[offset : offset + rows])
    end = offset + len(shown)
    return {name: shown, "total": len(found), **({"next_offset": end} if end < len(found) else {})}


def serve(desk: AgentDesk) -> None:
    """Answers requests on standard input until it ends. Raises `UsageError` when the SDK is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ModuleNotFoundError as error:
        advice = "Install it: pip install 'hapikey-migrator[mcp]'."
        raise UsageError("the MCP SDK is not installed", advice=advice) from error

    gc.enable()  # other commands end before it would pay
    server = MCPServer("hapikey-migrator", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")

    def told(tool: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(tool)
        def guarded(*args: Any, **kwargs: Any) -> Answer:
            try:
                return tool(*args, **kwargs)
            except MigratorError as error:
                raise ToolError(str(error)) from error

        return guarded

    for tool in (
        desk.inventory,
        desk.scopes,
        desk.questions,
        desk.answer,
        desk.plan,
        desk.orders,
        desk.verify,
        desk.explain,
    ):
        server.tool(annotations=ToolAnnotations(read_only_hint=True))(told(tool))
    if desk.allow_write:
        server.tool(annotations=ToolAnnotations(destructive_hint=True))(told(desk.apply))
    server.run("stdio")

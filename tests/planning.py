"""Plans rewrites of small projects given as text, over the real evaluator and the real rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluating import project_of

from migrator.catalog.catalog import load
from migrator.model.call import ApiCall
from migrator.model.edit import Change, Safety
from migrator.planning import Drafting
from migrator.rewrite.entries import KnownRequest, Switch
from migrator.rewrite.plan import plan
from migrator.rewrite.proof import prove
from migrator.rewrite.splice import splice
from migrator.scopes.match import match

ENV = "HUBSPOT_ACCESS_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A project with the requests it makes and the changes planned for it."""

    files: Mapping[str, str]
    calls: Sequence[ApiCall]
    changes: Sequence[Change]

    def applied(self, least: Safety = Safety.SAFE) -> dict[str, str]:
        """Returns the files with every change of at least this safety made."""
        edits = [edit for change in self.changes if change.safety >= least for edit in change.edits]
        return {path: splice(text, [edit for edit in edits if edit.path == path]) for path, text in self.files.items()}


def planned(files: Mapping[str, str] | str, *, switch: Switch | None = None) -> Planned:
    """Plans and proves the changes of a project; one text is ``app.py``."""
    files = {"app.py": files} if isinstance(files, str) else files
    own = project_of(files)
    catalog = load()
    found = own.evaluate()
    calls = found.calls
    requests = [
        KnownRequest(
            id=f"r{number}",
            call=call,
            match=match(catalog, call.method, call.host, call.endpoint, call.path.holes() if call.path else {}),
        )
        for number, call in enumerate(calls)
    ]
    changes = plan(requests, Drafting(own, found), switches=lambda _: switch, token_env=ENV)
    proved = prove(changes, found, own.evaluate, sources=own.sources, token_env=ENV)
    return Planned(files=files, calls=calls, changes=proved)

"""Every change that is offered for one root: keys moved, and what has to follow them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.carriers.commands import COMMANDS
from migrator.catalog.findings import finding_rules
from migrator.discover.search import search
from migrator.evaluate.fixpoint import Evaluation
from migrator.findings.classify import MatchedCall
from migrator.findings.comments import suppressions
from migrator.findings.credentials import held
from migrator.findings.definitions import statement
from migrator.languages.base import Drafter
from migrator.languages.registry import language_in, languages
from migrator.model.call import ApiCall, Carrier, Context, KeySource
from migrator.model.draft import AddedAlias, Draft, KeyEntry, Placement
from migrator.model.edit import Change, Edit, Safety
from migrator.model.mask import Mask
from migrator.model.report import KEY_KINDS
from migrator.model.text import Location, Source, Span
from migrator.model.vocabulary import Vocabulary
from migrator.project import Project
from migrator.proving import proved_by_piece
from migrator.rewrite.annotate import annotate
from migrator.rewrite.assertions import assertions
from migrator.rewrite.bump import bumps
from migrator.rewrite.entries import KnownRequest, chosen, is_double
from migrator.rewrite.https_addresses import with_https
from migrator.rewrite.plan import plan
from migrator.rewrite.proof import prove_beside
from migrator.rewrite.rename import prove_rename, refused, rename, whole_names
from migrator.rewrite.sdk_switches import SdkSwitches
from migrator.rewrite.unattributed_keys import unattributed_keys
from migrator.rewrite.unproven import held_back
from migrator.rewrite.written_requests import scheme_changes, sent_names, written_changes
from migrator.settings import DEFAULT_TOKEN_ENV, Settings

_UNREACHED = "unreached-"
_CARRIED_KINDS = KEY_KINDS | {"written_request", "recorded_request", "api_description"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What changes are planned from: the project, its requests to HubSpot and others, what all is, the settings."""

    project: Project
    judged: Sequence[MatchedCall]
    others: Sequence[ApiCall]
    evaluation: Evaluation
    settings: Settings
    mask: Mask
    recorded: Sequence[MatchedCall] = ()

    def changes(self) -> tuple[Change, ...]:
        """Returns the changes, those that move keys first."""
        bumps = tuple(self._bumps())
        moves = self._moves(bumps)
        written = tuple(self._written())
        alone = _alone([bump for _, bump in bumps], moves)
        planned = [*moves, *written, *alone, *self._tests(moves), *self._renames(moves, written)]
        return (*planned, *(self._notes(planned) if self.settings.annotate else ()))

    @property
    def _token_env(self) -> str:
        return self.settings.token_env or DEFAULT_TOKEN_ENV

    def _evaluate(self, changed: Mapping[str, str]) -> Evaluation:
        return self.project.evaluate(changed)

    def _moves(self, bumps: Sequence[tuple[str, Change]]) -> tuple[Change, ...]:
        calls = {one.id: chosen(one.call, self.project.unit) for one in self.judged}
        requests = [KnownRequest(id=one.id, call=calls[one.id], match=one.match) for one in self.judged]
        requests += [KnownRequest(id=f"other-{n}", call=one) for n, one in enumerate(self.others)]
        requests += [KnownRequest(id=f"{_UNREACHED}{n}", call=one) for n, one in enumerate(self.evaluation.unreached)]
        planned = plan(
            requests,
            Drafting(self.project, self.evaluation),
            switches=SdkSwitches(self.project.pinned(), tuple(self.settings.rules), self._methods()),
            token_env=self._token_env,
            left_alone=frozenset(self._suppressed()),
            share=self.project.share,
        )
        used = ((_reported(one), {calls[call].client for call in one.calls if call in calls}) for one in planned)
        planned = tuple(_raised(change, bumps, names) for change, names in used)
        planned = tuple(self._beside_written(planned))
        kept = held_back(planned, self.evaluation, unit=self.project.unit, source=self.project.source)
        proved = proved_by_piece(self.project, tuple(kept), self._token_env, unreached=True)
        moves = [change for change in proved if change.safety > Safety.MANUAL]
        return (*proved, *(self._aliases(moves) if self.settings.aliases else ()))

    def _beside_written(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Yields the changes; one is unsafe whose requests may have a key in their URL that is not known."""
        open_ones = {
            one.id: one.call for one in self.judged if one.call.path is None and one.call.context is not Context.TEST
        }
        met = {call for change in changes if change.safety is Safety.SAFE for call in change.calls} & open_ones.keys()
        every = (*(one.call for one in self.judged), *self.others, *self.evaluation.unreached)
        written = unattributed_keys(self.project, every) if met else {}
        for change in changes:
            calls = [open_ones[call] for call in change.calls if call in met]
            paths = {place.path for call in calls for place in (call.location, *call.via)} & written.keys()
            if paths and change.safety is Safety.SAFE:
                where = f"Line {written[min(paths)]} of {min(paths)} writes a key that no request is known to send"
                reason = f"{where}, and one of these requests may: the key would travel beside the token."
                change = replace(change, safety=Safety.UNSAFE, reason=reason)
            yield change

    def _aliases(self, moves: Sequence[Change]) -> Sequence[Change]:
        """Returns second names for what gives keys that are moved, as far as they leave the program as it is then."""
        moved = {call for change in moves for call in change.calls}
        keyed = [one for one in self.judged if set(one.auth) == {"api_key"} and one.call.context is Context.PROGRAM]
        keyed = [one for one in keyed if one.id in moved]
        keys = {source for one in keyed for auth in one.call.auth for source in auth.sources}
        taken = [edit.at for change in moves for edit in change.edits]
        found = [
            change
            for change in (one.change() for one in self._added_aliases(keys))
            if not any(_meets(edit, place) for edit in change.edits for place in taken)
        ]
        if not found:
            return ()
        return prove_beside(
            found, moves, self.evaluation, self._evaluate, sources=self.project.sources, token_env=self._token_env
        )

    def _added_aliases(self, keys: Collection[KeySource]) -> Iterator[AddedAlias]:
        words = self.project.vocabulary.key_words
        for language in languages():
            given = [key for key in keys if self.project.language(key.location.path) is language]
            if given:
                yield from language.aliases(self.project.sources, given, words)

    def _suppressed(self) -> Iterator[Location]:
        """Yields the places of credentials on lines where a comment takes the finding back."""
        rules = [rule for rule in finding_rules(self.settings.rules).values() if rule.kind in _CARRIED_KINDS]
        names = {name for rule in rules for name in (rule.code, rule.kind)}
        every = (auth for one in (*self.judged, *self.recorded) for auth in one.call.auth)
        places = {auth.name_at for auth in every if auth.name_at is not None}
        for path in sorted({place.path for place in places}):
            source = self.project.source(path)
            comments = suppressions(source) if source else ()
            told = (one for one in comments if not one.codes or names.intersection(one.codes))
            lines = {line for one in told for line in one.lines}
            if source and lines:
                own = (place for place in places if place.path == path)
                yield from (place for place in own if source.position(place.span.start).line in lines)

    def _bumps(self) -> Iterator[tuple[str, Change]]:
        used = self._methods()
        if used:
            yield from bumps(self.project.requirements(), self.project.sources, used, tuple(self.settings.rules))

    def _methods(self) -> Mapping[str, Collection[tuple[str, str]]]:
        """Returns the methods of client libraries that are called with an account key, and where, by package."""
        used: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for one in self.judged:
            if "api_key" in one.auth and any(auth.carrier is Carrier.SDK_KEY for auth in one.call.auth):
                used[one.call.client].add((one.call.operation, one.call.location.path))
        return used

    def _tests(self, moves: Sequence[Change]) -> Iterator[Change]:
        """Yields what tests need, where only account keys are sent: a developer's key stays in the URL."""
        if any("developer_key" in one.auth for one in self.judged) or not any(change.moved for change in moves):
            return
        words = self.project.vocabulary.key_words
        for path in sorted(self.project.relevant):
            source, language = self.project.source(path), self.project.language(path)
            if source is not None and language is not None and self.project.is_test(path):
                yield from assertions(source, language.mentions(source, words), self._told(path, moves))

    def _told(self, path: str, moves: Sequence[Change]) -> list[Span]:
        """Returns the places of a file that its requests account for."""
        told = [place.span for change in moves for place in change.moved if place.path == path]
        for one in (each for each in self.judged if not is_double(each.call)):
            told += [auth.name_at.span for auth in one.call.auth if auth.name_at and auth.name_at.path == path]
        return told + [edit.span for change in moves for edit in change.edits if edit.path == path]

    def _written(self) -> Iterator[Change]:
        """Yields a change for each request outside of programs whose key can be moved."""
        matched = {one.call.location: (one.id, one.match) for one in self.recorded}
        left_alone = set(self._suppressed())
        for path in self.project.relevant:
            reading, source = self.project.reading(path), self.project.source(path)
            if reading is not None and source is not None:
                yield from written_changes(reading, source, matched, self._words, left_alone)
                yield from scheme_changes(reading, source)

    @property
    def _words(self) -> Vocabulary:
        return self.project.vocabulary

    def _renames(self, moves: Sequence[Change], written: Sequence[Change]) -> Iterator[Change]:
        new = self.settings.token_env
        if new is None:
            return
        names: dict[str, Location] = {}
        developer: set[str] = set()
        program = [one for one in self.judged if one.call.context is Context.PROGRAM]
        for one in held(program or self.recorded):
            found = {s.name: s.location for s in one.sources if s.how == "environment" and s.name != new}
            if not program:  # in a script, only capitals tell the environment from what the script calls its own
                found = {name: at for name, at in found.items() if name.isupper()}
            if "developer_key" in one.kinds:
                developer |= set(found)
            if one.kinds & {"api_key", "oauth_query"}:
                names |= found
        for name, at in sorted(names.items()):
            if why := _refusal(name, names, developer):
                yield refused(name, new, at=at, why=why)
                continue
            speaking = self._speaking_of(name)
            kept = {source.path: why for source in speaking if (why := self._keeps(source, name, written))}
            for path, why in sorted(kept.items()):
                yield refused(name, new, at=Location(path, self._first(path, name)), why=why)
            change = rename(
                name, new, [source for source in speaking if source.path not in kept], at=at, places=_places
            )
            proved = [one for one in moves if one.safety > Safety.MANUAL]
            yield prove_rename(
                change, proved, self.evaluation, self._evaluate, text=self._text, token_env=self._token_env
            )

    def _keeps(self, source: Source, name: str, written: Sequence[Change]) -> str:
        """Returns why a file keeps a variable's name: it goes on to send its value as a key."""
        if self.project.language(source.path) is not None:
            return ""  # evaluating the renamed program tells
        moved = {place for change in written if change.safety > Safety.MANUAL for place in change.moved}
        reading = self.project.reading(source.path)
        for one in reading.requests if reading is not None else ():
            here = {auth.name_at for auth in one.call.auth if auth.name_at is not None}
            if name in sent_names(one) and not here <= moved:
                line = source.position(one.at.start).line
                return f"{source.path}:{line} goes on to send {name} as a key in the query, which must not be a token."
        sends = any(f"{word}=" in source.text.lower() for word in self._words.key_parameters)
        if reading is None and sends:
            return f"{source.path} is not read, and may send {name} as a key in the query, which must not be a token."
        return ""

    def _first(self, path: str, name: str) -> Span:
        start = self._text(path).find(name)
        return Span(start, start + len(name))

    def _text(self, path: str) -> str:
        return self.project.text(path) or ""

    def _speaking_of(self, name: str) -> Sequence[Source]:
        """Returns every text file of the root that speaks of a name."""
        limit = self.settings.max_file_size
        found = (self.project.source(file.path) for file in search(self.project.listings, [name], words=True))
        return [
            source for source in found if source is not None and len(source.text) <= limit and "\0" not in source.text
        ]

    def _notes(self, planned: Sequence[Change]) -> Iterator[Change]:
        level = Safety.UNSAFE if self.settings.unsafe else Safety.SAFE
        left = [change for change in planned if change.safety < level]
        return annotate(left, self.project.source, self._statement, self.mask)

    def _statement(self, at: Location) -> Span | None:
        unit = self.project.unit(at.path)
        return statement(unit, at.span) if unit else None


class Drafting:
    """Drafts rewrites of the files of a project, each in its own language."""

    def __init__(self, project: Project, evaluation: Evaluation) -> None:
        """Takes the project and what was found in it; nothing is parsed before it is asked for."""
        self._project, self._uses = project, evaluation.uses
        self._drafters: dict[str, Drafter] = {}

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Placement = Placement.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved."""
        if any(call.client in COMMANDS for entry in entries for call in entry.calls):
            return Draft(problem="another program sends this request: give its command the header, as -H of curl does")
        drafter = self._drafter(*(entry.at.path for entry in entries))
        if drafter is None:
            return Draft(problem="the key enters in files of several languages")
        return with_https(drafter.draft(entries, token_env=token_env, where=where), entries, self._project.sources)

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        drafter = self._drafter(literal.path)
        return drafter.extract(literal, token_env) if drafter else Draft(problem="the file is in no known language")

    def _drafter(self, *paths: str) -> Drafter | None:
        """Returns the drafter of the one language that all files are in, None when there is no such one."""
        found = {language.name: language for path in paths if (language := self._project.language(path)) is not None}
        if len(found) != 1:
            return None
        [(name, language)] = found.items()
        if name not in self._drafters:
            self._drafters[name] = language.drafter(
                self._project.sources, self._project.part(language).modules, self._uses
            )
        return self._drafters[name]


def _reported(change: Change) -> Change:
    """Returns a change with the requests that a report has."""
    return replace(change, calls=tuple(call for call in change.calls if not call.startswith(_UNREACHED)))


def confined(changes: Iterable[Change], project: Project) -> tuple[Change, ...]:
    """Returns the changes, those by hand that would edit a file that was not asked for, or one of a submodule."""
    modules = {one.file(name).path for one in project.listings if one.submodule for name in one.names}
    return tuple(_confined(change, project.outside, modules) for change in changes)


def _confined(change: Change, outside: Collection[str], modules: Collection[str]) -> Change:
    path = next((edit.path for edit in change.edits if edit.path in outside or edit.path in modules), None)
    if path is None:
        return change
    reason = f"The edit is in {path}, outside of what was asked for; migrate a folder that holds it and all its users."
    if path in modules:
        reason = f"The edit is in {path}, which belongs to a submodule; migrate the repository that it comes from."
    return replace(change, safety=Safety.MANUAL, edits=(), renames=(), proof=None, reason=reason)


def _meets(edit: Edit, place: Location) -> bool:
    return edit.path == place.path and place.span.start <= edit.span.start < place.span.end


def _raised(change: Change, bumps: Sequence[tuple[str, Change]], clients: Collection[str | None]) -> Change:
    """Returns the switch of a library to a token with the newer version that this needs."""
    needed = [bump for package, bump in bumps if bump.edits and package in clients]
    if change.safety is not Safety.UNSAFE or not needed:
        return change
    edits = (*change.edits, *(edit for bump in needed for edit in bump.edits))
    return replace(change, edits=edits, reason=" ".join(dict.fromkeys(bump.reason or "" for bump in needed)))


def _alone(bumps: Sequence[Change], moves: Sequence[Change]) -> list[Change]:
    """Returns the newer versions that no other change brings with it."""
    brought = {edit for change in moves if change.safety > Safety.MANUAL for edit in change.edits}
    return [bump for bump in bumps if not bump.edits or not brought.issuperset(bump.edits)]


def _refusal(name: str, names: Collection[str], developer: Collection[str]) -> str:
    if name in developer:
        return f"{name} also holds a developer key, which keeps its name."
    if len(names) > 1:
        return f"The program reads several keys ({', '.join(sorted(names))}), which cannot all be called the same."
    return ""


def _places(source: Source, name: str) -> Mapping[Span, str]:
    spans = whole_names(source, name)
    language = language_in(source)
    if language is None:
        return dict.fromkeys(spans, "{}")
    found = language.mentions(source, (name.lower(),))
    variable = {mention.span: mention.form for mention in found if mention.context in language.variables}
    return {span: variable[span] for span in spans if span in variable}

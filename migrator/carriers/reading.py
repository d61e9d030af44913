"""Reads a file that is no program: its settings, the credentials in it, and the requests that are written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from migrator.carriers import credential_arguments, families, listed
from migrator.carriers.commands import Sending, header, sending, sendings
from migrator.carriers.families import Form
from migrator.carriers.listed import ListedWord
from migrator.carriers.moves import Move, moved
from migrator.carriers.requests import request
from migrator.carriers.settings import (
    SettingPlace,
    beside_address,
    in_defaults,
    in_text,
    in_tree,
    in_words,
    named_before,
    secrets,
)
from migrator.carriers.shell import commands
from migrator.carriers.texts import as_text
from migrator.carriers.tree import Mapping, Node, Scalar, Sequence, walk
from migrator.carriers.view import View, whole
from migrator.errors import UnparsableError
from migrator.model.call import ApiCall
from migrator.model.edit import Edit, edited
from migrator.model.text import Source, Span, SpanCover
from migrator.model.value import Chunk, Hole, Piece, Text
from migrator.model.vocabulary import Vocabulary
from migrator.model.written import Giving, Handed, Reading, Scheme, Setting, Use, Written, WrittenSecret

_TEMPLATE = re.compile(r"\{\{-?\s*(?:\.|if|range|with|include|template|end|define|tpl|toYaml|\$)|<%[=-]?|\{%-?\s")
_COMMAND = re.compile(
    r"^[ \t]*(?:(?:[$>%#*+-]|\d+\.|//|PS[^>\n]*>)[ \t]+)*[`\"'(]*(?P<line>(?:\w+=\S+[ \t]+)*"
    r"(?:curl|wget|https?|xhs?|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?:\.exe)?[ \t]+"
    r"(?:[^\n]*?[\\^`]\r?\n)*[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_INLINE = re.compile(r"`(?P<line>(?:curl|wget|https?)[ \t][^`\n]+)`")
_SENDER = re.compile(r"\b(?:curl|wget|https?|xhs?|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?:\.exe)?[\s\"',]", re.I)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_SHELLS = {Form.SHELL: "script", Form.YAML: "ci"}
"""The families of files whose commands a shell is given as they stand."""
_METHOD = re.compile(r"GET|POST|PUT|PATCH|DELETE|(?i:\b(?:get|post|put|patch|delete|\w+parameters|request_headers)\b)")


def read(source: Source, words: Vocabulary) -> Reading | None:
    """Returns what stands in a file, None for a program or a file of no kind that is known."""
    written = families.form(source.path, source.text[:200].partition("\n")[0])
    if written is None:
        return None
    reader = _CarrierReader(source, words, written)
    reader.read()
    return reader.reading(families.family(source.path, written))


def read_commands(source: Source, words: Vocabulary) -> Reading | None:
    """Returns what a shell is told to do by a program that holds its commands as they are, None without any."""
    if source.embedded is None or not source.embedded.commands:
        return None
    reader = _CarrierReader(source, words, Form.SHELL)
    for first, *others in source.embedded.commands:
        view = whole(source.text).cut(*first)
        for other in others:
            view = view.joined(whole(source.text).cut(*other))
        reader.run(view)
    return reader.reading("script")


class _CarrierReader:
    def __init__(self, source: Source, words: Vocabulary, written: Form) -> None:
        self.source, self.words, self.form = source, words, written
        self.recorded = families.is_recorded(source.path)
        self.shell = families.family(source.path, written) == _SHELLS.get(written) and source.embedded is None
        self.place = SettingPlace(source.path, words)
        self.names = sorted(words.key_parameters | words.token_parameters)
        self.settings: list[Setting] = []
        self.secrets: list[WrittenSecret] = []
        self.requests: list[Written] = []
        self.schemes: list[Scheme] = []
        self.given: list[Handed] = []
        self.names_any = bool(words.named(source.text))
        self.problem = ""
        self.covered: list[Span] = []
        self.listed: set[int] = set()

    def reading(self, family: str) -> Reading:
        """Returns what was read."""
        settings = tuple(beside_address(self.settings, self.words))
        return Reading(
            family=family,
            settings=settings,
            covered=SpanCover(self.covered),
            secrets=tuple(dict.fromkeys([*secrets(settings, self.words), *self.secrets])),
            requests=tuple(sorted(self.requests, key=lambda one: one.at)),
            schemes=tuple(self.schemes),
            given=tuple(self._handed()),
            problem=self.problem,
        )

    def _handed(self) -> Iterator[Handed]:
        """Yields the commands that are given a credential and are no request that is told."""
        seen: set[Span] = set()
        for one in self.given:
            if one.name_at not in seen and not any(sent.at.contains(one.name_at) for sent in self.requests):
                seen.add(one.name_at)
                yield one

    def run(self, view: View) -> None:
        """Reads commands that are sent."""
        self._shell(view, Use.SENT)

    def read(self) -> None:
        view = whole(self.source.text)
        match self.form:
            case Form.JSON | Form.YAML | Form.TOML | Form.HCL | Form.XML:
                self._structured(view)
            case Form.LINES:
                self._tree(self._lines(view), Use.SENT)
            case Form.SHELL | Form.MAKE:
                self._shell(view, Use.SENT)
            case Form.SQL | Form.TABLE:
                self._table(view)
            case _:
                self._document(view)

    def _table(self, view: View) -> None:
        from migrator.carriers import tables

        for name, value, near in tables.statements(view) if self.form is Form.SQL else tables.columns(view):
            self.settings.append(self.place.setting(name.text, name, value, near=near))

    def _structured(self, view: View) -> None:
        try:
            for node in _parsed(view, self.form):
                self._tree(node, Use.RECORDED if self.recorded else Use.SENT)
        except UnparsableError as error:
            if not _TEMPLATE.search(view.text):
                self.problem = f"{error.what} (line {error.line})"
            self._tree(self._lines(view), Use.SENT)
            self._document(view)

    @staticmethod
    def _lines(view: View) -> Mapping:
        from migrator.carriers.lines import read_lines

        return read_lines(view)

    def _tree(self, node: Node, use: Use) -> None:
        self.settings += in_tree(node, self.place)
        if self.form in (Form.JSON, Form.YAML):
            self._entered(node)
        if any(name in self.source.text for name in self.words.key_parameters):
            for name, value in named_before(node, self.words):
                self.settings.append(self.place.setting(name.text, name.view, value.view))
        for visit in walk(node):
            if isinstance(visit.node, Mapping):
                self._listed(listed.in_mapping(visit.node), use)
            if isinstance(visit.node, Sequence):
                self._listed(listed.items(visit.node), use)
            if self.names_any:
                self.given += credential_arguments.in_entry(visit, self.words)
            if isinstance(visit.node, Scalar):
                self.secrets += in_text(visit.node, self.source.text, self.words)
                if _SENDER.search(visit.node.text):
                    form = "yaml-plain" if visit.node.plain and self.form is Form.YAML else ""
                    self._commands(visit.node.view, use, plain=visit.node if form else None)

    def _listed(self, items: list[ListedWord], use: Use) -> None:
        """Notes the request of a command that is a list of words."""
        text = self.source.text
        fresh = {item.scalar.at.start for item in items}.isdisjoint(self.listed)
        if fresh and len(items) > 1 and any(_SENDER.match(f"{item.scalar.text} ") for item in items):
            found = listed.sent(items, text)
            if found is not None:
                self.listed.update(item.scalar.at.start for item in items)
                self._sent(found, use, listed.moved(found, items, self.names, text))

    def _entered(self, node: Node) -> None:
        """Notes the requests that entries of a structured file are."""
        from migrator.carriers import openapi, recordings

        text = self.source.text
        if isinstance(node, Mapping) and openapi.is_description(node):
            found = list(openapi.schemes(node, self.words.key_parameters, text))
            self.schemes += (
                Scheme(path=one.path, at=one.name.view.whole, edits=tuple(self._edits(one.edits))) for one in found
            )
            for value in (value for one in found for value in one.values):
                if kind := self.words.shape(value.text.strip()):
                    self.secrets.append(WrittenSecret(at=value.view.whole, kind=kind, text=value.text.strip()))
            for entry, parts in openapi.operations(node, found):
                self._add(request(parts, self.source.path, entry.key.view.whole, self.words), Use.DESCRIBED)
            self.covered.append(node.at)
            return
        if not _METHOD.search(text):
            return
        for one, edits, manual in recordings.planned(node, self.names, text, recorded=self.recorded):
            call = request(one.parts, self.source.path, one.parts.url.whole, self.words)
            self.covered.append(one.node.at)
            self._add(call, one.use, edits, manual, one.key.whole.at if one.key is not None else None)

    def _add(
        self,
        call: ApiCall,
        use: Use,
        edits: Iterable[tuple[Span, str]] = (),
        manual: str = "",
        given: Span | None = None,
    ) -> None:
        at = call.location.span
        if (call.own or call.auth) and not any(one.at == at for one in self.requests):
            made = tuple(self._edits(edits))
            self.requests.append(Written(call=call, use=use, at=at, edits=made, manual=manual, given=given))

    def _shell(self, view: View, use: Use) -> None:
        rest = 0
        for start, end, items in listed.instructions(view):
            self._script(view.cut(rest, start), use)
            self._listed(items, use)
            self.given += credential_arguments.in_list(items, self.words)
            for item in items:
                if _SENDER.search(item.scalar.text):
                    self._commands(item.scalar.view, use)
            rest = end
        self._script(view.cut(rest, len(view.text)), use)

    def _script(self, view: View, use: Use) -> None:
        every = list(commands(view))
        if self.names_any:
            self.given += credential_arguments.in_script(every, self.words)
        for command in every:
            if sending(command) is None:  # what a request is given is no setting
                self.settings += in_words(command.words, "", self.place)
            else:
                self.settings += (one for word in command.words for one in in_defaults(word.view, "", self.place))
        self._commands(view, use)

    def _document(self, view: View) -> None:
        for pattern in (_COMMAND, _INLINE):
            for found in pattern.finditer(view.text):
                self._commands(view.cut(*found.span("line")), Use.WRITTEN)
        if _METHOD.search(view.text):
            from migrator.carriers import recordings

            for one in recordings.lined(view):
                exact = self.form is Form.HTTP
                edits, manual = recordings.moved_line(one, self.names, view) if exact else ([], "")
                self._add(request(one.parts, self.source.path, one.at, self.words), Use.WRITTEN, edits, manual)

    def _commands(self, view: View, use: Use, plain: Scalar | None = None) -> None:
        for one in sendings(view):
            move = moved(one, self.names)
            if plain is not None:
                move = replace(move, edits=tuple(_requoted(plain, move.edits, self.source.text)))
            self._sent(one, Use.WRITTEN if one.command.commented else use, move)

    def _sent(self, one: Sending, use: Use, move: Move) -> None:
        words = one.command.words
        start, end = min(word.start for word in words), max(word.end for word in words)
        at = Span(one.script.starts[start], one.script.ends[end - 1])
        one.parts.fill = self._filled
        one.parts.headers = [self._headed(name, value) for name, value in one.parts.headers]
        if self.shell and use is Use.SENT:
            one.parts.read = partial(as_text, verbatim=one.command.verbatim)
        self._add(request(one.parts, self.source.path, at, self.words), use, move.edits, move.manual)

    def _headed(self, name: View, value: View) -> tuple[View, View]:
        """Returns a header, that which a variable of this file holds where all of it is one."""
        variable = _VARIABLE.fullmatch(name.text) if not value.text else None
        given = {one.at for one in self.settings if variable and one.name == variable[1] and ":" in (one.value or "")}
        held = [view for at in given if ":" in (view := whole(self.source.text).cut(at.start, at.end)).text]
        return header(held[0]) if len(held) == 1 == len(given) else (name, value)

    def _filled(self, text: Text) -> Text:
        """Returns a text with the variables in it that this file gives one address, or a part of one."""
        given: dict[str, set[str]] = {}
        for one in self.settings:
            if one.giving is Giving.VALUE and one.value is not None and not one.keyed:
                given.setdefault(one.name, set()).add(one.value)
        pieces: list[Piece] = []
        for piece in text.pieces:
            values = given.get(piece.origin.name, set()) if isinstance(piece, Hole) else set()
            known = next(iter(values)) if len(values) == 1 else ""
            address = "/" in known and not any(mark in known for mark in "?&$ ")
            pieces.append(Chunk(known) if address else piece)
        return Text(tuple(pieces))

    def _edits(self, edits: Iterable[tuple[Span, str]]) -> Iterator[Edit]:
        yield from (edited(self.source, span, text) for span, text in sorted(edits))


def _requoted(plain: Scalar, edits: Iterable[tuple[Span, str]], text: str) -> Iterable[tuple[Span, str]]:
    """Returns the edits of a scalar without quotes, with quotes around it where what is put in needs them."""
    edits = list(edits)
    if not any(": " in new or " #" in new for _, new in edits):
        return edits
    at = plain.at
    doubled = [
        (Span(place, place + 1), "''")
        for place in range(at.start, at.end)
        if text[place] == "'" and not any(span.start <= place < span.end for span, _ in edits)
    ]
    inner = [(span, new.replace("'", "''")) for span, new in edits]
    closing = Span(at.end, at.end)
    last = "".join(new for span, new in inner if span == closing)
    inner = [one for one in inner if one[0] != closing]
    return [(Span(at.start, at.start), "'"), *inner, *doubled, (closing, f"{last}'")]


def _parsed(view: View, written: Form) -> Iterable[Node]:
    match written:
        case Form.JSON:
            from migrator.carriers.json_tree import read_json

            return [read_json(view)]
        case Form.YAML:
            from migrator.carriers.yaml_tree import read_yaml

            return read_yaml(view)
        case Form.TOML:
            from migrator.carriers.braces import read_toml

            return [read_toml(view)]
        case Form.XML:
            from migrator.carriers.xml_tree import read_xml

            return [read_xml(view)]
        case _:
            from migrator.carriers.braces import read_hcl

            return [read_hcl(view)]

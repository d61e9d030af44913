"""Reads a file that is no program: its settings, the credentials in it, and the requests that are written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrator.carriers import families
from migrator.carriers.commands import Sending, sendings
from migrator.carriers.families import Form
from migrator.carriers.moves import moved
from migrator.carriers.requests import request
from migrator.carriers.settings import Place, in_text, in_tree, in_words, secrets
from migrator.carriers.shell import commands
from migrator.carriers.tree import Mapping, Node, Scalar, walk
from migrator.carriers.view import View, whole
from migrator.errors import UnparsableError
from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.model.vocabulary import Vocabulary
from migrator.model.written import Reading, Scheme, Secret, Setting, Use, Written

_TEMPLATE = re.compile(r"\{\{-?\s*(?:\.|if|range|with|include|template|end|define|tpl|toYaml|\$)|<%[=-]?|\{%-?\s")
_COMMAND = re.compile(
    r"^[ \t]*(?:(?:[$>%#*+-]|\d+\.|//|PS[^>\n]*>)[ \t]+)*[`\"'(]*(?P<line>(?:\w+=\S+[ \t]+)*"
    r"(?:curl|wget|https?|xhs?|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?:\.exe)?[ \t]+"
    r"(?:[^\n]*?[\\^`]\r?\n)*[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_INLINE = re.compile(r"`(?P<line>(?:curl|wget|https?)[ \t][^`\n]+)`")
_SENDER = re.compile(r"\b(?:curl|wget|https?|xhs?|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?:\.exe)?[\s\"',]", re.I)
_DOLLARS = re.compile(r"\$\$")
_FENCED = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)


def read(source: Source, words: Vocabulary) -> Reading | None:
    """Returns what stands in a file, None for a program or a file of no kind that is known."""
    written = families.form(source.path, source.text[:200].partition("\n")[0])
    if written is None:
        return None
    reader = _Reader(source, words, written)
    reader.read()
    return Reading(
        family=families.family(source.path, written),
        settings=tuple(reader.settings),
        secrets=tuple(dict.fromkeys([*secrets(reader.settings, words), *reader.secrets])),
        requests=tuple(sorted(reader.requests, key=lambda one: one.at)),
        schemes=tuple(reader.schemes),
        problem=reader.problem,
    )


class _Reader:
    def __init__(self, source: Source, words: Vocabulary, written: Form) -> None:
        self.source, self.words, self.form = source, words, written
        self.place = Place(source.path, words)
        self.names = sorted(words.key_parameters | words.token_parameters)
        self.settings: list[Setting] = []
        self.secrets: list[Secret] = []
        self.requests: list[Written] = []
        self.schemes: list[Scheme] = []
        self.problem = ""

    def read(self) -> None:
        view = whole(self.source.text)
        match self.form:
            case Form.JSON | Form.YAML | Form.TOML | Form.HCL | Form.XML:
                self._structured(view)
            case Form.LINES:
                self._tree(self._lines(view), Use.SENT)
            case Form.SHELL:
                self._shell(view, Use.SENT)
            case Form.MAKE:
                self._shell(view.decoded(_DOLLARS, lambda _: "$", "make"), Use.SENT)
            case _:
                self._document(view)

    def _structured(self, view: View) -> None:
        try:
            for node in _parsed(view, self.form):
                self._tree(node, Use.RECORDED if families.is_recorded(self.source.path) else Use.SENT)
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
        for visit in walk(node):
            if isinstance(visit.node, Scalar):
                self.secrets += in_text(visit.node, self.source.text, self.words)
                if _SENDER.search(visit.node.text):
                    form = "yaml-plain" if visit.node.plain and self.form is Form.YAML else ""
                    self._commands(visit.node.view, use, plain=visit.node if form else None)

    def _shell(self, view: View, use: Use) -> None:
        for command in commands(view):
            self.settings += in_words(command.words, "", self.place)
        self._commands(view, use)

    def _document(self, view: View) -> None:
        for pattern in (_COMMAND, _INLINE):
            for found in pattern.finditer(view.text):
                self._commands(view.cut(*found.span("line")), Use.WRITTEN)

    def _commands(self, view: View, use: Use, plain: Scalar | None = None) -> None:
        for sending in sendings(view):
            self._sent(sending, Use.WRITTEN if sending.command.commented else use, plain)

    def _sent(self, sending: Sending, use: Use, plain: Scalar | None) -> None:
        first, last = sending.command.words[0], sending.command.words[-1]
        at = Span(sending.script.starts[first.start], sending.script.ends[last.end - 1])
        call = request(sending.parts, self.source.path, at, self.words)
        if not call.own and not call.auth:
            return
        if any(one.at == at for one in self.requests):
            return
        move = moved(sending, self.names)
        edits = move.edits if plain is None else _requoted(plain, move.edits, self.source.text)
        self.requests.append(Written(call=call, use=use, at=at, edits=tuple(self._edits(edits)), manual=move.manual))

    def _edits(self, edits: Iterable[tuple[Span, str]]) -> Iterator[Edit]:
        for span, text in sorted(edits):
            source = self.source
            yield Edit(path=source.path, span=span, replacement=text, digest=source.digest, root=source.root)


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
    return [(Span(at.start, at.start), "'"), *inner, *doubled, (Span(at.end, at.end), "'")]


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

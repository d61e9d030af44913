"""Looks for inputs that break the tool: ``python tests/bench/fuzz.py [TARGET ...] [--minutes N] [--seed N]``.

Coverage guides it where atheris is installed (``pip install atheris``); without it, inputs are seeds changed at random.
A target is one reader of what a stranger wrote; anything it raises but an error for users, or that takes it longer than
some seconds, is a fault: its input is written to ``fuzz-faults/`` and the next one is tried. ``--replay FILE`` shows
what an input does. Every fault that was found is a case in `tests/test_fuzzed.py`.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import importlib
import importlib.util
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
SLOW = 20.0
FAULTS = Path("fuzz-faults")
TARGETS = (
    *("python", "javascript", "typescript", "notebook", "rules", "configuration", "own-configuration", "saved"),
    *("baseline", "manifests", "ignore", "yaml", "json", "env", "shell", "xml", "toml", "markdown", "php"),
    *("scan-python", "scan-javascript", "scan-notebook", "scan-json", "scan-yaml"),
)
WORDS = (
    *("hapikey", "https://api.hubapi.com/contacts/v1/lists", "?hapikey=", "params=", "{", "}", "(", ")", "[", "]"),
    *("\n", "\n    ", '"', "'", '"""', "f'{", "\\", "import requests", "requests.get(", "axios.get(", "def f(", ":"),
    *(
        "class A(",
        "`${",
        "=>",
        "await ",
        "lambda: ",
        "*",
        "**",
        "print ",
        "\t",
        "\r",
        "\x00",
        "\ufeff",
        "é",
        "# ",
        "//",
    ),
    *("!!python/object:x", "&a ", "*a", "<<: ", "---\n", "- ", '{"cells": [', '"source": [', "null", "1e999", "-1"),
    *(
        "[tool.hapikey-migrator]",
        "exclude = [",
        "curl -X ",
        "${",
        "{{",
        "}}",
        "%s",
        "+ key",
        "hubspot",
        "00000000-0000",
    ),
)


def sources() -> dict[str, Callable[[str], object]]:
    """Returns what is given a text, by the name of the target."""
    from migrator.api import check_rules, saved
    from migrator.carriers import reading
    from migrator.carriers.notebooks import opened
    from migrator.catalog.vocabulary import vocabulary
    from migrator.discover.patterns import ignore_spec
    from migrator.findings import baseline
    from migrator.languages.javascript.language import LANGUAGE as JAVASCRIPT
    from migrator.languages.python.language import LANGUAGE as PYTHON
    from migrator.model.text import Source
    from migrator.pipeline import scan
    from migrator.report import formats, render
    from migrator.settings import Settings, read

    words = vocabulary()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def written(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return path

    def scanned(name: str) -> Callable[[str], object]:
        def run(text: str) -> object:
            where = folder / f"tree-{name}"
            where.mkdir(exist_ok=True)
            (where / name).write_bytes(text.encode("utf-8", "surrogatepass"))
            report = scan(Settings(paths=(str(where),)))
            return [render(form, [report]) for form in formats()]

        return run

    def carrier(suffix: str) -> Callable[[str], object]:
        return lambda text: reading.read(Source(path=f"conf/settings{suffix}", text=text), words)

    def rules(text: str) -> object:
        name, _, rest = text.partition("\n")
        known = ("credentials.yaml", "endpoints/a.yaml", "scopes.yaml", "objects.yaml", "findings.yaml", "sdks/a.yaml")
        return check_rules((written(f"rules/{known[len(name) % len(known)]}", rest),))

    def manifests(text: str) -> object:
        python = (
            "requirements.txt",
            "pyproject.toml",
            "Pipfile",
            "Pipfile.lock",
            "poetry.lock",
            "setup.cfg",
            "setup.py",
        )
        node = ("package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")
        return [
            PYTHON.packages.requirements(
                dict.fromkeys((*python, "setup.py", "environment.yml", "tox.ini"), text), ["hubspot3"]
            ),
            JAVASCRIPT.packages.requirements(dict.fromkeys(node, text), ["@hubspot/api-client"]),
        ]

    def lowered(language: object, name: str) -> Callable[[str], object]:
        def run(text: str) -> object:
            source = Source(path=name, text=text)
            language.mentions(source, words.key_words)  # type: ignore[attr-defined]
            language.suppressions(source)  # type: ignore[attr-defined]
            return language.lower(source, words)  # type: ignore[attr-defined]

        return run

    return {
        "python": lowered(PYTHON, "a.py"),
        "javascript": lowered(JAVASCRIPT, "a.js"),
        "typescript": lowered(JAVASCRIPT, "a.ts"),
        "notebook": lambda text: opened(Source(path="a.ipynb", text=text), words.needles),
        "rules": rules,
        "configuration": lambda text: read(written("pyproject.toml", text)),
        "own-configuration": lambda text: read(written("hapikey-migrator.toml", text), own=True),
        "saved": lambda text: [render(form, saved([written("report.json", text)])) for form in formats()],
        "baseline": lambda text: baseline._entries(text, Path("hapikey-baseline.json")),
        "manifests": manifests,
        "ignore": lambda text: ignore_spec(text.splitlines()).match_file("a/b/c.py"),
        "yaml": carrier(".yaml"),
        "json": carrier(".json"),
        "env": carrier(".env"),
        "shell": carrier(".sh"),
        "xml": carrier(".xml"),
        "toml": carrier(".toml"),
        "markdown": carrier(".md"),
        "php": carrier(".php"),
        "scan-python": scanned("a.py"),
        "scan-javascript": scanned("a.js"),
        "scan-notebook": scanned("a.ipynb"),
        "scan-json": scanned("a.json"),
        "scan-yaml": scanned("a.yaml"),
    }


def seeds(target: str) -> list[bytes]:
    """Returns what a target begins with: files of its kind in the fixtures, and an empty one."""
    endings = {
        "python": (".py",), "javascript": (".js",), "typescript": (".ts",), "notebook": (".ipynb",),
        "rules": (".yaml",), "configuration": (".toml",), "own-configuration": (".toml",), "saved": (".json",),
        "manifests": ("requirements.txt", "pyproject.toml", "package.json", "Pipfile"), "ignore": (".gitignore",),
        "env": (".env", ".ini", ".properties"), "shell": (".sh",), "markdown": (".md",), "baseline": (".json",),
    }  # fmt: skip
    own = endings.get(target, ("." + {"python": "py", "javascript": "js", "notebook": "ipynb"}.get(
        target.removeprefix("scan-"), target.removeprefix("scan-")),))  # fmt: skip
    places = ("fixtures", "tests", "rules" if target == "rules" else "fixtures")
    found = sorted({path for place in places for path in (ROOT / place).rglob("*") if path.name.endswith(own)})
    small = [path.read_bytes() for path in found if path.is_file() and path.stat().st_size < 6_000]
    return [b"", *small[:200]]


def changed(data: bytes, pool: Sequence[bytes], chance: random.Random) -> bytes:
    """Returns an input with a few parts cut, doubled, swapped for words, or joined with another input."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        to = min(len(text), at + chance.choice((1, 2, 5, 20, 100)))
        match chance.randrange(6):
            case 0:
                del text[at:to]
            case 1:
                text[at:at] = chance.choice(WORDS).encode()
            case 2:
                text[at:to] = chance.choice(WORDS).encode()
            case 3:
                text[at:at] = text[at:to] * chance.choice((1, 2, 50))
            case 4:
                other = chance.choice(pool)
                start = chance.randint(0, len(other))
                text[at:at] = other[start : start + chance.choice((10, 100, 1000))]
            case 5:
                text[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(text[:20_000])


class Trial:
    """Runs one target, and keeps what breaks it."""

    def __init__(self, target: str, run: Callable[[str], object], minutes: float = 1) -> None:
        """Takes the name of the target, what it does, and for how long: then it ends the process."""
        self.target, self.run = target, run
        self.end = time.monotonic() + 60 * minutes
        self.count = 0
        self.seen: set[str] = set()

    def __call__(self, data: bytes) -> None:
        """Tries one input."""
        from migrator.errors import InternalError, MigratorError

        self.count += 1
        start = time.process_time()
        try:
            self.run(data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode())
        except MigratorError as error:
            if isinstance(error, InternalError):
                self._keep(data, traceback.format_exc())
        except Exception:
            self._keep(data, traceback.format_exc())
        if time.process_time() - start > SLOW:
            self._keep(data, f"took {time.process_time() - start:.1f} s")
        if self.count % 50 == 0:
            gc.collect()
        if time.monotonic() > self.end:
            print(f"{self.target}: {self.count} inputs, {len(self.seen)} faults", flush=True)
            os._exit(0)

    def _keep(self, data: bytes, why: str) -> None:
        at = why.strip().splitlines()
        place = next((line.strip() for line in reversed(at) if line.strip().startswith("File")), at[-1])
        if place in self.seen:
            return
        self.seen.add(place)
        FAULTS.mkdir(exist_ok=True)
        name = f"{self.target}-{hashlib.sha256(data).hexdigest()[:8]}"
        (FAULTS / name).write_bytes(data)
        (FAULTS / f"{name}.txt").write_text(why)
        print(f"FAULT {self.target}: {place}: {at[-1][:200]} -> {FAULTS / name}", flush=True)


def at_random(trial: Trial, seed: int) -> None:
    """Tries changed seeds for ever."""
    pool = seeds(trial.target)
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        trial(changed(chance.choice(pool), pool, chance))


def guided(trial: Trial, seed: int) -> None:
    """Lets libFuzzer try inputs for ever."""
    atheris = importlib.import_module("atheris")
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-seeds-"))
    for number, data in enumerate(seeds(trial.target)):
        (corpus / str(number)).write_bytes(data)
    words = corpus.parent / f"{corpus.name}.dict"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n' for word in WORDS))
    options = [f"-seed={seed}", "-max_len=6000", "-rss_limit_mb=0"]
    quiet = ["-verbosity=0", "-print_final_stats=0", f"-dict={words}", "-timeout=600", "-detect_leaks=0"]
    atheris.Setup([sys.argv[0], *options, *quiet, str(corpus)], trial)
    atheris.Fuzz()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all without it")
    options.add_argument("--minutes", type=float, default=1.0, help="for each target")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--replay", type=Path, nargs="*", default=[])
    chosen = options.parse_args()
    coverage = importlib.util.find_spec("atheris") is not None
    for path in chosen.replay:
        trial = Trial(chosen.targets[0], sources()[chosen.targets[0]])
        trial(path.read_bytes())
        print(f"{path}: {'a fault' if trial.seen else 'fine'}")
    if chosen.replay:
        return
    print("coverage guides" if coverage else "at random", flush=True)
    for target in chosen.targets or TARGETS:
        child = os.fork()  # which its trial ends
        if child:
            os.waitpid(child, 0)
            continue
        if coverage:
            import atheris

            with atheris.instrument_imports(include=["migrator"]):
                run = sources()[target]
        else:
            run = sources()[target]
        (guided if coverage else at_random)(Trial(target, run, chosen.minutes), chosen.seed)


if __name__ == "__main__":
    main()

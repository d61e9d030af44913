"""The options that commands share."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from migrator import report
from migrator.cli.terminal import Terminal, masked
from migrator.errors import UsageError, nearest
from migrator.model.severity import SEVERITIES
from migrator.settings import Patterns, Settings, Stdin, is_variable, load, written

_F = TypeVar("_F", bound=Callable[..., Any])


def _words(_: click.Context, __: click.Parameter, value: Sequence[str]) -> tuple[str, ...] | None:
    return tuple(word.strip() for item in value for word in item.split(",") if word.strip()) or None


def _patterns(_: click.Context, __: click.Parameter, value: Sequence[str]) -> Patterns | None:
    return Patterns(str(Path.cwd()), tuple(value)) if value else None


def _folders(_: click.Context, __: click.Parameter, value: Sequence[Path]) -> tuple[Path, ...] | None:
    return tuple(value) or None


def _variable(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_variable(value):
        raise click.BadParameter(f"{value!r} cannot name an environment variable.", param=parameter)
    return value


def _outputs(_: click.Context, parameter: click.Parameter, value: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    outputs = []
    for item in value:
        name, separator, path = item.partition("=")
        if not separator or not path or name not in report.formats():
            known = ", ".join(report.formats())
            raise click.BadParameter(f"{item!r} is not FORMAT=FILE with a format of {known}.", param=parameter)
        outputs.append((name, Path(path)))
    return tuple(outputs)


_LINK_FIELDS = ("commit", "branch", "path", "line")


def _link(_: click.Context, parameter: click.Parameter, value: str | None) -> str:
    if value is None:
        return ""
    if masked(value) != value:
        raise click.BadParameter(
            "it contains a credential, which the page would show to every reader.", param=parameter
        )
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", value) if name not in _LINK_FIELDS]
    if unknown:
        raise click.BadParameter(
            f"{{{unknown[0]}}} is not a field of the template. {nearest(unknown[0], _LINK_FIELDS)}", param=parameter
        )
    if not re.match(r"https?://", value) or "{path}" not in value:
        raise click.BadParameter(f"{value!r} is not an http address with {{path}} in it.", param=parameter)
    return value


def _general(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is not None:
        setattr(context.ensure_object(Terminal), str(parameter.name), value)


def _together(*decorators: Callable[[_F], _F]) -> Callable[[_F], _F]:
    def decorate(function: _F) -> _F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def form(formats: Sequence[str], told: str = "What to print.") -> Callable[[_F], _F]:
    """Returns the option that says in which format to print; *told* is its help."""
    return click.option("--format", "form", type=click.Choice(formats), default="text", show_default=True, help=told)


_file = click.Path(path_type=Path, dir_okay=False)
_flag: dict[str, Any] = {"is_flag": True, "default": None}

general = _together(
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        callback=_general,
        help="Colours: auto minds the terminal, NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE.",
    ),
    click.option(
        "-q", "--quiet", **_flag, expose_value=False, callback=_general, help="Print nothing to standard output."
    ),
    click.option(
        "--debug", **_flag, expose_value=False, callback=_general, help="Show where in the program an error arose."
    ),
)

rules = click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    callback=_folders,
    help="A folder of rules of your own, laid over the shipped ones.",
)

_config = _together(
    click.option("--config", type=_file, help="Read this configuration instead of the repository's own."),
    click.option("--isolated", is_flag=True, help="Ignore the repository's configuration."),
)

_files = _together(
    click.option("--include", multiple=True, callback=_patterns, help="Look only at files that match (as .gitignore)."),
    click.option("--exclude", multiple=True, callback=_patterns, help="Leave out files that match (as .gitignore)."),
)

configuration = _together(_config, _files, rules, general)

analysis = _together(
    click.argument("paths", nargs=-1, metavar="[PATH]..."),
    _config,
    click.option(
        "--select", multiple=True, callback=_words, help="Report only these codes or kinds (HK1 means HK1xx)."
    ),
    click.option("--ignore", multiple=True, callback=_words, help="Do not report these codes or kinds."),
    _files,
    click.option("--force-exclude", **_flag, help="Leave them out even when they are named as PATH."),
    click.option(
        "--include-recorded",
        **_flag,
        help="Let requests in scripts, documents, collections and recordings ask for scopes too.",
    ),
    click.option(
        "--stdin-filename", metavar="NAME", help="What the file is called that PATH - reads from standard input."
    ),
    click.option(
        "-j", "--jobs", type=click.IntRange(min=0), help="Number of processes; 0 means one for each processor."
    ),
    rules,
    click.option("--show-settings", is_flag=True, help="Print the settings that would be used, and stop."),
    general,
)

reporting = _together(
    form(report.formats(), "What to print on standard output."),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=_outputs,
        help="Write the report to a file too; can be given several times.",
    ),
    click.option(
        "--link",
        metavar="TEMPLATE",
        callback=_link,
        help="Make places links, as in 'https://HOST/REPO/blob/{commit}/{path}#L{line}'.",
    ),
)

findings = _together(
    click.option("--baseline", type=_file, help="Report only what is not in this baseline."),
    click.option(
        "--changed-since", metavar="REV", help="Report only what was added since the branch left this revision."
    ),
    click.option("--fail-on", type=click.Choice(SEVERITIES), help="The least severity that makes the exit status 1."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found."),
    click.option("--require-files", is_flag=True, help="Exit with 2 when there is no file to look at."),
    click.option("--statistics", is_flag=True, help="Print to standard error how often each code was found."),
)

token_env = click.option(
    "--token-env",
    metavar="NAME",
    callback=_variable,
    help="Rename the environment variable of the key to this.",
)


def settings(
    *,
    paths: Sequence[str],
    config: Path | None,
    isolated: bool,
    stdin_filename: str | None = None,
    show_settings: bool = False,
    **flags: Any,
) -> Settings:
    """Returns the settings that the options and the configuration make; reads standard input when a path is ``-``.

    Prints them and ends the command when that is asked for. Raises `UsageError` when the options do not fit together,
    `ConfigurationError` when the configuration is wrong.
    """
    if config and isolated:
        raise UsageError("--config and --isolated exclude each other", advice="Give one of them.")
    stdin = None if show_settings else _piped(paths, stdin_filename)
    made = load({"paths": _places(paths), "stdin": stdin, **flags}, config=config, isolated=isolated)
    if show_settings:
        context = click.get_current_context()
        context.obj.show(written(made))
        context.exit(0)
    return made


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Returns what ``OLD=NEW`` options say. Raises `UsageError` for one that is none."""
    for each in given:
        if not all(each.partition("=")[::2]):
            raise UsageError(f"{each!r} is not OLD=NEW", where="--rename", advice="Name the source before and after.")
    return {old: new for old, _, new in (each.partition("=") for each in given)}


def _places(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path != "-") if paths else (".",)


def _piped(paths: Sequence[str], name: str | None) -> Stdin | None:
    if "-" not in paths:
        if name:
            raise UsageError("--stdin-filename goes with the path -", advice="Give - as PATH.")
        return None
    if not name:
        raise UsageError("the path - needs a name", advice="Give --stdin-filename NAME.")
    return Stdin(name, sys.stdin.buffer.read())

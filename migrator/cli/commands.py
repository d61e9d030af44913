"""The commands. What one of them needs is imported when it is given."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrator import __version__, report
from migrator.cli import options
from migrator.cli.terminal import NAME, Terminal, write_file
from migrator.errors import UsageError, nearest
from migrator.report.parts.style import Style
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.api import Answer
    from migrator.model.report import Report

EXIT_STATUS = """\b
Exit status
  0  nothing to do
  1  findings, a diff, work left for a person, or scopes that are missing
  2  the tool could not do its job; the message says why
"""


class _Commands(click.Group):
    """Commands that answer a wrong name with the nearest right one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns the command that the arguments begin with."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command {args[0]!r}. {nearest(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    epilog=EXIT_STATUS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name=NAME)
@options.general
@click.pass_context
def program(context: click.Context) -> None:
    """Find every use of a HubSpot API key, infer the scopes its replacement needs, and rewrite the calls to Bearer."""
    _help_alone(context)


def _help_alone(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@program.command()
@options.analysis
@options.findings
@options.reporting
@click.pass_obj
def scan(
    terminal: Terminal,
    /,
    *,
    form: str,
    outputs: Sequence[tuple[str, Path]],
    link: str,
    exit_zero: bool,
    statistics: bool,
    require_files: bool,
    **flags: Any,
) -> int:
    """Report every use of a key and the requests it is for.

    Looks below each PATH, by default here, and changes nothing.
    """
    from migrator import api, pipeline
    from migrator.findings.verdict import exit_status

    settings = options.settings(**flags)
    result = pipeline.scan(settings, progress=terminal.progress)
    _deliver(terminal, [result], form, outputs, terminal.style(link))
    if statistics:
        terminal.remark(api.statistics(result))
    if not result.summary.files_scanned:
        if require_files:
            raise UsageError("no file to look at", where="--require-files", advice="Give paths that hold files.")
        terminal.remark("Warning: there is no file to look at below the given paths, so nothing was checked.")
    return exit_status(result, None if exit_zero else settings.fail_on)


def _deliver(
    terminal: Terminal,
    reports: Sequence[Report],
    form: str,
    outputs: Sequence[tuple[str, Path]],
    style: Style,
    *,
    instead: str | None = None,
) -> None:
    """Writes the report to files and to standard output, where ``instead`` may stand for its text form."""
    made = [(path, report.render(name, reports, style).encode()) for name, path in outputs]
    for path, data in made:
        write_file(path, data)
    if form == "text" and instead is not None:
        terminal.show(instead)
    else:
        terminal.show(report.render(form, reports, replace(style, color=terminal.colors, width=terminal.width)))


@program.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@options.reporting
@options.general
@click.pass_obj
def render(
    terminal: Terminal, /, *, files: Sequence[Path], form: str, outputs: Sequence[tuple[str, Path]], link: str
) -> None:
    """Render saved JSON reports in any format.

    Several reports, of as many repositories, become one.
    """
    from migrator import api

    _deliver(terminal, api.saved(files), form, outputs, terminal.style(link))


@program.command()
@options.analysis
@click.option("--baseline", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.pass_obj
def baseline(terminal: Terminal, /, *, target: Path | None, **flags: Any) -> int:
    """Write the findings of today as known.

    A later scan with this baseline reports only what is new, and the entries that have become stale.
    """
    from migrator import api

    settings = options.settings(**flags)
    return _answer(terminal, api.baseline(settings, target, progress=terminal.progress))


@program.command()
@options.analysis
@options.token_env
@click.option("--write", is_flag=True, help="Change the files: all of them, or none.")
@click.option(
    "--patch", type=click.Path(path_type=Path, dir_okay=False), help="Write the patch that `git apply` takes."
)
@click.option("--unsafe", is_flag=True, help="Include changes that need review.")
@click.option("--aliases", is_flag=True, help="Give flags, parameters and properties for the key a second name.")
@click.option("--annotate", is_flag=True, help="Leave comments in the code where a person has to change it.")
@click.option("--allow-dirty", is_flag=True, help="Change files even if they have uncommitted changes.")
@click.option("--undo", is_flag=True, help="Undo the last run that changed files below PATH.")
@click.option("--change", "only", multiple=True, metavar="ID", help="Make only this change; can be repeated.")
@click.option("-i", "--interactive", is_flag=True, help="Ask for each change, and write those you take.")
@click.option("--orders", is_flag=True, help="Print a work order for each change that is left for a person.")
@click.option("--pr-text", is_flag=True, help="Print the text of a pull request.")
@options.reporting
@click.pass_obj
def migrate(
    terminal: Terminal,
    /,
    *,
    form: str,
    outputs: Sequence[tuple[str, Path]],
    link: str,
    write: bool,
    patch: Path | None,
    undo: bool,
    only: Sequence[str],
    interactive: bool,
    orders: bool,
    pr_text: bool,
    **flags: Any,
) -> int:
    """Plan the rewrite and print it as a diff, or write it.

    Every offered change is verified: the changed code is analysed again and must make the same requests, with a Bearer
    token instead of the key.
    --select, --ignore, the per-file ignores and --change limit what is changed. Work orders come as text, markdown or
    json (--format).
    """
    from migrator import api
    from migrator.cli.choosing import one_by_one
    from migrator.migration import migrate as migrated
    from migrator.report import orders as work_orders
    from migrator.report import pull_request
    from migrator.report.parts.next_steps import next_steps

    settings = options.settings(**flags)
    if undo:
        return _answer(terminal, api.undo(settings))
    write = write or interactive
    choose = one_by_one(terminal) if interactive else None
    migration = migrated(settings, write=write, only=only, choose=choose, progress=terminal.progress)
    if patch:
        write_file(patch, migration.patch, mode=0o600)
    if orders or pr_text:
        more = work_orders if orders else pull_request
        terminal.show(more.render(form, migration.report, unsafe=settings.unsafe))
        return migration.status
    if write and settings.stdin is not None and form == "text":
        terminal.write(migration.source)
        return migration.status
    _deliver(
        terminal, [migration.report], form, outputs, terminal.style(link), instead=terminal.painted(migration.diff)
    )
    for line in next_steps(migration.report, written=write, unsafe=settings.unsafe):
        terminal.remark(line)
    for remark in migration.remarks:
        terminal.remark(remark)
    return migration.status


@program.command()
@click.argument("paths", nargs=-1, metavar="BEFORE AFTER | --since REV [PATH]...")
@click.option("--since", metavar="REV", help="Compare a revision of git with the work tree.")
@click.option("--rename", "renames", multiple=True, metavar="OLD=NEW", help="A source that was renamed on purpose.")
@options.form(report.VERIFICATION_FORMATS)
@options.configuration
@click.pass_obj
def verify(
    terminal: Terminal,
    /,
    *,
    paths: tuple[str, ...],
    since: str | None,
    renames: tuple[str, ...],
    form: str,
    **flags: Any,
) -> int:
    """Compare the requests of two states of a program, whoever changed it.

    Says which requests are equal but for the credential, which differ and in what, which are lost or new, and which
    still carry a key. Exit status 0 means that every request is accounted for.
    """
    from migrator.report.verification import render as rendered
    from migrator.verification import verify as compared
    from migrator.verification import verify_since

    names = options.pairs(renames)
    if since is not None:
        found = verify_since(options.settings(paths=paths, **flags), since, renames=names, progress=terminal.progress)
    elif len(paths) == 2:
        before, after = (options.settings(paths=(path,), **flags) for path in paths)
        found = compared(before, after, renames=names, progress=terminal.progress)
    else:
        raise click.UsageError("Give two folders, BEFORE and AFTER, or --since REV.")
    terminal.show(rendered(form, found))
    return 0 if found.ok else 1


@program.command("mcp")
@click.option(
    "--root",
    help="The folder that is served; nothing outside of it is read.",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=".",
    show_default=True,
)
@click.option("--allow-write", is_flag=True, help="Let agents apply changes below the root.")
@options.general
def serve(*, root: Path, allow_write: bool) -> None:
    """Serve the tool to coding agents over stdio (Model Context Protocol).

    Needs the extra `mcp`. Agents see nothing outside of the root.
    """
    from migrator.agents import AgentDesk
    from migrator.agents import serve as answer

    answer(AgentDesk(root=root.resolve(), allow_write=allow_write))


@program.command()
@options.analysis
@options.form(report.SCOPE_FORMATS)
@click.option("--credential", metavar="ID", help="Only what this credential needs.")
@click.option(
    "--project", type=click.Path(path_type=Path, file_okay=False), help="Write the files of a project app here."
)
@click.option("--granted", type=click.Path(path_type=Path), help="Compare with the scopes that an app has.")
@click.option("--strict", is_flag=True, help="With --granted: also fail on scopes that no request needs.")
@click.option("--require-complete", is_flag=True, help="Fail when the list may lack a scope.")
@click.pass_obj
def scopes(terminal: Terminal, /, **flags: Any) -> int:
    """Print the scopes that a new credential needs.

    It is the smallest set that lets every request succeed; each scope comes with the requests that need it.
    """
    from migrator import api

    asked = api.Asked(**{name: flags.pop(name) for name in api.Asked.__slots__})
    return _answer(terminal, api.scopes(options.settings(**flags), asked, progress=terminal.progress))


def _answer(terminal: Terminal, answer: Answer) -> int:
    for path, data in answer.files.items():
        write_file(path, data, parents=True)
    terminal.show(answer.text)
    for remark in answer.remarks:
        terminal.remark(remark)
    return answer.status


@program.command()
@click.argument("name", nargs=-1)
@options.rules
@options.general
@click.pass_obj
def explain(terminal: Terminal, /, *, name: tuple[str, ...], rules: tuple[Path, ...] | None) -> int:
    """Say what a finding, a scope, an endpoint or an answer of HubSpot means.

    NAME is a code such as HK101, a kind, a scope, an endpoint such as GET /crm/v3/objects/contacts, a status such as
    401, or a category such as MISSING_SCOPES. NAME - reads an error text of HubSpot, or a log, from standard input,
    and tells which scope is missing and which requests of the code in this folder need it. Without NAME, all codes
    are listed.
    """
    from migrator import api

    if name == ("-",):
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        made = api.explain_answer(text, Settings(rules=rules or ()), progress=terminal.progress)
        return _answer(terminal, made)
    return _answer(terminal, api.explain(" ".join(name), rules or ()) if name else api.codes(rules or ()))


@program.group("rules", cls=_Commands, invoke_without_command=True)
@click.pass_context
def rule_files(context: click.Context) -> None:
    """Check rule files, or show what they say of a request."""
    _help_alone(context)


@rule_files.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.general
@click.pass_obj
def check(terminal: Terminal, /, *, files: tuple[Path, ...]) -> int:
    """Validate rule files or folders of your own, or the shipped ones when none is given."""
    from migrator import api

    return _answer(terminal, api.check_rules(files))


@rule_files.command()
@click.argument("method")
@click.argument("path")
@options.rules
@options.general
@click.pass_obj
def show(terminal: Terminal, /, *, method: str, path: str, rules: tuple[Path, ...] | None) -> int:
    """Show which endpoint a request is, and why."""
    from migrator import api

    return _answer(terminal, api.show_rule(method, path, rules or ()))

"""The server for coding agents, asked by a real client over standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

mcp = pytest.importorskip("mcp", exc_type=ImportError)

KEY = "7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f"
APP = f'''import requests

KEY = "{KEY}"
BASE = "https://api.hubapi.com"


def deals(kind):
    requests.get(BASE + "/crm/v3/objects/deals", params={{"hapikey": KEY}})
    return requests.get(BASE + "/crm/v3/objects/" + kind, headers={{"Authorization": f"Bearer {{KEY}}"}})


def by_hand():
    return send(BASE + "/crm/v3/owners?hapikey=" + KEY)
'''
TOOLS = {"inventory", "scopes", "questions", "answer", "plan", "orders", "verify", "explain"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "app.py").write_text(APP)
    (tmp_path / "outside.py").write_text(APP)
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *arguments], cwd=own, check=True)
    return own


def ask(folder: Path, talk: Callable[[Any], Awaitable[Any]], *flags: str) -> Any:
    """Starts the server in a folder and returns what a talk with it returns."""
    arguments = ["-m", "migrator", "mcp", "--root", str(folder), *flags]
    env = {"PYTHONPATH": str(Path(__file__).parents[1]), "XDG_STATE_HOME": str(folder.parent / "state")}
    server = mcp.StdioServerParameters(command=sys.executable, args=arguments, env=env)

    async def main() -> Any:
        async with mcp.stdio_client(server) as (read, write), mcp.ClientSession(read, write) as session:
            await session.initialize()
            return await talk(session)

    return anyio.run(main)


async def call(session: Any, tool: str, /, **arguments: Any) -> Any:
    done = await session.call_tool(tool, arguments)
    text = done.content[0].text
    assert KEY not in text
    assert KEY[-12:] not in text
    return text if done.is_error else json.loads(text)


def test_the_tools_are_there_and_writing_only_when_allowed(folder: Path) -> None:
    async def talk(session: Any) -> set[str]:
        return {tool.name for tool in (await session.list_tools()).tools}

    assert ask(folder, talk) == TOOLS
    assert ask(folder, talk, "--allow-write") == TOOLS | {"apply"}


def test_an_agent_works_through_the_loop(folder: Path) -> None:
    async def talk(session: Any) -> None:
        rows = (await call(session, "inventory"))["requests"]
        assert {row["place"]: row["sends"] for row in rows}["app.py:8"] == ["api_key"]
        assert "chains" in (await call(session, "inventory", chains=True))["requests"][0]
        plan = (await call(session, "plan"))["changes"]
        (safe,) = [change for change in plan if change["safety"] == "safe"]
        assert "Bearer" in (await call(session, "plan", change=safe["id"]))["diff"]
        done = await call(session, "apply", changes=[safe["id"]])
        assert [change["id"] for change in done["written"]] == [safe["id"]]
        orders = await call(session, "orders")
        assert any("app.py:13" in place for order in orders["orders"] for place in order["places"])
        verified = await call(session, "verify")
        assert not verified["ok"]
        assert verified["counts"]["moved"] == 1

    ask(folder, talk, "--allow-write")
    assert (folder / "app.py").read_text().count("hapikey") == 1


def test_questions_are_answered_and_the_scopes_follow(folder: Path) -> None:
    async def talk(session: Any) -> tuple[Any, Any]:
        before = await call(session, "scopes")
        for question in (await call(session, "questions"))["questions"]:
            if question["choices"]:
                await call(session, "answer", question=question["id"], values=["companies"])
        return before, await call(session, "scopes")

    before, after = ask(folder, talk)
    scopes = [{name for one in found["lists"] for name in one["required"]} for found in (before, after)]
    assert "crm.objects.companies.read" in scopes[1] - scopes[0]


def test_nothing_outside_of_the_folder_is_looked_at(folder: Path) -> None:
    (folder / "link").symlink_to(folder.parent)

    async def talk(session: Any) -> list[Any]:
        return [await call(session, "inventory", path=path) for path in ("..", "../outside.py", "/etc", "link")]

    assert all("outside of the folder" in answer for answer in ask(folder, talk))


def test_mistakes_are_told_in_words(folder: Path) -> None:
    async def talk(session: Any) -> list[Any]:
        return [
            await call(session, "plan", change="none"),
            await call(session, "explain", name="HK999"),
            await call(session, "verify", since="nowhere"),
        ]

    assert all(isinstance(answer, str) and "Traceback" not in answer for answer in ask(folder, talk))
    assert "HK101" in ask(folder, lambda session: call(session, "explain", name="HK101"))["text"]

"""What import-linter cannot see: SQL outside the store, agents' names outside their modules, slow imports."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import REPOSITORY, SOURCE, modules, name_of, names, strings

STATEMENT = re.compile(
    r"^\s*(SELECT\s.+|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|WITH\s+\w+.*\bAS\s*\("
    r"|(CREATE|DROP|ALTER)\s+(TEMP\s+|UNIQUE\s+|VIRTUAL\s+)?(TABLE|INDEX|VIEW|DATABASE)|PRAGMA\s)",
    re.IGNORECASE | re.DOTALL,
)

# `Cursor` is left out, because databases have cursors too. A model may share a word with an agent
# (gpt-5-codex), and so may a provider (github_copilot): a name counts only where it stands alone.
AGENTS = (
    "aider",
    "amp",
    "claude[-_ ]?code",
    "cline",
    "codex",
    "copilot",
    "crush",
    "droid",
    "gemini[-_ ]?cli",
    "goose",
    "kimi",
    "opencode",
    "qwen[-_ ]?code",
    "windsurf",
)
AGENT_NAME = re.compile(rf"(?<![A-Za-z0-9&-])(?<!github_)({'|'.join(AGENTS)})(?![A-Za-z0-9-])", re.IGNORECASE)

HEAVY = (
    "asyncio",
    "genai_prices",
    "multiprocessing",
    "psycopg",
    "pyarrow",
    "pydantic",
    "tomlkit",
)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM session",
        "  insert into session values (?)",
        "UPDATE session SET title = ?",
        "WITH wanted AS (SELECT 1) SELECT * FROM wanted",
        "CREATE UNIQUE INDEX a ON b (c)",
    ],
)
def test_a_statement_is_recognised_as_sql(text: str) -> None:
    assert STATEMENT.match(text)


@pytest.mark.parametrize("text", ["Select a session", "with what follows", "update", "Delete the file"])
def test_plain_english_is_not_taken_for_sql(text: str) -> None:
    assert not (STATEMENT.match(text) and re.search(r"\b(FROM|INTO|SET|AS)\b", text))


@pytest.mark.parametrize("text", ["codex", "Claude Code", "claude_code", "agents.codex", "codex_home"])
def test_an_agents_name_is_recognised(text: str) -> None:
    assert AGENT_NAME.search(text)


@pytest.mark.parametrize("text", ["gpt-5.1-codex", "codex-mini", "claude-sonnet-5", "sample", "&amp;"])
def test_a_models_name_is_not_taken_for_an_agents(text: str) -> None:
    assert not AGENT_NAME.search(text)


def test_no_sql_stands_outside_the_store() -> None:
    found = [
        f"{name_of(path)}:{line}: {text.strip()[:60]!r}"
        for path in modules("src")
        if not path.is_relative_to(SOURCE / "store")
        for line, text in strings(path)
        if STATEMENT.match(text)
    ]
    assert found == []


def test_no_agents_name_stands_outside_its_module() -> None:
    found = [
        f"{name_of(path)}:{line}: {text.strip()[:60]!r}"
        for path in modules("src")
        if not path.is_relative_to(SOURCE / "agents")
        for line, text in (*strings(path), *names(path))
        if AGENT_NAME.search(text)
    ]
    assert found == []


QUICK = {
    *(
        "bisect",
        "calendar",
        "collections",
        "copyreg",
        "datetime",
        "enum",
        "errno",
        "fcntl",
        "fnmatch",
        "functools",
        "gc",
    ),
    *("ipaddress", "itertools", "json", "keyword", "math", "ntpath", "operator", "pathlib", "re", "reprlib", "select"),
    *("signal", "sqlite3", "time", "types", "urllib", "warnings"),
}
"""The modules that an agent may be made to wait for; `typing` alone would be a tenth of the time."""


@pytest.mark.parametrize("command", ["hook", "statusline"])
def test_what_an_agent_waits_for_imports_only_what_is_quick(command: str, tmp_path: Path) -> None:
    program = (
        "import sys, os; before = set(sys.modules); from dashcam.cli import entry\n"
        "def leave(): print(*sorted(set(sys.modules) - before), file=sys.stderr); os._exit(0)\n"
        f"entry._leave = leave; sys.argv = ['dashcam', '{command}']; entry.main()"
    )
    with sqlite3.connect(tmp_path / "dashcam.db") as database:
        database.execute("CREATE TABLE usage_bucket (bucket, cost_nano, unpriced_calls)")
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"DASHCAM_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE.parent)},
        input='{"session_id": "s", "cost": {"total_cost_usd": 1}}',
        capture_output=True,
        text=True,
        check=False,
    )
    imported = {name.split(".")[0] for name in ran.stderr.split()}
    assert "dashcam" in imported, ran.stderr
    assert {name for name in imported if not name.startswith("_")} - QUICK - {"dashcam"} == set()


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("dashcam.cli.main", set(HEAVY)), ("dashcam.tui.app", {*HEAVY, "dashcam.agents.registry"} - {"asyncio"})],
)
def test_the_program_starts_without_what_is_heavy(module: str, unwanted: set[str]) -> None:
    program = f"import sys, {module}; print(*sorted(set(sys.modules) & {unwanted!r}))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ran.stdout.split(), ran.stderr) == ([], "")

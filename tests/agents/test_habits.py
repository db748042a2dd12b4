"""What agents do with their own files, and how they resume."""

import json
import os
from pathlib import Path

import pytest

from dashcam.agents.habits import HABITS
from dashcam.agents.registry import AGENTS


def test_habits_are_those_of_known_agents() -> None:
    assert set(HABITS) <= set(AGENTS)


def test_each_agent_has_its_command_to_resume() -> None:
    assert HABITS["claude-code"].resume("abc") == ("claude", "--resume", "abc")
    assert HABITS["codex"].resume("abc") == ("codex", "resume", "abc")


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        (None, 30),
        ("{}", 30),
        ('{"cleanupPeriodDays": 365, "model": "opus"}', 365),
        ('{"cleanupPeriodDays": "soon"}', None),
        ("{ not json", None),
    ],
)
def test_claude_code_says_how_long_it_keeps(tmp_path: Path, settings: str | None, days: int | None) -> None:
    if settings is not None:
        (tmp_path / "settings.json").write_text(settings)
    assert HABITS["claude-code"].kept_days(tmp_path) == days


def test_where_nothing_is_nothing_is_deleted(tmp_path: Path) -> None:
    assert HABITS["claude-code"].kept_days(tmp_path / "nowhere") is None
    assert HABITS["codex"].kept_days(tmp_path) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not say so in a file")
def test_a_process_that_began_at_another_time_than_it_is_said_to_is_somebody_else(tmp_path: Path) -> None:
    began = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    folder = tmp_path / "sessions"
    folder.mkdir()
    for name, said in (("mine", began), ("before", "1"), ("silent", "")):
        told = {"pid": os.getpid(), "sessionId": name, "cwd": "/work", "procStart": said}
        (folder / f"{name}.json").write_text(json.dumps(told))
    assert {session for session, *_ in HABITS["claude-code"].alive(tmp_path)} == {"mine", "silent"}

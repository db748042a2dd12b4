"""`dashcam hooks`: what it writes into an agent's settings, what it asks first, and what it never does."""

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dashcam.server.standing import Standing, announced
from tests.support.program import Program
from tests.support.quick import Quick

MINE = '{\n    "model": "opus",\n    "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "lint"}]}]}\n}\n'
EVENTS_OF_ALL = 31


class Machine(Program):
    """A person's machine with Claude Code's settings, and a folder of programs that is empty until a test fills it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.path = self.claude / "settings.json"
        self.programs = home / "programs"
        self.programs.mkdir()

    def hooks(self, *words: str, **more: Any) -> Result:
        return self.run("hooks", *words, env={"PATH": str(self.programs)}, **more)

    def wrote(self, text: str) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text)

    def handlers(self, path: Path | None = None) -> dict[str, list[Any]]:
        hooks = json.loads((path or self.path).read_text())["hooks"]
        return {event: [one for group in groups for one in group["hooks"]] for event, groups in hooks.items()}

    def backups(self) -> list[Path]:
        return sorted(self.claude.glob("settings.json.*.bak"))

    def has_agent(self, version: str) -> None:
        program = self.programs / "claude"
        program.write_text(f"#!/bin/sh\necho '{version} (Claude Code)'\n")
        program.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_http_where_an_event_allows_it_and_a_background_command_elsewhere(machine: Machine) -> None:
    assert machine.hooks("install", "--yes").exit_code == 0
    handlers = {event: ones[0] for event, ones in machine.handlers().items()}
    assert len(handlers) == EVENTS_OF_ALL
    assert {event for event, one in handlers.items() if one["type"] == "command"} == {"SessionStart", "Setup"}
    assert handlers["Stop"] == {"type": "http", "url": "http://127.0.0.1:4747/hooks/claude-code", "timeout": 2}
    assert handlers["SessionStart"]["async"] is True
    assert handlers["SessionStart"]["command"].endswith(" hook")


def test_what_a_hook_must_not_touch_is_left_out_and_said(machine: Machine) -> None:
    said = machine.hooks("install", "--yes").stdout
    assert "Left out, see docs/hooks.md: MessageDisplay, WorktreeCreate." in said
    refused = machine.hooks("install", "--events", "WorktreeCreate", "--yes")
    assert refused.exit_code == 2
    assert "would take the place of" in refused.stderr


def test_others_stay_the_file_as_it_was_is_kept_and_a_second_time_there_is_nothing_to_do(machine: Machine) -> None:
    machine.wrote(MINE)
    machine.path.chmod(0o640)
    machine.hooks("install", "--yes")
    assert machine.handlers()["Stop"][0] == {"type": "command", "command": "lint"}
    assert stat.S_IMODE(machine.path.stat().st_mode) == 0o640
    (backup,) = machine.backups()
    assert backup.read_text() == MINE
    again = machine.hooks("install", "--yes")
    assert again.stdout.startswith("nothing to do")
    assert machine.backups() == [backup]
    machine.hooks("uninstall", "--yes")
    assert json.loads(machine.path.read_text()) == json.loads(MINE)
    assert sorted(path.name for path in machine.claude.iterdir() if not path.name.endswith(".bak")) == ["settings.json"]


def test_the_difference_is_shown_and_asked_about_first(machine: Machine) -> None:
    machine.wrote(MINE)
    dry = machine.hooks("install", "--dry-run", "--events", "PreCompact")
    assert '+        "PreCompact": [' in dry.stdout
    assert '-    "model": "opus",' not in dry.stdout, "what is there stays as it is"
    assert "nothing was written" in dry.stdout
    assert machine.path.read_text() == MINE
    assert machine.backups() == []


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("\n", True), ("n\n", False), ("", False)])
def test_only_a_yes_writes(machine: Machine, answer: str, written: bool) -> None:  # noqa: FBT001
    from click.testing import CliRunner

    from dashcam.cli.main import commands

    machine.wrote(MINE)
    env = {"HOME": str(machine.home), "DASHCAM_HOME": str(machine.data), "PATH": str(machine.programs)}
    CliRunner().invoke(commands, ["hooks", "install"], input=answer, env=env)
    assert (machine.path.read_text() != MINE) is written


def test_without_a_server_all_can_be_commands(machine: Machine) -> None:
    said = machine.hooks("install", "--command", "--yes").stdout
    handlers = [one for ones in machine.handlers().values() for one in ones]
    assert {one["type"] for one in handlers} == {"command"}
    assert "No server runs" not in said
    waited_for = {event for event, ones in machine.handlers().items() if not ones[0].get("async")}
    assert waited_for == {"SessionEnd", "Stop", "StopFailure"}


def test_an_old_version_gets_what_it_understands(machine: Machine) -> None:
    machine.has_agent("2.0.77")
    said = machine.hooks("install", "--yes").stdout
    assert len(machine.handlers()) == 9
    assert {one["type"] for ones in machine.handlers().values() for one in ones} == {"command"}
    assert "2.0.77 knows fewer events" in said
    refused = machine.hooks("install", "--events", "StopFailure", "--yes")
    assert "may not know StopFailure" in refused.stderr


@pytest.mark.parametrize(("version", "events"), [("2.1.329", EVENTS_OF_ALL), ("2.1.100", 9)])
def test_a_version_can_be_told(machine: Machine, version: str, events: int) -> None:
    assert machine.hooks("install", "--for-version", version, "--yes").exit_code == 0
    assert len(machine.handlers()) == events


@pytest.mark.parametrize(
    "words",
    [("--events", "Nonsense"), ("--events", ","), ("--for-version", "newest"), ("--port", "0"), ("--agent", "codex")],
)
def test_words_that_make_no_sense_are_refused(machine: Machine, words: tuple[str, ...]) -> None:
    assert machine.hooks("install", *words, "--yes").exit_code == 2
    assert not machine.path.exists()


def test_events_can_be_chosen(machine: Machine) -> None:
    machine.hooks("install", "--events", "Stop,PreToolUse", "--events", "MessageDisplay", "--yes")
    assert list(machine.handlers()) == ["Stop", "PreToolUse", "MessageDisplay"]


def test_the_running_servers_address_is_taken_unless_a_port_is_named(machine: Machine) -> None:
    machine.data.mkdir()
    address = "http://127.0.0.1:8080"
    with announced(machine.data, Standing(address=address, host="127.0.0.1", port=8080, pid=os.getpid(), token=True)):
        said = machine.hooks("install", "--events", "Stop", "--yes").stdout
        (handler,) = machine.handlers()["Stop"]
        assert handler["url"] == f"{address}/hooks/claude-code"
        assert handler["headers"] == {"Authorization": "Bearer $DASHCAM_TOKEN"}
        assert "start the agent with DASHCAM_TOKEN" in said
        assert "No server runs" not in said
        machine.hooks("install", "--events", "Stop", "--port", "9999", "--yes")
        assert machine.handlers()["Stop"][0]["url"] == "http://127.0.0.1:9999/hooks/claude-code"


def test_a_projects_own_settings(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    machine.hooks("install", "--project", "--events", "Stop", "--yes")
    assert not machine.path.exists()
    assert list(machine.handlers(tmp_path / "app/.claude/settings.json")) == ["Stop"]


@pytest.mark.parametrize("text", ['{"a": 1,\n}', '{"hooks": [1]}', "[]", '{"a": 1, "a": 2}'])
def test_a_broken_file_is_left_alone_and_named(machine: Machine, text: str) -> None:
    machine.wrote(text)
    for command in ("install", "uninstall"):
        result = machine.hooks(command, "--yes")
        assert result.exit_code == 1
        assert f"{machine.path} was left alone: " in result.stderr
    assert machine.path.read_text() == text
    assert list(machine.claude.iterdir()) == [machine.path]


def test_a_file_of_other_bytes_is_left_alone(machine: Machine) -> None:
    machine.wrote("")
    machine.path.write_bytes(b"\xff\xfe{}")
    assert "it is no UTF-8" in machine.hooks("install", "--yes").stderr
    assert machine.path.read_bytes() == b"\xff\xfe{}"


def test_a_full_disk_leaves_the_file_as_it_was(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    machine.wrote(MINE)
    monkeypatch.setattr("dashcam.cli.foreign_file.os.fsync", full)
    result = machine.hooks("install", "--yes")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert machine.path.read_text() == MINE
    assert list(machine.claude.iterdir()) == [machine.path]


def test_a_file_that_changes_while_we_ask_is_not_overwritten(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*_: object, **__: object) -> bool:
        machine.path.write_text("{}")
        return True

    machine.wrote(MINE)
    monkeypatch.setattr("dashcam.cli.foreign_file.click.confirm", meanwhile)
    result = machine.hooks("install")
    assert "was changed meanwhile" in result.stderr
    assert machine.path.read_text() == "{}"


def test_a_link_stays_a_link(machine: Machine, tmp_path: Path) -> None:
    machine.path.parent.mkdir()
    kept = tmp_path / "dotfiles.json"
    kept.write_text(MINE)
    machine.path.symlink_to(kept)
    machine.hooks("install", "--events", "Stop", "--yes")
    assert machine.path.is_symlink()
    assert len(json.loads(kept.read_text())["hooks"]["Stop"]) == 2


def test_status_says_what_is_installed_where_it_leads_and_when_it_was_last_heard(machine: Machine) -> None:
    machine.hooks("install", "--events", "Stop,SessionStart", "--yes")
    machine.wrote(machine.path.read_text().replace(":4747", ":9999"))
    Quick(machine.data).run("hook", given=b'{"session_id": "s1", "hook_event_name": "Stop"}')
    rows = {row["event"]: row for row in json.loads(machine.hooks("status", "--format", "json").stdout)["rows"]}
    assert rows["Stop"]["user"] == "http 127.0.0.1:9999"
    assert (rows["Stop"]["here"], rows["Stop"]["ways"]) == (False, ["http"])
    assert rows["Stop"]["last_at"].startswith(time.strftime("%Y-%m-%dT", time.gmtime()))
    assert (rows["SessionStart"]["user"], rows["SessionStart"]["here"]) == ("command", True)
    assert (rows["PreToolUse"]["user"], rows["PreToolUse"]["here"]) == ("not installed", None)
    said = machine.hooks().stdout
    assert "no: install again" in said
    assert "No server runs now" in said


def test_an_event_that_is_new_to_us_is_shown_when_it_was_heard(machine: Machine) -> None:
    Quick(machine.data).run("hook", given=b'{"hook_event_name": "BrandNew"}')
    rows = {row["event"] for row in json.loads(machine.hooks("status", "--format", "json").stdout)["rows"]}
    assert "BrandNew" in rows

"""Where Claude Code's files are, and what their paths tell."""

from pathlib import Path

import pytest

from dashcam.agents.agent import Candidate, Environment, Root
from dashcam.agents.claude_code.places import discover, remember, roots
from dashcam.records.source import SourceKind
from tests.support.build import SESSION, source

HOME = Path("/home/ada")
FOLDER = "/home/ada/.claude/projects/-home-ada-app"


def named(**variables: str) -> list[tuple[str, str]]:
    return [(str(root.path), root.why) for root in roots(Environment(home=HOME, variables=variables))]


def test_the_usual_places_are_looked_at() -> None:
    assert named() == [("/home/ada/.claude", "default"), ("/home/ada/.config/claude", "default")]


def test_a_config_directory_named_by_the_environment_takes_the_place_of_the_usual_ones() -> None:
    assert named(CLAUDE_CONFIG_DIR="/data/claude, ~/other/projects,,", XDG_CONFIG_HOME="/xdg") == [
        ("/data/claude", "CLAUDE_CONFIG_DIR"),
        ("/home/ada/other", "CLAUDE_CONFIG_DIR"),
    ]


def test_an_empty_config_directory_leaves_the_usual_places() -> None:
    assert named(CLAUDE_CONFIG_DIR=" , ", XDG_CONFIG_HOME="/xdg") == [
        ("/home/ada/.claude", "default"),
        ("/xdg/claude", "XDG_CONFIG_HOME"),
        ("/home/ada/.config/claude", "default"),
    ]


def test_a_place_that_is_named_twice_is_looked_at_once() -> None:
    assert named(CLAUDE_CONFIG_DIR="/data/claude,/data/claude/projects") == [("/data/claude", "CLAUDE_CONFIG_DIR")]


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [
        (f"projects/p/{SESSION}.jsonl", "transcript", "lines"),
        (f"projects/p/{SESSION}/subagents/agent-a1.jsonl", "transcript", "lines"),
        (f"projects/p/{SESSION}/subagents/workflows/run/agent-a1.jsonl", "transcript", "lines"),
        ("projects/p/agent-a1.jsonl", "transcript", "lines"),
        ("projects/p/some-session/chat.jsonl", "transcript", "lines"),
        (f"projects/p/{SESSION}/subagents/agent-a1.meta.json", "sidecar", "document"),
        (f"projects/p/{SESSION}/custom-title.json", "sidecar", "document"),
        ("history.jsonl", "sidecar", "lines"),
    ],
)
def test_a_file_of_a_session_is_found(tmp_path: Path, name: str, kind: str, shape: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    (found,) = discover(Root(path=tmp_path, why="default"))
    assert isinstance(found, Candidate)
    assert (found.path, found.kind, found.shape, found.size) == (str(path), kind, shape, 3)


@pytest.mark.parametrize(
    "name",
    [
        ".credentials.json",
        "settings.json",
        "sessions/1.json",
        "sessions/1.abc.key",
        f"file-history/{SESSION}/x.jsonl",
        f"projects/p/{SESSION}/tool-results/out.jsonl",
        f"projects/p/{SESSION}/subagents/workflows/run/journal.jsonl",
        f"projects/p/{SESSION}/workflows/run.json",
        "projects/p/memory/notes.jsonl",
        "projects/p/sessions-index.json",
    ],
)
def test_a_file_that_is_no_session_is_left_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    assert list(discover(Root(path=tmp_path, why="default"))) == []


def test_an_empty_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "projects" / "p").mkdir(parents=True)
    (tmp_path / "projects" / "p" / f"{SESSION}.jsonl").touch()
    (tmp_path / "history.jsonl").touch()
    assert list(discover(Root(path=tmp_path, why="default"))) == []


@pytest.mark.parametrize(
    ("path", "kind", "role", "session", "home"),
    [
        (f"{FOLDER}/{SESSION}.jsonl", "transcript", "main", SESSION, SESSION),
        (f"{FOLDER}/chat.jsonl", "transcript", "main", "", ""),
        (f"{FOLDER}/{SESSION}/subagents/agent-a1.jsonl", "transcript", "subagent", f"{SESSION}:a1", SESSION),
        (
            f"{FOLDER}/{SESSION}/subagents/workflows/r/agent-a1.jsonl",
            "transcript",
            "subagent",
            f"{SESSION}:a1",
            SESSION,
        ),
        (f"{FOLDER}/agent-a1.jsonl", "transcript", "subagent", "", ""),
        (f"{FOLDER}/{SESSION}/subagents/agent-a1.meta.json", "sidecar", "meta", f"{SESSION}:a1", SESSION),
        (f"{FOLDER}/{SESSION}/custom-title.json", "sidecar", "title", SESSION, ""),
        ("/home/ada/.claude/history.jsonl", "sidecar", "history", "", ""),
        (f"C:\\Users\\ada\\.claude\\projects\\p\\{SESSION}.jsonl", "transcript", "main", SESSION, SESSION),
    ],
)
def test_a_path_tells_the_session(path: str, kind: SourceKind, role: str, session: str, home: str) -> None:
    memory = remember(source(path=path, kind=kind))
    assert (memory.role, memory.session, memory.home) == (role, session, home)


def test_the_file_of_a_question_on_the_side_repeats_its_parents_calls() -> None:
    memory = remember(source(path=f"{FOLDER}/{SESSION}/subagents/agent-aside_question-1.jsonl"))
    assert memory.aside

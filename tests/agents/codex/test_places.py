"""Where Codex's files are looked for, and which of several files of one thread is read."""

from pathlib import Path

import pytest

from dashcam.agents.agent import Candidate, Environment, Root, Trouble
from dashcam.agents.codex.memory import remember
from dashcam.agents.codex.places import discover, roots
from dashcam.records.source import Source

THREAD = "019f0000-0000-7000-8000-000000000001"
ROLLOUT = f"rollout-2026-09-01T10-00-00-{THREAD}.jsonl"
HOME = Path("/home/ada")


def write(home: Path, *names: str) -> None:
    for name in names:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}\n")


def found(home: Path) -> list[Candidate]:
    return [each for each in discover(Root(path=home, why="default")) if isinstance(each, Candidate)]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, [("/home/ada/.codex", "default")]),
        ({"CODEX_HOME": ""}, [("/home/ada/.codex", "default")]),
        ({"CODEX_HOME": "/data/codex"}, [("/data/codex", "CODEX_HOME")]),
        ({"CODEX_HOME": "/a, ~/b ,,/a"}, [("/a", "CODEX_HOME"), ("/home/ada/b", "CODEX_HOME")]),
    ],
)
def test_codex_home_names_the_roots(variables: dict[str, str], expected: list[tuple[str, str]]) -> None:
    named = roots(Environment(home=HOME, variables=variables))
    assert [(str(root.path), root.why) for root in named] == expected


def test_a_home_that_is_named_and_missing_is_not_replaced_by_the_default(tmp_path: Path) -> None:
    write(tmp_path / ".codex", f"sessions/2026/09/01/{ROLLOUT}")
    (root,) = roots(Environment(home=tmp_path, variables={"CODEX_HOME": str(tmp_path / "gone")}))
    assert list(discover(root)) == []


def test_rollouts_and_the_two_lists_are_found_and_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"sessions/2026/09/01/{ROLLOUT}",
        "sessions/2026/09/01/notes.txt",
        "sessions/rollout-2025-04-20-5e551011-0000-4000-8000-000000000001.json",
        "sessions/2026/09/01/settings.json",
        "session_index.jsonl",
        "history.jsonl",
        "config.toml",
        "log/codex.jsonl",
        "state_5.sqlite",
    )
    told = [(Path(each.path).name, each.kind, each.shape) for each in found(tmp_path)]
    assert told == [
        (ROLLOUT, "transcript", "lines"),
        ("rollout-2025-04-20-5e551011-0000-4000-8000-000000000001.json", "transcript", "document"),
        ("session_index.jsonl", "sidecar", "lines"),
        ("history.jsonl", "sidecar", "lines"),
    ]


def test_a_compressed_rollout_goes_by_the_name_that_it_would_unpack_to(tmp_path: Path) -> None:
    write(tmp_path, f"sessions/{ROLLOUT}.zst")
    (only,) = found(tmp_path)
    assert (only.path, only.file) == (
        str(tmp_path / "sessions" / ROLLOUT),
        str(tmp_path / "sessions" / f"{ROLLOUT}.zst"),
    )
    assert only.compressed


def test_a_plain_file_hides_its_compressed_twin(tmp_path: Path) -> None:
    write(tmp_path, f"sessions/{ROLLOUT}", f"sessions/{ROLLOUT}.zst")
    (only,) = found(tmp_path)
    assert (only.file, only.compressed) == (str(tmp_path / "sessions" / ROLLOUT), False)


def test_an_active_rollout_hides_the_archived_one_of_the_same_name(tmp_path: Path) -> None:
    write(tmp_path, f"sessions/2026/09/01/{ROLLOUT}.zst", f"archived_sessions/{ROLLOUT}")
    (only,) = found(tmp_path)
    assert "/sessions/" in only.path


def test_an_archived_rollout_is_found(tmp_path: Path) -> None:
    write(tmp_path, f"archived_sessions/2026/{ROLLOUT}")
    (only,) = found(tmp_path)
    assert only.kind == "transcript"


def test_a_list_that_is_a_directory_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").mkdir()
    (trouble,) = discover(Root(path=tmp_path, why="default"))
    assert isinstance(trouble, Trouble)


@pytest.mark.parametrize(
    ("name", "session", "clock"),
    [
        (ROLLOUT, THREAD, 1_782_411_427_840_000),
        (ROLLOUT.replace(".jsonl", f"_{THREAD[:-1]}2.jsonl"), THREAD, 1_782_411_427_840_000),
        (
            "rollout-2025-06-01T10-00-00-5e551011-0000-4000-8000-000000000001.jsonl",
            "5e551011-0000-4000-8000-000000000001",
            0,
        ),
        ("session-alpha.jsonl", "session-alpha", 0),
    ],
)
def test_the_name_of_a_file_tells_its_thread_and_a_uuid7_its_time(name: str, session: str, clock: int) -> None:
    path = f"/home/ada/.codex/sessions/{name}"
    memory = remember(Source(agent="codex", agent_name="codex-default", kind="transcript", shape="lines", path=path))
    assert (memory.facts.session, memory.clock) == (session, clock)

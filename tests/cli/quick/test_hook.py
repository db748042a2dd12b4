"""`dashcam hook` keeps what it is given, and whatever happens, the agent hears nothing of it."""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashcam.agents.quick import HOOK_AGENT
from dashcam.cli.quick import keeping
from dashcam.cli.quick.hook import agent_in
from dashcam.cli.quick.standard_input import LARGEST
from dashcam.ingest import inbox
from tests.support.quick import Quick

PAYLOAD = {"session_id": "s1", "hook_event_name": "Stop", "cwd": "/home/ada/app"}
GIVEN = json.dumps(PAYLOAD).encode()


@pytest.fixture
def quick(tmp_path: Path) -> Quick:
    return Quick(tmp_path / "dashcam")


def test_a_payload_is_kept_with_the_time_and_nothing_is_said(quick: Quick) -> None:
    before = time.time_ns() // 1000
    ended = quick.run("hook", given=GIVEN)
    assert (ended.code, ended.output, ended.errors) == (0, b"", "")
    (line,) = quick.kept("hook")
    assert line["payload"] == PAYLOAD
    assert before <= line["received"] <= time.time_ns() // 1000


def test_what_it_makes_is_the_persons_alone(quick: Quick) -> None:
    quick.run("hook", given=GIVEN)
    (path,) = quick.home.rglob("*.jsonl")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", [("--agent", "codex"), ("--agent=codex",), ("--bogus", "--agent", "codex")])
def test_another_agents_hook_goes_into_its_own_folder(quick: Quick, words: tuple[str, ...]) -> None:
    assert quick.run("hook", *words, given=GIVEN).code == 0
    assert [line["payload"] for line in quick.kept("hook", "codex")] == [PAYLOAD]


@pytest.mark.parametrize(
    "words", [[], ["--agent"], ["--agent", ""], ["--agent", "../../etc"], ["--agent=a/b"], ["--unknown", "x"], ["Stop"]]
)
def test_words_that_make_no_sense_are_passed_over(words: list[str]) -> None:
    assert agent_in(words) == HOOK_AGENT


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (b'{"session_id": "s1"', '{"session_id": "s1"'),
        (b"\xff\xfe\x00binary\n\x01", "��\x00binary\n\x01"),
        ("Grüße\n".encode("latin-1"), "Gr��e\n"),
    ],
)
def test_what_is_no_json_is_kept_as_text(quick: Quick, given: bytes, text: str) -> None:
    ended = quick.run("hook", given=given)
    assert (ended.code, ended.output) == (0, b"")
    assert [line["text"] for line in quick.kept("hook")] == [text]


@pytest.mark.parametrize("given", [b"", b" \n"])
def test_nothing_is_kept_of_nothing(quick: Quick, given: bytes) -> None:
    assert quick.run("hook", given=given).code == 0
    assert not quick.home.exists()


def test_json_over_several_lines_becomes_one(quick: Quick) -> None:
    quick.run("hook", given=json.dumps(PAYLOAD, indent=2).encode())
    quick.run("hook", given=GIVEN)
    assert [line["payload"] for line in quick.kept("hook")] == [PAYLOAD, PAYLOAD]


def test_a_payload_of_five_megabytes_is_kept_whole(quick: Quick) -> None:
    large = PAYLOAD | {"tool_response": "x" * 5_000_000}
    assert quick.run("hook", given=json.dumps(large).encode()).code == 0
    assert [line["payload"] for line in quick.kept("hook")] == [large]


def test_what_is_too_large_is_kept_up_to_the_limit(quick: Quick) -> None:
    ended = quick.run("hook", given=b'"' + b"x" * LARGEST + b'"')
    assert (ended.code, ended.errors) == (0, "")
    (line,) = quick.kept("hook")
    assert len(line["text"]) == LARGEST


def test_an_agent_that_never_ends_its_payload_is_not_waited_for(quick: Quick) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "dashcam", "hook"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"DASHCAM_HOME": str(quick.home)},
    )
    assert running.stdin
    assert running.stdout
    running.stdin.write(GIVEN)
    running.stdin.flush()
    assert running.wait(timeout=30) == 0
    assert running.stdout.read() == b""
    running.stdin.close()
    running.stdout.close()
    assert [line["payload"] for line in quick.kept("hook")] == [PAYLOAD]


def test_an_agent_that_pauses_amid_its_payload_is_waited_for(quick: Quick) -> None:
    slow = (
        "sh",
        "-c",
        f"(sleep 0.5; printf '%s' '{GIVEN[:9].decode()}'; sleep 0.5; printf '%s' '{GIVEN[9:].decode()}')",
    )
    with subprocess.Popen(slow, stdout=subprocess.PIPE) as writer:
        subprocess.run(
            [sys.executable, "-m", "dashcam", "hook"],
            stdin=writer.stdout,
            env=os.environ | {"DASHCAM_HOME": str(quick.home)},
            check=True,
        )
    assert [line["payload"] for line in quick.kept("hook")] == [PAYLOAD]


def test_a_closed_standard_input_and_output_are_no_trouble(quick: Quick) -> None:
    closed = ("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh")
    assert quick.run("hook", before=closed).code == 0
    assert quick.run("statusline", before=closed).code == 0


def test_a_home_that_cannot_be_written_is_no_trouble_for_the_agent(quick: Quick) -> None:
    quick.home.write_text("a file, where a directory should be")
    ended = quick.run("hook", given=GIVEN)
    assert (ended.code, ended.output) == (0, b"")
    assert "NotADirectoryError" in ended.errors


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_home_is_no_trouble_for_the_agent(quick: Quick) -> None:
    quick.home.mkdir(mode=0o500)
    ended = quick.run("hook", given=GIVEN)
    assert (ended.code, ended.output) == (0, b"")
    assert "PermissionError" in ended.errors


def test_a_full_disk_is_no_trouble_for_the_agent_and_leaves_no_half_line(quick: Quick) -> None:
    quick.run("hook", given=GIVEN)
    limited = ("sh", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "sh")
    ended = quick.run("hook", given=json.dumps(PAYLOAD | {"large": "x" * 100_000}).encode(), before=limited)
    assert (ended.code, ended.output) == (0, b"")
    assert "OSError" in ended.errors
    assert [line["payload"] for line in quick.kept("hook")] == [PAYLOAD]


def test_whoever_holds_the_inbox_does_not_hold_the_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PATIENCE_SECONDS", 0.05)
    inbox.append(tmp_path, HOOK_AGENT, "hook", [b"{}"])
    (path,) = tmp_path.rglob("*.jsonl")
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError):
            keeping.keep(tmp_path, HOOK_AGENT, "hook", GIVEN)
    assert path.read_bytes() == b"{}\n"
    keeping.keep(tmp_path, HOOK_AGENT, "hook", GIVEN)
    assert len(path.read_bytes().splitlines()) == 2


@pytest.mark.parametrize(("patience", "is_kept"), [(5.0, True), (0.1, False)])
def test_a_slow_disk_loses_nothing_and_one_that_hangs_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: float, *, is_kept: bool
) -> None:
    inbox.append(tmp_path, HOOK_AGENT, "hook", [b"{}"])
    (path,) = tmp_path.rglob("*.jsonl")
    monkeypatch.setattr(keeping, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(keeping, "WRITE_SECONDS", patience)
    write = os.write

    def slowly(file: int, data: memoryview) -> int:
        written = write(file, data[:8])
        time.sleep(0.06)
        return written

    monkeypatch.setattr(os, "write", slowly)
    if is_kept:
        keeping.keep(tmp_path, HOOK_AGENT, "hook", GIVEN)
        assert len(path.read_bytes().splitlines()) == 2
    else:
        with pytest.raises(TimeoutError):
            keeping.keep(tmp_path, HOOK_AGENT, "hook", GIVEN)
        assert path.read_bytes() == b"{}\n"


def test_a_server_that_hangs_is_not_asked(quick: Quick) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        quick.home.mkdir()
        note = {"address": f"http://127.0.0.1:{silent.getsockname()[1]}", "pid": os.getpid()}
        (quick.home / "server.json").write_text(json.dumps(note))
        assert quick.run("hook", given=GIVEN).code == 0
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert len(quick.kept("hook")) == 1


def test_many_at_once_lose_nothing(quick: Quick) -> None:
    command = [sys.executable, "-m", "dashcam", "hook"]
    place = os.environ | {"DASHCAM_HOME": str(quick.home)}
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, env=place) for _ in range(16)]
    for number, one in enumerate(running):
        assert one.stdin
        one.stdin.write(json.dumps(PAYLOAD | {"number": number}).encode())
        one.stdin.close()
    for one in running:
        one.wait(timeout=30)
    assert {one.returncode for one in running} == {0}
    assert sorted(line["payload"]["number"] for line in quick.kept("hook")) == list(range(16))


def test_its_help_is_the_only_time_that_it_speaks(quick: Quick) -> None:
    ended = quick.run("hook", "--help")
    assert ended.code == 0
    assert b"always leaves with 0" in ended.output


def test_captured_payloads_come_out_as_they_went_in(quick: Quick, fixtures_dir: Path) -> None:
    captures = sorted((fixtures_dir / "generated" / "claude-code").glob("*/capture/hooks.jsonl"))
    assert captures
    payloads = [json.loads(path.read_bytes().splitlines()[at])["payload"] for path in captures for at in (0, -1)]
    for payload in payloads:
        assert quick.run("hook", given=json.dumps(payload).encode()).output == b""
    assert [line["payload"] for line in quick.kept("hook")] == payloads

"""The inbox keeps whole lines or none, from any number of writers; a scan reads them and sweeps what is done with."""

import errno
import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.registry import AGENTS
from dashcam.ingest import inbox
from dashcam.ingest.arrivals import KEPT_SECONDS, arrivals, spent, sweep
from dashcam.ingest.plan import Found
from dashcam.records.source import Bookmark
from dashcam.store.batch import KnownSource
from tests.support.captures import Replay
from tests.support.pushed_reading import hook, record

HOUR = 3600
NOON = 1_793_534_400
"""2026-11-01T12:00:00Z."""


def files(home: Path) -> dict[str, bytes]:
    root = home / inbox.FOLDER
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.jsonl"))}


def only(home: Path) -> bytes:
    (text,) = files(home).values()
    return text


def test_lines_are_put_into_the_file_of_their_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, gmtime = [NOON], time.gmtime
    monkeypatch.setattr(time, "gmtime", lambda: gmtime(now[0]))
    inbox.append(tmp_path, "codex", "otlp_log", [b"1", b"2"])
    now[0] += HOUR - 1
    inbox.append(tmp_path, "codex", "otlp_log", [b"3"])
    now[0] += 1
    inbox.append(tmp_path, "codex", "otlp_log", [b"4"])
    assert files(tmp_path) == {
        "codex/otlp_log/2026-11-01T12.jsonl": b"1\n2\n3\n",
        "codex/otlp_log/2026-11-01T13.jsonl": b"4\n",
    }


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    inbox.append(tmp_path, "codex", "hook", [b"1"])
    (path,) = (tmp_path / inbox.FOLDER).rglob("*.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("room", [0, 1, 5, 19])
def test_where_no_room_is_left_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    inbox.append(tmp_path, "codex", "hook", [b"first"])
    write, left = os.write, [room]

    def full(file: int, text: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(file, bytes(text)[: left[0]])
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        inbox.append(tmp_path, "codex", "hook", [b"0123456789", b"0123456789"])
    assert only(tmp_path) == b"first\n"
    left[0] = 100
    inbox.append(tmp_path, "codex", "hook", [b"next"])
    assert only(tmp_path) == b"first\nnext\n"


def test_a_line_that_was_torn_spoils_no_other(tmp_path: Path) -> None:
    inbox.append(tmp_path, "codex", "hook", [b"first"])
    (path,) = (tmp_path / inbox.FOLDER).rglob("*.jsonl")
    path.write_bytes(b"first\nhalf a li")
    inbox.append(tmp_path, "codex", "hook", [b"next"])
    assert only(tmp_path) == b"first\nhalf a li\nnext\n"


def write_many(home: str, name: str) -> None:
    for number in range(200):
        inbox.append(Path(home), "codex", "hook", [f"{name}-{number}-{part}-{'x' * 500}".encode() for part in range(3)])


def test_two_processes_at_once_write_whole_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(str(tmp_path), name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    lines = b"".join(files(tmp_path).values()).splitlines()
    assert len(lines) == 1200
    for name in "ab":
        own = [line.split(b"-")[:3] for line in lines if line.startswith(name.encode())]
        assert own == [[name.encode(), b"%d" % number, b"%d" % part] for number in range(200) for part in range(3)]


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        (b'{"a": 1}', {"payload": {"a": 1}}),
        (b'\xef\xbb\xbf{"a": 1}\r\n', {"payload": {"a": 1}}),
        (b'{\n  "a": "x\\ny",\r\n  "b": [\n]\n}\n', {"payload": {"a": "x\ny", "b": []}}),
        (b"[1]", {"payload": [1]}),
        (b"", {"text": ""}),
        (b"not json\n\n", {"text": "not json\n\n"}),
        (b'{"a": "x\ny"}', {"text": '{"a": "x\ny"}'}),
        (b'{"a": 1', {"text": '{"a": 1'}),
        (b"\xff\xfe", {"text": "\ufffd\ufffd"}),
        ('{"a": 1}'.encode("utf-16"), {"text": "\ufffd\ufffd" + "".join(f"{sign}\0" for sign in '{"a": 1}')}),
        (b"[" * 100_000, {"text": "[" * 100_000}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_payload_becomes_one_line(payload: bytes, line: dict[str, Any]) -> None:
    made = inbox.payload_line(payload, received=5)
    assert b"\n" not in made
    assert json.loads(made) == {"received": 5, **line}


@given(payload=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_no_payload_makes_more_than_one_line(payload: bytes) -> None:
    made = inbox.payload_line(payload, received=5)
    assert b"\n" not in made
    assert json.loads(made)["received"] == 5


def test_a_payload_is_received_now(tmp_path: Path) -> None:
    before = time.time_ns() // 1000
    assert before <= json.loads(inbox.payload_line(b"{}"))["received"] <= time.time_ns() // 1000
    assert list(tmp_path.iterdir()) == []


def arrived(home: Path) -> list[Found]:
    return list(arrivals(home / inbox.FOLDER, AGENTS, "desk"))


def test_files_of_known_agents_and_kinds_are_sources(tmp_path: Path) -> None:
    for agent, kind in (("codex", "otlp_log"), ("claude-code", "hook"), ("nobody", "hook"), ("codex", "news")):
        inbox.append(tmp_path, agent, kind, [b"{}"])
    (tmp_path / inbox.FOLDER / "stray.jsonl").write_bytes(b"{}\n")
    assert [(one.source.agent, one.source.kind, one.candidate.size) for one in arrived(tmp_path)] == [
        ("claude-code", "hook", 3),
        ("codex", "otlp_log", 3),
    ]
    assert list(arrivals(tmp_path / "nowhere", AGENTS, "desk")) == []


def known(one: Found, offset: int) -> KnownSource:
    mark = Bookmark(offset=offset)
    return KnownSource(id=1, source=one.source, generation=0, current=True, missing=False, bookmark=mark, lines_read=1)


def test_only_what_the_journal_holds_and_nobody_writes_is_swept(tmp_path: Path) -> None:
    inbox.append(tmp_path, "codex", "hook", [b"1234"])
    (one,) = arrived(tmp_path)
    old = one.candidate.mtime_ns / 1e9 + KEPT_SECONDS + 1
    path = one.source.path
    assert spent([one], [known(one, 5)], old) == [path]
    assert spent([one], [known(one, 5)], old - 10) == []
    assert spent([one], [known(one, 4)], old) == []
    assert spent([one], [], old) == []
    sweep([path, path])
    assert not Path(path).exists()
    sweep([str(tmp_path)])
    assert tmp_path.is_dir()


def test_what_was_swept_is_still_known(tmp_path: Path) -> None:
    replay = Replay(tmp_path / "machine")
    lines = [json.dumps(line).encode() for line in (hook("UserPromptSubmit", prompt="Add a test"), hook("Stop"))]
    replay.push([("claude-code", "hook", line) for line in lines])
    replay.scan()
    (path,) = (replay.data / inbox.FOLDER).rglob("*.jsonl")
    os.utime(path, (0, 0))
    replay.scan()
    assert not path.exists()
    told = replay.events()
    assert [row[3] for row in told] == ["Stop", "UserPromptSubmit"]
    assert replay.scan().events() == told


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    replay = Replay(tmp_path / "machine")
    line = json.dumps(record("api_error")).encode()
    replay.push([("claude-code", "otlp_log", line)])
    (path,) = (replay.data / inbox.FOLDER).rglob("*.jsonl")
    path.write_bytes(path.read_bytes() + line[:40])
    assert len(replay.scan().events()) == 1
    path.write_bytes(path.read_bytes() + line[40:].replace(b"api_error", b"api_refusal") + b"\n")
    assert len(replay.scan().events()) == 2
    assert replay.rows("SELECT * FROM diagnostic") == []

"""`dashcam serve` as a person runs it: it starts, says where it is, reads what agents write, and ends when told."""

import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.serving import Event, Started, append, running

TOKEN = "0123456789abcdef"
SECONDS = 5


def test_it_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    with Started(tmp_path, "--port", "0") as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert server.ask("/api/status")["sessions"] == 0
        assert server.stop() == (0, "")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_ends_within_seconds_with_somebody_following_the_news(tmp_path: Path, sign: signal.Signals) -> None:
    heard: list[Event] = []
    with Started(tmp_path, "--port", "0") as server:
        news = server.follow()
        follower = threading.Thread(target=lambda: heard.extend(news))
        follower.start()
        begun = time.monotonic()
        assert server.stop(sign) == (0, "")
        assert time.monotonic() - begun < SECONDS
        follower.join()
        assert heard == [], "the stream ended, and was not torn"


def test_a_line_appended_is_told_to_who_follows(tmp_path: Path) -> None:
    talk = running()
    path = talk.write(tmp_path / ".claude")
    with Started(tmp_path, "--port", "0") as server:
        news = server.follow("0")
        first = next(one for one in news if one.event == "changed" and one.data["sessions"])
        talk.answer()
        append(path, talk, since=1)
        told = next(one for one in news if one.event == "changed" and one.data["revision"] > first.data["revision"])
        assert int(told.id) == told.data["revision"]
        assert [row["calls"] for row in told.data["sessions"]] == [1]


def test_without_watching_only_what_is_kept_is_shown(tmp_path: Path) -> None:
    running().write(tmp_path / ".claude")
    with Started(tmp_path, "--port", "0", "--no-watch") as server:
        assert server.ask("/api/status")["sessions"] == 0


def test_with_a_token_it_asks_for_it(tmp_path: Path) -> None:
    with Started(tmp_path, "--port", "0", DASHCAM_TOKEN=TOKEN) as server:
        assert server.ask("/api/status")["status"] == 401


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = Program(tmp_path).run("serve", "--port", str(port))
    assert result.exit_code == 1
    first, hint = result.stderr.splitlines()
    assert first == f"dashcam: cannot listen on 127.0.0.1:{port}: Address already in use"
    assert f"lsof -i :{port}" in hint
    assert "dashcam serve --port " in hint


def test_an_address_that_others_can_reach_is_refused_without_a_token(tmp_path: Path) -> None:
    result = Program(tmp_path).run("serve", "--host", "0.0.0.0")  # noqa: S104
    assert result.exit_code == 2
    assert "a token is needed" in result.stderr
    assert "DASHCAM_TOKEN" in result.stderr


def test_settings_that_make_no_sense_are_said_before_it_starts(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.data.mkdir()
    (program.data / "settings.toml").write_text("active_gap_minutes = 0")
    result = program.run("serve", "--port", "0")
    assert (result.exit_code, "active_gap_minutes" in result.stderr) == (1, True)

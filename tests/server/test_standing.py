"""The note of a running server: there while it runs, gone when it ends, and not believed when it was killed."""

import json
import os
import signal
from pathlib import Path

import pytest

from dashcam.server.standing import NAME, Standing, announced, standing
from tests.support.serving import Started

HERE = Standing(address="http://127.0.0.1:4747", host="127.0.0.1", port=4747, pid=os.getpid())
NO_PROCESS = 2**22 + 1


def test_a_note_is_there_while_the_server_runs_and_for_its_owner_alone(tmp_path: Path) -> None:
    with announced(tmp_path, HERE):
        assert standing(tmp_path) == HERE
        assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert standing(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_note_of_a_server_that_began_later_stays(tmp_path: Path) -> None:
    later = Standing(address="http://127.0.0.1:5000", host="127.0.0.1", port=5000, pid=os.getpid())
    with announced(tmp_path, HERE):
        (tmp_path / NAME).write_text(json.dumps({name: getattr(later, name) for name in later.__struct_fields__}))
    assert standing(tmp_path) == later


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": "x"}', "\xff"])
def test_a_note_that_makes_no_sense_is_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="latin-1")
    assert standing(tmp_path) is None


def test_a_home_that_cannot_hold_a_note_is_no_trouble(tmp_path: Path) -> None:
    with announced(tmp_path / "missing", HERE):
        assert standing(tmp_path / "missing") is None


def test_dashcam_serve_leaves_its_note_without_the_token(tmp_path: Path) -> None:
    with Started(tmp_path, "--port", "0", "--no-watch", DASHCAM_TOKEN="0123456789abcdef") as server:
        found = standing(tmp_path / "dashcam")
        assert found
        assert (found.address, found.pid, found.token) == (server.address, server.process.pid, True)
        assert "0123456789abcdef" not in (tmp_path / "dashcam" / NAME).read_text()
        assert server.ask("/api/status")["status"] == 401
        assert server.stop() == (0, "")
        assert not (tmp_path / "dashcam" / NAME).exists()


def test_a_server_that_was_killed_is_not_believed_to_run(tmp_path: Path) -> None:
    with Started(tmp_path, "--port", "0", "--no-watch") as server:
        server.stop(signal.SIGKILL)
    assert (tmp_path / "dashcam" / NAME).exists()
    assert standing(tmp_path / "dashcam") is None

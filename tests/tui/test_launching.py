"""Resuming a session from the terminal: what is refused says why, and the prompt is not lost."""

import json
import os
import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from dashcam.tui.launching import LaunchPanel
from tests.tui.conftest import Screen, Terminal, identity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")


async def resumed(screen: Screen) -> str:
    """Resume the oldest session with a prompt, and give the whole screen."""
    await screen.press("G", "r", *"more")
    await screen.press("enter")
    panel = screen.app.screen
    assert isinstance(panel, LaunchPanel)
    assert panel.query_one("#prompt", Input).value == "more"
    return screen.text


def test_a_session_that_goes_on_is_not_resumed_and_the_panel_says_so(terminal: Terminal) -> None:
    folder = terminal.server.claude / "sessions"
    folder.mkdir(exist_ok=True)
    said = folder / "1.json"
    said.write_text(json.dumps({"pid": os.getpid(), "sessionId": identity(1)}))
    try:
        shown = terminal.play(resumed)
    finally:
        said.unlink()
    assert "Go on with: Tests for the parser" in shown
    assert f"this session goes on already, in process {os.getpid()}" in shown
    assert not list(Path(terminal.server.setup.home).glob("launches/*"))


def test_a_session_of_another_machine_is_not_resumed_and_the_panel_says_so(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.server.setup, "machine", "laptop")
    shown = terminal.play(resumed)
    assert "this session stood on another machine" in shown
    assert "Go on with it there." in shown

"""Every gesture that the documents name, at the smallest and at a large size; the screens are kept as text."""

import pytest
from syrupy.assertion import SnapshotAssertion

from dashcam.queries import moment
from tests.support.build import START
from tests.tui.conftest import HOUR, SIZES, Terminal

GESTURES = {
    "sessions": (),
    "overview": ("1",),
    "live": ("2",),
    "usage by day": ("4", "f", "f", "f"),
    "usage by project": ("4", "f", "f", "f", "b"),
    "usage by model": ("4", "f", "f", "f", "b", "b"),
    "search": ("5", *"parser"),
    "down": ("j",),
    "down and up": ("down", "j", "k"),
    "last": ("G",),
    "first": ("G", "g"),
    "a page down and up": ("pagedown", "pageup"),
    "search as you type": ("slash", *"doc"),
    "search and leave it": ("slash", *"doc", "escape"),
    "filter panel": ("f",),
    "filter by status": ("f", "down", "enter", "down", "enter", "ctrl+s"),
    "sort by duration": ("s",),
    "sort by tokens": ("s", "s"),
    "sort by cost": ("s", "s", "s"),
    "turn the order": ("S",),
    "export panel": ("e",),
    "new session": ("R",),
    "resume": ("j", "r"),
    "keys": ("question_mark",),
    "palette": ("ctrl+p",),
    "detail": ("G", "enter"),
    "detail of another agent": ("enter",),
    "replay": ("G", "enter", "t"),
    "replay, next prompt": ("G", "enter", "t", "n"),
    "replay, prompt before": ("G", "enter", "t", "n", "N"),
    "replay, next error": ("G", "enter", "t", "x"),
    "replay, unfolded": ("G", "enter", "t", "j", "space"),
    "replay, find": ("G", "enter", "t", "slash", *"mend", "enter"),
    "replay, follow": ("G", "enter", "t", "f"),
    "replay, end": ("G", "enter", "t", "G"),
    "hostile words and wide signs": ("j", "enter", "t"),
}


def the_day_after(name: str = "", _running_minutes: float = 10) -> moment.Moment:
    """Whatever day it is, the sessions are of yesterday."""
    return moment.Moment(now=START + 30 * HOUR, zone=moment.zone(name))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("gesture", GESTURES)
def test_a_gesture(
    terminal: Terminal,
    snapshot: SnapshotAssertion,
    gesture: str,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/")
    monkeypatch.setattr(moment, "at_present", the_day_after)
    shown = terminal.shown(*GESTURES[gesture], size=size)
    assert shown == snapshot
    lines = shown.split("\n")
    assert len(lines) == size[1]
    assert "\x1b" not in shown

"""`dashcam statusline`: one line under the agent's prompt, and what the agent tells it is kept as a source.

What a stranger would get wrong: it never fails. Whatever is not known is left out of the line; input that makes no
sense gets a short neutral line. It needs no server: today's cost is read from the database's file, where that is one.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dashcam.agents.quick import STATUS_AGENT, Status, read_status
from dashcam.cli.quick.data import database_file, home_of, settings_of
from dashcam.cli.quick.drawing import line_of, parts_of
from dashcam.cli.quick.hook import complain
from dashcam.cli.quick.keeping import keep
from dashcam.cli.quick.recorded import burn, recorded
from dashcam.cli.quick.standard_input import read_input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

KIND = "statusline"
NEUTRAL = "dashcam: nothing known yet"
WIDEST = 10_000


def run(words: Sequence[str]) -> None:
    """Print the line for what is on standard input. Nothing is raised."""
    payload, ours = b"", NEUTRAL
    try:
        payload = read_input()
        ours = line_for(payload, os.environ, time.time_ns() // 1000)
    except Exception as error:  # noqa: BLE001  whatever it is, the person still gets a line
        complain("statusline", error)
    said = b""
    if command := wrapped_in(words):
        from dashcam.cli.quick.wrapped import output_of

        said = output_of(command, payload)
    try:
        # The agent reads UTF-8, whatever the locale says.
        _write((said + b"\n" if said else b"") + ours.encode("utf-8", "replace") + b"\n")
    except OSError as error:
        complain("statusline", error)


def line_for(payload: bytes, variables: Mapping[str, str], now: int) -> str:
    """Write the line for a payload, and keep the payload if it tells anything new; `now` is microseconds UTC."""
    status = _understood(payload)
    if status is None:
        return NEUTRAL
    home = home_of(variables)
    kept = recorded(home, STATUS_AGENT, KIND, status.session)
    if not kept or kept[-1][1].changing != status.changing:
        try:
            keep(home, STATUS_AGENT, KIND, payload)
        except OSError as error:
            complain("statusline", error)
    parts = parts_of(status, today(home, variables, now), burn(kept, status, now), now / 1_000_000)
    if not parts:
        return NEUTRAL
    return line_of(parts, _width(variables), colored=not variables.get("NO_COLOR"))


def today(home: Path, variables: Mapping[str, str], now: int) -> tuple[int, int] | None:
    """Say what this day has cost, in nano-dollars, and how many calls of it have no price; None if not known."""
    settings = settings_of(home)
    file = database_file(home, settings, variables)
    if not file or not os.path.exists(file):  # noqa: PTH110  no Path is needed for one question
        return None
    from dashcam.store.glance import spent

    since, until = _day(str(settings.get("time_zone") or ""), now)
    return spent(file, since, until)


def _day(zone: str, now: int) -> tuple[int, int]:
    """When the local day began, and when it ends; days of 23 and 25 hours included."""
    place = _zone(zone)
    if place is None:
        year, month, day = time.localtime(now / 1_000_000)[:3]
        first, last = (int(time.mktime((year, month, day + more, 0, 0, 0, 0, 0, -1))) for more in (0, 1))
        return first * 1_000_000, last * 1_000_000
    from datetime import datetime, timedelta
    from datetime import time as clock

    today = datetime.fromtimestamp(now / 1_000_000, place).date()
    first, last = (int(datetime.combine(today + timedelta(days=more), clock(), place).timestamp()) for more in (0, 1))
    return first * 1_000_000, last * 1_000_000


def _zone(name: str) -> "tzinfo | None":
    """Find the zone of the settings; None for the machine's own, which also stands in for one that is unknown."""
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def wrapped_in(words: Sequence[str]) -> str:
    """Find the command to wrap among the words; other words are passed over, since the line must come."""
    for at, word in enumerate(words):
        if word == "--wrap":
            return "".join(words[at + 1 : at + 2])
        if word.startswith("--wrap="):
            return word.removeprefix("--wrap=")
    return ""


def _understood(payload: bytes) -> Status | None:
    try:
        return read_status(json.loads(payload))
    except (ValueError, RecursionError):
        return None


def _width(variables: Mapping[str, str]) -> int | None:
    said = variables.get("COLUMNS", "")
    return min(int(said), WIDEST) if said.isascii() and said.isdigit() and int(said[:5]) else None


def _write(text: bytes) -> None:
    while text:
        text = text[os.write(1, text) :]

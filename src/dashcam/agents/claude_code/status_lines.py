"""Claude Code's status line, read from the inbox: gauges of a session, and the official limits.

What a stranger would get wrong: its cost is the agent's own running total of the session: compared, never added.
"""

from collections.abc import Iterable, Iterator

from dashcam.agents.pushed import (
    LONGEST_TITLE,
    Object,
    Reading,
    number,
    part_of,
    set_first,
    set_last,
    set_title,
    when,
    words,
)
from dashcam.records.session import TITLE_NAMED, Sample
from dashcam.records.source import Record

MOST = 1e11
"""Times are in seconds: none of the gauges is greater."""
COST, CONTEXT, LIMIT, RESET = "cost_usd", "context_percent", "rate_limit_percent", "rate_limit_resets_at"


def read(reading: Reading, found: Object) -> Iterable[Record]:
    """Read what the status line was told at one moment."""
    payload = found.get("payload")
    at = when(found.get("received"))
    session = words(payload.get("session_id"), 200) if isinstance(payload, dict) else ""
    if not isinstance(payload, dict) or not session or at is None:
        reading.tally.add(reading.line, "no-session", "a status line that names no session or no time")
        return
    told = reading.session(session, at)
    set_last(told, "version", words(payload.get("version"), 100), at)
    project = words(part_of(payload, "workspace").get("project_dir")) or words(payload.get("cwd"))
    set_first(told, "project", project, at)
    set_title(told, words(payload.get("session_name"), LONGEST_TITLE), TITLE_NAMED, at)
    yield from _samples(reading.line, session, at, payload)


def _samples(line: int, session: str, at: int, payload: Object) -> Iterator[Sample]:
    limits = part_of(payload, "rate_limits")
    said = [
        (COST, "", part_of(payload, "cost").get("total_cost_usd")),
        (CONTEXT, "", part_of(payload, "context_window").get("used_percentage")),
        *((LIMIT, window, part_of(limits, window).get("used_percentage")) for window in sorted(limits)),
        *((RESET, window, part_of(limits, window).get("resets_at")) for window in sorted(limits)),
    ]
    for name, label, value in said:
        gauge = number(value, MOST)
        if gauge is not None:
            yield Sample(session=session, line=line, at=at, name=name, label=words(label, 50), value=gauge)

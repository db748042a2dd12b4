"""When and where a question is asked: what `today` means, and how long a silence ends a session."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from dashcam.records.clock import MINUTE, iso, micros, moment
from dashcam.records.errors import BadInput


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """The time of a question in microseconds UTC, and the asker's zone."""

    now: int
    zone: tzinfo = UTC
    running_us: int = 10 * MINUTE
    """A session that did not end and was heard of within this time is running or waiting."""

    @property
    def quiet_since(self) -> int:
        """The time before which silence means that a session is over."""
        return self.now - self.running_us

    @property
    def iso_now(self) -> str:
        """The time as ISO 8601 with offset."""
        return str(iso(self.now, self.zone))

    def last_days(self, count: int) -> list[str]:
        """The last so many days of the asker's calendar as ISO 8601, today the last of them."""
        today = moment(self.now, self.zone).date()
        return [str(today - timedelta(days=back)) for back in reversed(range(count))]


def at_present(zone_name: str = "", running_minutes: float = 10) -> Moment:
    """Make the moment of now, in a named zone or the machine's own. Raises BadInput."""
    return Moment(now=micros(datetime.now(UTC)), zone=zone(zone_name), running_us=int(running_minutes * MINUTE))


def zone(name: str) -> tzinfo:
    """Find a time zone by its name; the machine's own for an empty one. Raises BadInput."""
    try:
        return ZoneInfo(name) if name else _of_this_machine()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"'{name}' is not a time zone", "Write it as Europe/Berlin or UTC.") from None


def _of_this_machine() -> tzinfo:
    """The machine's zone by name, since an offset alone would be wrong on the other side of a change of clocks."""
    import os
    from pathlib import Path

    if name := os.environ.get("TZ", "").lstrip(":"):
        return ZoneInfo(name)
    target = str(Path("/etc/localtime").resolve())
    if "zoneinfo/" in target:
        return ZoneInfo(target.split("zoneinfo/", 1)[1])
    return datetime.now().astimezone().tzinfo or UTC

"""The status line as a person sees it: parts in an order, the least important left out where they do not fit."""

from dashcam.agents.quick import Limit, Status
from dashcam.cli.quick.recorded import Burn

BETWEEN = " · "
SECOND, MINUTE, HOUR, DAY = 1, 60, 3_600, 86_400
NANO = 1_000_000_000
SMALL = 0.1
PLAIN, DIM, GREEN, YELLOW, RED = "", "2", "32", "33", "31"
LEVELS = ((85, RED), (60, YELLOW), (0, GREEN))
"""From how many percent on which colour."""


class Part:
    """One part of the line. The largest `rank` is left out first where the line is too long."""

    def __init__(self, rank: int, shown: str, beside: str, color: str = PLAIN) -> None:
        self.rank = rank
        self.shown = shown
        self.beside = beside
        self.color = color

    @property
    def text(self) -> str:
        """The part without colours."""
        return f"{self.shown} {self.beside}" if self.beside else self.shown

    def drawn(self, *, colored: bool) -> str:
        """The part with its colours."""
        if not colored:
            return self.text
        beside = f" {_colored(self.beside, DIM)}" if self.beside else ""
        return _colored(self.shown, self.color) + beside


def parts_of(status: Status, today: tuple[int, int] | None, burn: Burn | None, now: float) -> list[Part]:
    """Make the parts of the line; `today` is nano-dollars and calls without a price, `now` seconds since 1970."""
    parts = []
    if status.cost is not None:
        parts.append(Part(1, dollars(status.cost), "session"))
    if today is not None:
        cost, unpriced = today
        parts.append(Part(4, ("≥ " if unpriced else "") + dollars(cost / NANO), "today"))
    if status.context is not None:
        parts.append(Part(2, f"context {status.context:.0f}%", "", _level(status.context)))
    for rank, limit in zip((3, 5), status.limits, strict=False):
        parts += _limit(rank, limit, now)
    if burn is not None:
        parts.append(Part(6, f"{dollars(burn.dollars_an_hour)}/h", f"last {span(burn.measured / 1_000_000)}"))
    return parts


def line_of(parts: list[Part], width: int | None, *, colored: bool) -> str:
    """Write the parts in one line that fits a width; the most important one stays, however narrow it is."""
    kept = list(parts)
    while width and len(kept) > 1 and len(BETWEEN.join(part.text for part in kept)) > width:
        kept.remove(max(kept, key=lambda part: part.rank))
    between = _colored(BETWEEN, DIM) if colored else BETWEEN
    return between.join(part.drawn(colored=colored) for part in kept)


def dollars(amount: float) -> str:
    """Write dollars; less than ten cents with two more digits."""
    return f"${amount:,.4f}" if 0 < amount < SMALL else f"${amount:,.2f}"


def span(seconds: float) -> str:
    """Write a time in its two largest units: 3d 4h, 2h 10m, 40m."""
    left = int(max(0, seconds))
    for unit, sign, below, small in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m")):
        if left >= unit:
            rest = left % unit // below
            return f"{left // unit}{sign} {rest}{small}" if rest else f"{left // unit}{sign}"
    return f"{left // MINUTE}m" if left >= MINUTE else f"{left}s"


def _limit(rank: int, limit: Limit, now: float) -> list[Part]:
    """Draw a limit; one that began anew since it was told is not known, and not drawn."""
    if limit.resets_at is None:
        return [Part(rank, f"{limit.name} {limit.used:.0f}%", "", _level(limit.used))]
    left = limit.resets_at - now
    if left <= 0:
        return []
    return [Part(rank, f"{limit.name} {limit.used:.0f}%", f"resets in {span(left)}", _level(limit.used))]


def _level(percent: float) -> str:
    return next(color for least, color in LEVELS if percent >= least)


def _colored(text: str, color: str) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if color else text

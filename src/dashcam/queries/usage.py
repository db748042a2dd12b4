"""Usage by one or two dimensions, in the asker's own days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from dashcam.queries import notes
from dashcam.queries.answers import UNKNOWN_MODEL, UNKNOWN_TIME, Listing, UsageAnswer, usage_answer, usage_row_answer
from dashcam.queries.moment import Moment
from dashcam.records.clock import micros, moment
from dashcam.records.errors import BadInput
from dashcam.records.filters import DIMENSIONS, TIME_DIMENSIONS, CostBasis, Filter
from dashcam.records.rows import Sums, UsageRow
from dashcam.store import usage as store_usage
from dashcam.store.database import Database
from dashcam.store.days import UNKNOWN_DAY
from dashcam.store.totals import QUARTER

NO_TOOL = "(no tool)"
NAMELESS = {"tool": NO_TOOL, "model": UNKNOWN_MODEL}
"""What is said of calls that have no name in a dimension; in the others they have an empty one."""
_MOST_DIMENSIONS = 2


def parse_dimensions(words: str) -> tuple[str, ...]:
    """Read `day,model`: one or two different dimensions. Raises BadInput."""
    names = tuple(word.strip().lower() for word in words.split(",") if word.strip())
    unknown = [name for name in names if name not in DIMENSIONS]
    if unknown or not names:
        raise BadInput(f"'{words}' names no dimension", f"Choose one or two of {', '.join(DIMENSIONS)}.")
    if len(names) > _MOST_DIMENSIONS or len(set(names)) < len(names):
        raise BadInput(f"'{words}' is not one or two different dimensions", "Write for example --by day,model.")
    if sum(name in TIME_DIMENSIONS for name in names) > 1:
        raise BadInput("two dimensions of time at once make no table", "Write for example --by day,model.")
    return names


def usage(database: Database, asked: Filter, dimensions: Sequence[str], at: Moment) -> list[UsageRow]:
    """Add up what happened in the range. Rows of time come in its order, all others by cost, the largest first."""
    groups = [
        "day" if name in _OF_DAYS else group for name, group in zip(dimensions, groups_of(dimensions), strict=True)
    ]
    found = store_usage.grouped(database, asked, groups, quiet_since=at.quiet_since, zone=at.zone)
    if "day" in groups:
        place = groups.index("day")
        found = [((*keys[:place], _noon(int(keys[place]), at), *keys[place + 1 :]), sums) for keys, sums in found]
    return rows_of(found, dimensions, at)


_OF_DAYS = ("day", "week", "month")
"""Dimensions of time that are made of whole days."""
_FIRST_DAY = date(1970, 1, 1)


def _noon(day: int, at: Moment) -> int:
    """A quarter of an hour that surely lies in a local day; that of an unknown day is unknown."""
    if day == UNKNOWN_DAY:
        return 0
    return micros(datetime.combine(_FIRST_DAY + timedelta(days=day), time(12), at.zone)) // QUARTER


def groups_of(dimensions: Sequence[str]) -> list[str]:
    """Say what calls have to be added up by: time by its quarters, which `rows_of` makes into local hours or days."""
    return ["bucket" if name in TIME_DIMENSIONS else name for name in dimensions]


def rows_of(
    found: Iterable[tuple[tuple[int | str, ...], Sums]], dimensions: Sequence[str], at: Moment
) -> list[UsageRow]:
    """Make rows of sums by `groups_of`."""
    labels: dict[tuple[str, int], str] = {}
    sums: dict[tuple[str, ...], Sums] = {}
    for keys, some in found:
        named = tuple(_label(name, key, at, labels) for name, key in zip(dimensions, keys, strict=True))
        sums[named] = sums[named] + some if named in sums else some
    rows = [UsageRow(keys=keys, sums=some) for keys, some in sums.items()]
    return sorted(rows, key=lambda row: _order(dimensions, row))


def _order(dimensions: Sequence[str], row: UsageRow) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    times = tuple(key for name, key in zip(dimensions, row.keys, strict=True) if name in TIME_DIMENSIONS)
    return times, -row.sums.cost_nano, row.keys


def _label(name: str, key: int | str, at: Moment, labels: dict[tuple[str, int], str]) -> str:
    if isinstance(key, str):
        return key or NAMELESS.get(name, "")
    if not key:
        return UNKNOWN_TIME
    if (name, key) not in labels:
        labels[name, key] = time_label(name, moment(key * QUARTER, at.zone))
    return labels[name, key]


def time_label(name: str, local: datetime) -> str:
    """Name the hour, day, ISO week or month that a local time lies in; a week by its Monday."""
    match name:
        case "hour":
            return local.strftime("%Y-%m-%dT%H:00%z")[:-2] + ":" + local.strftime("%z")[-2:]
        case "week":
            return (local.date() - timedelta(days=local.weekday())).isoformat()
        case "month":
            return local.strftime("%Y-%m")
    return local.date().isoformat()


def total_of(rows: Iterable[UsageRow]) -> Sums:
    """Add up rows."""
    total = Sums()
    for row in rows:
        total = total + row.sums
    return total


class UsageListing(Listing[UsageAnswer], frozen=True, kw_only=True):
    """Rows of usage, and what all of them add up to."""

    rows: list[UsageAnswer]
    totals: UsageAnswer


def usage_listing(
    database: Database,
    asked: Filter,
    dimensions: tuple[str, ...],
    at: Moment,
    basis: CostBasis = "calculated",
) -> UsageListing:
    """Answer with rows, totals and notes."""
    return listing_of(usage(database, asked, dimensions, at), dimensions, basis)


def listing_of(rows: Sequence[UsageRow], dimensions: tuple[str, ...], basis: CostBasis = "calculated") -> UsageListing:
    """Make a listing of rows."""
    total = total_of(rows)
    return UsageListing(
        rows=[usage_row_answer(dimensions, row, basis) for row in rows],
        totals=usage_answer({}, total, basis),
        notes=notes.of_sums(total),
    )

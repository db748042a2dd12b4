"""Figures as cells of a Markdown table. No measuring here."""

import statistics
from collections.abc import Sequence

from benchmarks.measure import Measured, median
from benchmarks.programs import Totals

NANO = 1_000_000_000
Row = Sequence[str]


def table(head: Row, rows: Sequence[Row]) -> str:
    """Lay out a table, numbers to the right."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cells(number: float | None) -> str:
    """Write a number with thousands apart; an unknown one as a dash."""
    return "-" if number is None else f"{number:,.0f}"


def seconds(value: float) -> str:
    """Write seconds with as many places as matter."""
    return f"{value:.2f} s"


def milliseconds(taken: Sequence[float]) -> tuple[str, str]:
    """Write the middle and the slow end of some times."""
    ordered = sorted(taken)
    return f"{statistics.median(ordered):.0f} ms", f"{ordered[max(0, int(len(ordered) * 0.95) - 1)]:.0f} ms"


def mebibytes(value: int) -> str:
    """Write bytes as MiB."""
    return f"{value / 2**20:,.0f} MiB"


def dollars(nano: int) -> str:
    """Write money in dollars, with more places where it is little."""
    return f"${nano / NANO:,.2f}" if nano >= NANO else f"${nano / NANO:.6f}"


def failed(name: str, run: Measured, columns: int) -> Row:
    """Say that a program did not finish its task."""
    return [name, f"failed, exit {run.code}", *("-" for _ in range(columns - 2))]


def usage_row(name: str, run: Measured) -> Row:
    """Write the first totals' figures."""
    if run.code:
        return failed(name, run, 5)
    return [name, seconds(run.output_at), seconds(run.wall), seconds(run.cpu), mebibytes(run.memory)]


def archive_row(name: str, run: Measured, data: int, corpus: int) -> Row:
    """Write the archive's figures."""
    if run.code:
        return failed(name, run, 6)
    share = f"{100 * data / corpus:.1f} %"
    return [name, seconds(run.wall), seconds(run.cpu), mebibytes(run.memory), mebibytes(data), share]


def listing_row(name: str, runs: Sequence[Measured]) -> Row:
    """Write the list's figures."""
    middle = median(runs)
    if any(run.code for run in runs):
        return failed(name, next(run for run in runs if run.code), 5)
    fastest = seconds(min(run.wall for run in runs))
    return [name, seconds(middle.wall), fastest, seconds(middle.cpu), mebibytes(middle.memory)]


def verdict(found: Totals, truth: Totals) -> str:
    """Say in words where totals differ from the truth."""
    wrong = [
        f"{name} {100 * (getattr(found, name) - right) / right:+.2f} %"
        for name in ("calls", "input", "output", "cache_read", "cache_write", "cost_nano")
        if getattr(found, name) not in (None, right := getattr(truth, name))
    ]
    if found.by_day is not None and found.by_day != truth.by_day:
        wrong.append("days differ")
    return ", ".join(wrong).replace("cost_nano", "cost").replace("_", " ") or "exact"


def totals_row(name: str, found: Totals | str, truth: Totals) -> Row:
    """Write a program's totals beside the truth."""
    if isinstance(found, str):
        return [name, *("-" for _ in range(6)), found]
    counts = (found.calls, found.input, found.output, found.cache_read, found.cache_write)
    cost = dollars(found.cost_nano)
    return [name, *map(cells, counts), cost, "" if found is truth else verdict(found, truth)]

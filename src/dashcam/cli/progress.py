"""The bar of a long scan: how much, how fast, how long still. It goes away when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from dashcam.cli.output import console

DRAW_SECONDS = 0.1


@contextmanager
def bar(total: int) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar on standard error; what is given is told of the bytes and files that were read since the last time.

    It is drawn when it is told something, never by a thread: a fork would inherit the locks of a thread.
    """
    shown = Progress(
        TextColumn("reading"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
    task = shown.add_task("reading", total=total)
    drawn = 0.0

    def tick(count: int, _files: int) -> None:
        nonlocal drawn
        shown.update(task, advance=count)
        if monotonic() - drawn >= DRAW_SECONDS:
            drawn = monotonic()
            shown.refresh()

    with shown:
        yield tick

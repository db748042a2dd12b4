"""The first answer on a machine whose history was never read: totals in seconds, then the archive is made."""

import gc
import sys

import click

from dashcam.cli.options import Question
from dashcam.queries.answers import Listing, UsageAnswer

MUCH_BYTES = 64 << 20
"""Below this the whole reading is quick enough to wait for."""


def first_totals(question: Question, names: tuple[str, ...]) -> Listing[UsageAnswer] | None:
    """Answer from a first look at the calls alone; None where the archive is there, or soon made, or needed."""
    from dashcam.store import sources

    setup = question.setup
    if not question.scan:
        return None
    with setup.store() as store:
        if sources.is_any_known(store.database):
            return None
        plan = setup.scanner().plan(store)
    if sum(task.bytes_to_read for task in plan.tasks) < MUCH_BYTES:
        return None
    from dashcam.ingest.first_look import can_answer, grouped, look
    from dashcam.queries.usage import groups_of, listing_of, rows_of

    groups = groups_of(names)
    if not can_answer(question.asked, groups):
        return None
    prices = setup.make_prices({})
    # Nothing made here is garbage before the end; to look for some would take a tenth of the time.
    gc.disable()
    try:
        looks = look(plan.tasks, setup.agents, prices, setup.settings.scan_processes)
        found = grouped(looks, question.asked, groups, prices)
    finally:
        gc.enable()
    click.echo(f"a first look at {len(looks):,} files; they are being archived now", err=True)
    sys.stderr.flush()
    return listing_of(rows_of(found, names, question.at), names, question.basis)

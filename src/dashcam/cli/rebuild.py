"""`dashcam rebuild`: everything is read again from the journal, as if for the first time."""

from time import monotonic

import click

from dashcam.cli.scanning import bar_of, tell_troubles
from dashcam.cli.setup import read_setup
from dashcam.ingest import rebuild as ingest
from dashcam.store import rates
from dashcam.writing import words


@click.command()
def rebuild() -> None:
    """Read everything again from the journal. The agents' files need not exist; prices stay as they are.

    It may be stopped at any moment: the next scan goes on from there.
    """
    started = monotonic()
    setup = read_setup()
    with setup.store() as store:
        ingest.empty(store)
        waiting = ingest.unread(store, setup.agents)
        prices = setup.make_prices(rates.pinned(store.database))
        with bar_of(sum(source.bookmark.offset for source in waiting)) as tick:
            done = ingest.reread(store, setup.agents, prices, waiting, tick)
    took = monotonic() - started
    click.echo(f"read {words.some(done.sources, 'source')} ({words.size(done.bytes)}) again in {took:.1f} s")
    tell_troubles(done.troubles)
    if done.unknown:
        click.echo(
            f"{words.some(done.unknown, 'source')} of agents that this version does not know: their lines are kept"
        )

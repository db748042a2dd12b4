"""Reading everything again from the journal. The files need not exist; pinned rates stay.

What a stranger would get wrong: it may be killed at any moment. What is unread is marked in the database, so the next
scan goes on by itself.
"""

from collections.abc import Mapping

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest.plan import is_unread
from dashcam.ingest.recorder import Recorder, Tick, reread_all
from dashcam.pricing.prices import Prices
from dashcam.store import journal, sources
from dashcam.store.batch import KnownSource
from dashcam.store.forget import forget_all
from dashcam.store.store import Store


class Rebuilt(msgspec.Struct, kw_only=True):
    """What a rebuild did."""

    sources: int = 0
    bytes: int = 0
    unknown: int = 0
    """Sources of agents that this version does not know: their lines stay in the journal, unread."""
    troubles: list[tuple[str, str]] = []
    """Sources that could not be read again, and why."""


def unread(store: Store, agents: Mapping[str, Agent]) -> list[KnownSource]:
    """List the sources of every machine whose records are not those of today's reader, the newest lines last."""
    return [source for source in sources.known(store.database) if is_unread(source, agents)]


def empty(store: Store) -> int:
    """Forget everything that was read, in one transaction. Returns how many sources there are.

    Raises DatabaseError, also for a journal that could not be read again; then nothing is forgotten.
    """
    for source in sources.known(store.database):
        journal.check(store.database, source.id)
    return forget_all(store.database)


def reread(
    store: Store,
    agents: Mapping[str, Agent],
    prices: Prices,
    waiting: list[KnownSource],
    tick: Tick = lambda _bytes, _files: None,
) -> Rebuilt:
    """Read sources again from the journal. Raises DatabaseError; what was read until then stays."""
    done = Rebuilt(troubles=[])

    def counted(size: int, files: int) -> None:
        done.bytes += size
        done.sources += files
        tick(size, files)

    reread_all(Recorder(store, agents, prices), waiting, counted, done.troubles)
    done.unknown = sum(source.source.agent not in agents for source in sources.known(store.database))
    return done

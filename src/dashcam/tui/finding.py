"""Finding words in a whole conversation, though only a stretch of it is held."""

from dashcam.queries.moment import Moment
from dashcam.queries.outline import Span, entries_page
from dashcam.queries.sessions import one_session
from dashcam.store.database import Database
from dashcam.tui.data import Data


def holding(database: Database, data: Data, address: str, wanted: str, start: int, at: Moment) -> int | None:
    """Find the next entry that holds a word, round the end to the beginning."""
    session = one_session(database, address, at)
    position, first, is_round = start, start, False
    while True:
        span = Span(position=position, limit=500)
        page = entries_page(database, data.machine.agents, session, span, at)
        for row in page.rows:
            if is_round and row.position >= first:
                return None
            if wanted in row.text.lower() or wanted in row.tool_input.lower():
                return row.position
        if page.rows and page.has_after:
            position = page.rows[-1].position + 1
        elif is_round:
            return None
        else:
            position, is_round = 0, True

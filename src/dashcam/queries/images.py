"""The images inside of events, which stay in the journal until someone looks at one."""

from collections.abc import Mapping

from dashcam.agents.agent import Agent
from dashcam.agents.pictures import Picture
from dashcam.queries.bodies import Bodies
from dashcam.queries.entries import read_event_id
from dashcam.records.errors import BadInput, NotFound
from dashcam.records.rows import SessionRow
from dashcam.store import events
from dashcam.store.database import Database


def image(database: Database, agents: Mapping[str, Agent], session: SessionRow, event: str, number: int) -> Picture:
    """Give one of an event's images, counted from 0, with the media type that its bytes show.

    Raises BadInput for what is no event's id and no number; NotFound where no such image may be given out.
    """
    if number < 0:
        raise BadInput("the images of an event are counted from 0")
    found = events.one_of_session(database, session.row, *read_event_id(event))
    if found is None:
        raise NotFound(f"the session has no event '{event}'", "Its file may have been replaced since: load it anew.")
    picture = Bodies(database, agents).image(found, number)
    if picture is None:
        raise NotFound(
            f"event '{event}' has no image {number} that can be shown",
            "PNG, JPEG, GIF and WebP are shown, where the image itself stands in the agent's file.",
        )
    return picture

"""The launches that go on, as a person names them: by their own id or by the session's, as far as it is unique.

What a stranger would get wrong: whoever looks closes those that died without a word, so that none is waited for.
"""

from collections.abc import Iterator

from dashcam.cli.setup import Setup
from dashcam.ingest.launch import standing
from dashcam.ingest.launch.standing import Watched
from dashcam.records.errors import Ambiguous, BadInput, NotFound

SHORTEST_PREFIX = 4


def going_on(setup: Setup) -> Iterator[Watched]:
    """Give the launches that go on, each as it stands."""
    return standing.going_on(setup.home, setup.agents)


def find(setup: Setup, prefix: str) -> Watched:
    """Find the launch that goes on and whose id, or whose session's id, begins so.

    Raises NotFound, Ambiguous and BadInput.
    """
    if len(prefix) < SHORTEST_PREFIX:
        raise BadInput(f"'{prefix}' is too short for an id", f"Give its first {SHORTEST_PREFIX} signs or more.")
    found = [one for one in going_on(setup) if one.place.id.startswith(prefix) or _session(one).startswith(prefix)]
    if not found:
        raise NotFound(f"nothing that goes on has an id that begins with '{prefix}'", "`dashcam sessions` lists all.")
    if len(found) > 1:
        choices = tuple(one.place.id for one in found)
        raise Ambiguous(f"several launches begin with '{prefix}': {', '.join(choices[:5])}", "Name one.", choices)
    return found[0]


def _session(watched: Watched) -> str:
    standing = watched.following.standing
    return standing.session_id if standing is not None else ""

"""Looking whether the server that is set answers, and what it holds."""

from collections.abc import Mapping
from time import monotonic

from dashcam.agents.meters import METERS, Meters
from dashcam.ingest.prometheus.client import Client, connected, together
from dashcam.ingest.prometheus.questions import USUAL, count_of_sessions, falls
from dashcam.ingest.prometheus.rows import PrometheusFound
from dashcam.ingest.prometheus.sessions import names_of
from dashcam.records.settings import PrometheusSetting

ENOUGH_CHANGES = 8
OFTEN = 0.2
"""A counter falls when its program starts anew; a delta falls about every other time that it changes."""


async def trial(said: PrometheusSetting, *, meters: Mapping[str, Meters] = METERS) -> PrometheusFound:
    """Ask the server what it is and what it holds. Raises PrometheusError, NoMetrics and BadSettings."""
    begun = monotonic()
    async with connected(said) as client:
        names = await names_of(client, meters)
        version = await client.version()
        counts = await together(_number(client, count_of_sessions(one.cost, USUAL)) for one in meters.values())
        asked = [query for one in meters.values() for query in falls(one.cost, USUAL)]
        told = await together(_number(client, query) for query in asked)
    sessions = round(sum(counts))
    looks_delta = looks_like_deltas(sum(told[::2]), sum(told[1::2]))
    return PrometheusFound(
        url=client.place.url,
        version=version,
        metrics=names,
        sessions=sessions,
        delta=said.delta,
        looks_delta=looks_delta,
        milliseconds=round(1_000 * (monotonic() - begun)),
        notes=_notes(names, meters, sessions, said_delta=said.delta, looks_delta=looks_delta),
    )


async def _number(client: Client, query: str) -> float:
    answer = await client.moment(query)
    return sum(row.value for row in answer.rows)


def looks_like_deltas(falls: float, changes: float) -> bool | None:
    """Tell deltas from counters by how often they fall; None where they changed too seldom to tell."""
    return falls / changes > OFTEN if changes >= ENOUGH_CHANGES else None


def _notes(
    names: list[str], meters: Mapping[str, Meters], sessions: int, *, said_delta: bool, looks_delta: bool | None
) -> list[str]:
    notes = []
    for one in meters.values():
        if not set(one.cost) & set(names):
            notes.append(f"There is no metric of {one.title}'s cost, so no session can be listed.")
        if len(set(one.cost) & set(names)) > 1:
            notes.append(f"Both names of {one.title}'s cost are there; of a session that has both the first counts.")
    if not sessions:
        notes.append("No session left a sample in the last 24 hours.")
    if looks_delta and not said_delta:
        notes.append("These counters fall as often as deltas do: write delta = true under [prometheus].")
    if looks_delta is False and said_delta:
        notes.append("These counters do not look like deltas, so sums are too high: take delta out of [prometheus].")
    return notes

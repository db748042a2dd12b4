"""The sessions of a range: five questions at once, put together by the session's id.

What a stranger would get wrong: the numbers are estimates. `increase` knows samples alone, so it draws the line on to
the ends of the range, which gives fractions, and what a counter held when it was first seen is no growth.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import time

from dashcam.agents.meters import METERS, Meters
from dashcam.ingest.prometheus.client import Client, connected, together
from dashcam.ingest.prometheus.errors import NoMetrics
from dashcam.ingest.prometheus.questions import MODEL, SECONDS, SESSION, TYPE, RangeWords, added, any_of
from dashcam.ingest.prometheus.reading import Sample, Samples
from dashcam.ingest.prometheus.rows import PrometheusSession, PrometheusSessions, PrometheusTotals
from dashcam.records.settings import PrometheusSetting

ESTIMATED = (
    "Prometheus estimates these numbers from samples (increase): tokens are rounded to whole ones, and what a session "
    "had used before its first sample is missing. The cost is the agent's own."
)
SUMMED = (
    "Every sample is taken as a delta (sum_over_time), as the settings say; numbers are too high if the counters are "
    "cumulative. The cost is the agent's own."
)
LOOKED_BACK_SECONDS = SECONDS["30d"]
MONEY_PLACES, TIME_PLACES = 6, 1
"""What an estimate is worth writing down of dollars and of seconds."""
_TYPES = ("input", "output", "cache_read", "cache_write")


async def sessions(
    said: PrometheusSetting, window: RangeWords, *, meters: Mapping[str, Meters] = METERS
) -> PrometheusSessions:
    """List the sessions that cost anything in a range, the dearest first.

    Raises PrometheusError, NoMetrics where no agent left any metric, PrometheusNotSet and BadSettings.
    """
    async with connected(said) as client:
        found = [await _of_agent(client, agent, one, window, delta=said.delta) for agent, one in meters.items()]
        if not any(one.seen for one in found):
            await names_of(client, meters)
    rows = sorted(
        (row for one in found for row in one.rows), key=lambda row: (-row.cost_usd, row.session_id, row.agent)
    )
    notes = [SUMMED if said.delta else ESTIMATED] if rows else []
    notes += [note for one in found for note in one.notes]
    return PrometheusSessions(rows=rows, totals=totals_of(rows), notes=notes)


async def names_of(client: Client, meters: Mapping[str, Meters]) -> list[str]:
    """List the names of agents' metrics that the server has held lately. Raises NoMetrics where there are none."""
    wanted = [name for one in meters.values() for name in one.names]
    names = await client.names(any_of(wanted), since=int(time()) - LOOKED_BACK_SECONDS)
    if not names:
        titles = " or ".join(one.title for one in meters.values())
        raise NoMetrics(
            f"no {titles} metrics here: {client.place.url} answers, but has held none in 30 days",
            "docs/prometheus.md says how to switch them on.",
        )
    return names


class _Found:
    """The sessions of one agent, while its answers are put together."""

    def __init__(self, agent: str, meters: Meters, answers: Sequence[Samples]) -> None:
        cost, tokens, types, active, models = answers
        self.seen = bool(cost.rows)
        self.notes = notes_of(answers)
        self._agent = agent
        self._costs = by_session(cost.rows)
        self._tokens = by_session(tokens.rows)
        self._active = by_session(active.rows)
        self._types = parts_by_session(types.rows, TYPE)
        self._models = parts_by_session(models.rows, MODEL)
        self._meters = meters
        nameless = any(not one.labels.get(SESSION) for one in cost.rows)
        self.rows = [self._row(ident) for ident in self._costs if self._cost(ident) > 0]
        free = len(self._costs) - len(self.rows)
        if nameless:
            self.notes.append("Cost that no session id stands at is left out; the agent may be told not to write ids.")
        if free:
            which = "1 session is" if free == 1 else f"{free:,} sessions are"
            self.notes.append(f"{which} left out: their cost did not grow between two samples of this range.")

    def _cost(self, ident: str) -> float:
        return round(self._costs[ident], MONEY_PLACES)

    def _row(self, ident: str) -> PrometheusSession:
        tokens = self._tokens.get(ident)
        seconds = self._active.get(ident)
        types = known_types(self._types.get(ident, {}), self._meters)
        models = most_first(self._models.get(ident, {}))
        return PrometheusSession(
            session_id=ident,
            agent=self._agent,
            cost_usd=self._cost(ident),
            total_tokens=None if tokens is None else round(tokens),
            **type_fields(types),
            active_seconds=None if seconds is None else round(seconds, TIME_PLACES),
            model=models[0] if models else "",
            models=tuple(models),
        )


async def _of_agent(client: Client, agent: str, meters: Meters, window: RangeWords, *, delta: bool) -> _Found:
    asked = (
        (meters.cost, (SESSION,)),
        (meters.tokens, (SESSION,)),
        (meters.tokens, (SESSION, TYPE)),
        (meters.active, (SESSION,)),
        (meters.tokens, (SESSION, MODEL)),
    )
    answers = await together(client.moment(added(names, window, by, delta=delta)) for names, by in asked)
    return _Found(agent, meters, answers)


def by_session(rows: Iterable[Sample]) -> dict[str, float]:
    """Add up by session id; what has none is left out."""
    found: dict[str, float] = {}
    for row in rows:
        if ident := row.labels.get(SESSION):
            found[ident] = found.get(ident, 0) + row.value
    return found


def parts_by_session(rows: Iterable[Sample], label: str) -> dict[str, dict[str, float]]:
    """Add up by session id and one more label, which may be empty; what has no id is left out."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        part = row.labels.get(label, "")
        if ident := row.labels.get(SESSION):
            parts = found.setdefault(ident, {})
            parts[part] = parts.get(part, 0) + row.value
    return found


def known_types(parts: Mapping[str, float], meters: Meters) -> dict[str, float]:
    """Give the types of tokens our words; two spellings of one type are one, unknown words stay as they are."""
    found: dict[str, float] = {}
    for said, value in parts.items():
        name = meters.token_types.get(said, said)
        found[name] = found.get(name, 0) + value
    return found


def type_fields(types: Mapping[str, float]) -> dict[str, int | None]:
    """Make the fields of token counts; where no type is known at all, they are unknown rather than nothing."""
    return {f"{name}_tokens": round(types.get(name, 0)) if types else None for name in _TYPES}


def most_first(parts: Mapping[str, float]) -> list[str]:
    """Sort names by their numbers; those of nothing, and what has no name, are left out."""
    named = (name for name, value in parts.items() if name and round(value) > 0)
    return sorted(named, key=lambda name: (-parts[name], name))


def totals_of(rows: Sequence[PrometheusSession]) -> PrometheusTotals:
    """Add sessions up; what is unknown of all of them stays unknown."""
    return PrometheusTotals(
        sessions=len(rows),
        cost_usd=round(sum(row.cost_usd for row in rows), MONEY_PLACES),
        total_tokens=_sum(row.total_tokens for row in rows),
        input_tokens=_sum(row.input_tokens for row in rows),
        output_tokens=_sum(row.output_tokens for row in rows),
        cache_read_tokens=_sum(row.cache_read_tokens for row in rows),
        cache_write_tokens=_sum(row.cache_write_tokens for row in rows),
        active_seconds=_seconds(row.active_seconds for row in rows),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [one for one in numbers if one is not None]
    return sum(known) if known else None


def _seconds(spans: Iterable[float | None]) -> float | None:
    known = [one for one in spans if one is not None]
    return round(sum(known), TIME_PLACES) if known else None


def notes_of(answers: Iterable[Samples]) -> list[str]:
    """Say what could not be read, and what the server itself warns of."""
    every = list(answers)
    unreadable = sum(one.unreadable for one in every)
    notes = []
    if unreadable:
        which = "1 value is" if unreadable == 1 else f"{unreadable:,} values are"
        notes.append(f"{which} left out: not a number, infinite or below zero.")
    return [
        *notes,
        *(f"Prometheus warns: {words}" for words in dict.fromkeys(w for one in every for w in one.warnings)),
    ]

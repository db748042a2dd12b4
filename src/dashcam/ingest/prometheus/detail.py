"""One session: its types of tokens, its models, who was at work, and its cost and tokens over time.

What a stranger would get wrong: its slices do not add up to its totals, since each is estimated for itself.
"""

from collections.abc import Mapping, Sequence
from time import time

from dashcam.agents.meters import METERS, Meters
from dashcam.ingest.prometheus.client import Client, connected, together
from dashcam.ingest.prometheus.questions import MODEL, SECONDS, SESSION, STEPS, TYPE, RangeWords, added
from dashcam.ingest.prometheus.reading import Samples
from dashcam.ingest.prometheus.rows import (
    ActiveTime,
    ModelShare,
    PrometheusDetail,
    PrometheusSession,
    PrometheusSlice,
    TypeTokens,
)
from dashcam.ingest.prometheus.sessions import (
    ESTIMATED,
    MONEY_PLACES,
    SUMMED,
    TIME_PLACES,
    known_types,
    most_first,
    notes_of,
    parts_by_session,
    type_fields,
)
from dashcam.records.errors import NotFound
from dashcam.records.settings import PrometheusSetting

MILLISECONDS = 1_000
SLICED = "The slices of time are estimated each for itself, so they need not add up to the totals."


async def session(
    said: PrometheusSetting,
    ident: str,
    window: RangeWords,
    *,
    now: float | None = None,
    meters: Mapping[str, Meters] = METERS,
) -> PrometheusDetail:
    """Tell all about one session in a range. Raises NotFound, and whatever `sessions` raises."""
    at = time() if now is None else now
    async with connected(said) as client:
        for agent, one in meters.items():
            answers = await _ask(client, one, ident, window, at=at, delta=said.delta)
            if any(answer.rows for answer in answers[:4]):
                return _detail(agent, one, ident, window, answers, delta=said.delta)
    raise NotFound(
        f"Prometheus has no sample of the session '{ident[:100]}' of the last {window}",
        "Choose a longer range.",
    )


async def _ask(
    client: Client, meters: Meters, ident: str, window: RangeWords, *, at: float, delta: bool
) -> Sequence[Samples]:
    def grown(names: Sequence[str], by: str) -> str:
        return added(names, window, (SESSION, by), delta=delta, session=ident)

    step = STEPS[window]
    until = -(-int(at) // step) * step
    since = until - SECONDS[window] + step

    def sliced(names: Sequence[str]) -> str:
        return added(names, f"{step}s", (), delta=delta, session=ident)

    questions = (
        client.moment(grown(meters.cost, MODEL)),
        client.moment(grown(meters.tokens, MODEL)),
        client.moment(grown(meters.tokens, TYPE)),
        client.moment(grown(meters.active, TYPE)),
        client.series(sliced(meters.cost), since=since, until=until, step=step),
        client.series(sliced(meters.tokens), since=since, until=until, step=step),
    )
    return await together(questions)


def _detail(
    agent: str, meters: Meters, ident: str, window: RangeWords, answers: Sequence[Samples], *, delta: bool
) -> PrometheusDetail:
    costs = parts_by_session(answers[0].rows, MODEL).get(ident, {})
    tokens = parts_by_session(answers[1].rows, MODEL).get(ident, {})
    types = known_types(parts_by_session(answers[2].rows, TYPE).get(ident, {}), meters)
    active = parts_by_session(answers[3].rows, TYPE).get(ident, {})
    names = most_first(tokens)
    return PrometheusDetail(
        session=PrometheusSession(
            session_id=ident,
            agent=agent,
            cost_usd=round(sum(costs.values()), MONEY_PLACES),
            total_tokens=round(sum(types.values())) if types else None,
            **type_fields(types),
            active_seconds=round(sum(active.values()), TIME_PLACES) if active else None,
            model=names[0] if names else "",
            models=tuple(names),
        ),
        types=_types(types),
        models=_models(costs, tokens),
        active=[ActiveTime(type=who, seconds=round(span, TIME_PLACES)) for who, span in sorted(active.items())],
        step_seconds=STEPS[window],
        slices=_slices(answers[4], answers[5], STEPS[window]),
        notes=[SUMMED if delta else ESTIMATED, SLICED, *notes_of(answers)],
    )


def _types(types: Mapping[str, float]) -> list[TypeTokens]:
    return [TypeTokens(type=name, tokens=round(types[name])) for name in sorted(types, key=lambda name: -types[name])]


def _models(costs: Mapping[str, float], tokens: Mapping[str, float]) -> list[ModelShare]:
    names = sorted({*costs, *tokens}, key=lambda name: (-costs.get(name, 0), -tokens.get(name, 0), name))
    return [
        ModelShare(
            model=name,
            tokens=round(tokens[name]) if name in tokens else None,
            cost_usd=round(costs[name], MONEY_PLACES) if name in costs else None,
        )
        for name in names
    ]


def _slices(cost: Samples, tokens: Samples, step: int) -> list[PrometheusSlice]:
    """Put two series together; a value tells of the step that ends at its time."""
    costs = {one.at: round(one.value, MONEY_PLACES) for one in cost.rows}
    counts = {one.at: round(one.value) for one in tokens.rows}
    return [
        PrometheusSlice(at=round((at - step) * MILLISECONDS), cost_usd=costs.get(at, 0.0), tokens=counts.get(at, 0))
        for at in sorted({*costs, *counts})
        if costs.get(at) or counts.get(at)
    ]

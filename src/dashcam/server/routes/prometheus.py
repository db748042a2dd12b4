"""Asking a Prometheus server that collects agents' counters, and setting which one.

What a stranger would get wrong: a token or password that is kept is never told, and never sent to another server than
the one that it was given for.
"""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, Parameter, QueryParameter

from dashcam.ingest.prometheus import detail, sessions, trial
from dashcam.ingest.prometheus.place import same_server
from dashcam.ingest.prometheus.questions import USUAL, RangeWords
from dashcam.ingest.prometheus.rows import PrometheusDetail, PrometheusFound, PrometheusSessions
from dashcam.records.settings import PrometheusSetting
from dashcam.server.desk import Desk

MOST_ROWS = 1_000
LONGEST = 4_096

Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Window = Annotated[RangeWords, QueryParameter(name="range", description="How far back.")]


class PrometheusChosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which server is asked."""

    url: str
    """Empty where none is set."""
    username: str
    has_token: bool
    """Whether a bearer token is kept; it is never told."""
    has_password: bool
    ca_file: str
    timeout_seconds: float
    delta: bool
    settings_file: str
    """Where these are kept."""


class PrometheusChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which server to ask, whole: what is left out is as it comes."""

    url: Words
    """What stands before `/api/v1`; empty to ask none."""
    username: Words = ""
    token: Words | None = None
    """Null for the one that is kept, if the server is the same; empty for none."""
    password: Words | None = None
    """Null for the one that is kept, if the server is the same; empty for none."""
    ca_file: Words = ""
    """A file of certificates in PEM on the machine of dashcam."""
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10
    delta: bool = False
    """Every sample is what came since the one before, not a running total."""


class PrometheusTrial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which server to look at."""

    settings: PrometheusChange | None = None
    """These, without keeping them; null for those that are kept."""


@get("/api/prometheus/sessions", summary="Sessions as Prometheus knows them")
async def prometheus_sessions(
    desk: NamedDependency[Desk],
    window: Window = USUAL,
    limit: Annotated[int, Parameter(ge=1, le=MOST_ROWS, description="Rows at most.")] = MOST_ROWS,
) -> PrometheusSessions:
    """List the sessions that cost anything in a range, the dearest first, as the Prometheus server tells."""
    found = await sessions.sessions(desk.machine.settings.prometheus, window)
    if len(found.rows) <= limit:
        return found
    note = f"{limit:,} of {len(found.rows):,} sessions are shown; totals are of all."
    return PrometheusSessions(rows=found.rows[:limit], totals=found.totals, notes=[note, *found.notes])


@get("/api/prometheus/sessions/{session_id:str}", summary="One session as Prometheus knows it")
async def prometheus_session(
    desk: NamedDependency[Desk],
    session_id: Annotated[str, Parameter(description="A session's whole id.", max_length=500)],
    window: Window = USUAL,
) -> PrometheusDetail:
    """Tell the types of tokens, the models and the course of one session, as the Prometheus server tells."""
    return await detail.session(desk.machine.settings.prometheus, session_id, window)


@get("/api/prometheus/settings", summary="Which Prometheus server is asked", sync_to_thread=False)
def prometheus_settings(desk: NamedDependency[Desk]) -> PrometheusChosen:
    """Tell which server is set; its secrets are not told."""
    return _chosen(desk)


@post("/api/prometheus/settings", summary="Set which Prometheus server is asked", status_code=200, sync_to_thread=True)
def set_prometheus(desk: NamedDependency[Desk], data: JSONBody[PrometheusChange]) -> PrometheusChosen:
    """Keep a server in the settings file."""
    desk.adopt(desk.machine.with_prometheus(_changed(desk.machine.settings.prometheus, data)))
    return _chosen(desk)


@post("/api/prometheus/test", summary="Look whether the Prometheus server answers", status_code=200)
async def test_prometheus(desk: NamedDependency[Desk], data: JSONBody[PrometheusTrial]) -> PrometheusFound:
    """Ask the server for its version, the metrics of agents that it holds, and the sessions of the last 24 hours."""
    kept = desk.machine.settings.prometheus
    return await trial.trial(_changed(kept, data.settings) if data.settings else kept)


def _changed(kept: PrometheusSetting, told: PrometheusChange) -> PrometheusSetting:
    """Put together what is told and the secrets that are kept: they are for the server that they were given for."""
    known = kept if same_server(kept.url, told.url) else PrometheusSetting()
    token = known.token if told.token is None and not told.username else told.token or ""
    password = known.password if told.password is None and told.username else told.password or ""
    return PrometheusSetting(
        url=told.url.strip(),
        token=token,
        username=told.username,
        password=password,
        ca_file=told.ca_file,
        timeout_seconds=told.timeout_seconds,
        delta=told.delta,
    )


def _chosen(desk: Desk) -> PrometheusChosen:
    said = desk.machine.settings.prometheus
    return PrometheusChosen(
        url=said.url,
        username=said.username,
        has_token=bool(said.token),
        has_password=bool(said.password),
        ca_file=said.ca_file,
        timeout_seconds=said.timeout_seconds,
        delta=said.delta,
        settings_file=str(desk.machine.settings_path),
    )

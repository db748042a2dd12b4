"""Every error as one JSON object with a status, a sentence and a hint; never a trace, never a page of HTML."""

import logging
from http import HTTPStatus
from time import monotonic
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from dashcam.ingest.launch.start import CannotLaunch
from dashcam.ingest.otlp import BadTelemetry, TooLarge
from dashcam.ingest.prometheus.errors import NoMetrics, PrometheusError, PrometheusSlow
from dashcam.records.errors import (
    Ambiguous,
    BadInput,
    BadSettings,
    DashcamError,
    DatabaseError,
    DatabaseLocked,
    NotFound,
)
from dashcam.server.launches import NotAllowed
from dashcam.server.receiving import NoRoom
from dashcam.store.database import ValueRefused

log = logging.getLogger(__name__)
AGAIN_SECONDS = 60
MOST_WARNED = 1_000
_warned: dict[str, float] = {}
"""When each trouble was logged last."""

STATUS: dict[type[DashcamError], HTTPStatus] = {
    BadInput: HTTPStatus.BAD_REQUEST,
    BadSettings: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Ambiguous: HTTPStatus.CONFLICT,
    DatabaseLocked: HTTPStatus.SERVICE_UNAVAILABLE,
    ValueRefused: HTTPStatus.BAD_REQUEST,
    DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    BadTelemetry: HTTPStatus.BAD_REQUEST,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoRoom: HTTPStatus.SERVICE_UNAVAILABLE,
    NotAllowed: HTTPStatus.FORBIDDEN,
    CannotLaunch: HTTPStatus.CONFLICT,
    NoMetrics: HTTPStatus.NOT_FOUND,
    PrometheusSlow: HTTPStatus.GATEWAY_TIMEOUT,
    PrometheusError: HTTPStatus.BAD_GATEWAY,
}
HINTS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "/api/openapi.json says what each address takes.",
    HTTPStatus.NOT_FOUND: "/api/openapi.json lists every address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "/api/openapi.json says how each address is asked.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less at once.",
    HTTPStatus.SERVICE_UNAVAILABLE: "`dashcam doctor` says how the database is.",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, and what to do next."""

    status: int
    """The HTTP status."""
    error: str
    """One sentence for people."""
    hint: str
    """What to do next; may be empty."""
    choices: tuple[str, ...] = ()
    """What to ask for instead, where several things are meant by one name."""


def answer(status: int, error: str, hint: str = "", choices: tuple[str, ...] = ()) -> Response[Problem]:
    """Make the response of a problem."""
    problem = Problem(status=status, error=error, hint=hint or HINTS.get(status, ""), choices=choices)
    return Response(problem, status_code=status)


def of_ours(request: Request[Any, Any, Any], error: DashcamError) -> Response[Problem]:
    """Answer an error that has words of its own."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _warn(f"{request.method} {request.url.path}: {error.message}")
    return answer(status, error.message, error.hint, error.choices if isinstance(error, Ambiguous) else ())


def _warn(words: str) -> None:
    """Log a trouble, once a minute: a full disk would else be filled by its own log."""
    now = monotonic()
    if now - _warned.get(words, -AGAIN_SECONDS) >= AGAIN_SECONDS:
        if len(_warned) >= MOST_WARNED:
            _warned.clear()
        _warned[words] = now
        log.warning("%s", words)


def of_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what the framework refuses: a wrong parameter, an unknown address, a body too large."""
    words = error.detail or HTTPStatus(error.status_code).phrase
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        said = [f"{one.get('key', '')}: {one.get('message', '')}" for one in error.extra if isinstance(one, dict)]
        words = "; ".join(said) or words
    return answer(error.status_code, words)


def of_surprise(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer a fault of our own: its trace goes to the log, the client learns that it happened."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "dashcam made a mistake while it answered this",
        "The terminal in which it runs shows where; please report it.",
    )


HANDLERS: dict[Any, Any] = {DashcamError: of_ours, HTTPException: of_http, Exception: of_surprise}

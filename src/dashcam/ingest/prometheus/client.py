"""Asking a Prometheus server over HTTP.

What a stranger would get wrong: a server that sends one byte a second never times out for a client that only waits for
the next byte, and a small answer may unpack to a large one. So the whole of an answer has one limit in time and one in
size, and nothing packed is asked for. Proxies and passwords of the process's environment are not used.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeVar

import httpx

from dashcam.ingest.prometheus import reading
from dashcam.ingest.prometheus.errors import (
    PrometheusError,
    PrometheusRefused,
    PrometheusSlow,
    PrometheusUnreachable,
)
from dashcam.ingest.prometheus.place import Place, place_of
from dashcam.ingest.prometheus.reading import Samples
from dashcam.records.errors import BadSettings
from dashcam.records.settings import PrometheusSetting

MOST_BYTES = 8 << 20
Parameters = Mapping[str, str | Sequence[str]]


Answer = TypeVar("Answer")


async def together(questions: Iterable[Coroutine[Any, Any, Answer]]) -> list[Answer]:
    """Ask all at once, and raise what the first that failed raised.

    The others are waited for: each has its own limit in time, and one that is cut off while it agrees on TLS leaves its
    connection open.
    """
    answers: list[Answer] = []
    for one in await asyncio.gather(*questions, return_exceptions=True):
        if isinstance(one, BaseException):
            raise one
        answers.append(one)
    return answers


class Client:
    """One server, for as long as a few questions take."""

    def __init__(self, place: Place, http: httpx.AsyncClient) -> None:
        self.place = place
        self._http = http

    async def moment(self, query: str) -> Samples:
        """Ask for values of now. Raises PrometheusError."""
        return reading.samples(await self._get("query", {"query": query}))

    async def series(self, query: str, *, since: int, until: int, step: int) -> Samples:
        """Ask for values of every `step` from `since` to `until`, both included, in seconds. Raises PrometheusError."""
        bounds = {"start": str(since), "end": str(until), "step": str(step)}
        return reading.samples(await self._get("query_range", {"query": query, **bounds}))

    async def names(self, selector: str, *, since: int) -> list[str]:
        """List the names of the metrics that a selector finds. Raises PrometheusError."""
        parameters = {"match[]": selector, "start": str(since)}
        return sorted(reading.words(await self._get("label/__name__/values", parameters)))

    async def version(self) -> str:
        """Ask for the server's version; empty where something that only speaks like Prometheus has none to tell."""
        try:
            return reading.version(await self._get("status/buildinfo", {}))
        except PrometheusError:
            return ""

    async def _get(self, path: str, parameters: Parameters) -> bytes:
        try:
            async with asyncio.timeout(self.place.timeout_seconds):
                return await self._read(path, parameters)
        except TimeoutError as error:
            raise _slow(self.place) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError) as error:
            raise _unreachable(error, self.place) from error

    async def _read(self, path: str, parameters: Parameters) -> bytes:
        url = f"{self.place.url}/api/v1/{path}"
        body = bytearray()
        async with self._http.stream("GET", url, params=parameters) as answer:
            packed = answer.headers.get("content-encoding", "identity").lower()
            if packed != "identity":
                raise reading.strange(f"packed as {reading.cut(packed)}, which was not asked for")
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MOST_BYTES:
                    raise PrometheusError(
                        f"Prometheus answers with more than {MOST_BYTES >> 20} MiB", "Choose a shorter range."
                    )
        if answer.status_code != HTTPStatus.OK:
            raise _of_status(answer, bytes(body), self.place)
        return bytes(body)


@asynccontextmanager
async def connected(said: PrometheusSetting) -> AsyncIterator[Client]:
    """Make the client of the settings. Raises PrometheusNotSet and BadSettings."""
    place = place_of(said)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **place.headers}
    async with httpx.AsyncClient(
        headers=headers,
        auth=httpx.BasicAuth(*place.basic) if place.basic else None,
        verify=_trusted(place) if place.url.lower().startswith("https:") else False,
        timeout=place.timeout_seconds,
        trust_env=False,
        follow_redirects=False,
    ) as http:
        yield Client(place, http)


def _trusted(place: Place) -> ssl.SSLContext:
    """Trust what the system trusts, and the authority of the settings. Raises BadSettings."""
    context = ssl.create_default_context()
    if place.ca_file:
        try:
            context.load_verify_locations(place.ca_file)
        except OSError as error:  # of which ssl.SSLError is one
            raise BadSettings(
                f"ca_file of [prometheus] cannot be used: {place.ca_file}: {error.strerror or error}",
                "It has to be a file of certificates in PEM.",
            ) from error
    return context


def _slow(place: Place) -> PrometheusSlow:
    return PrometheusSlow(
        f"Prometheus at {place.url} did not answer within {place.timeout_seconds:g} s",
        "Choose a shorter range, or raise timeout_seconds of [prometheus].",
    )


def _unreachable(error: Exception, place: Place) -> PrometheusError:
    """Say why nobody was reached."""
    causes = list(_causes(error))
    if any(isinstance(one, (httpx.TimeoutException, TimeoutError)) for one in causes):
        return _slow(place)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", "") or cause.reason or str(cause)
            return PrometheusUnreachable(
                f"Prometheus at {place.url} cannot be trusted: {why}",
                "Name the file of its authority as ca_file of [prometheus], or write http:// if it has no TLS.",
            )
        if isinstance(cause, socket.gaierror):
            return PrometheusUnreachable(
                f"no machine has the name of {place.url}: {cause.strerror}", "Look at url of [prometheus]."
            )
        if isinstance(cause, ConnectionRefusedError):
            return PrometheusUnreachable(
                f"nothing listens at {place.url}", "Start Prometheus there, or look at url of [prometheus]."
            )
    why = reading.cut(str(error) or type(error).__name__)
    return PrometheusUnreachable(f"Prometheus at {place.url} cannot be asked: {why}", "Look at [prometheus].")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it came from; a library wraps what the system said more than once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__


def _of_status(answer: httpx.Response, body: bytes, place: Place) -> PrometheusError:
    """Say what a status other than 200 means."""
    status = answer.status_code
    why = reading.error_in(body)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        shown = "the token" if place.headers else "the user name and password" if place.basic else ""
        if not shown:
            return PrometheusRefused(
                f"Prometheus at {place.url} wants credentials ({status})",
                "Write token, or username and password, under [prometheus].",
            )
        return PrometheusRefused(f"Prometheus at {place.url} refuses {shown} ({status})", "Mend [prometheus].")
    if answer.is_redirect:
        place_told = reading.cut(answer.headers.get("location", "elsewhere"))
        return reading.strange(f"it sends us to {place_told} ({status})")
    if why:
        return reading.failed(why)
    if status == HTTPStatus.NOT_FOUND:
        return reading.strange("there is no /api/v1 (404)")
    return PrometheusError(f"Prometheus at {place.url} answers with status {status}", "Its own log may say more.")

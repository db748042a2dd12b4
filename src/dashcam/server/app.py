"""The application: routes, errors, safety and the stream of news, put together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import License
from litestar.types import ASGIApp, ControllerRouterHandler

from dashcam import __version__
from dashcam.server import problem
from dashcam.server.asked import asked_of, moment_of
from dashcam.server.desk import Desk
from dashcam.server.freshness import Freshness
from dashcam.server.guard import Guard, Rules
from dashcam.server.pages import BUILT, pages
from dashcam.server.routes import ROUTES, STREAMS
from dashcam.server.schema import described

MOST_BODY_BYTES = 1 << 20
COMPRESS_FROM_BYTES = 1_024
UNCOMPRESSED = ["^/api/live", "^/hooks/", "^/v1/"]
"""What is streamed, and what is answered by next to nothing a thousand times a second."""


def guarded(app: Litestar, desk: Desk, rules: Rules) -> ASGIApp:
    """Put what looks at every request before the application: also before it knows whether an address exists."""
    return Guard(Freshness(app, desk), rules)


def make_app(desk: Desk, *, watch: bool = True, built: Path = BUILT) -> Litestar:
    """Make the application of a desk. With `watch` it reads what the agents write while it runs."""

    @asynccontextmanager
    async def at_work(_app: Litestar) -> AsyncIterator[None]:
        await desk.hub.begin()
        following = asyncio.create_task(desk.hub.run())
        if watch:
            desk.work.start()
            desk.launches.start()
        try:
            yield
        finally:
            desk.hub.close()
            await asyncio.to_thread(desk.launches.stop)
            await asyncio.to_thread(desk.work.stop)
            await following
            desk.readers.close()
            desk.downloads.close()
            desk.hooks.close()
            desk.telemetry.close()

    return _litestar([*ROUTES, *STREAMS, openapi, *pages(built)], lambda: desk, [at_work])


@get("/api/openapi.json", include_in_schema=False, sync_to_thread=True)
def openapi() -> Response[dict[str, Any]]:
    """Give the description of every route."""
    return Response(description())


@cache
def description() -> dict[str, Any]:
    """Describe every route."""
    return described(_api_alone())


def _api_alone() -> Litestar:
    """Make the application without a desk: it answers nothing, but can be described.

    The one that answers is not, or Litestar would add pages that load scripts from elsewhere.
    """

    def no_desk() -> Desk:
        raise NotImplementedError

    config = OpenAPIConfig(
        title="dashcam",
        version=__version__,
        description="What coding agents did, and what it cost.",
        license=License(name="MIT", identifier="MIT"),
    )
    return _litestar(list(ROUTES), no_desk, [], config)


def _litestar(
    routes: list[ControllerRouterHandler],
    desk: Callable[[], Desk],
    lifespan: list[Callable[[Litestar], AbstractAsyncContextManager[None]]],
    openapi_config: OpenAPIConfig | None = None,
) -> Litestar:
    return Litestar(
        route_handlers=routes,
        dependencies={
            "desk": Provide(desk, sync_to_thread=False),
            "at": Provide(moment_of, sync_to_thread=False),
            "asked": Provide(asked_of, sync_to_thread=False),
        },
        exception_handlers=problem.HANDLERS,
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=COMPRESS_FROM_BYTES,
            gzip_compress_level=5,
            exclude=["/api/live", "/hooks", "/v1"],
        ),
        request_max_body_size=MOST_BODY_BYTES,
        lifespan=lifespan,
        logging_config=None,
        openapi_config=openapi_config,
    )

"""The built web app: its files as they are, and its one page for every address that is a page of it."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from dashcam.records.errors import NotFound

BUILT = Path(__file__).parent / "static"
YEAR_SECONDS = 31_536_000


def pages(built: Path) -> list[ControllerRouterHandler]:
    """Make the handlers of the web app that stands in a directory."""
    page = built / "index.html"

    @get(["/", "/{path:path}"], include_in_schema=False, sync_to_thread=False)
    def app_page(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Give the page; where it leads is the browser's work."""
        path = request.url.path
        if path.startswith("/api/") or path == "/api" or not _asks_for_a_page(request, path):
            raise NotFoundException(f"there is nothing at {path}")
        if not page.is_file():
            raise NotFound("this installation holds no web app", "Install a wheel, or run `make web` in a clone.")
        return Response(page.read_bytes(), media_type="text/html", headers={"cache-control": "no-cache"})

    if not built.is_dir():
        return [app_page]
    hashed = create_static_files_router(
        path="/assets",
        directories=[built / "assets"],
        cache_control=_forever(),
        include_in_schema=False,
    )
    beside = [_file(name, built / name) for name in sorted(_loose(built))]
    return [hashed, *beside, app_page]


def _asks_for_a_page(request: Request[Any, Any, Any], path: str) -> bool:
    """Whether a page is meant, whose address may hold a dot, and no script or image that is not there."""
    return "." not in path.rpartition("/")[2] or "text/html" in request.headers.get("accept", "")


def _loose(built: Path) -> list[str]:
    return [path.name for path in built.iterdir() if path.is_file() and path.name not in {"index.html", ".source-hash"}]


_TYPES = {".svg": "image/svg+xml", ".js": "text/javascript", ".txt": "text/plain; charset=utf-8"}


def _file(name: str, path: Path) -> ControllerRouterHandler:
    @get(f"/{name}", include_in_schema=False, sync_to_thread=False)
    def one_file() -> Response[bytes]:
        """Give a file that stands beside the page."""
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        return Response(path.read_bytes(), media_type=kind, headers={"cache-control": "no-cache"})

    return one_file


def _forever() -> Any:  # noqa: ANN401  CacheControlHeader is imported where it is used
    from litestar.datastructures import CacheControlHeader

    return CacheControlHeader(max_age=YEAR_SECONDS, immutable=True, public=True)

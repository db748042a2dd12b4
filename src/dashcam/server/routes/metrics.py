"""The page that a Prometheus server scrapes."""

from datetime import UTC, datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from dashcam import __version__
from dashcam.queries.gauges import Gauge, gauges
from dashcam.server.desk import Desk
from dashcam.server.exposition import MEDIA_TYPE

PAGE = ResponseSpec(str, media_type="text/plain", description="The page.", generate_examples=False)


@get("/metrics", summary="What is on record, for Prometheus", sync_to_thread=True, responses={200: PAGE})
def metrics(desk: NamedDependency[Desk]) -> Response[bytes]:
    """Give sessions, tokens, cost and the state of the reading in Prometheus's text format."""
    minute = int(datetime.now(UTC).timestamp()) // 60
    troubles, reading = len(desk.work.troubles), bool(desk.work.now.doing)

    def make() -> list[Gauge]:
        with desk.readers.lend() as database:
            measured = gauges(database, desk.agents, desk.moment())
        return [*_of_server(troubles, reading=reading), *measured]

    name = (desk.hub.revision, desk.settings_version, minute, troubles, reading)
    return Response(desk.kept_metrics.text(name, make), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


def _of_server(troubles: int, *, reading: bool) -> list[Gauge]:
    return [
        Gauge(
            name="dashcam_build_info",
            help="Always 1; which version this is.",
            labels=("version",),
            rows=[((__version__,), 1)],
        ),
        Gauge(
            name="dashcam_unreadable_files",
            help="Files that the last scan could not read.",
            rows=[((), troubles)],
        ),
        Gauge(
            name="dashcam_reading",
            help="1 while everything is being read, else 0.",
            rows=[((), int(reading))],
        ),
    ]

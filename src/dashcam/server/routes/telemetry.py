"""The OTLP receivers: logs, metrics and traces over HTTP, in protobuf and JSON."""

from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from dashcam.ingest.otlp import Signal
from dashcam.server.desk import Desk
from dashcam.server.receiving import MOST_BODY_BYTES, Taken, read_telemetry

PROTOBUF, JSON = "application/x-protobuf", "application/json"
REJECTED: dict[Signal, str] = {
    "logs": "rejected_log_records",
    "metrics": "rejected_data_points",
    "traces": "rejected_spans",
}


class PartialSuccess(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What could not be read. A number of 64 bits stands in text in OTLP's JSON."""

    rejected_log_records: str = ""
    rejected_data_points: str = ""
    rejected_spans: str = ""
    error_message: str = ""


class Exported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to an OTLP request; in protobuf where the request was."""

    partial_success: PartialSuccess | None = None
    """Left out where everything was taken."""


TAKEN = {200: ResponseSpec(Exported, description="What was rejected, if anything.", generate_examples=False)}


@post(
    "/v1/logs",
    summary="Take OTLP log records",
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    responses=TAKEN,
)
async def otlp_logs(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Take log records of any agent. They are on disk when this answers; a sender may send again what was refused."""
    return await _taken("logs", request, desk)


@post(
    "/v1/metrics",
    summary="Take OTLP metrics",
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    responses=TAKEN,
)
async def otlp_metrics(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Take data points, delta or cumulative. They are on disk when this answers."""
    return await _taken("metrics", request, desk)


@post(
    "/v1/traces",
    summary="Take OTLP spans",
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    responses=TAKEN,
)
async def otlp_traces(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Take spans. They are on disk when this answers."""
    return await _taken("traces", request, desk)


async def _taken(signal: Signal, request: Request[Any, Any, Any], desk: Desk) -> Response[bytes]:
    body = await request.body()
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = media != PROTOBUF
    encoding = request.headers.get("content-encoding", "").strip().lower()
    read = partial(read_telemetry, desk.agents, signal, body, encoding=encoding, is_json=is_json)
    taken = await desk.telemetry.take(read)
    content = _json(signal, taken) if is_json else _protobuf(taken)
    return Response(content, media_type=JSON if is_json else PROTOBUF)


def _json(signal: Signal, taken: Taken) -> bytes:
    if not taken.rejected:
        return b"{}"
    said: dict[str, Any] = {REJECTED[signal]: str(taken.rejected), "error_message": taken.why}
    return msgspec.json.encode(Exported(partial_success=PartialSuccess(**said)))


def _protobuf(taken: Taken) -> bytes:
    if not taken.rejected:
        return b""
    # Every signal's answer is the same message: field 1 holds the number (1) and the words (2).
    words = taken.why.encode()
    inner = b"\x08" + _varint(taken.rejected) + (b"\x12" + _varint(len(words)) + words if words else b"")
    return b"\x0a" + _varint(len(inner)) + inner


def _varint(value: int) -> bytes:
    """Write a whole number as Protobuf does."""
    written = bytearray()
    while value > 0x7F:  # noqa: PLR2004  seven bits a byte
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)

"""What Claude Code's telemetry tells of made-up sessions: the log records that it sends to `/v1/logs`.

`retold(transcript)` tells of the very requests that stand in a transcript, `request(...)` of one that left no line.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.support.claude_lines import Transcript
from tests.support.serving import Started

Json = dict[str, Any]


def request(session: str, name: str, at: int, model: str, spent: Mapping[str, Any], **more: Any) -> Json:
    """Build the log record of a request to a model. `at` is in microseconds, `spent` as in a transcript."""
    kept = spent["cache_creation"]
    attributes = {
        "session.id": session,
        "event.name": "api_request",
        "request_id": name,
        "model": model,
        "input_tokens": spent["input_tokens"],
        "output_tokens": spent["output_tokens"],
        "cache_read_tokens": spent["cache_read_input_tokens"],
        "cache_creation_tokens": spent["cache_creation_input_tokens"],
        "cache_creation_5m_tokens": kept["ephemeral_5m_input_tokens"],
        "cache_creation_1h_tokens": kept["ephemeral_1h_input_tokens"],
        "query_source": "repl_main_thread",
    } | more
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue"}
    return {
        "timeUnixNano": str(at * 1_000),
        "body": {"stringValue": "claude_code.api_request"},
        "attributes": [{"key": key, "value": {kinds[type(value)]: value}} for key, value in attributes.items()],
    }


def retold(talk: Transcript) -> list[Json]:
    """Tell again of each request of a transcript, in order."""
    answers = {line["requestId"]: line for line in talk.lines if "requestId" in line}
    return [
        request(
            talk.session,
            name,
            round(datetime.fromisoformat(line["timestamp"]).timestamp() * 1_000_000),
            line["message"]["model"],
            line["message"]["usage"],
        )
        for name, line in answers.items()
    ]


def send(server: Started, *records: Json) -> None:
    """Send log records as an exporter does; they are on disk when this returns, and read soon."""
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "claude-code"}}]}
    body = {"resourceLogs": [{"resource": service, "scopeLogs": [{"logRecords": records}]}]}
    connection = server.connection()
    connection.request("POST", "/v1/logs", json.dumps(body), {"content-type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()

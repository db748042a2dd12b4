"""What agents and observers push: hooks, envelopes, log records, made up."""

from typing import Any

SESSION = "5e551011-0000-4000-8000-00000000000c"
AT = 1_795_226_525_740_000_000
"""2026-11-21T02:02:05.74Z, in nanoseconds."""


def hook(event: str = "PreToolUse", **more: Any) -> dict[str, Any]:
    return {"session_id": SESSION, "hook_event_name": event, "cwd": "/home/ada/parser", **more}


def envelope(**changes: Any) -> dict[str, Any]:
    """What send_event.py sends."""
    return {
        "source_app": "demo",
        "session_id": SESSION,
        "hook_event_type": "PreToolUse",
        "payload": hook(tool_name="Bash", tool_use_id="toolu_1"),
        "timestamp": AT // 1_000_000,
        "model_name": "claude-sonnet-5",
        "tool_name": "Bash",
    } | changes


def request_event(**changes: Any) -> dict[str, Any]:
    """A log record of one request to a model: 11 tokens in, 6 out, 1,000 read and 500 written for an hour."""
    attributes = {
        "session.id": SESSION,
        "event.name": "api_request",
        "request_id": "req_1",
        "model": "claude-sonnet-4-5",
        "input_tokens": 11,
        "output_tokens": 6,
        "cache_read_tokens": 1000,
        "cache_creation_tokens": 500,
        "cache_creation_5m_tokens": 0,
        "cache_creation_1h_tokens": 500,
        "cost_usd": 0.0036,
        "duration_ms": "18",
        "query_source": "sdk",
    } | changes
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue"}
    return {
        "timeUnixNano": str(AT),
        "body": {"stringValue": "claude_code.api_request"},
        "attributes": [{"key": key, "value": {kinds[type(value)]: value}} for key, value in attributes.items()],
    }


def logs(*records: Any, service: str = "claude-code") -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": list(records)}]}]}

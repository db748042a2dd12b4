"""Codex's OpenTelemetry: log records for every piece of a response, of which one tells what it used.

What a stranger would get wrong: `response.completed` is told twice, the second time with the counts; and what it calls
`tool_token_count` is the total. No record names a request. `conversation.id` is the thread, as in its rollouts.
"""

from dashcam.agents.dialect import Dialect, UsageWords, pushed_by

USAGE = UsageWords(
    input=("input_token_count",),
    output=("output_token_count",),
    cache_read=("cached_token_count",),
    cache_write=("cache_write_token_count",),
    reasoning=("reasoning_token_count",),
    total=("tool_token_count",),
)
DIALECT = Dialect(
    prefix="codex.",
    session=("conversation.id",),
    version=("app.version", "service.version"),
    provider_else="openai",
    records={"sse_event": USAGE},
    ident=(),
    quiet=frozenset(
        (
            *("sse_event", "api_request", "conversation_starts", "startup_phase", "turn_ttft"),
            *("websocket_connect", "websocket_request", "websocket_event"),
        )
    ),
    nameless_metrics=True,
)
PUSHED = pushed_by(DIALECT)
SERVICES = (
    *("codex_exec", "codex_cli_rs", "codex_tui", "codex-tui", "codex_vscode", "codex-app-server", "codex_app_server"),
    *("codex_mcp_server", "codex_sdk_ts", "codex-cli", "Codex Desktop"),
)
"""What it calls itself in telemetry, by the way it was started."""

"""Qwen Code's OpenTelemetry.

What a stranger would get wrong: since 0.24 a span and a log record tell of the same request, both with the id of its
response, and metrics name no session any more. Its transcripts repeat the records of a request as `ui_telemetry`.
"""

import msgspec

from dashcam.agents.dialect import GEN_AI, Dialect, UsageWords
from dashcam.agents.faces import QWEN_CODE
from dashcam.agents.without_files import agent_without_files

USAGE = UsageWords(
    input=("input_token_count",),
    output=("output_token_count",),
    cache_read=("cached_content_token_count",),
    reasoning=("thoughts_token_count",),
    tool=("tool_token_count",),
    total=("total_token_count",),
)
STARTING = (
    *("config", "auth", "ripgrep_fallback", "memory.recall", "memory.recall.delivery", "memory.extract"),
    *("next_speaker_check", "conversation_finished", "tool_output_truncated", "ide_connection"),
    *("session.start", "session.end"),
)
DIALECT = Dialect(
    prefix="qwen-code.",
    records={"api_response": USAGE},
    spans={"chat": msgspec.structs.replace(GEN_AI, reasoning=(*GEN_AI.reasoning, "thoughts_token_count"))},
    ident=("response_id", "gen_ai.response.id"),
    purpose=("subagent_name",),
    turns=frozenset({"invoke_agent"}),
    quiet=frozenset({*STARTING, "api_request", "api_response"}),
    failed=frozenset({"api_error"}),
    ends=frozenset({"session.end"}),
    tokens="qwen-code.token.usage",
    parts={
        "input": "input",
        "tool": "input",
        "cache": "cached_input",
        "output": "output",
        "thought": "reasoning",
    },
    nameless_metrics=True,
)

AGENT = agent_without_files(
    face=QWEN_CODE,
    dialect=DIALECT,
    services=("qwen-code",),
)

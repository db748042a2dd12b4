"""Gemini CLI's OpenTelemetry.

What a stranger would get wrong: it tells of a request twice, in its own words with the cached tokens and in the GenAI
words without them; only its own count. Its `service.version` is that of Node. Thoughts stand beside the output, unless
the total says otherwise; and its records name no request.
"""

from dashcam.agents.dialect import Dialect, UsageWords
from dashcam.agents.faces import GEMINI_CLI
from dashcam.agents.without_files import agent_without_files

USAGE = UsageWords(
    input=("input_token_count",),
    output=("output_token_count",),
    cache_read=("cached_content_token_count",),
    reasoning=("thoughts_token_count",),
    tool=("tool_token_count",),
    total=("total_token_count",),
    reasoning_apart=True,
)
STARTING = (
    *("config", "startup_stats", "model_routing", "ripgrep_fallback", "extension_enable", "ide_connection"),
    *("plan.approval_mode_duration", "next_speaker_check", "conversation_finished", "tool_output_truncated"),
)
DIALECT = Dialect(
    prefix="gemini_cli.",
    version=(),
    provider_else="google",
    records={"api_response": USAGE},
    ident=(),
    purpose=("role",),
    quiet=frozenset({*STARTING, "api_request", "api_response", "gen_ai.client.inference.operation.details"}),
    failed=frozenset({"api_error"}),
    tokens="gemini_cli.token.usage",
    parts={
        "input": "input",
        "tool": "input",
        "cache": "cached_input",
        "output": "output",
        "thought": "output",
    },
)

AGENT = agent_without_files(
    face=GEMINI_CLI,
    dialect=DIALECT,
    services=("gemini-cli",),
)

"""How to make an agent send OpenTelemetry to us: the variables it reads, or the stretch of its settings file.

What a stranger would get wrong: none of them has a protocol or an endpoint that fits by itself, and one takes no
variables at all. Prompts are never switched on here: what they hold, the transcripts tell already.
"""

import json
from collections.abc import Callable, Mapping

import msgspec

from dashcam.records.errors import NotFound

TOKEN = "$DASHCAM_TOKEN"  # noqa: S105  the name of a variable, which the shell fills in
HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent has to be told. Both take the server's address, and whether it asks for a token."""

    title: str
    variables: Callable[[str, bool], dict[str, str]] = lambda _address, _token: {}
    file: str = ""
    """The settings file that says the same; empty for none."""
    settings: Callable[[str, bool], str] = lambda _address, _token: ""
    """What to put into that file; in place of the token stands the name of its variable."""


def telemetry(name: str) -> Telemetry:
    """Find an agent by its name. Raises NotFound with the names there are."""
    found = TELEMETRY.get(name)
    if found is None:
        raise NotFound(f"'{name}' is no agent that sends telemetry", f"These do: {', '.join(TELEMETRY)}.")
    return found


def _authorized(*, token: bool) -> dict[str, str]:
    return {HEADERS: f"Authorization=Bearer {TOKEN}"} if token else {}


def _claude(address: str, token: bool) -> dict[str, str]:  # noqa: FBT001  one signature for all rows
    return {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        **_authorized(token=token),
    }


def _claude_settings(address: str, token: bool) -> str:  # noqa: FBT001  as above
    return json.dumps({"env": _claude(address, token)}, indent=2)


def _codex_settings(address: str, token: bool) -> str:  # noqa: FBT001  as above
    headers = '{ "Authorization" = "Bearer ${DASHCAM_TOKEN}" }' if token else "{}"
    exporter = f'endpoint = "{address}/v1/logs", protocol = "json", headers = {headers}'
    return f"[otel]\nlog_user_prompt = false\nexporter = {{ otlp-http = {{ {exporter} }} }}"


def _forks(prefix: str) -> Callable[[str, bool], dict[str, str]]:
    def variables(address: str, token: bool) -> dict[str, str]:  # noqa: FBT001  as above
        return {
            f"{prefix}_TELEMETRY_ENABLED": "true",
            f"{prefix}_TELEMETRY_TARGET": "local",
            f"{prefix}_TELEMETRY_OTLP_PROTOCOL": "http",
            f"{prefix}_TELEMETRY_OTLP_ENDPOINT": address,
            f"{prefix}_TELEMETRY_LOG_PROMPTS": "false",
            **_authorized(token=token),
        }

    return variables


def _forks_settings(address: str, token: bool) -> str:  # noqa: FBT001, ARG001  as above; it has no place for headers
    telemetry = {
        "enabled": True,
        "target": "local",
        "otlpProtocol": "http",
        "otlpEndpoint": address,
        "logPrompts": False,
    }
    return json.dumps({"telemetry": telemetry}, indent=2)


def _copilot(address: str, token: bool) -> dict[str, str]:  # noqa: FBT001  as above
    return {"COPILOT_OTEL_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": address, **_authorized(token=token)}


TELEMETRY: Mapping[str, Telemetry] = {
    "claude-code": Telemetry(
        title="Claude Code", variables=_claude, file="~/.claude/settings.json", settings=_claude_settings
    ),
    "codex": Telemetry(title="Codex", file="~/.codex/config.toml", settings=_codex_settings),
    "gemini-cli": Telemetry(
        title="Gemini CLI", variables=_forks("GEMINI"), file="~/.gemini/settings.json", settings=_forks_settings
    ),
    "qwen-code": Telemetry(
        title="Qwen Code", variables=_forks("QWEN"), file="~/.qwen/settings.json", settings=_forks_settings
    ),
    "copilot-cli": Telemetry(title="Copilot CLI", variables=_copilot),
}

"""A page of counters as Claude Code's own exporter writes it, with made-up sessions and numbers."""

from collections.abc import Mapping

import msgspec

OWN = {"cost": "claude_code_cost_usage", "tokens": "claude_code_token_usage", "active": "claude_code_active_time"}
WITH_UNITS = {
    "cost": "claude_code_cost_usage_USD",
    "tokens": "claude_code_token_usage_tokens",
    "active": "claude_code_active_time_seconds",
}
"""The same counters, as a translator from OTLP names them."""
MODEL = "claude-sonnet-4-5"


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """What one session has used so far."""

    session: str | None
    cost: float
    tokens: Mapping[str, float] = {}
    active: Mapping[str, float] = {}
    model: str = MODEL
    names: Mapping[str, str] = msgspec.field(default_factory=lambda: OWN)

    def lines(self) -> list[str]:
        lines = [self._line("cost", self.cost, model=self.model)]
        lines += [self._line("tokens", value, model=self.model, type=kind) for kind, value in self.tokens.items()]
        return [*lines, *(self._line("active", value, type=who) for who, value in self.active.items())]

    def _line(self, what: str, value: float, **more: str) -> str:
        labels = {
            "user_id": "0" * 64,
            **({"session_id": self.session} if self.session is not None else {}),
            "anthropic_provider": "firstParty",
            "terminal_type": "non-interactive",
            **more,
            "otel_scope_name": "com.anthropic.claude_code",
            "otel_scope_version": "2.1.329",
        }
        return (
            f"{self.names[what]}_total{{{','.join(f'{name}={written(one)}' for name, one in labels.items())}}} {value}"
        )


def written(text: str) -> str:
    """Write a label's value as the text format does."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'


def page(*sessions: Counters) -> str:
    """Write a page; lines of one counter stand together under its type."""
    lines = [line for one in sessions for line in one.lines()]
    names = list(dict.fromkeys(line.partition("{")[0] for line in lines))
    text = [
        "# HELP target_info Target metadata",
        "# TYPE target_info gauge",
        'target_info{service_name="claude-code"} 1',
    ]
    for name in names:
        text += [f"# TYPE {name} counter", *(line for line in lines if line.startswith(f"{name}{{"))]
    return "\n".join(text) + "\n"

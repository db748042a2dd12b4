"""What Claude Code's counters are called in Prometheus.

What a stranger would get wrong: each has two names. A translator from OTLP (a collector, Prometheus's own receiver)
adds the unit to the name; Claude Code's own exporter, which is scraped on port 9464, does not. Nobody sends both.
"""

COST = ("claude_code_cost_usage_USD_total", "claude_code_cost_usage_total")
"""Dollars, by session and model."""
TOKENS = ("claude_code_token_usage_tokens_total", "claude_code_token_usage_total")
"""Tokens, by session, model and type."""
ACTIVE = ("claude_code_active_time_seconds_total", "claude_code_active_time_total")
"""Seconds, by session and by who was at work: `user` or `cli`."""
TOKEN_TYPES = {
    "input": "input",
    "output": "output",
    "cacheRead": "cache_read",
    "cache_read": "cache_read",
    "cacheCreation": "cache_write",
    "cache_creation": "cache_write",
    "cacheWrite": "cache_write",
    "cache_write": "cache_write",
}
"""The label `type` in every spelling that was seen, and our word for it. Claude Code itself writes camel case."""

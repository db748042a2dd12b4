"""What a metric said of a session: one data point of one time series, to be added up by its own rule."""

import msgspec


class CounterPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One data point. A point that is told twice is the same point: series, `since` and `at` name it."""

    session: str
    line: int
    at: int
    """When it was measured, microseconds UTC."""
    since: int
    """From when on it counts: of a delta the time before it, of a cumulative series when its process began."""
    cumulative: bool
    """Whether the value is the total since `since`, of which the last one counts; else what was added since."""
    series: int
    """64-bit identity of the series: its metric with all its attributes and the process that it comes from."""
    name: str
    """The metric, such as `claude_code.token.usage`."""
    model: str = ""
    part: str = ""
    """What of it, in our own words where there are any: `input`, `output`, `cache_read`, `cache_write`."""
    value: float

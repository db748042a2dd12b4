"""A dashcam for coding agents: records, prices and replays every session."""

__version__ = "0.1.0"

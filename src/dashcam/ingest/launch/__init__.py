"""Sessions that dashcam launches: each in a process of its own, which outlives whoever asked for it."""

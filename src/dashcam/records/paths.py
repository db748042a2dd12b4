"""Paths as people write them."""

import os.path
from pathlib import Path


def in_full(path: str | Path) -> Path:
    """Write a path in full, `~` and `~ada` too; where nobody is called so it is the name of nothing that is there."""
    return Path(os.path.expanduser(path)).absolute()  # noqa: PTH111  pathlib's raises for a home of nobody

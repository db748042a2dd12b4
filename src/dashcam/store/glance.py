"""One question without the rest of the store: what was spent in a range. For the status line, which has 60 ms in all.

What a stranger would get wrong: a database that is absent, locked, older, damaged or no SQLite has no answer, and that
is no error. Nothing is written, and no lock is waited for.
"""

import sqlite3
from pathlib import Path

QUARTER = 15 * 60 * 1_000_000
"""As in store/totals.py, which imports too much."""
PATIENCE_SECONDS = 0.02

_SPENT = "SELECT sum(cost_nano), sum(unpriced_calls) FROM usage_bucket WHERE bucket >= ? AND bucket < ?"


def spent(file: str, since: int, until: int) -> tuple[int, int] | None:
    """Add up nano-dollars, and calls without a price, from whole quarters of an hour; times are microseconds UTC."""
    if not Path(file).is_file():
        return None
    try:
        connection = sqlite3.connect(
            f"{Path(file).absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_SECONDS, isolation_level=None
        )
    except sqlite3.Error:
        return None
    try:
        cost, unpriced = connection.execute(_SPENT, (since // QUARTER, until // QUARTER)).fetchone()
    except sqlite3.Error:
        return None
    finally:
        connection.close()
    return int(cost or 0), int(unpriced or 0)

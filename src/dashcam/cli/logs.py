"""What a program that runs for long says of itself: facts on standard error, one line each."""

import logging


def log_to_stderr() -> None:
    """Show warnings and worse, with the time."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("watchfiles").setLevel(logging.WARNING)

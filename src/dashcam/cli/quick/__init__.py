"""The two commands that an agent itself runs, and waits for: only fast modules of the standard library are imported."""

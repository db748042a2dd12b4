"""A session's conversation on a terminal, or written to a file of one's own."""

"""The words: what a session, an event and a model call are. No I/O, no SQL, no agent's name."""

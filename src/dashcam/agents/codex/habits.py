"""How Codex takes a session up again. It deletes nothing by itself: old rollouts are archived or packed."""


def resume_command(session: str) -> tuple[str, ...]:
    """Write the command that takes a session up again."""
    return ("codex", "resume", session)

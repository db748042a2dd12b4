"""Putting words into the clipboard, and saying so."""

from textual.dom import DOMNode

from dashcam.writing.safe import safe_text

UNRESUMABLE = "This session cannot be resumed by itself."


def copy(asker: DOMNode, words: str) -> None:
    """Copy words."""
    asker.app.copy_to_clipboard(words)
    asker.app.notify(f"Copied {safe_text(words)}")


def copy_resume(asker: DOMNode, line: str) -> None:
    """Copy the command that resumes a session; it is empty where there is none."""
    if line:
        copy(asker, line)
    else:
        asker.app.notify(UNRESUMABLE)

"""What a browser complains of while a page is open: its console, errors that nobody caught, requests, dialogs."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

LEFT = "net::ERR_ABORTED"
"""How a request ends that the page itself gave up, because the person went on."""


class Complaints:
    """What went wrong in the browser while a test ran, less what that test says is meant to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.meant: list[str] = []

    def expect(self, pattern: str, *, because: str) -> None:
        """Let complaints of this pattern pass; the reason is for the reader."""
        assert because
        self.meant.append(pattern)

    @property
    def unmeant(self) -> list[str]:
        return [said for said in self.heard if not any(re.search(pattern, said) for pattern in self.meant)]

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._request)
        context.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.heard.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        if request.failure != LEFT:
            self.heard.append(f"request failed: {request.url}: {request.failure}")

    def _dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

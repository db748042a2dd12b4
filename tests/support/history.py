"""A made-up history on a person's machine: what two agents left in two months, as of now.

Statuses such as running depend on the clock, so every time is counted back from `now`.
"""

import time
from pathlib import Path

from tests.support import stories
from tests.support.build import DAY, HOUR, MINUTE, SECOND
from tests.support.claude_lines import Transcript, usage
from tests.support.serving import Started, wait_until
from tests.support.telemetry import request, retold, send

SMALL_ONES = 150
RETOLD = range(30)
"""Which of them telemetry tells of too. Of the second it tells of requests that left no line, and not of the last."""
AUDITED = stories.identity(1_000 + RETOLD[1])


class History:
    """The homes of the agents on a machine, with nothing in them at first."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.claude = home / ".claude"
        self.codex = home / ".codex"
        self.now = int(time.time()) * SECOND
        self.sessions = 0
        self.claude.joinpath("projects").mkdir(parents=True)
        self.codex.joinpath("sessions").mkdir(parents=True)

    def write(self) -> None:
        """Write all that there is."""
        now = self.now
        told = [
            *stories.showcase(now - 2 * HOUR),
            stories.running(now),
            stories.waiting(now),
            stories.failed(now - 5 * HOUR),
            stories.stopped(now - 26 * HOUR),
            *stories.forked(now - 3 * DAY),
            stories.placeholders(now - 4 * DAY),
            stories.unpriced(now - 30 * HOUR),
            stories.hostile(now - 7 * HOUR),
            stories.long(now - 9 * DAY),
            *(self._small(number) for number in range(SMALL_ONES)),
        ]
        for transcript in told:
            transcript.write(self.claude)
        rollouts = [
            stories.rollout(1, now - 6 * HOUR),
            stories.rollout(2, now - 2 * DAY, stories.SHOP),
            stories.rollout(3, now - 12 * DAY, stories.NOTES),
            stories.silent(now - 8 * HOUR),
        ]
        for rolled in rollouts:
            rolled.write(self.codex)
        self.sessions += len(told) + len(rollouts)

    def tell(self, server: Started) -> None:
        """Let telemetry tell the server of some sessions a second time, and wait until it has read that."""
        records = []
        for number in RETOLD:
            talk = self._small(number)
            told = retold(talk)
            if talk.session == AUDITED:
                told[-1:] = [
                    request(AUDITED, f"req_{purpose}", talk.at - 4 * MINUTE, stories.HAIKU, spent, query_source=purpose)
                    for purpose, spent in (
                        ("compact", usage(given=24_000, output=1_200)),
                        ("generate_session_title", usage(given=900, output=12)),
                    )
                ]
            records += told
        send(server, *records)
        wait_until(lambda: server.ask("/api/confirmed?range=all")["confirmed_sessions"] == len(RETOLD))

    def _small(self, number: int) -> Transcript:
        return stories.small(number, self.now - 10 * HOUR - number * 9 * HOUR - number * 7 * MINUTE)

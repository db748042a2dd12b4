"""Launches on a machine of the test's own: a stand-in for the agent's program, started as a genuine one is."""

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from dashcam.agents.launching import OVER, Happening, Launching, Order, Standing
from dashcam.agents.registry import AGENTS
from dashcam.ingest.launch import start
from dashcam.ingest.launch.places import Place
from dashcam.ingest.launch.standing import Watched
from tests.support.program import Program
from tests.support.sources import REPOSITORY

AGENT = "claude-code"
STAND_IN = REPOSITORY / "tests" / "support" / "stand_in_claude.py"
PATIENCE_SECONDS = 60.0
PASSED_ON = ("LANG", "PATH", "TMPDIR")


def stand_in(folder: Path, *, name: str = "claude", script: Path = STAND_IN) -> Path:
    """Write a program that runs the stand-in, and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I -S {shlex.quote(str(script))} "$@"\n')
    program.chmod(0o755)
    return program


class Running:
    """One launch, and what has happened in it so far."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.happened: list[Happening] = []
        self._watched = Watched(place, AGENTS[place.agent])

    @property
    def standing(self) -> Standing:
        self.happened += self._watched.fresh()
        found = self._watched.following.standing
        assert found is not None, "nothing is recorded of this launch"
        return found

    def until(self, question: Callable[[], Any]) -> Standing:
        """Follow it until the answer is true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            standing = self.standing
            if question():
                return standing
            assert standing.state not in OVER, f"it was over before: {standing}"
            assert time.monotonic() < deadline, f"it did not happen in time: {standing}, {self.happened[-5:]}"
            time.sleep(0.01)

    def until_it(self, kind: str, *, whole: bool = True) -> Happening:
        """Follow it until something of a kind happens."""
        self.until(lambda: any(one.kind == kind and one.whole == whole for one in self.happened))
        return next(one for one in self.happened if one.kind == kind and one.whole == whole)

    def over(self) -> Standing:
        """Follow it to its end, and until its process is gone."""
        self.until(lambda: self.standing.state in OVER)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.place.order.exists() or self.place.lock.exists():
            assert time.monotonic() < deadline, "its process is still there"
            time.sleep(0.01)
        return self.standing

    def say(self, **said: object) -> None:
        start.say(self.place, **said)

    def texts(self, kind: str = "text") -> list[str]:
        return [one.text for one in self.happened if one.kind == kind and one.whole]


class Launches:
    """A person's machine with the stand-in on its PATH, and `dashcam` with a database of its own."""

    def __init__(self, home: Path, *, agent: str = AGENT) -> None:
        self.home = home
        self.data = home / "dashcam"
        self.project = home / "project"
        self.project.mkdir(parents=True, exist_ok=True)
        self.program = stand_in(home / "bin")
        self.dashcam = Program(home)
        self.agent = agent

    @property
    def launching(self) -> Launching:
        found = AGENTS[self.agent].launching
        assert found is not None
        return found

    @property
    def variables(self) -> dict[str, str]:
        """What a person's shell holds here."""
        known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return known | {"HOME": str(self.home), "PATH": f"{self.program.parent}{os.pathsep}{known.get('PATH', '')}"}

    def order(self, prompt: str, **options: Any) -> Order:
        said = {"agent": self.agent, "prompt": prompt, "directory": str(self.project), **options}
        return start.checked(start.new_order(**said), self.launching, self.variables["PATH"])

    def launch(
        self, prompt: str, *, at_once: int = 4, variables: dict[str, str] | None = None, **options: Any
    ) -> Running:
        order = self.order(prompt, **options)
        given = self.variables | (variables or {})
        return Running(start.start(self.data, order, self.launching, given, at_once=at_once))

    def session(self, ident: str) -> Any:  # noqa: ANN401  what JSON holds
        """Scan, and give all that `dashcam sessions show` says of a session."""
        return self.dashcam.answers("sessions", "show", ident)

    def told(self, ident: str) -> list[tuple[str, str, str]]:
        """Scan, and list what a session's events tell: kind, name, words."""
        said = self.dashcam.says("sessions", "transcript", ident, "--format", "json", "--all")
        return [(row["kind"], row["name"], row["text"]) for row in json.loads(said)["rows"]]


Some = TypeVar("Some", bound=Launches)


class Ended(Generic[Some]):
    """Launches that ran side by side to their ends, each told by its prompt."""

    def __init__(self, launches: Some, running: Mapping[str, Running]) -> None:
        self.launches = launches
        self.running = running
        self.standing: dict[str, Standing] = {prompt: one.over() for prompt, one in running.items()}

    def session(self, prompt: str) -> Any:  # noqa: ANN401  what JSON holds
        return self.launches.session(self.standing[prompt].session_id)

    def told(self, prompt: str) -> list[tuple[str, str, str]]:
        return self.launches.told(self.standing[prompt].session_id)

    def ending(self, prompt: str) -> tuple[str, str]:
        standing = self.standing[prompt]
        return standing.state, standing.error

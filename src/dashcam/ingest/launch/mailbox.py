"""What people say to a launch: lines of a file, heard within a moment."""

import asyncio
from pathlib import Path

from dashcam.agents.pushed import Object
from dashcam.ingest.launch.tape import Reel

HEAR_SECONDS = 0.05


class Mailbox:
    """What people say to a launch, in its order."""

    def __init__(self, path: Path) -> None:
        self._reel = Reel(path)
        self._commands: asyncio.Queue[Object] = asyncio.Queue()
        self.is_stopped = False

    async def listen(self) -> None:
        """Look for what is new until cancelled."""
        while True:
            for command in self._reel.fresh():
                self.put(command)
            await asyncio.sleep(HEAR_SECONDS)

    def put(self, command: Object) -> None:
        """Take a command in."""
        self.is_stopped = self.is_stopped or command.get("do") == "stop"
        self._commands.put_nowait(command)

    async def next(self) -> Object:
        """Wait for the next one."""
        return await self._commands.get()

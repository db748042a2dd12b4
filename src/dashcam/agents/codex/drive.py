"""Codex, driven by `codex exec --json`: one run of the program for each prompt.

What a stranger would get wrong: the program ends with its turn. A follow-up is a further run that resumes the thread,
and to interrupt is to end the run; Codex notes the interruption in the rollout before it goes.
"""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec

from dashcam.agents.codex.stream import LAUNCHING, failure
from dashcam.agents.guarding import guarded
from dashcam.agents.launching import LINGER_STEP_SECONDS, MOST_LINE_BYTES, Ending, Mailbox, Order, Tape
from dashcam.agents.pushed import Object, words

CHUNK_BYTES = 1 << 16
LAST_WORDS = 20
"""Lines of its complaints that are kept, to say why it failed."""
LAST_WORDS_SECONDS = 2.0
"""How long its output is read on after it has ended: a program that it left behind may hold the pipe open."""
SIGNS = ((signal.SIGINT, 2.0), (signal.SIGINT, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0))
"""What ends a run, and for how many seconds each is given a chance. While it starts, Codex may miss the first."""


class _Run:
    """One run of the program: one turn."""

    def __init__(self, process: Process, tape: Tape) -> None:
        self._process = process
        self._tape = tape
        self._complaints: deque[str] = deque(maxlen=LAST_WORDS)
        self.thread = ""
        self.is_over = False
        """Whether it said how the turn ended."""
        self.error = ""
        """What the turn failed with."""

    async def finish(self, prompt: str) -> int:
        """Give it the prompt, record what it says to its end, and give its status."""
        process = self._process
        tasks = [
            asyncio.create_task(work)
            for work in (_give(process, prompt), self._listen(process), self._hear_out(process))
        ]
        try:
            await self._until_the_end(process, tasks)
        finally:
            await self._tidy(process, tasks)
        return await process.wait()

    async def _until_the_end(self, process: Process, tasks: list[asyncio.Task[None]]) -> None:
        waiting = set(tasks)
        while waiting:
            done, waiting = await asyncio.wait(
                waiting, timeout=LINGER_STEP_SECONDS, return_when=asyncio.FIRST_EXCEPTION
            )
            for one in done:
                await one
            if waiting and process.returncode is not None:
                await asyncio.wait(waiting, timeout=LAST_WORDS_SECONDS)
                return

    async def _tidy(self, process: Process, tasks: list[asyncio.Task[None]]) -> None:
        """Leave nothing behind: when its output is closed, or cannot be recorded, the program has to go."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), LAST_WORDS_SECONDS)
        await self.end()

    async def _listen(self, process: Process) -> None:
        async for line in _lines(process.stdout):
            if self._tape.take(line):
                self._note(msgspec.json.decode(line))

    def _note(self, said: Object) -> None:
        self.thread = LAUNCHING.session_of(said) or self.thread
        if said.get("type") in {"turn.completed", "turn.failed"}:
            self.is_over = True
            self.error = failure(said) if said["type"] == "turn.failed" else ""

    async def _hear_out(self, process: Process) -> None:
        async for line in _lines(process.stderr):
            if complaint := line.decode("utf-8", "replace").strip():
                self._complaints.append(complaint)
                self._tape.say(stderr=complaint)

    async def end(self) -> None:
        """End the run: politely, so that Codex writes down what was going on; then with less patience."""
        process = self._process
        for sign, seconds in SIGNS:
            if process.returncode is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                if sign == signal.SIGKILL:
                    # The program on the PATH may be one that runs another; that one passes on no such signal.
                    os.killpg(process.pid, sign)
                else:
                    process.send_signal(sign)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), seconds)

    def why(self, status: int) -> str:
        """Say why it failed without saying so itself, with its last words."""
        if status < 0:
            how = f"codex was ended by {signal.Signals(-status).name}"
        elif status:
            how = f"codex ended with status {status}"
        else:
            how = "codex ended in the middle of a turn"
        return "\n".join([how, *self._complaints])


async def _start(order: Order, arguments: list[str]) -> Process:
    return await asyncio.create_subprocess_exec(
        order.program, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=order.directory, start_new_session=True
    )


async def _give(process: Process, prompt: str) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(ConnectionError):
        process.stdin.write(prompt.encode("utf-8", "replace"))
        await process.stdin.drain()
    process.stdin.close()


async def _lines(reader: asyncio.StreamReader | None) -> AsyncIterator[bytes]:
    """Give whole lines, however long; one that is longer than anything sensible is cut."""
    pieces: list[bytes] = []
    size = 0
    while reader is not None and (chunk := await reader.read(CHUNK_BYTES)):
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        size += len(first)
        if others or size > MOST_LINE_BYTES:
            *whole, rest = [b"".join(pieces), *(others or [b""])]
            for line in whole:
                yield line
            pieces, size = [rest], len(rest)
    yield b"".join(pieces)


class _Session:
    """The runs of one launch, and what people say meanwhile."""

    def __init__(self, order: Order, tape: Tape, mailbox: Mailbox) -> None:
        self._order = order
        self._tape = tape
        self._mailbox = mailbox
        self._thread = order.resume
        self._prompts: asyncio.Queue[str] = asyncio.Queue()
        self._run: _Run | None = None
        self._ending: asyncio.Task[None] | None = None
        self._is_interrupted = False

    async def drive(self, others: Callable[[], bool]) -> Ending:
        """Run prompt after prompt, until nobody has a further one."""
        hearing = asyncio.create_task(self._hear())
        prompt, ending = self._order.prompt, Ending(state="stopped")
        try:
            while prompt and not self._mailbox.is_stopped:
                ending, is_dead = await self._turn(prompt)
                prompt = "" if is_dead else await self._next(hearing, others)
        finally:
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
        return Ending(state="stopped") if self._mailbox.is_stopped else ending

    async def _turn(self, prompt: str) -> tuple[Ending, bool]:
        """Run one prompt; say how it ended, and whether nothing can follow."""
        self._is_interrupted = False
        self._tape.say(sent={"text": prompt})
        try:
            process = await _start(self._order, arguments(self._order, self._thread))
        except OSError as error:
            return Ending(state="failed", error=f"codex could not be started: {error}"), True
        run = self._run = _Run(process, self._tape)
        if self._mailbox.is_stopped:
            self._end_run()
        async with guarded(process.pid, SIGNS):
            status = await run.finish(prompt)
        self._run = None
        self._thread = run.thread or self._thread
        if self._is_interrupted:
            return Ending(state="stopped"), not self._thread
        if run.error:
            return Ending(state="failed", error=run.error), not self._thread
        if status or not run.is_over:
            return Ending(state="failed", error=run.why(status)), True
        return Ending(state="completed"), not self._thread

    async def _next(self, hearing: asyncio.Task[None], others: Callable[[], bool]) -> str:
        """Wait for a further prompt as long as was asked, and as nobody else waits for their turn."""
        quiet = 0.0
        while not hearing.done():
            if not self._prompts.empty():
                return self._prompts.get_nowait()
            if quiet >= self._order.linger or others():
                break
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self._prompts.get(), LINGER_STEP_SECONDS)
            quiet += LINGER_STEP_SECONDS
        return ""

    async def _hear(self) -> None:
        """Do what people say, until they say stop."""
        while True:
            command = await self._mailbox.next()
            match command.get("do"):
                case "stop":
                    self._tape.say(command={"do": "stop"})
                    self._end_run()
                    self._prompts.put_nowait("")
                    return
                case "interrupt":
                    self._tape.say(command={"do": "interrupt"})
                    self._is_interrupted = self._run is not None
                    self._end_run()
                case "message" if text := words(command.get("text"), 1_000_000).strip():
                    self._prompts.put_nowait(text)

    def _end_run(self) -> None:
        if self._run is not None and (self._ending is None or self._ending.done()):
            self._ending = asyncio.create_task(self._run.end())


def arguments(order: Order, thread: str) -> list[str]:
    """Spell a run out for `codex`: its options stand before `resume`, which knows only some of them."""
    said = ["exec", "--json", "-C", order.directory]
    if not _is_in_repository(Path(order.directory)):
        said.append("--skip-git-repo-check")
    if order.model:
        said += ["-m", order.model]
    if order.permission_mode:
        said += ["--sandbox", order.permission_mode]
    if thread:
        said += ["resume", thread]
    return [*said, "-"]


def _is_in_repository(directory: Path) -> bool:
    return any((folder / ".git").exists() for folder in (directory, *directory.parents))


async def drive(order: Order, tape: Tape, mailbox: Mailbox, others: Callable[[], bool]) -> Ending:
    """Run Codex to the end of a launch."""
    return await _Session(order, tape, mailbox).drive(others)

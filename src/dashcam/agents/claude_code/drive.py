"""Claude Code, driven by its SDK.

What a stranger would get wrong: every line is recorded on its way from the program to the SDK, before anybody makes
sense of it. And a line that is no message is recorded too, but kept from the SDK, which would end the session over it.
"""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from time import time_ns
from typing import Any
from uuid import uuid4

import msgspec
from claude_agent_sdk import (
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ClaudeSDKError,
    PermissionResultAllow,
    PermissionResultDeny,
    PermissionUpdate,
    ProcessError,
    ToolPermissionContext,
)
from claude_agent_sdk._internal.transport.subprocess_cli import SubprocessCLITransport
from claude_agent_sdk.types import PermissionRuleValue

from dashcam.agents.claude_code.stream import LAUNCHING, failure
from dashcam.agents.guarding import guarded
from dashcam.agents.launching import (
    LINGER_STEP_SECONDS,
    MOST_LINE_BYTES,
    Ending,
    Following,
    Mailbox,
    Order,
    Tape,
    cut_off,
    shown,
)
from dashcam.agents.pushed import Object, words

STOP_SECONDS = 5.0
ORPHAN_STEPS = ((0, 2.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))
"""What ends the program if this process is killed. Its input is closed then, by which it goes unless it hangs."""
HEAR_SECONDS = 0.1
LAST_WORDS = 20
"""Lines of its complaints that are kept, to say why it failed."""


class _Recorded:
    """The program's output on its way to the SDK: whole lines, each recorded first."""

    def __init__(self, chunks: Any, tape: Tape) -> None:  # noqa: ANN401  a stream of anyio
        self._chunks = chunks
        self._tape = tape

    async def __aiter__(self) -> AsyncIterator[str]:
        rest = ""
        async for chunk in self._chunks:
            *lines, rest = (rest + chunk).split("\n")
            passed = [line for line in lines if self._tape.take(line.encode("utf-8", "replace"))]
            if passed:
                yield "\n".join(passed) + "\n"
            if len(rest) > MOST_LINE_BYTES:
                self._tape.take(rest.encode("utf-8", "replace"))
                rest = ""
        if self._tape.take(rest.encode("utf-8", "replace")):
            yield rest + "\n"

    async def aclose(self) -> None:
        """Close what it reads from."""
        await self._chunks.aclose()


class _Transport(SubprocessCLITransport):
    def __init__(self, options: ClaudeAgentOptions, tape: Tape, watch: Callable[[Object], None]) -> None:
        super().__init__(prompt=_nothing(), options=options)
        self._tape = tape
        self._watch = watch

    async def connect(self) -> None:
        """Start the program."""
        await super().connect()
        self._stdout_stream = _Recorded(self._stdout_stream, self._tape)  # type: ignore[assignment]

    async def read_messages(self) -> AsyncIterator[dict[str, Any]]:
        """Read what the program says; what the SDK would stumble over is recorded, and kept from it."""
        async for message in super().read_messages():
            if _is_sound(message):
                self._watch(message)
                yield message


def _is_sound(message: Object) -> bool:
    match message.get("type"):
        case "control_request":
            request = message.get("request")
            return isinstance(message.get("request_id"), str) and isinstance(request, dict) and "subtype" in request
        case "control_response":
            return isinstance(message.get("response"), dict)
        case str(kind):
            return kind not in {"end", "error"}  # What the SDK says to itself.
    return False


class _Client(ClaudeSDKClient):
    async def results(self) -> AsyncIterator[Object]:
        """Give the end of each turn as the program says it: the SDK's own parser ends the session over an odd line."""
        if self._query is not None:
            async for message in self._query.receive_messages():
                if message.get("type") == "result":
                    yield message


async def _nothing() -> AsyncIterator[dict[str, Any]]:
    nothing: tuple[dict[str, Any], ...] = ()
    for one in nothing:
        yield one


class _Session:
    """One run of the program, and what people say to it."""

    def __init__(self, order: Order, tape: Tape, mailbox: Mailbox) -> None:
        self._order = order
        self._tape = tape
        self._mailbox = mailbox
        self._answers: dict[str, asyncio.Future[Object]] = {}
        self._open_turns = 0
        self._idle = asyncio.Event()
        self._interrupting: asyncio.Task[None] | None = None
        self._complaints: deque[str] = deque(maxlen=LAST_WORDS)
        self._result: Object = {}
        self._following = Following(LAUNCHING)
        self._following.take({"received": order.created, "launch": msgspec.to_builtins(order)})
        self.is_interrupted = False
        options = self._options()
        self._client = _Client(
            options, transport=_Transport(replace(options, permission_prompt_tool_name="stdio"), tape, self._follow)
        )

    def _options(self) -> ClaudeAgentOptions:
        order = self._order
        goes_on = bool(order.resume) and not order.fork
        return ClaudeAgentOptions(
            cli_path=order.program or None,
            cwd=order.directory,
            model=order.model or None,
            permission_mode=order.permission_mode or None,  # type: ignore[arg-type] # one of the modes, by its check
            allowed_tools=list(order.allowed_tools),
            max_turns=order.max_turns,
            max_budget_usd=order.max_cost,
            resume=order.resume or None,
            fork_session=order.fork,
            session_id=None if goes_on else order.session_id,
            system_prompt={"type": "preset", "preset": "claude_code"},
            setting_sources=["user", "project", "local"],
            include_partial_messages=True,
            can_use_tool=self._ask,
            stderr=self._complain,
            max_buffer_size=MOST_LINE_BYTES,
        )

    def _complain(self, line: str) -> None:
        self._complaints.append(line)
        self._tape.say(stderr=line)

    async def run(self, others: Callable[[], bool]) -> Ending:
        """Run to the end."""
        if not await self._connected():
            return self._ending()
        reading = asyncio.create_task(self._read())
        hearing = asyncio.create_task(self._hear())
        try:
            await self._send(self._order.prompt)
            await self._to_the_end(reading, hearing, others)
        finally:
            hearing.cancel()
            if self._interrupting is not None:
                self._interrupting.cancel()
            with contextlib.suppress(TimeoutError, ClaudeSDKError):
                await self._client.disconnect()
            reading.cancel()
            # What they raised was told where they were waited for.
            await asyncio.gather(hearing, reading, return_exceptions=True)
        return self._ending()

    async def _connected(self) -> bool:
        """Start the program; False where somebody said stop before it answered."""
        connecting = asyncio.create_task(self._client.connect())
        while not connecting.done():
            await asyncio.wait({connecting}, timeout=HEAR_SECONDS)
            if self._mailbox.is_stopped and not connecting.done():
                connecting.cancel()
                with contextlib.suppress(asyncio.CancelledError, ClaudeSDKError):
                    await connecting
                return False
        await connecting
        return True

    async def _to_the_end(
        self, reading: asyncio.Task[None], hearing: asyncio.Task[None], others: Callable[[], bool]
    ) -> None:
        """Go on until the program ends, a person stops it, or nobody has said anything for long."""
        quiet = 0.0
        while True:
            idle = asyncio.create_task(self._idle.wait())
            done, _ = await asyncio.wait(
                {reading, hearing, idle}, timeout=LINGER_STEP_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            idle.cancel()
            if reading in done:
                await reading
                if self._open_turns and not self._mailbox.is_stopped:
                    raise ClaudeSDKError("the agent ended in the middle of a turn")
                return
            if hearing in done:
                await hearing
                return
            if not self._idle.is_set():
                quiet = 0.0
                continue
            if quiet >= self._order.linger or others():
                return
            await asyncio.sleep(LINGER_STEP_SECONDS)
            quiet += LINGER_STEP_SECONDS

    def _follow(self, message: Object) -> None:
        """Record what a turn that ends has begun to write: no message will hold it."""
        if message.get("type") == "result" and (cut := cut_off(self._following)):
            self._tape.say(cut=cut)
        self._following.take({"received": time_ns() // 1000, "payload": message})

    async def _read(self) -> None:
        async for result in self._client.results():
            self._result = result
            self._open_turns = max(0, self._open_turns - 1)
            if not self._open_turns:
                self._idle.set()

    async def _hear(self) -> None:
        """Do what people say, until they say stop."""
        while True:
            command = await self._mailbox.next()
            match command.get("do"):
                case "stop":
                    self._tape.say(command={"do": "stop"})
                    return
                case "interrupt":
                    self._tape.say(command={"do": "interrupt"})
                    self.is_interrupted = True
                    # Not waited for: a program that does not hear it must still hear a stop.
                    self._interrupting = asyncio.create_task(self._interrupt())
                case "message":
                    self.is_interrupted = False
                    await self._send(words(command.get("text"), 1_000_000))
                case "answer":
                    waiting = self._answers.pop(words(command.get("request")), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(command)

    async def _interrupt(self) -> None:
        try:
            await asyncio.wait_for(self._client.interrupt(), STOP_SECONDS)
        except Exception as error:  # noqa: BLE001  the SDK raises bare ones, too
            self._complain(f"it could not be interrupted: {str(error) or 'no answer'}")

    async def _send(self, text: str) -> None:
        uuid = str(uuid4())
        self._open_turns += 1
        self._idle.clear()
        self._tape.say(sent={"text": text, "uuid": uuid})
        message = {"role": "user", "content": text}

        async def one() -> AsyncIterator[dict[str, Any]]:
            yield {"type": "user", "message": message, "parent_tool_use_id": None, "uuid": uuid}

        await self._client.query(one(), session_id=self._order.session_id)

    async def _ask(
        self, tool: str, tool_input: dict[str, Any], context: ToolPermissionContext
    ) -> PermissionResultAllow | PermissionResultDeny:
        """Ask whoever looks on whether a tool may be used; waits as long as it takes."""
        request = context.tool_use_id or str(uuid4())
        answer: asyncio.Future[Object] = asyncio.get_running_loop().create_future()
        self._answers[request] = answer
        self._tape.say(
            asked={
                "request": request, "tool": tool, "tool_input": shown(tool_input), "call_id": context.tool_use_id or "",
                "title": context.title or "", "reason": context.decision_reason or "",
            }
        )  # fmt: skip
        said: Object = {"behavior": "deny", "message": "it was no longer asked"}
        try:
            said = await answer
        finally:
            self._answers.pop(request, None)
            behavior = said.get("behavior")
            self._tape.say(answered={"request": request, "behavior": behavior, "message": words(said.get("message"))})
        if behavior == "allow_session":
            return PermissionResultAllow(updated_permissions=_for_this_session(tool, context))
        if behavior == "allow":
            return PermissionResultAllow()
        return PermissionResultDeny(message=words(said.get("message")) or "The person said no.")

    def _ending(self) -> Ending:
        if self._mailbox.is_stopped or self.is_interrupted:
            return Ending(state="stopped")
        if self._result.get("is_error"):
            return Ending(state="failed", error=failure(self._result))
        return Ending(state="completed")

    def failed(self, error: Exception) -> Ending:
        """Say how it ended when something went wrong: after its last turn a program may leave as it likes."""
        if self._result and not self._open_turns:
            return self._ending()
        if self._mailbox.is_stopped:
            return Ending(state="stopped")
        return Ending(state="failed", error=self._why(error))

    def _why(self, error: Exception) -> str:
        """Say why it failed, with its own last words."""
        told = "\n".join(self._complaints)
        return f"{_plainly(error)}\n{told}".strip()


def _plainly(error: Exception) -> str:
    """Say how a program ended; the SDK's own sentence points to where nobody can look."""
    code = error.exit_code if isinstance(error, ProcessError) else None
    if code is None:
        return str(error) or type(error).__name__
    if code < 0:
        return f"the agent was killed by signal {-code} ({signal.strsignal(-code) or 'unknown'})"
    return f"the agent ended with exit code {code}"


def _for_this_session(tool: str, context: ToolPermissionContext) -> list[PermissionUpdate]:
    """What the program itself proposes, for this session alone; else the whole tool."""
    proposed = [replace(one, destination="session") for one in context.suggestions if one.type == "addRules"]
    rule = PermissionUpdate(
        type="addRules", rules=[PermissionRuleValue(tool_name=tool)], behavior="allow", destination="session"
    )
    return proposed or [rule]


async def drive(order: Order, tape: Tape, mailbox: Mailbox, others: Callable[[], bool]) -> Ending:
    """Run Claude Code to the end of a launch."""
    session = _Session(order, tape, mailbox)
    try:
        # The SDK starts the program in the group of this process, which leads it.
        async with guarded(os.getpgrp(), ORPHAN_STEPS):
            return await session.run(others)
    except Exception as error:  # noqa: BLE001  the SDK raises bare ones, too
        return session.failed(error)

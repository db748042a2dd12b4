"""The process of one launch: it waits for its turn, runs the agent, records every line, and writes the end.

What a stranger would get wrong: it is nobody's thread. Whoever asked for it may be closed, killed or started again;
what a person says reaches it by a file, and what the agent says reaches everybody by another.
"""

import asyncio
import os
import signal
import sys
import traceback
from pathlib import Path

from dashcam.agents.launching import Ending, LaunchState, Order
from dashcam.agents.registry import AGENTS
from dashcam.ingest.launch.mailbox import Mailbox
from dashcam.ingest.launch.places import LAUNCHES, Place, hold, is_alive, order_of, unfinished
from dashcam.ingest.launch.standing import Watched, finish
from dashcam.ingest.launch.start import launchable
from dashcam.ingest.launch.tape import Tape

TURN_SECONDS = 0.2


def main() -> None:
    """Run one launch: home, agent, id, the lock's descriptor, how many may run at once."""
    home, agent, ident, _, at_once = sys.argv[1:]
    place = Place(home=Path(home), agent=agent, id=ident)
    order = order_of(place)
    if order is None:
        return
    tape = Tape(place.lines)
    state: LaunchState = "failed"
    error = "the launch was not run"
    try:
        ending = asyncio.run(_run(place, order, tape, int(at_once)))
        state, error = ending.state, ending.error
    except Exception as failure:  # noqa: BLE001  whatever it was belongs into the record
        traceback.print_exc()
        error = f"{type(failure).__name__}: {failure}"
    finally:
        tape.close()
        finish(Watched(place, AGENTS[place.agent]), state, error)


async def _run(place: Place, order: Order, tape: Tape, at_once: int) -> Ending:
    drive = launchable(AGENTS, order.agent).drive
    mailbox = Mailbox(place.said)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sign, mailbox.put, {"do": "stop"})
    hearing = asyncio.create_task(mailbox.listen())
    try:
        slot = await _turn(place, order, at_once, mailbox)
        if slot is None:
            return Ending(state="stopped")
        place.started.touch(mode=0o600)
        tape.say(state="started", pid=os.getpid(), program=order.program)
        return await drive(order, tape, mailbox, lambda: _others_wait(place, at_once))
    finally:
        hearing.cancel()


async def _turn(place: Place, order: Order, at_once: int, mailbox: Mailbox) -> int | None:
    """Wait until fewer than so many run and nobody waits longer; None where it was stopped meanwhile."""
    while not mailbox.is_stopped:
        ahead = (one for one in unfinished(place.home) if one != place and not one.started.exists() and is_alive(one))
        first = min(((found.created, found.id) for one in ahead if (found := order_of(one))), default=None)
        if first is None or (order.created, order.id) < first:
            for number in range(at_once):
                slot = hold(place.home / LAUNCHES / f"slot-{number}")
                if slot is not None:
                    return slot
        await asyncio.sleep(TURN_SECONDS)
    return None


def _others_wait(place: Place, at_once: int) -> bool:
    """Whether somebody waits for this one's turn; who has only just begun may find another place free."""
    begun = [one.started.exists() for one in unfinished(place.home) if one != place and is_alive(one)]
    return not all(begun) and sum(begun) + 1 >= at_once


if __name__ == "__main__":
    main()

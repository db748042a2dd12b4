"""The two lists beside the rollouts: `session_index.jsonl` holds titles, `history.jsonl` prompts.

What a stranger would get wrong: both are append-only, so a thread may stand there many times; the last of its
titles holds, and the first of its prompts.
"""

from collections.abc import Iterator
from typing import Any

from dashcam.agents.codex.memory import PROMPTS, Memory, keep
from dashcam.agents.lenient import Tally, micros, plausible, text
from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED, SessionFacts

_TITLE_LENGTH = 120
_PROMPT_LENGTH = 4000


def read_index(record: dict[str, Any], line: int, memory: Memory, tally: Tally) -> Iterator[SessionFacts]:
    """Tell a thread's title. A name inside the rollout is newer, so it ranks above this one."""
    session = text(record, "id", tally, line)
    title = text(record, "thread_name", tally, line).strip()
    if not session or not title:
        tally.add(line, "unknown-type", "a line of the index without id and thread_name")
        return
    memory.recognised += 1
    if "updated_at" in record and micros(record["updated_at"]) is None:
        tally.add(line, "bad-time", "updated_at makes no sense")
    yield SessionFacts(session=session, title=title, title_rank=TITLE_GENERATED)


def read_history(record: dict[str, Any], line: int, memory: Memory, tally: Tally) -> Iterator[SessionFacts]:
    """Tell a thread's first prompt and the times of its prompts: all that is left of a lost rollout."""
    session = text(record, "session_id", tally, line)
    prompt = text(record, "text", tally, line).strip()
    if not session or not prompt:
        tally.add(line, "unknown-type", "a line of the history without session_id and text")
        return
    memory.recognised += 1
    seconds = record.get("ts")
    at = plausible(int(seconds * 1_000_000)) if type(seconds) is int and 0 < seconds < 10**10 else None
    if at is None:
        tally.add(line, "bad-time", "ts makes no sense")
    known = memory.prompts.get(session)
    facts = SessionFacts(
        session=session,
        first_at=known.first_at if known and known.first_at else at,
        last_at=at or (known.last_at if known else None),
        first_prompt=known.first_prompt if known else prompt[:_PROMPT_LENGTH],
        title=known.title if known else prompt.splitlines()[0][:_TITLE_LENGTH],
        title_rank=TITLE_FIRST_PROMPT,
    )
    keep(memory.prompts, session, facts, PROMPTS)
    yield facts

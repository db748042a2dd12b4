"""The lines of one turn: what stands around a prompt, a tool's answer, a subagent's report, an end."""

import hashlib
from collections.abc import Callable
from random import Random

import msgspec

from benchmarks.prose import Vocabulary, chance
from benchmarks.rates import Tally
from benchmarks.tools import Line, Outcome
from benchmarks.transcript import Transcript, encode, iso, name_id, uuid

COMPACT_ABOVE = 140_000
"""Tokens: below every tier of the main models, so that only the small one meets its own."""


def call_block(rng: Random, outcome: Outcome) -> Line:
    """Write a tool call as a content block."""
    return {"type": "tool_use", "id": name_id(rng, "toolu_01"), "name": outcome.name, "input": outcome.input}


def give_result(script: Transcript, outcome: Outcome, call: str, caller: str) -> None:
    """Append a tool's answer."""
    dialect = script.session.dialect
    if dialect.progress and outcome.name == "Bash":
        told: Line = {
            "type": "bash_progress",
            "output": str(outcome.content)[-200:],
            "fullOutput": str(outcome.content)[-200:],
        }
        told |= {"elapsedTimeSeconds": 3, "totalLines": 1}
        script.chain({"type": "progress", "data": told, "toolUseID": "bash-progress-0", "parentToolUseID": call})
    script.clock.wait(outcome.seconds * 1_000)
    block: Line = {"tool_use_id": call, "type": "tool_result", "content": outcome.content}
    if outcome.is_error or outcome.name == "Bash":
        block["is_error"] = outcome.is_error
    message = {"role": "user", "content": [block]}
    body: Line = {"type": "user", "message": message}
    if dialect.attachments:
        body = {"promptId": script.prompt_id, **body}
    script.chain(body, {"toolUseResult": outcome.result, "sourceToolAssistantUUID": caller})
    script.carry(len(encode(outcome.content)))
    if dialect.request_log:
        digest = hashlib.sha256(encode(message)).hexdigest()
        script.add({"type": "api-request-blob", "sessionId": script.session.id, "hash": digest, "message": message})


def request(script: Transcript) -> None:
    """Get ready for a request: compact a context that has grown too long, and log what is sent."""
    if script.cached + script.pending > COMPACT_ABOVE:
        script.compact()
    if not script.session.dialect.request_log:
        return
    rng = script.rng
    line: Line = {"type": "api-request", "sessionId": script.session.id, "id": uuid(rng)}
    line |= {
        "timestamp": iso(script.clock.now),
        "version": script.session.version,
        "querySource": "repl_main_thread",
    }
    line["params"] = {
        "model": script.model,
        "max_tokens": 32_000,
        "betas": ["interleaved-thinking-2025-05-14"],
    }
    line |= {
        "keep": len(script.lines),
        "tail": [rng.randbytes(32).hex()],
        "requestDigest": rng.randbytes(32).hex(),
    }
    script.add(line)


def prompt(script: Transcript) -> None:
    """Append what the person typed, with what the CLI adds around it."""
    rng, session = script.rng, script.session
    if not session.dialect.attachments or chance(rng, 0.3):
        ident = uuid(rng)
        snapshot = {"messageId": ident, "trackedFileBackups": {}, "timestamp": iso(script.clock.now)}
        line = {"type": "file-history-snapshot", "messageId": ident, "snapshot": snapshot}
        script.add({**line, "isSnapshotUpdate": False})
    if session.dialect.progress:
        hook(script, "UserPromptSubmit")
    text = session.project.words.prose(rng, max(3, int(rng.lognormvariate(3, 1))))
    tail: Line = {}
    if session.dialect.attachments:
        tail = {"permissionMode": "default", "origin": {"kind": "human"}, "promptSource": "typed"}
        script.prompt_id = uuid(rng)
    body = {"type": "user", "message": {"role": "user", "content": text}}
    script.chain({"promptId": script.prompt_id, **body} if session.dialect.attachments else body, tail)
    script.carry(len(text))


def answer(script: Transcript) -> None:
    """Close a turn with words; now and then an error stands in their place, which is no request."""
    rng = script.rng
    if chance(rng, 0.01):
        failed = [{"type": "text", "text": "API Error: 529 Overloaded"}]
        nothing = {
            "input_tokens": 0,
            "output_tokens": 0,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        }
        message: Line = {"id": uuid(rng), "type": "message", "role": "assistant", "model": "<synthetic>"}
        message |= {"content": failed, "stop_reason": "stop_sequence", "usage": nothing}
        script.chain({"message": message, "type": "assistant"}, {"isApiErrorMessage": True})
    request(script)
    blocks = [script.thinking()] if chance(rng, 0.4) else []
    text = script.session.project.words.prose(rng, rng.randint(20, 220))
    script.respond([*blocks, {"type": "text", "text": text}], "end_turn")


def finish_turn(script: Transcript) -> None:
    """Append the notices at the end of a turn."""
    script.turns.append(len(script.lines))
    if script.session.dialect.counts == "growing":
        return
    if script.session.dialect.progress:
        hook(script, "Stop")
    script.chain(
        {"type": "system", "subtype": "turn_duration", "durationMs": script.rng.randrange(1_000, 400_000)},
        {"isMeta": False},
    )


def hook(script: Transcript, event: str) -> None:
    """Append a hook's report."""
    told = {
        "type": "hook_progress",
        "hookEvent": event,
        "hookName": f"{event}:startup",
        "command": "make hook",
    }
    ident = uuid(script.rng)
    script.chain({"type": "progress", "data": told, "parentToolUseID": ident, "toolUseID": ident})


def report_progress(script: Transcript, sub: Transcript, call: str, asked: str) -> None:
    """Tell a subagent's lines in its parent's file: the same messages, with usage, once more."""
    history: list[Line] = []
    for place, raw in enumerate(sub.lines):
        line = msgspec.json.decode(raw)
        if line["type"] not in ("user", "assistant"):
            continue
        nested = {key: line[key] for key in ("type", "timestamp", "message", "requestId", "uuid") if key in line}
        history.append(nested)
        told = {
            "message": nested,
            "normalizedMessages": history if not place % 16 else [],
            "type": "agent_progress",
        }
        told |= {"prompt": asked, "agentId": sub.agent}
        script.chain({"type": "progress", "data": told, "toolUseID": f"agent_{call}", "parentToolUseID": call})


def begin(script: Transcript) -> None:
    """Append a session's first lines."""
    dialect, ident = script.session.dialect, script.session.id
    if dialect.progress:
        hook(script, "SessionStart")
    if dialect.attachments:
        script.add({"type": "mode", "mode": "normal", "sessionId": ident})
        script.add({"type": "permission-mode", "permissionMode": "default", "sessionId": ident})
        attach(script)


ATTACHMENTS: dict[str, Callable[[Vocabulary, Random], str]] = {
    "environment": lambda words, rng: words.prose(rng, 110),
    "model": lambda words, rng: words.prose(rng, 25),
    "agent_listing_delta": lambda words, rng: words.prose(rng, 420),
    "skill_listing": lambda words, rng: words.prose(rng, 900),
    "prompt_snapshot": lambda words, rng: words.prose(rng, 4_000),
}


def attach(script: Transcript) -> None:
    """Append what the newer CLI puts around the first prompt; the long ones are the same in every session."""
    for kind, compose in ATTACHMENTS.items():
        if kind == "prompt_snapshot" and not script.session.dialect.request_log:
            continue
        text = compose(script.session.project.words, Random(f"{script.session.project.cwd}/{kind}"))
        said = [{"content": f"<system-reminder>\n{text}\n</system-reminder>"}]
        shown: Line = {} if kind == "prompt_snapshot" else {"rendered": said, "renderedRole": "system"}
        script.chain({"attachment": {"type": kind, "content": text}, "type": "attachment"}, shown)


def close(script: Transcript, tally: Tally) -> None:
    """Append a session's last lines: its title, and in the newest generation its cost so far."""
    session, words = script.session, script.session.project.words
    title = words.sentence(script.rng, 6)[:-1]
    if not session.dialect.attachments:
        script.add({"type": "summary", "summary": title, "leafUuid": script.parent})
        return
    script.add({"type": "ai-title", "aiTitle": title, "sessionId": session.id})
    script.add({"type": "last-prompt", "lastPrompt": title, "leafUuid": script.parent, "sessionId": session.id})
    if session.dialect.request_log:
        used = {
            model: {
                "inputTokens": sums.input,
                "outputTokens": sums.output,
                "thinkingTokens": sums.reasoning,
                "cacheReadInputTokens": sums.cache_read,
                "cacheCreationInputTokens": sums.cache_write_5m + sums.cache_write_1h,
                "cacheCreationEphemeral5mInputTokens": sums.cache_write_5m,
                "cacheCreationEphemeral1hInputTokens": sums.cache_write_1h,
                "webSearchRequests": sums.web_searches,
                "costUSD": sums.cost_nano / 1e9,
            }
            for model, sums in tally.by(1).items()
        }
        total = tally.total().cost_nano / 1e9
        script.add({"type": "cost-state", "sessionId": session.id, "totalCostUSD": total, "modelUsage": used})

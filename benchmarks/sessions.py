"""One session from its first line to its last, with its subagents and its fork: the story of a few files."""

import os
from pathlib import Path
from random import Random

import msgspec

from benchmarks.dialects import DIALECTS
from benchmarks.prose import chance, project
from benchmarks.rates import UNPRICED_MODEL, Tally
from benchmarks.tools import Line, Outcome, Workspace
from benchmarks.transcript import Clock, Session, Told, Transcript, encode, iso, name_id, uuid
from benchmarks.turns import (
    answer,
    attach,
    begin,
    call_block,
    close,
    finish_turn,
    give_result,
    prompt,
    report_progress,
    request,
)

ASIDES = 0.08
"""The share of the newest sessions in which a question is asked aside."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one session is to be. Its lines depend on this and the seed alone, in whatever process."""

    seed: int
    number: int
    project: int
    dialect: int
    start: int
    """Milliseconds UTC."""
    size: int
    """Bytes of the main transcript, about."""
    agents: tuple[int, ...] = ()
    """Sizes of the subagents."""
    fork: int = 0
    """Bytes that a fork adds to the history it copies; 0 for no fork."""


class Story:
    """A session while it is being written."""

    def __init__(self, plan: Plan, root: Path) -> None:
        self.plan = plan
        self.rng = rng = Random(f"{plan.seed}/session/{plan.number}")
        dialect, place = DIALECTS[plan.dialect], project(plan.seed, plan.project)
        self.folder = root / ".claude" / "projects" / place.folder
        self.tally = Tally()
        model = UNPRICED_MODEL if chance(rng, 0.01) else rng.choice(dialect.models)
        self.session = Session(
            id=uuid(rng),
            dialect=dialect,
            version=rng.choice(dialect.versions),
            project=place,
            branch=rng.choice(place.branches),
            model=model,
            ttl="1h" if chance(rng, 0.4) else "5m",
            fast=model in ("claude-opus-4-8", "claude-opus-5-5") and chance(rng, 0.06),
            geo_us=model == "claude-opus-5-5" and chance(rng, 0.06),
            slug="-".join(rng.choices(place.words.words[9_000:], k=3)) if dialect.progress else "",
        )
        self.clock = Clock(plan.start)
        self.told = Told(rng=rng, clock=self.clock, tally=self.tally)
        self.space = Workspace(rng, place, plan.start // 1_000)

    def tell(self) -> Tally:
        """Write the session and its fork."""
        main = Transcript(self.told, self.session)
        begin(main)
        self.go_on(main, self.plan.size, list(self.plan.agents))
        self.save(main, self.folder / f"{self.session.id}.jsonl", "sessions")
        if self.plan.fork and main.turns:
            self.fork(main)
        if self.session.dialect.request_log and chance(self.rng, ASIDES):
            self.ask_aside(main)
        return self.tally

    def fork(self, parent: Transcript) -> None:
        """Copy a part of the history under a new session id, else byte for byte, and go on from there."""
        self.clock.wait(self.rng.lognormvariate(14, 1))
        new = msgspec.structs.replace(self.session, id=uuid(self.rng))
        child = Transcript(self.told, new)
        child.add(
            {
                "type": "queue-operation",
                "operation": "enqueue",
                "timestamp": iso(self.clock.now),
                "sessionId": new.id,
            }
        )
        cut = self.rng.choice(parent.turns)
        old_id, new_id = self.session.id.encode(), new.id.encode()
        kept = [line.replace(old_id, new_id) for line in parent.lines[:cut] if b'"parentUuid":' in line]
        child.lines += kept
        child.size += sum(map(len, kept))
        child.parent = msgspec.json.decode(kept[-1])["uuid"]
        child.cached, child.pending = min(parent.cached, 60_000), 500
        self.session = new
        self.go_on(child, child.size + self.plan.fork, [])
        self.save(child, self.folder / f"{new.id}.jsonl", "sessions")
        self.tally.note("forks")

    def ask_aside(self, main: Transcript) -> None:
        """Answer a question aside: its file repeats the last response with another request id."""
        sub = Transcript(self.told, main.session, agent=f"aside_question-{uuid(self.rng)[:8]}")
        last = msgspec.json.decode(next(line for line in reversed(main.lines) if b'"apiBlockIndex":' in line))
        last |= {"isSidechain": True, "agentId": sub.agent, "requestId": name_id(self.rng, "req_011C")}
        sub.add({**last, "uuid": uuid(self.rng)})
        prompt(sub)
        answer(sub)
        folder = self.folder / main.session.id / "subagents"
        self.save(sub, folder / f"agent-{sub.agent}.jsonl", "subagents")

    def go_on(self, script: Transcript, until: int, agents: list[int]) -> None:
        """Take turns until the file is large enough, with subagents spread evenly over it."""
        marks = [until * (place + 1) // (len(agents) + 1) for place in range(len(agents))]
        while script.size < until or not script.turns:
            prompt(script)
            for _ in range(self.rng.choice((1, 2, 3, 4, 6, 9, 14))):
                if marks and script.size >= marks[0]:
                    marks.pop(0)
                    self.delegate(script, agents.pop(0))
                else:
                    self.work(script)
                if script.size >= until:
                    break
            answer(script)
            finish_turn(script)
            self.clock.wait(self.rng.choice((30_000, 90_000, 240_000, 500_000, self.rng.randrange(9_000_000))))
        for size in agents:
            self.delegate(script, size)
        close(script, self.tally)

    def work(self, script: Transcript) -> None:
        """Make one request that calls a tool or two."""
        rng, words = self.rng, self.session.project.words
        outcomes = [self.space.use() for _ in range(2 if chance(rng, 0.12) else 1)]
        blocks: list[Line] = [script.thinking()] if chance(rng, 0.5) else []
        if chance(rng, 0.45):
            blocks.append({"type": "text", "text": words.prose(rng, rng.randint(6, 60))})
        request(script)
        calls = [call_block(rng, outcome) for outcome in outcomes]
        lines = script.respond([*blocks, *calls], "tool_use")[-len(calls) :]
        for outcome, call, line in zip(outcomes, calls, lines, strict=True):
            give_result(script, outcome, call["id"], line["uuid"])

    def delegate(self, script: Transcript, size: int) -> None:
        """Let a subagent work, in a file of its own or told in progress lines, and take its answer."""
        rng, words, dialect = self.rng, self.session.project.words, self.session.dialect
        asked = {"description": words.sentence(rng, 4)[:-1], "prompt": words.prose(rng, rng.randint(30, 200))}
        asked["subagent_type"] = rng.choice(("Explore", "general-purpose", "Plan"))
        name = "Agent" if dialect.attachments else "Task"
        call: Line = {"type": "tool_use", "id": name_id(rng, "toolu_01"), "name": name, "input": asked}
        request(script)
        caller = script.respond([call], "tool_use")[-1]
        agent = rng.randbytes(4).hex() if not dialect.attachments else f"a{rng.randbytes(8).hex()}"
        model = dialect.small_model if chance(rng, 0.6) else self.session.model
        told = dialect.progress and chance(rng, 0.75)
        sub = Transcript(self.told, self.session, agent=agent, model=model)
        first = {"role": "user", "content": asked["prompt"]}
        self.run_agent(sub, first, size // 2 if told else size)
        if told:
            report_progress(script, sub, call["id"], asked["prompt"])
        if told and chance(rng, 0.5):
            self.tally.note("subagents_without_file")
        else:
            self.save_agent(sub, asked, call["id"])
        report = words.prose(rng, rng.randint(80, 500))
        content = [{"type": "text", "text": report}]
        result: Line = {
            "status": "completed",
            "prompt": asked["prompt"],
            "agentId": agent,
            "content": content,
        }
        result |= {
            "totalDurationMs": 60_000,
            "totalTokens": sub.cached,
            "totalToolUseCount": len(sub.lines) // 3,
        }
        outcome = Outcome(name=name, input=asked, content=content, result=result)
        give_result(script, outcome, call["id"], str(caller["uuid"]))

    def run_agent(self, sub: Transcript, first: Line, size: int) -> None:
        """Write a subagent's transcript."""
        sub.chain({"type": "user", "message": first})
        if sub.session.dialect.request_log:
            attach(sub)
        while sub.size < size:
            self.work(sub)
        answer(sub)

    def save_agent(self, sub: Transcript, asked: dict[str, str], call: str) -> None:
        """Write a subagent's file where its generation keeps it, with its sidecar."""
        folder = self.folder if self.session.dialect.flat_agents else self.folder / self.session.id / "subagents"
        self.save(sub, folder / f"agent-{sub.agent}.jsonl", "subagents")
        if self.session.dialect.attachments:
            sidecar: Line = {"agentType": asked["subagent_type"], "description": asked["description"]}
            sidecar |= {"toolUseId": call, "spawnDepth": 1, "model": sub.model, "finished": True}
            (folder / f"agent-{sub.agent}.meta.json").write_bytes(encode(sidecar))

    def save(self, script: Transcript, path: Path, kind: str) -> None:
        """Write a file, dated as if it had been left then."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(script.lines))
        seconds = script.clock.now / 1_000
        os.utime(path, (seconds, seconds))
        for what, by in ((kind, 1), ("files", 1), ("lines", len(script.lines)), ("bytes", script.size)):
            self.tally.note(what, by)

"""Gather what the lines of one response say into one account, and turn it into model calls.

What a stranger would get wrong: one response is written as one line for each of its blocks, all with a usage,
and before version 2.1.97 most of those output counts were placeholders of one to three tokens. So nothing is
added up: the account is the field-wise maximum, and says whether its output is exact.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from dashcam.agents.claude_code.blocks import as_json, bare
from dashcam.agents.claude_code.lines import Block, Content, Message, Usage
from dashcam.agents.claude_code.memory import Response, Step
from dashcam.agents.claude_code.mending import Note
from dashcam.agents.lenient import MOST
from dashcam.records.call import ModelCall
from dashcam.records.money import NANO

_FINAL_SINCE = (2, 1, 97)
_TIERS = ("batch", "priority", "flex")
_TENTHS_PER_TOKEN = 31
"""3.1 characters make a token: it reproduces the exact records of real transcripts within a few per cent."""


def count(value: int | None, name: str, note: Note) -> int:
    """Read a count; a negative or absurd one is unknown, which is 0 with a word about it."""
    if not value:
        return 0
    if 0 < value <= MOST:
        return value
    note("bad-count", f"{name} is negative or absurdly large")
    return 0


@lru_cache(maxsize=64)
def writes_final_counts(version: str | None) -> bool:
    """Say whether a version of Claude Code writes final output counts on every line."""
    match = re.match(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})", version or "")
    return match is not None and tuple(map(int, match.groups())) >= _FINAL_SINCE


def gather(response: Response, message: Message, version: str | None, note: Note) -> None:
    """Add what one line says of a response to its account."""
    gather_words(response, message.content)
    response.final = response.final or message.stop_reason is not None or writes_final_counts(version)
    if message.usage is not None:
        response.counted = True
        gather_usage(response, message.usage, note)


def gather_words(response: Response, content: Content) -> None:
    """Add what one line says, which stands in for a count that is not final."""
    if isinstance(content, str):
        response.characters += len(content)
    for block in content if isinstance(content, list) else ():
        if isinstance(block, Block):
            _gather_block(response, block)


def _gather_block(response: Response, block: Block) -> None:
    if block.text:
        response.characters += len(block.text)
    elif block.thinking:
        response.characters += len(block.thinking)
    if block.type == "tool_use" or block.type == "server_tool_use":  # noqa: PLR1714 - the hot loop
        if block.name and (name := bare(block.name)) not in response.tools:
            response.tools.append(name)
        if not response.final:
            response.characters += len(as_json(block.input))


def gather_usage(response: Response, usage: Usage, note: Note) -> None:
    """Add the counts of one line; the greater ones stay, so that the same counts again change nothing."""
    response.input = max(response.input, count(usage.input_tokens, "input_tokens", note))
    response.output = max(response.output, count(usage.output_tokens, "output_tokens", note))
    read = count(usage.cache_read_input_tokens, "cache_read_input_tokens", note)
    response.cache_read = max(response.cache_read, read)
    total, short, long = _writes(usage, note)
    response.write_total = max(response.write_total, total)
    if short + long > response.write_5m + response.write_1h:
        response.write_5m, response.write_1h = short, long
    if usage.output_tokens_details:
        thinking = count(usage.output_tokens_details.thinking_tokens, "thinking_tokens", note)
        response.reasoning = max(response.reasoning, thinking)
    if usage.server_tool_use:
        searches = count(usage.server_tool_use.web_search_requests, "web_search_requests", note)
        response.searches = max(response.searches, searches)
    if usage.speed == "fast":
        response.speed = "fast"
    if usage.inference_geo == "us":
        response.geo = "us"
    if usage.service_tier in _TIERS:
        response.tier = usage.service_tier
    if usage.iterations:
        _gather_steps(response, usage.iterations, note)


def _writes(usage: Usage, note: Note) -> tuple[int, int, int]:
    """Give the total of cache writes and its two parts.

    Some versions wrote 0 for the total while the parts were set.
    """
    short = long = 0
    if usage.cache_creation:
        short = count(usage.cache_creation.ephemeral_5m_input_tokens, "ephemeral_5m_input_tokens", note)
        long = count(usage.cache_creation.ephemeral_1h_input_tokens, "ephemeral_1h_input_tokens", note)
    total = count(usage.cache_creation_input_tokens, "cache_creation_input_tokens", note)
    return max(total, short + long), short, long


def _gather_steps(response: Response, iterations: list[Usage], note: Note) -> None:
    steps = [_step(row, note) for row in iterations if row.type in {"message", "advisor_message"}]
    if len(steps) == 1 and not steps[0].advisor:
        return
    if _size(steps) >= _size(response.steps):
        response.steps = steps


def _step(row: Usage, note: Note) -> Step:
    total, short, long = _writes(row, note)
    return Step(
        advisor=row.type == "advisor_message",
        model=bare(row.model),
        input=count(row.input_tokens, "iterations[].input_tokens", note),
        output=count(row.output_tokens, "iterations[].output_tokens", note),
        cache_read=count(row.cache_read_input_tokens, "iterations[].cache_read_input_tokens", note),
        write_5m=max(total - long, short),
        write_1h=long,
    )


def _size(steps: list[Step]) -> int:
    return sum(step.input + step.output + step.cache_read + step.write_5m + step.write_1h for step in steps)


def calls(response: Response) -> Iterator[ModelCall]:
    """Turn an account into the model calls it stands for: mostly one."""
    if not response.counted:
        return
    whole = Step(
        advisor=False,
        input=response.input,
        output=response.output,
        cache_read=response.cache_read,
        write_5m=max(response.write_total, response.write_5m + response.write_1h) - response.write_1h,
        write_1h=response.write_1h,
    )
    if not response.steps:
        yield _main_call(response, whole)
        return
    steps = [step for step in response.steps if not step.advisor]
    # Steps that do not add up to the whole are no account of it; an estimate needs the response undivided.
    divided = len(steps) > 1 and response.final and _sums(steps) == _sums([whole])
    yield _main_call(response, steps[0] if divided else whole)
    for number, step in enumerate(steps[1:] if divided else (), 1):
        yield _further_call(response, step, f"{response.key}#{number}", response.model)
    advisors = [step for step in response.steps if step.advisor]
    for number, step in enumerate(advisors, 1):
        yield _further_call(response, step, f"{response.key}#advisor{number}", step.model)


def _sums(steps: list[Step]) -> tuple[int, ...]:
    return (
        sum(step.input for step in steps),
        sum(step.output for step in steps),
        sum(step.cache_read for step in steps),
        sum(step.write_5m + step.write_1h for step in steps),
    )


def _main_call(response: Response, step: Step) -> ModelCall:
    estimate = None
    if not response.final:
        estimate = max(response.output, -(-response.characters * 10 // _TENTHS_PER_TOKEN))
    return ModelCall(
        key=response.key,
        variant=response.variant,
        session=response.session,
        at=response.at,
        line=response.line,
        model=response.model,
        provider="anthropic",
        rank=response.rank,
        sidechain=response.sidechain,
        input=step.input,
        output=step.output,
        cache_read=step.cache_read,
        cache_write_5m=step.write_5m,
        cache_write_1h=step.write_1h,
        reasoning=min(response.reasoning, step.output),
        web_searches=response.searches or sum(response.linked_searches.values()),
        speed=response.speed,
        geo=response.geo,
        tier=response.tier,
        duration_us=response.duration_us,
        tools=", ".join(sorted(response.tools)) if response.tools else "",
        exact=response.final,
        estimated_output=estimate,
        reported_nano=response.reported_nano,
    )


def _further_call(response: Response, step: Step, key: str, model: str) -> ModelCall:
    return ModelCall(
        key=key,
        variant=response.variant,
        session=response.session,
        at=response.at,
        line=response.line,
        model=model,
        provider="anthropic",
        rank=response.rank,
        sidechain=response.sidechain,
        input=step.input,
        output=step.output,
        cache_read=step.cache_read,
        cache_write_5m=step.write_5m,
        cache_write_1h=step.write_1h,
        speed=response.speed,
        geo=response.geo,
        tier=response.tier,
    )


def nano(dollars: float | None) -> int | None:
    """Turn the agent's own dollars into nano-dollars; what is no sensible price is none."""
    if dollars is None or not 0 <= dollars <= MOST:
        return None
    return round(dollars * NANO)

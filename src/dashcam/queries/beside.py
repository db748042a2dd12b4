"""The sources of one session side by side: what each says, how it differs from the one that bills, and why.

What a stranger would get wrong: a difference is never spread over guesses. It is taken apart call by call where both
kinds name a request by the same id, so that the parts add up to it to the nano-dollar; what is left is called so.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

import msgspec

from dashcam.queries.detail import SessionDetail
from dashcam.queries.moment import Moment
from dashcam.records.call import Tokens
from dashcam.records.clock import iso, moment
from dashcam.records.money import NANO, dollars
from dashcam.store import counters, reported, told
from dashcam.store.database import Database
from dashcam.store.told import ToldCall

_OPEN = frozenset({"unexplained", "unattributed", "cannot_be_matched"})
OWN_TOTAL = "own_total"
"""The running total that an agent writes into its own lines; no kind of source, but a word of its own."""
ORDER = ("transcript", "stream", "otlp_log", "hook", "counter", "statusline", OWN_TOTAL)
_FIELDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


class SourceSays(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of source says of a session with its subagents, of one model or of all."""

    source: str
    """`transcript`, `stream`, `otlp_log`, `hook`, `counter`, `statusline`, or `own_total`: the agent's own."""
    model: str
    """Empty for all models."""
    billed: bool
    """Whether the session is billed by it."""
    calls: int | None
    """Null where it counts tokens alone."""
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    cost_usd: float | None
    """By our prices; of counters, status lines and own totals the agent's own. Null where no call has a price."""
    cost_is_partial: bool
    """Whether some of its calls have no price, so that the true cost is more."""
    reported_cost_usd: float | None
    """The agent's own cost, where the source tells it."""
    first_at: str | None
    last_at: str | None


class DifferencePart(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a source says more or less than the one that bills."""

    code: str
    """`left_no_line`, `export_began`, `export_ended`, `not_exported`, `placeholder`, `counts_differ`, `prices_differ`,
    `cannot_be_matched`, `older`, `unattributed`, `unexplained`."""
    words: str
    calls: int
    tokens: int
    cost_usd: float


class SourceDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says beyond the one that bills; below zero where it says less. The parts add up to it."""

    source: str
    tokens: int | None
    """Null where it tells no tokens."""
    cost_usd: float
    """Zero where it tells no cost."""
    parts: list[DifferencePart]


class SideBySide(msgspec.Struct, frozen=True, kw_only=True):
    """A session's sources, and what explains how they differ."""

    session_id: str
    billed: str
    rows: list[SourceSays]
    """All models together first, the best kind of source first."""
    differences: list[SourceDifference]
    explained: bool
    """Whether every token and cent of every difference has a reason."""
    notes: list[str]


class _Sum(msgspec.Struct, kw_only=True):
    calls: int | None = 0
    unpriced: int = 0
    """Calls without a price; of metrics, models without a cost."""
    tokens: Tokens | None = None
    cost: int = 0
    reported: int | None = None

    @property
    def tells_cost(self) -> bool:
        return bool(self.cost) or self.unpriced < (self.calls or 1)


def side_by_side(database: Database, detail: SessionDetail, at: Moment) -> SideBySide:
    """Compare all that is told of a session and its subagents."""
    session = detail.session
    rows = [session.row, *(one.row for one in detail.subagents)]
    calls = told.calls(database, rows)
    heard = told.heard(database, rows)
    by_kind: dict[str, list[ToldCall]] = {}
    for call in calls:
        by_kind.setdefault(call.kind, []).append(call)
    sums = {kind: _by_model(some) for kind, some in by_kind.items()}
    sums |= _metered(database, rows)
    own = _own(database, session.row)
    gauge = told.last_gauge(database, session.row)
    if own:
        sums[OWN_TOTAL] = own
    if gauge is not None:
        sums["statusline"] = {"": _Sum(calls=None, cost=round(gauge[1] * NANO))}
    billed = session.source
    base = by_kind.get(billed, [])
    whole = {kind: _total(models.values()) for kind, models in sums.items()}
    differences = [
        _difference(kind, whole[kind], whole.get(billed, _Sum()), base, by_kind, at.zone)
        for kind in ORDER
        if kind in whole and kind != billed
    ]
    said = []
    for kind in sorted(sums, key=ORDER.index):
        times = heard.get(kind)
        first, last = (iso(times.first_at, at.zone), iso(times.last_at, at.zone)) if times else (None, None)
        said.append(_says(kind, "", whole[kind], billed, first, last))
        named = sorted(model for model in sums[kind] if model)
        said += [_says(kind, model, sums[kind][model], billed, first, last) for model in named]
    said.sort(key=lambda row: (bool(row.model), ORDER.index(row.source), row.model))
    return SideBySide(
        session_id=session.session_id,
        billed=billed,
        rows=said,
        differences=differences,
        explained=all(part.code not in _OPEN for one in differences for part in one.parts),
        notes=_notes(whole, billed),
    )


def _by_model(calls: Iterable[ToldCall]) -> dict[str, _Sum]:
    found: dict[str, _Sum] = {}
    for call in calls:
        one = found.setdefault(call.model, _Sum(tokens=Tokens()))
        one.calls = (one.calls or 0) + 1
        one.tokens = _plus(one.tokens, call.tokens, 1)
        one.unpriced += call.cost_nano is None
        one.cost += call.cost_nano or 0
        if call.reported_nano is not None:
            one.reported = (one.reported or 0) + call.reported_nano
    return found


def _metered(database: Database, rows: Sequence[int]) -> dict[str, dict[str, _Sum]]:
    found: dict[str, _Sum] = {}
    for row in rows:
        for (_, model), use in counters.use_by(counters.increases(database, row), 0).items():
            one = found.setdefault(model, _Sum(calls=None, tokens=Tokens(), reported=0))
            counted = {name: getattr(use, name) for name in _FIELDS if hasattr(use, name)}
            one.tokens = _plus(one.tokens, Tokens(**counted), 1)
            one.cost += use.cost_nano
            one.unpriced += use.is_unpriced
            one.reported = one.cost or None
    return {"counter": found} if found else {}


def _own(database: Database, row: int) -> dict[str, _Sum]:
    """The agent's own total by model, without what a fork took over from its parent."""
    births = reported.births_of_forks(database)
    found: dict[str, _Sum] = {}
    parent = reported.parent_of(database, row) if row in births else None
    before = reported.last_total(database, parent, until=births[row]) if parent is not None else []
    for sign, totals in ((1, reported.last_total(database, row)), (-1, before)):
        for total in totals:
            one = found.setdefault(total.model.partition("[")[0], _Sum(calls=None, tokens=Tokens(), reported=0))
            counted = {name: getattr(total, name) for name in _FIELDS}
            one.tokens = _plus(one.tokens, Tokens(**counted), sign)
            one.cost += sign * (total.cost_nano or 0)
            one.reported = one.cost
    return found


def _total(sums: Iterable[_Sum]) -> _Sum:
    whole = _Sum(calls=None)
    for one in sums:
        if one.calls is not None:
            whole.calls = (whole.calls or 0) + one.calls
        whole.unpriced += one.unpriced
        if one.tokens is not None:
            whole.tokens = _plus(whole.tokens, one.tokens, 1)
        whole.cost += one.cost
        if one.reported is not None:
            whole.reported = (whole.reported or 0) + one.reported
    return whole


def _plus(one: Tokens | None, other: Tokens, sign: int) -> Tokens:
    if one is None:
        return other
    return Tokens(**{name: getattr(one, name) + sign * getattr(other, name) for name in _FIELDS})


def _says(kind: str, model: str, one: _Sum, billed: str, first: str | None, last: str | None) -> SourceSays:
    tokens = one.tokens
    return SourceSays(
        source=kind,
        model=model,
        billed=kind == billed,
        calls=one.calls,
        input_tokens=None if tokens is None else tokens.input,
        output_tokens=None if tokens is None else tokens.output,
        cache_read_tokens=None if tokens is None else tokens.cache_read,
        cache_write_tokens=None if tokens is None else tokens.cache_write_5m + tokens.cache_write_1h,
        cost_usd=dollars(one.cost) if one.tells_cost else None,
        cost_is_partial=one.unpriced > 0,
        reported_cost_usd=dollars(one.reported),
        first_at=first,
        last_at=last,
    )


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    words: str
    calls: int
    tokens: int
    cost: int


def _difference(
    kind: str, says: _Sum, bills: _Sum, base: Sequence[ToldCall], by_kind: dict[str, list[ToldCall]], zone: tzinfo
) -> SourceDifference:
    """Take apart by how much a source says more than the one that bills."""
    cost = says.cost - bills.cost if says.tells_cost else 0
    tokens = None if says.tokens is None else says.tokens.total - (bills.tokens.total if bills.tokens else 0)
    if kind in by_kind:
        parts = _matched(base, by_kind[kind], zone)
    else:
        # It names no calls. What another source tells of calls that left no line may be all that it has more.
        parts = _left_no_line(base, by_kind, tokens, cost) if tokens != 0 or cost else []
    if not says.tells_cost:
        parts = [msgspec.structs.replace(part, cost=0) for part in parts]
    rest_tokens = (tokens or 0) - sum(part.tokens for part in parts) if tokens is not None else 0
    rest_cost = cost - sum(part.cost for part in parts)
    if rest_tokens == 0 and rest_cost and says.reported is not None:
        parts.append(_Part(code="prices_differ", words=_PRICES, calls=0, tokens=0, cost=rest_cost))
    elif rest_tokens or rest_cost:
        code = "unexplained" if kind in by_kind else "unattributed" if rest_cost >= 0 else "older"
        parts.append(_Part(code=code, words=_REST[code], calls=0, tokens=rest_tokens, cost=rest_cost))
    return SourceDifference(
        source=kind,
        tokens=tokens,
        cost_usd=cost / NANO,
        parts=[
            DifferencePart(
                code=part.code, words=part.words, calls=part.calls, tokens=part.tokens, cost_usd=part.cost / NANO
            )
            for part in parts
        ],
    )


_PRICES = "The tokens are the same: the agent prices them otherwise than the price list of the day does."
_REST = {
    "unexplained": "Nothing that was told explains this.",
    "unattributed": "Requests that left no line, such as titles and compaction; telemetry would name them.",
    "older": "The lines hold more: it was told before the last request, or it does not count a part.",
}


def _matched(base: Sequence[ToldCall], other: Sequence[ToldCall], zone: tzinfo) -> list[_Part]:
    """Compare call by call, where both name a request by the same id."""
    known = {name: call for call in base for name in call.names}
    pairs: list[tuple[ToldCall, ToldCall]] = []
    alone: list[ToldCall] = []
    for call in other:
        found = next((known[name] for name in call.names if name in known), None)
        if found is None:
            alone.append(call)
        else:
            pairs.append((found, call))
    if base and other and not pairs:
        return [_part("cannot_be_matched", "No request has the same id in both.", other, base)]
    told_of = {id(found) for found, _ in pairs}
    missing = [call for call in base if id(call) not in told_of]
    first, last = min(call.at for call in other), max(call.at for call in other)
    parts = [_part("left_no_line", _no_line(purpose), some, []) for purpose, some in _by(alone, lambda c: c.purpose)]
    began = [call for call in missing if call.at < first]
    ended = [call for call in missing if call.at > last]
    between = [call for call in missing if first <= call.at <= last]
    if began:
        parts.append(_part("export_began", f"It began to tell at {_clock(first, zone)}.", [], began))
    if ended:
        parts.append(_part("export_ended", f"It told nothing more after {_clock(last, zone)}.", [], ended))
    if between:
        parts.append(_part("not_exported", "It does not tell of requests that the lines hold.", [], between))
    return parts + _unlike(pairs)


def _unlike(pairs: Sequence[tuple[ToldCall, ToldCall]]) -> list[_Part]:
    """Calls that both tell of, with other numbers."""
    unlike = [(ours, theirs) for ours, theirs in pairs if ours.tokens != theirs.tokens]
    priced = [(o, t) for o, t in pairs if o.tokens == t.tokens and (o.cost_nano or 0) != (t.cost_nano or 0)]
    parts = []
    for code, words, some in (
        ("placeholder", "The lines hold placeholders for their output.", [p for p in unlike if not p[0].exact]),
        ("counts_differ", "Both tell of the request, with other counts.", [p for p in unlike if p[0].exact]),
        ("prices_differ", "The counts are the same, what is known for the price is not.", priced),
    ):
        if some:
            parts.append(_part(code, words, [theirs for _, theirs in some], [ours for ours, _ in some], len(some)))
    return parts


def _left_no_line(
    base: Sequence[ToldCall], by_kind: dict[str, list[ToldCall]], tokens: int | None, cost: int
) -> list[_Part]:
    """Calls that telemetry tells of and the lines do not, as far as they fit into what is to be explained."""
    known = {name for call in base for name in call.names}
    alone = [
        call
        for kind in ("otlp_log", "hook")
        for call in by_kind.get(kind, ())
        if base and call.kind != base[0].kind and not known.intersection(call.names)
    ]
    parts = [_part("left_no_line", _no_line(purpose), some, []) for purpose, some in _by(alone, lambda c: c.purpose)]
    fits = tokens is None or sum(part.tokens for part in parts) <= tokens
    return parts if fits and (tokens is not None or sum(part.cost for part in parts) <= cost) else []


def _no_line(purpose: str) -> str:
    return f"Requests that left no line: {purpose or 'for what, it does not say'}."


def _part(code: str, words: str, more: Sequence[ToldCall], less: Sequence[ToldCall], calls: int | None = None) -> _Part:
    return _Part(
        code=code,
        words=words,
        calls=len(more) + len(less) if calls is None else calls,
        tokens=sum(call.tokens.total for call in more) - sum(call.tokens.total for call in less),
        cost=sum(call.cost_nano or 0 for call in more) - sum(call.cost_nano or 0 for call in less),
    )


def _by(calls: Iterable[ToldCall], key: Callable[[ToldCall], str]) -> list[tuple[str, list[ToldCall]]]:
    groups: dict[str, list[ToldCall]] = {}
    for call in calls:
        groups.setdefault(key(call), []).append(call)
    return sorted(groups.items())


def _clock(at: int, zone: tzinfo) -> str:
    return moment(at, zone).strftime("%Y-%m-%d %H:%M:%S")


def _notes(whole: dict[str, _Sum], billed: str) -> list[str]:
    if not whole:
        return ["Nothing tells what this session used."]
    if set(whole) == {billed}:
        return ["Nothing else tells what this session used: there is nothing to compare with."]
    return []

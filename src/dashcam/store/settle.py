"""Which of several accounts of one call, or of one event, counts. Pure decisions, the same in every order of arrival.

A fork copies its parent's lines, a resume of old copied its own, a subagent's messages stand in two files: each copy is
an account. The owner is the account of lowest rank, in the main thread, of the session that began first.
"""

from collections.abc import Iterable, Sequence

import msgspec

LAST = 1 << 62

TOKENS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches")


class Account(msgspec.Struct, kw_only=True):
    """What one source says of a call, as far as the decision needs it. `born` is its session's, None for unknown."""

    key: str
    variant: str
    source: int
    session: int
    rank: int
    sidechain: int
    born: int | None
    native_id: str
    path: str
    generation: int
    tokens: tuple[int, ...]
    """In the order of TOKENS."""
    counted: int

    @property
    def order(self) -> tuple[int, int, int, str, str, int]:
        """Sorts the owner first; nothing in it depends on the order of arrival."""
        born = LAST if self.born is None else self.born
        return (self.rank, self.sidechain, born, self.native_id, self.path, self.generation)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written to one account's row."""

    account: Account
    counted: int
    tokens: tuple[int, ...]

    @property
    def changes(self) -> bool:
        """Whether the row says something else now."""
        return self.counted != self.account.counted or self.tokens != self.account.tokens


def settle(accounts: Sequence[Account]) -> list[Verdict]:
    """Decide about all accounts of one key."""
    if _is_ambiguous(accounts):
        groups: dict[str, list[Account]] = {}
        for account in accounts:
            groups.setdefault(account.variant, []).append(account)
        return [verdict for group in groups.values() for verdict in _one_call(group)]
    return _one_call(accounts)


def _is_ambiguous(accounts: Iterable[Account]) -> bool:
    """Whether a gateway gave one message id to several requests: other ids and other prompts, no sidechain."""
    prompts: dict[str, tuple[int, int]] = {}
    for account in accounts:
        if account.variant and not account.sidechain:
            before = prompts.get(account.variant, (0, 0))
            prompts[account.variant] = (max(before[0], account.tokens[0]), max(before[1], account.tokens[2]))
    return len(set(prompts.values())) > 1


def _one_call(accounts: Sequence[Account]) -> list[Verdict]:
    owner = min(accounts, key=lambda account: account.order)
    same = [account for account in accounts if account.variant == owner.variant]
    most = tuple(max(counts) for counts in zip(*(account.tokens for account in same), strict=True))
    agreeing = {id(account) for account in same}
    return [
        Verdict(
            account=account,
            counted=int(account is owner),
            tokens=most if id(account) in agreeing else account.tokens,
        )
        for account in accounts
    ]


class EventAccount(msgspec.Struct, kw_only=True):
    """Where one source holds an event that others may hold too."""

    source: int
    line: int
    part: int
    session: int
    born: int | None
    native_id: str
    path: str
    generation: int
    counted: int

    @property
    def order(self) -> tuple[int, str, str, int, int, int]:
        """Sorts the owner first."""
        born = LAST if self.born is None else self.born
        return (born, self.native_id, self.path, -self.generation, self.line, self.part)


def owner_of(accounts: Sequence[EventAccount]) -> EventAccount:
    """Decide which copy of an event counts: that of the session that began first."""
    return min(accounts, key=lambda account: account.order)

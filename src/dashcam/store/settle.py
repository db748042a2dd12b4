"""Which of several accounts of one call, or of one event, counts. Pure decisions, the same in every order of arrival.

A fork copies its parent's lines, a resume of old copied its own, a subagent's messages stand in two files: each copy is
an account. The owner is the account of lowest rank, in the main thread, of the session that began first.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

LAST = 1 << 62
COUNTS, COPY, AGAIN = 1, 0, -1
"""What `counted` says: an account counts, is a copy of another session's, or tells again what its own session tells."""

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
    is_streamed: int
    """Whether it stands in a launch's lines, which say less than a transcript."""
    path: str
    generation: int
    tokens: tuple[int, ...]
    """In the order of TOKENS."""
    counted: int

    @property
    def order(self) -> tuple[int, int, int, str, int, str, int]:
        """Sorts the owner first; nothing in it depends on the order of arrival."""
        born = LAST if self.born is None else self.born
        return (self.rank, self.sidechain, born, self.native_id, self.is_streamed, self.path, self.generation)


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
    """Decide about all accounts of one key.

    Accounts of one request meet by the greater counts, whether or not they count: what is written to a row may not
    depend on which of them owned the call for a while.
    """
    most: dict[str, tuple[int, ...]] = {}
    for account in accounts:
        before = most.get(account.variant, account.tokens)
        most[account.variant] = tuple(map(max, before, account.tokens))
    owners = _owners(accounts, most)
    return [
        Verdict(
            account=account,
            counted=int(any(account is owner for owner in owners)),
            tokens=most[account.variant],
        )
        for account in accounts
    ]


def _owners(accounts: Sequence[Account], most: Mapping[str, tuple[int, ...]]) -> list[Account]:
    """The account that counts; one for each request where a gateway gave one message id to several."""
    ordered = sorted(accounts, key=lambda account: account.order)
    if not _is_ambiguous(accounts, most):
        return ordered[:1]
    first: dict[str, Account] = {}
    for account in ordered:
        first.setdefault(account.variant, account)
    return list(first.values())


def _is_ambiguous(accounts: Iterable[Account], most: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether one message id was given to several requests: other ids and other prompts, no sidechain."""
    requests = {account.variant for account in accounts if account.variant and not account.sidechain}
    return len({(most[variant][0], most[variant][2]) for variant in requests}) > 1


class EventAccount(msgspec.Struct, kw_only=True):
    """Where one source holds an event that others may hold too."""

    source: int
    line: int
    part: int
    session: int
    born: int | None
    native_id: str
    is_streamed: int
    """Whether it stands in a launch's lines, which say less than a transcript."""
    path: str
    generation: int
    counted: int

    @property
    def order(self) -> tuple[int, str, int, str, int, int, int]:
        """Sorts the owner first."""
        born = LAST if self.born is None else self.born
        return (born, self.native_id, self.is_streamed, self.path, -self.generation, self.line, self.part)


def owner_of(accounts: Sequence[EventAccount]) -> EventAccount:
    """Decide which copy of an event counts: that of the session that began first."""
    return min(accounts, key=lambda account: account.order)


def counted_of(account: EventAccount, owner: EventAccount) -> int:
    """Say what one account of an event counts for. A session shows what it inherited, but nothing of its own twice."""
    if account is owner:
        return COUNTS
    return AGAIN if account.is_streamed and account.session == owner.session else COPY

"""A machine with agents' homes and a database, scanned as a person would scan it."""

from pathlib import Path
from typing import Any

from dashcam.agents.agent import Environment
from dashcam.agents.registry import AGENTS
from dashcam.ingest.scan import Scanned, Scanner
from dashcam.pricing.prices import Prices
from dashcam.records.settings import Settings
from dashcam.store.database import Database
from dashcam.store.rates import Pins
from dashcam.store.store import Store


def make_prices(pins: Pins) -> Prices:
    return Prices(pins)


class Machine:
    """A person's home, with what Claude Code and Codex leave in it, and a database."""

    def __init__(self, home: Path, database_url: str, **settings: Any) -> None:
        self.home = home
        self.claude = home / ".claude"
        self.codex = home / ".codex"
        self.url = database_url
        settings.setdefault("scan_processes", 1)
        self.scanner = Scanner(
            database_url,
            AGENTS,
            Environment(home=home),
            Settings(**settings),
            machine="desk",
            make_prices=make_prices,
        )

    def scan(self, *, full: bool = False) -> Scanned:
        with Store.open(self.url) as store:
            return self.scanner.scan(store, self.scanner.plan(store, full=full))

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        with Store.open(self.url) as store:
            return contents(store.database)


SESSION = "(SELECT agent || '/' || native_id FROM session WHERE session.id = {}.session)"
SOURCE = "(SELECT path || '#' || generation FROM source WHERE source.id = {}.source)"


def columns(database: Database, table: str, *without: str) -> list[str]:
    if database.dialect == "sqlite":
        found = [row[1] for row in database.rows(f"PRAGMA table_info({table})")]
    else:
        found = [
            row[0]
            for row in database.rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
                "AND table_schema = current_schema() ORDER BY ordinal_position",
                (table,),
            )
        ]
    return [name for name in found if name not in without]


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Read all derived tables, with names in place of row ids: what must not depend on the order of arrival."""
    tables = {
        "session": ("id", "revision"),
        "session_fact": (),
        "event": (),
        "call": (),
        "usage_bucket": (),
        "activity_bucket": (),
        "title_hint": (),
        "reported_total": (),
        "sample": (),
        "diagnostic": (),
    }
    read = {}
    for table, without in tables.items():
        names = [
            {"session": SESSION.format(table), "source": SOURCE.format(table)}.get(name, name)
            if table != "session"
            else name
            for name in columns(database, table, *without)
        ]
        rows = database.rows(f"SELECT {', '.join(names)} FROM {table}")
        read[table] = sorted(rows, key=repr)
    return read


def totals(database: Database) -> tuple[int, ...]:
    """Calls, tokens by type and cost in nano-dollars, over all sessions."""
    row = database.one(
        "SELECT sum(calls), sum(input), sum(output), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), "
        "sum(cost_nano) FROM session"
    )
    return tuple(int(value) for value in row)

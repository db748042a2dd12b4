"""What a person may set. Reading the file is the command line's work."""

import msgspec


class ExtraRoot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more place of an agent: a directory such as another machine's `.claude`, with a name of its own."""

    agent: str
    path: str
    name: str = ""


class PriceOverride(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price of the user's own, in dollars per million tokens, written as text to stay exact."""

    model: str
    provider: str = ""
    since: str = ""
    input: str
    output: str
    cache_read: str = ""
    cache_write_5m: str = ""
    cache_write_1h: str = ""


class CurrencySetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A currency to show money in, at a rate that the user gives."""

    code: str
    per_dollar: str
    symbol: str = ""


class PrometheusSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Prometheus server that collects agents' counters, and how to show oneself there."""

    url: str = ""
    """What stands before `/api/v1`; empty where none is asked."""
    token: str = ""
    """Sent as a bearer token."""
    username: str = ""
    password: str = ""
    ca_file: str = ""
    """Certificates of the authority that vouches for the server, in PEM, beside those that the system trusts."""
    timeout_seconds: float = 10
    """How long one answer may take."""
    delta: bool = False
    """Every sample is what came since the one before, not a running total."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings file, `settings.toml`."""

    database_url: str = ""
    """Where the data are kept; the variable DASHCAM_DATABASE_URL goes first."""
    time_zone: str = ""
    """A name such as `Europe/Berlin`; empty for the machine's own."""
    currency: str = ""
    """The code of one of `currencies` to show money in; empty for dollars."""
    currencies: tuple[CurrencySetting, ...] = ()
    active_gap_minutes: float = 5
    """The longest silence between two events that still counts as activity."""
    running_minutes: float = 10
    """A session whose last line is younger than this, and that did not end, is running or waiting."""
    scan_processes: int = 0
    """How many processes read at once; 0 for one a processor core."""
    roots: tuple[ExtraRoot, ...] = ()
    prices: tuple[PriceOverride, ...] = ()
    aliases: dict[str, str] = {}
    """Model names as an agent writes them -> names of the price list."""
    prometheus: PrometheusSetting = PrometheusSetting()
    launch_at_once: int = 4
    """How many launched sessions run at once; further ones wait for their turn."""
    allowed_origins: tuple[str, ...] = ()
    """Other sites whose pages may follow the hook events, such as `http://localhost:5173`."""

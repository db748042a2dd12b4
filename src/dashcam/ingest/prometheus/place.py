"""Where the server is and how to show oneself there: the settings, checked.

What a stranger would get wrong: the address is shown on screens and in errors, so no secret may stand in it.
"""

from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

import msgspec

from dashcam.ingest.prometheus.errors import PrometheusNotSet
from dashcam.records.errors import BadSettings
from dashcam.records.settings import PrometheusSetting

LONGEST_WAIT_SECONDS = 300
_EXAMPLE = "http://127.0.0.1:9090"
_HINT = f'Write it under [prometheus] in the settings, for example url = "{_EXAMPLE}".'


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A server that can be asked."""

    url: str
    """Without a slash at its end; `/api/v1` stands behind it."""
    headers: dict[str, str]
    basic: tuple[str, str] | None
    ca_file: str
    timeout_seconds: float


def place_of(said: PrometheusSetting) -> Place:
    """Check the settings. Raises PrometheusNotSet and BadSettings."""
    if not said.url.strip():
        raise PrometheusNotSet("no Prometheus server is set", _HINT)
    if said.token and (said.username or said.password):
        raise BadSettings(
            "Prometheus is given both a token and a user name",
            "Keep the one that the server asks for; see [prometheus].",
        )
    if said.password and not said.username:
        raise BadSettings("Prometheus is given a password without a user name", "Add username to [prometheus].")
    if not 0 < said.timeout_seconds <= LONGEST_WAIT_SECONDS:
        raise BadSettings(
            f"timeout_seconds of [prometheus] is {said.timeout_seconds:g}",
            f"Choose more than 0 and at most {LONGEST_WAIT_SECONDS}.",
        )
    return Place(
        url=_url(said.url.strip()),
        headers={"Authorization": f"Bearer {_sendable('token', said.token)}"} if said.token else {},
        basic=(_sendable("username", said.username), _sendable("password", said.password)) if said.username else None,
        ca_file=said.ca_file,
        timeout_seconds=said.timeout_seconds,
    )


def same_server(one: str, other: str) -> bool:
    """Whether two addresses are of one server, so that credentials given for the first may be shown to the second."""
    first, second = _parts(one.strip()), _parts(other.strip())
    if first is None or second is None:
        return False
    return (first.scheme, first.hostname, first.port) == (second.scheme, second.hostname, second.port)


def _url(words: str) -> str:
    parts = _parts(words)
    if parts is None or "@" in words:
        # The address is left out of these words: it may hold a password.
        what = "holds credentials" if parts is not None else "is no http:// or https:// address"
        raise BadSettings(
            f"the url of [prometheus] {what}",
            "Write credentials as token, or as username and password." if parts is not None else _HINT,
        )
    if parts.query or parts.fragment:
        raise BadSettings(
            "the url of [prometheus] has a query", "Write what stands before /api/v1, and nothing behind."
        )
    url = words.rstrip("/")
    return url.removesuffix("/api/v1").rstrip("/")


def _parts(words: str) -> SplitResult | None:
    if not words.isprintable() or " " in words or "\\" in words:
        return None
    parts = None
    with suppress(ValueError):
        split = urlsplit(words)
        if split.scheme.lower() in {"http", "https"} and split.hostname and split.port != 0:
            parts = split
    return parts


def _sendable(name: str, secret: str) -> str:
    """Refuse what no header can carry; the value itself is not shown."""
    if not secret.isprintable() or (name == "token" and not secret.isascii()) or (name == "username" and ":" in secret):
        raise BadSettings(
            f"the {name} of [prometheus] holds a sign that cannot be sent", "Copy it again, without line ends."
        )
    return secret

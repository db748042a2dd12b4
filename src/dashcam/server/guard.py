"""Who may ask: the Host and the Origin of every request are looked at before anything else is.

A page of another site can make a browser send requests to 127.0.0.1, and a name can be pointed at it (DNS rebinding).
Neither can forge the two headers.
"""

import hmac
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from dashcam.server.problem import Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COOKIE = "dashcam_token"
TOKEN_PARAMETER = "token"  # noqa: S105  the name of a parameter, no secret
SHORTEST_TOKEN = 16
OTHER_SITES = ("cross-site", "same-site")
"""Another port of this machine is of the same site, but another program's."""
POLICY_VIOLATION = 1008
MAY_LAUNCH = "may_launch"
"""Where a request's state says whether who asks may launch sessions."""
DATA = frozenset({"api", "events", "hooks", "metrics", "stream", "v1"})
"""Whatever holds or takes data stands below one of these, today or by the design."""
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Styles may stand in attributes, where charts need them; no script may."""
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Which names the server answers to, and the token that must be shown; empty where none is needed."""

    hosts: frozenset[str] | None = frozenset(LOOPBACK)
    """None for any: a server that listens everywhere cannot know all its names, and is kept by its token."""
    token: str = ""
    may_launch: bool = False
    """Whether whoever may ask may also launch sessions: on a server that this machine alone can reach."""
    launch_token: str = ""
    """Lets who shows it launch sessions where others may only look; empty where none does."""
    origins: frozenset[str] = frozenset()
    """Other sites whose pages may follow the hook events, such as `http://localhost:5173`."""


class Guard:
    """ASGI middleware that turns strangers away and puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with why not."""
        if str(scope["type"]) not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        guest = self._guest(scope["path"], headers)
        refusal = refused({**headers, "origin": f"http://{headers.get('host', '')}"} if guest else headers, self.rules)
        if scope["type"] == ScopeType.WEBSOCKET:
            if refusal is not None or not self._shows_token(scope, headers):
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "not admitted"})
                return
            await self.app(scope, receive, send)
            return
        if guest and scope["method"] == "OPTIONS" and refusal is None:
            await _send(send, HTTPStatus.NO_CONTENT, b"", _shared(guest))
            return
        if refusal is None and (self.rules.token or self.rules.launch_token):
            answered = await self._admit(scope, headers, send)
            if answered:
                return
        if refusal is not None:
            await _send(send, refusal.status, msgspec.json.encode(refusal))
            return

        async def guarded(message: Mapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}  # type: ignore[attr-defined]
                shared = _shared(guest) if guest else []
                own.update(name for name, _ in shared)
                added = [*(pair for pair in HEADERS if pair[0] not in own), *shared]
                message = {**message, "headers": [*message.get("headers", ()), *added]}  # type: ignore[misc]
            await send(message)  # type: ignore[arg-type]

        scope.setdefault("state", {})[MAY_LAUNCH] = self.rules.may_launch or self._shows_launch_token(headers)
        await self.app(scope, receive, guarded)

    def _guest(self, path: str, headers: Mapping[str, str]) -> str:
        """The origin of another site that may ask this; empty where there is none."""
        origin = headers.get("origin", "").lower()
        is_shared = path in {"/stream", "/events"} or path.startswith("/events/")
        return origin if is_shared and origin in self.rules.origins else ""

    def _shows_launch_token(self, headers: Mapping[str, str]) -> bool:
        return self._is_launch_token(_token_of(headers))

    def _is_launch_token(self, shown: str) -> bool:
        return bool(self.rules.launch_token) and _same(shown, self.rules.launch_token)

    def _shows_token(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = [_token_of(headers), *(value for name, value in query if name == TOKEN_PARAMETER)]
        return not self.rules.token or any(_same(one, self.rules.token) or self._is_launch_token(one) for one in shown)

    async def _admit(self, scope: HTTPScope, headers: Mapping[str, str], send: Send) -> bool:
        """Check the token. A browser shows it once in the address, and from then on as a cookie."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = [value for name, value in query if name == TOKEN_PARAMETER]
        right = next(
            (one for one in shown if one and (_same(one, self.rules.token) or self._is_launch_token(one))), None
        )
        if scope["method"] == "GET" and right is not None:
            rest = urlencode([(name, value) for name, value in query if name != TOKEN_PARAMETER])
            place = _own_path(scope["path"]) + (f"?{rest}" if rest else "")
            cookie = f"{COOKIE}={quote(right, safe='')}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000"
            extra = [(b"location", place.encode()), (b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")]
            await _send(send, HTTPStatus.SEE_OTHER, b"", extra)
            return True
        told = _token_of(headers)
        if _same(told, self.rules.token) or self._is_launch_token(told) or _is_the_app(scope):
            return False
        problem = Problem(
            status=HTTPStatus.UNAUTHORIZED,
            error="this server asks for a token",
            hint="Open /?token=TOKEN once, or send it as Authorization: Bearer TOKEN.",
        )
        await _send(send, problem.status, msgspec.json.encode(problem))
        return True


def refused(headers: Mapping[str, str], rules: Rules) -> Problem | None:
    """Say why a request with these headers is turned away; None lets it through."""
    host = _name(headers.get("host", ""))
    if not host or (rules.hosts is not None and host not in rules.hosts):
        return Problem(
            status=HTTPStatus.MISDIRECTED_REQUEST,
            error=f"this server does not answer to the name '{host}'",
            hint="Open it as http://127.0.0.1, or name the host by --host.",
        )
    if _is_of_another_site(headers):
        return Problem(
            status=HTTPStatus.FORBIDDEN,
            error="a page of another site may not ask this server",
            hint="Open dashcam's own page.",
        )
    return None


def hosts_for(bound: str) -> frozenset[str]:
    """Name the hosts that a server bound to an address answers to."""
    return frozenset((*LOOPBACK, bound.lower()))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host.lower() in LOOPBACK or ip_address(host).is_loopback
    except ValueError:
        return False


def _shared(origin: str) -> list[tuple[bytes, bytes]]:
    """Headers that let a page of another site read an answer."""
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", b"content-type, authorization"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"vary", b"origin"),
    ]


def _is_of_another_site(headers: Mapping[str, str]) -> bool:
    """Whether another site's page asks: it names its origin, or the browser says so of what it only embeds.

    A link that leads here from elsewhere may be followed.
    """
    origin = headers.get("origin")
    if origin is not None:
        return origin.lower().partition("://")[2] != headers.get("host", "").lower()
    return headers.get("sec-fetch-site") in OTHER_SITES and headers.get("sec-fetch-mode") != "navigate"


def _name(host: str) -> str:
    """Cut the port off a Host header."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _is_the_app(scope: HTTPScope) -> bool:
    """Whether only the web app itself is asked for: it holds no data, and it is what asks a person for the token.

    Any word of DATA in the path makes it no page, however a router may read doubled slashes and the like.
    """
    parts = scope["path"].lower().replace("\\", "/").split("/")
    return scope["method"] in {"GET", "HEAD"} and DATA.isdisjoint(parts)


def _own_path(path: str) -> str:
    """A path of this server: `//evil.example` would lead a browser away, and so would `/<tab>/evil.example`."""
    return "/" + quote(path.lstrip("/\\"))


def _token_of(headers: Mapping[str, str]) -> str:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return bearer.strip()
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return unquote(cookie.value) if cookie else ""


def _same(shown: str, token: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode("utf-8", "replace"))


async def _send(send: Send, status: int, body: bytes, extra: Iterable[tuple[bytes, bytes]] = ()) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *HEADERS, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

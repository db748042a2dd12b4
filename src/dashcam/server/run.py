"""Starting the server: first the port, so that a taken one is said in one line; then uvicorn, until told to stop."""

import errno
import json
import os
import socket
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from types import FrameType
from typing import Any

import msgspec
import uvicorn

from dashcam.records.errors import BadInput, DashcamError
from dashcam.server.app import guarded, make_app
from dashcam.server.connection import Connection, open_many
from dashcam.server.desk import Desk, Held, Machine
from dashcam.server.guard import SHORTEST_TOKEN, Rules, hosts_for, is_loopback
from dashcam.server.hub import Hub
from dashcam.server.readers import Readers
from dashcam.server.standing import Standing, announced
from dashcam.server.work import Work

PORT = 4747
NEXT_PORTS = 20
GRACE_SECONDS = 5
READER_CACHE_KIB, WRITER_CACHE_KIB = 8 * 1024, 16 * 1024
"""Small: the system holds the file in memory anyway, and an idle server has to be small."""
WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104  named to be recognised


class PortTaken(DashcamError):
    """Another program listens there."""


def rules_for(host: str, token: str, launch_token: str = "") -> Rules:
    """Say who may ask a server that is bound to a host. Raises BadInput where everyone could."""
    if any(one and len(one) < SHORTEST_TOKEN for one in (token, launch_token)):
        raise BadInput(f"the token has fewer than {SHORTEST_TOKEN} signs", "Make one by: openssl rand -hex 16")
    if is_loopback(host):
        return Rules(hosts=hosts_for(host), token=token, may_launch=not launch_token, launch_token=launch_token)
    if not token:
        raise BadInput(
            f"{host} can be reached from other machines, so a token is needed",
            "Set DASHCAM_TOKEN to a long random word, or leave --host away.",
        )
    return Rules(hosts=None if host in WILDCARDS else hosts_for(host), token=token, launch_token=launch_token)


def desk_of(machine: Machine) -> Desk:
    """Make the desk of a machine: its connections, its news, its work. Nothing is begun yet."""
    held = Held(machine)
    readers = Readers(lambda: machine.connect(cache_kib=READER_CACHE_KIB).database)
    downloads = Readers(lambda: machine.connect(cache_kib=READER_CACHE_KIB).database)
    hub = Hub(readers, held.moment)
    work = Work(held.scanner, lambda: machine.connect(cache_kib=WRITER_CACHE_KIB), hub)
    return Desk(held, readers, hub, work, downloads)


class _Server(uvicorn.Server):
    """Lets followers of the news go when it is told to stop: their requests would else never end."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  uvicorn's own has them
        """Stop; a second time, at once. Unlike uvicorn's own, it does not send us the signal again afterwards."""
        self._desk.hub.close()
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(machine: Machine, *, host: str, port: int, token: str, watch: bool, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or an interrupt. `ready` is told the address once it can be opened.

    Raises BadInput, PortTaken and DatabaseError.
    """
    rules = rules_for(host, token, machine.environment.variables.get("DASHCAM_LAUNCH_TOKEN", ""))
    with listen(host, port) as listener:
        with machine.store():
            pass
        desk = desk_of(machine)
        origins = frozenset(origin.strip().rstrip("/").lower() for origin in machine.settings.allowed_origins)
        app = guarded(make_app(desk, watch=watch), desk, msgspec.structs.replace(rules, origins=origins))
        open_many()
        config = uvicorn.Config(
            app,
            http=Connection,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        taken = listener.getsockname()[1]
        address = _address(host, taken)
        note = Standing(address=address, host=host, port=taken, pid=os.getpid(), token=bool(token))
        with announced(machine.settings_path.parent, note):
            ready(address)
            _Server(config, desk).run([listener])


def listen(host: str, port: int) -> socket.socket:
    """Take the port. Raises PortTaken and BadInput."""
    family, place = _place(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise _not_taken(host, port, error) from error
    return listener


def _place(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    """Find where to bind. Raises BadInput."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _no_address(host, error) from error
    return found[0][0], found[0][4]


def _no_address(host: str, error: Exception) -> BadInput:
    why = getattr(error, "strerror", None) or error
    return BadInput(f"'{host}' is no address of this machine: {why}", "Use 127.0.0.1.")


def _not_taken(host: str, port: int, error: OSError) -> DashcamError:
    """Say why a port could not be taken, and what to do instead."""
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_address(host, error)
    if isinstance(error, PermissionError):
        return PortTaken(f"port {port} is not yours to take", f"Use a port above 1023: dashcam serve --port {PORT}")
    free = _free_after(host, port)
    another = f"dashcam serve --port {free}" if free else "another port by --port"
    if _is_ours(host, port):
        return PortTaken(f"dashcam runs on port {port} already", f"Open {_address(host, port)}, or use {another}.")
    return PortTaken(
        f"cannot listen on {host}:{port}: {error.strerror}",
        f"`lsof -i :{port}` or `ss -ltnp` names the program that does. Or use {another}.",
    )


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in WILDCARDS else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _is_ours(host: str, port: int) -> bool:
    """Whether a dashcam answers there; one that asks for a token is a stranger."""
    # A proxy that the environment names is for other machines.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{_address(host, port)}/api/status", timeout=1) as answer:
            return "revision" in json.loads(answer.read(1 << 20))
    except (OSError, HTTPException, TypeError, ValueError):
        return False


def _free_after(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + NEXT_PORTS, 65_536)):
        family, place = _place(host, candidate)
        with socket.socket(family) as probe:
            try:
                probe.bind(place)
            except OSError:
                continue
            return candidate
    return None

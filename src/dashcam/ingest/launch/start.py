"""Starting a launch: what is asked is checked and written down, and then a process of its own begins with it."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from time import time_ns
from uuid import uuid4

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.launching import Launching, Order
from dashcam.ingest.launch.places import LAUNCHES, Place, hold, unfinished
from dashcam.ingest.launch.tape import Tape
from dashcam.records.errors import BadInput, DashcamError, NotFound

MOST_PROMPT = 1_000_000
MOST_WAITING = 200
LINGER_SECONDS = 600.0
"""How long a session that a screen launched stays for a further prompt."""
PASSED_ON = (
    "ALL_PROXY", "COLORTERM", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "EDITOR", "GH_TOKEN", "GIT_ASKPASS",
    "GIT_SSH_COMMAND", "HOME", "HOMEBREW_PREFIX", "HTTPS_PROXY", "HTTP_PROXY", "JAVA_HOME", "LANG", "LANGUAGE", "LC_",
    "LOGNAME", "NODE_EXTRA_CA_CERTS", "NO_PROXY", "NVM_DIR", "PATH", "PWD", "PYENV_ROOT", "SHELL", "SSH_AUTH_SOCK",
    "SSL_CERT_DIR", "SSL_CERT_FILE", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV", "WAYLAND_DISPLAY",
    "XDG_", "all_proxy", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
"""The variables that every agent is given, beside its own: whole names, and beginnings that end in `_`."""
_MODEL = re.compile(r"[\w.:/@\[\]-]{0,200}")
_TOOL = re.compile(r"[^\x00-\x1f]{1,500}")
_SESSION = re.compile(r"[\w.:-]{1,200}")


class CannotLaunch(DashcamError):
    """An agent cannot be launched here."""


def launchable(agents: Mapping[str, Agent], name: str) -> Launching:
    """Find how an agent is launched. Raises NotFound."""
    found = agents.get(name)
    if found is None or found.launching is None:
        known = ", ".join(agent.name for agent in agents.values() if agent.launching is not None)
        raise NotFound(f"dashcam cannot launch '{name[:100]}'", f"It can launch {known}.")
    return found.launching


def first_of(agents: Mapping[str, Agent]) -> str:
    """Name the agent that is launched where none is named; empty where none can be."""
    return next((agent.name for agent in agents.values() if agent.launching is not None), "")


def program_of(launching: Launching, named: str, path: str) -> str:
    """Find an agent's program: the one that is named, else the one on the PATH. Raises CannotLaunch."""
    if named:
        found = shutil.which(named, path=path)
        if found is None:
            raise CannotLaunch(f"there is no program '{named}'", "Name one that can be run.")
        return str(Path(found).absolute())
    if found := shutil.which(launching.program, path=path):
        return str(Path(found).absolute())
    if bundled := _bundled(launching):
        return bundled
    raise CannotLaunch(
        f"{launching.program} is not on the PATH", f"Install it, or name it: --program /path/to/{launching.program}"
    )


def _bundled(launching: Launching) -> str:
    """The program that comes with the package of its driver; empty where there is none."""
    spec = find_spec(launching.package) if launching.package and launching.bundled else None
    found = Path(spec.origin).parent / launching.bundled if spec and spec.origin else None
    return str(found) if found and found.is_file() else ""


def checked(order: Order, launching: Launching, path: str) -> Order:
    """Check what is asked, and complete it. Raises BadInput and CannotLaunch."""
    if not order.prompt.strip() or len(order.prompt) > MOST_PROMPT or "\0" in order.prompt:
        raise BadInput("the prompt is empty, or too long", f"Write one, of {MOST_PROMPT:,} signs at most.")
    directory = _directory(order.directory)
    if not os.access(directory, os.R_OK | os.X_OK):
        raise BadInput(f"'{directory}' may not be entered", "Name another one.")
    _check_options(order, launching)
    check_package(order.agent, launching)
    chosen = order.session_id
    if "fork" in launching.can:
        chosen = order.resume if order.resume and not order.fork else str(uuid4())
    return msgspec.structs.replace(
        order,
        directory=str(directory),
        program=program_of(launching, order.program, path),
        session_id=chosen or order.resume,
    )


def _directory(named: str) -> Path:
    directory = Path(named)
    try:
        directory = directory.expanduser()
        is_there = "\0" not in named and directory.is_absolute() and directory.is_dir()
    except (OSError, RuntimeError):  # A name that is too long; `~ada` where nobody is called so.
        is_there = False
    if not is_there:
        raise BadInput(f"'{named[:500]}' is no directory of this machine", "Name one that is there, in full.")
    return directory


def check_package(agent: str, launching: Launching) -> None:
    """Check that what drives an agent is installed. Raises CannotLaunch."""
    if launching.package and find_spec(launching.package) is None:
        raise CannotLaunch(f"what launches {agent} is not installed", "pip install 'dashcam[launch]'")


def _check_options(order: Order, launching: Launching) -> None:
    if order.permission_mode and order.permission_mode not in launching.modes:
        raise BadInput(
            f"'{order.permission_mode}' is no permission mode", f"It is one of {', '.join(launching.modes)}."
        )
    wants = {
        "allowed_tools": bool(order.allowed_tools), "max_turns": order.max_turns is not None,
        "max_cost": order.max_cost is not None, "resume": bool(order.resume), "fork": order.fork,
    }  # fmt: skip
    for name, is_wanted in wants.items():
        if is_wanted and name not in launching.can:
            raise BadInput(f"{order.agent} has no {name.replace('_', ' ')}", "Leave it away.")
    if order.fork and not order.resume:
        raise BadInput("a fork needs a session to be made of", "Name one.")
    if not _MODEL.fullmatch(order.model) or order.model.startswith("-"):
        raise BadInput("the model's name holds odd signs", "Name it as the agent does.")
    if order.resume and (not _SESSION.fullmatch(order.resume) or order.resume.startswith("-")):
        raise BadInput("the session's id holds odd signs", "Name it in full.")
    _check_limits(order)
    if any(not _TOOL.fullmatch(tool) or tool.startswith("-") for tool in order.allowed_tools):
        raise BadInput("the name of a tool holds odd signs", "Name tools as the agent does: Bash(git *), Edit.")


def _check_limits(order: Order) -> None:
    if (order.max_turns is not None and order.max_turns < 1) or (order.max_cost is not None and not order.max_cost > 0):
        raise BadInput("a limit is more than nothing", "Leave it away for none.")


def new_order(**said: object) -> Order:
    """Begin an order with an id of its own and the present time. Raises BadInput."""
    try:
        return msgspec.convert({**said, "id": secrets.token_hex(6), "created": time_ns() // 1000}, Order)
    except msgspec.ValidationError as error:
        raise BadInput(str(error), "See `dashcam run --help`.") from error


def start(home: Path, order: Order, launching: Launching, variables: Mapping[str, str], *, at_once: int) -> Place:
    """Start a launch that was checked; what is asked is on disk when this returns. Raises CannotLaunch and OSError."""
    if sys.platform == "win32":
        raise CannotLaunch("dashcam launches nothing on Windows", "Use it under WSL.")
    (home / LAUNCHES).mkdir(mode=0o700, parents=True, exist_ok=True)
    if sum(1 for _ in unfinished(home)) >= MOST_WAITING:
        raise CannotLaunch(f"{MOST_WAITING} launches wait already", "Stop some of them.")
    place = Place(home=home, agent=order.agent, id=order.id)
    held = hold(place.lock)
    if held is None:
        raise CannotLaunch(f"the id {order.id} is taken", "Try again.")
    try:
        tape = Tape(place.lines)
        tape.say(launch=order)
        tape.close()
        _write(place.order, msgspec.json.encode(order))
        with place.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dashcam.ingest.launch.worker", str(home), order.agent, order.id,
                 str(held), str(at_once)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=passed_on(variables, launching),
                cwd=home,
                pass_fds=(held,),
                start_new_session=True,
            )  # fmt: skip
    finally:
        os.close(held)
    # Somebody has to hear of its end, or the system keeps it as a zombie.
    threading.Thread(target=process.wait, name=f"launch {order.id}", daemon=True).start()
    return place


def passed_on(variables: Mapping[str, str], launching: Launching) -> dict[str, str]:
    """Choose the variables that an agent is given."""
    beginnings = (*(name for name in PASSED_ON if name.endswith("_")), *launching.variables)
    return {
        name: value
        for name, value in variables.items()
        if (name in PASSED_ON or name.startswith(beginnings)) and name not in launching.hidden
    }


def say(place: Place, **said: object) -> None:
    """Say something to a launch: it hears it within a moment. Raises NotFound where it is over."""
    if not place.order.exists():
        raise NotFound("this launch is over", "Resume its session instead.")
    line = msgspec.json.encode(said) + b"\n"
    file = os.open(place.said, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def _write(path: Path, text: bytes) -> None:
    """Write a file so that nobody reads half of it."""
    fresh = path.with_suffix(".new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, text)
    finally:
        os.close(file)
    fresh.replace(path)

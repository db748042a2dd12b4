"""Our entries in Claude Code's `settings.json`: its hooks and its status line.

What a stranger would get wrong: hooks of several files add up and all matching ones run, so ours stand beside others;
there is one status line only, so ours wraps what was there. Everything here takes a text and gives a text.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashcam.agents.agent import Environment
from dashcam.agents.claude_code.places import roots
from dashcam.agents.hookup import Event, Scope, Version, Way
from dashcam.agents.json_text import BrokenFile, parse, put, remove

NAME = "settings.json"
PATH = "/hooks/claude-code"
HTTP_SECONDS, COMMAND_SECONDS = 2, 5
WRAP = "--wrap"
TOKEN = "DASHCAM_TOKEN"  # noqa: S105  the name of a variable
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def place(scope: Scope, environment: Environment, project: Path) -> Path:
    """Name the settings of the person, or those of a project that its repository keeps."""
    return project / ".claude" / NAME if scope == "project" else roots(environment)[0].path / NAME


def version_in(said: str) -> Version | None:
    """Find the version in what `claude --version` prints."""
    found = _VERSION.search(said)
    return tuple(int(part) for part in found.groups()) if found else None


def handler(event: Event, way: Way, program: Sequence[str], address: str, token: bool) -> dict[str, Any]:  # noqa: FBT001  a column of hookups.py
    """Make our handler of an event. The token itself stays in the environment."""
    if way == "command":
        made: dict[str, Any] = {"type": "command", "command": shlex.join([*program, "hook"])}
        if not event.last:
            made["async"] = True
        return {**made, "timeout": COMMAND_SECONDS}
    made = {"type": "http", "url": address + PATH, "timeout": HTTP_SECONDS}
    if token:
        made |= {"headers": {"Authorization": f"Bearer ${TOKEN}"}, "allowedEnvVars": [TOKEN]}
    return made


def with_hooks(text: str, wanted: Mapping[str, dict[str, Any]]) -> str:
    """Put our handler to each of these events, in place of one of ours that stands there. Raises BrokenFile."""
    for event, ours in wanted.items():
        groups = _groups(parse(text), event)
        if [one for group in groups for one in group["hooks"] if is_ours(one)] == [ours]:
            continue
        text = put(text, ("hooks", event), [*_others(groups), {"hooks": [ours]}])
    return text


def without_hooks(text: str) -> str:
    """Take our handlers out, and what is empty then. Raises BrokenFile."""
    for event in _hooks(parse(text)):
        groups = _groups(parse(text), event)
        if any(is_ours(one) for group in groups for one in group["hooks"]):
            kept = _others(groups)
            text = put(text, ("hooks", event), kept) if kept else remove(text, ("hooks", event))
            if not _hooks(parse(text)):
                text = remove(text, ("hooks",))
    return text


def installed(text: str) -> dict[str, list[dict[str, Any]]]:
    """Give our handlers by event. Raises BrokenFile."""
    settings = parse(text)
    ours = {event: [one for group in _groups(settings, event) for one in group["hooks"]] for event in _hooks(settings)}
    return {event: found for event, ones in ours.items() if (found := [one for one in ones if is_ours(one)])}


def hindrances(text: str) -> list[str]:
    """Say what else in the settings keeps hooks from working. Raises BrokenFile."""
    settings = parse(text)
    found = []
    if settings.get("disableAllHooks") is True:
        found.append("`disableAllHooks` is true in it, so no hook runs.")
    if "allowedHttpHookUrls" in settings:
        found.append("`allowedHttpHookUrls` must allow the address, or http hooks are not sent.")
    return found


def is_ours(hook: object) -> bool:
    """Whether a handler calls dashcam, wherever it is installed and whichever port it serves."""
    if not isinstance(hook, dict):
        return False
    url, command = hook.get("url"), hook.get("command")
    if hook.get("type") == "http" and isinstance(url, str):
        return urlsplit(url).path.rstrip("/") == PATH
    return isinstance(command, str) and _calls_us(command, "hook") is not None


def with_status_line(text: str, program: Sequence[str]) -> str:
    """Make ours the status line, around what was there. Raises BrokenFile."""
    there = _status_line(parse(text))
    if there is None:
        return put(text, ("statusLine",), {"type": "command", "command": shlex.join([*program, "statusline"])})
    words = _calls_us(there, "statusline")
    wrapped = [WRAP, there] if words is None else words
    return put(text, ("statusLine", "command"), shlex.join([*program, "statusline", *wrapped]))


def without_status_line(text: str) -> str:
    """Take ours away and leave what it was wrapped around. Raises BrokenFile."""
    there = _status_line(parse(text))
    words = _calls_us(there, "statusline") if there is not None else None
    if words is None:
        return text
    if words[:1] == [WRAP] and len(words) > 1:
        return put(text, ("statusLine", "command"), words[1])
    return remove(text, ("statusLine",))


def _status_line(settings: Mapping[str, Any]) -> str | None:
    there = settings.get("statusLine")
    if there is None:
        return None
    if not isinstance(there, dict) or there.get("type") != "command" or not isinstance(there.get("command"), str):
        raise BrokenFile("its `statusLine` is no command")
    return str(there["command"])


def _calls_us(command: str, word: str) -> list[str] | None:
    """Give the words behind our own `word` if a command calls it; None if it calls something else."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if len(words) > 1 and Path(words[0]).name == "dashcam" and words[1] == word:
        return words[2:]
    module = words[1:4] == ["-m", "dashcam", word]
    return words[4:] if module else None


def _hooks(settings: Mapping[str, Any]) -> dict[str, Any]:
    hooks = settings.get("hooks", {})
    if not isinstance(hooks, dict):
        raise BrokenFile("its `hooks` is no object")
    return hooks


def _groups(settings: Mapping[str, Any], event: str) -> list[dict[str, Any]]:
    groups = _hooks(settings).get(event, [])
    sound = isinstance(groups, list) and all(
        isinstance(group, dict) and isinstance(group.get("hooks"), list) for group in groups
    )
    if not sound:
        raise BrokenFile(f"its hooks of {event} are no list of objects with `hooks`")
    return list(groups)


def _others(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the groups without our handlers; a group that held nothing else goes with them."""
    kept = []
    for group in groups:
        others = [one for one in group["hooks"] if not is_ours(one)]
        if others or not group["hooks"]:
            kept.append({**group, "hooks": others})
    return kept

"""The 33 events of Claude Code's hooks, and how each is best told to us.

What a stranger would get wrong: not every event may be listened to for nothing. A hook on WorktreeCreate takes the
place of Claude Code's own making of the worktree, so one that answers nothing breaks it. And a Claude Code before
2.1.101 passes over a settings file as a whole if it names an event or a kind of hook that it does not know.
"""

import msgspec

from dashcam.agents.hookup import Event, Version

EVENTS = (
    Event("SessionStart", ("command",), old=True),
    Event("Setup", ("command",)),
    Event("SessionEnd", last=True, old=True),
    Event("UserPromptSubmit", old=True),
    Event("UserPromptExpansion"),
    Event("PreToolUse", old=True),
    Event("PermissionRequest"),
    Event("PermissionDenied"),
    Event("PostToolUse", old=True),
    Event("PostToolUseFailure"),
    Event("PostToolBatch"),
    Event("Notification", old=True),
    # Each piece of an answer waits for it, and the transcript tells the same once.
    Event("MessageDisplay", wanted=False),
    Event("SubagentStart"),
    Event("SubagentStop", old=True),
    Event("Stop", last=True, old=True),
    Event("StopFailure", last=True),
    Event("PreCompact", old=True),
    Event("PostCompact"),
    Event("PreModelSwitch"),
    Event("PostModelSwitch"),
    Event("TaskCreated"),
    Event("TaskCompleted"),
    Event("TeammateIdle"),
    Event("InstructionsLoaded"),
    Event("ConfigChange"),
    Event("CwdChanged"),
    Event("DirectoryAdded"),
    Event("FileChanged"),
    Event("WorktreeCreate", (), wanted=False),
    Event("WorktreeRemove"),
    Event("Elicitation"),
    Event("ElicitationResult"),
)
TOLERANT = (2, 1, 101)
"""From this version on, events that it does not know are passed over; http hooks came with 2.1.63."""


def events_for(version: Version | None) -> tuple[Event, ...]:
    """Give the events that a version may be given, with the ways that it knows. None is taken for a new one."""
    if version is None or version >= TOLERANT:
        return EVENTS
    return tuple(msgspec.structs.replace(event, ways=("command",)) for event in EVENTS if event.old)

"""The agents whose hooks and status line we know to install, one row each.

What a stranger would get wrong: this is no part of reading, so an agent without a row here works all the same.
"""

from collections.abc import Mapping

from dashcam.agents.claude_code import settings_json
from dashcam.agents.claude_code.hook_events import EVENTS, TOLERANT, events_for
from dashcam.agents.hookup import Hookup

HOOKUPS: Mapping[str, Hookup] = {
    "claude-code": Hookup(
        title="Claude Code",
        events=EVENTS,
        program="claude",
        version_in=settings_json.version_in,
        tolerant=TOLERANT,
        events_for=events_for,
        place=settings_json.place,
        handler=settings_json.handler,
        with_hooks=settings_json.with_hooks,
        without_hooks=settings_json.without_hooks,
        installed=settings_json.installed,
        hindrances=settings_json.hindrances,
        with_status_line=settings_json.with_status_line,
        without_status_line=settings_json.without_status_line,
    )
}

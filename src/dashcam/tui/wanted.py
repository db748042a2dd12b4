"""What an agent asks for and what it is writing, as text: in full, wrapped, and harmless.

What a stranger would get wrong: a person decides by this whether a command runs. So nothing of it may steer the
terminal, hide behind an edge or be left out without a word.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from dashcam.agents.launching import Ask
from dashcam.agents.patches import replaced
from dashcam.queries.doing import QUESTIONS
from dashcam.tui import look
from dashcam.tui.drawing import LABELS
from dashcam.tui.launched import Writing
from dashcam.writing.safe import safe_block, safe_text

LONGEST = 50_000
"""Signs of one thing that a tool is called with; more than any person reads before an answer."""
TAIL = 8_000
"""Signs of a block that are looked at for its last lines."""
CARET = "▌"
KEY = "bold"
_EDIT = {"old_string", "new_string"}
_PLACES = ("file_path", "notebook_path", "path")


def is_question(ask: Ask) -> bool:
    """Whether a person's words are wanted rather than a permission."""
    return ask.tool in QUESTIONS


def wanted(ask: Ask, width: int, console: Console) -> list[Text]:
    """Write what an agent asks for, line by line: who asks, and everything that the tool is to be called with."""
    title = safe_text(ask.title)
    head = Text(title, style=f"bold {look.STATUS['waiting'][1]}")
    if not title:
        asks = "asks you" if is_question(ask) else "asks for permission"
        head.append(f"{safe_text(ask.tool)} {asks}")
    else:
        head.append(f"  {safe_text(ask.tool)}", style="default")
    parts = [head, *([Text(safe_text(ask.reason), style=look.QUIET)] if ask.reason else []), *_parts(ask.tool_input)]
    return [line for part in parts for line in part.wrap(console, max(1, width), overflow="fold")]


def _parts(tool_input: str) -> Iterator[Text]:
    try:
        given = json.loads(tool_input) if tool_input else {}
    except (ValueError, RecursionError):
        given = tool_input
    if not isinstance(given, dict):
        yield _block(given if isinstance(given, str) else tool_input)
        return
    if not given:
        yield Text("It is called with nothing.", style=look.QUIET)
    for name in _PLACES:
        if isinstance(given.get(name), str):
            yield Text(safe_text(given[name]), style="bold")
    for edit in (given, *_dicts(given.get("edits"))):
        if _is_edit(edit):
            yield _diff(replaced(edit["old_string"], edit["new_string"]))
    yield from _questions(given.get("questions"))
    rest = {name: value for name, value in given.items() if not _is_shown(name, value, given)}
    for name, value in rest.items():
        spelled = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        if len(given) > 1:
            is_short = "\n" not in spelled and len(spelled) <= LONGEST
            named = Text().append(f"{safe_text(name)}: " if is_short else f"{safe_text(name)}:\n", style=look.QUIET)
            yield named.append_text(_block(spelled))
        else:
            yield _block(spelled)


def _questions(value: object) -> Iterator[Text]:
    """What a person is asked, and what they may choose from."""
    for one in _dicts(value):
        yield Text(safe_text(str(one.get("question", ""))), style="bold")
        for option in _dicts(one.get("options")):
            label, meaning = (safe_text(str(option.get(name, ""))) for name in ("label", "description"))
            yield Text(f"· {label}").append(f"  {meaning}" if meaning else "", style=look.QUIET)


def _is_shown(name: str, value: object, given: dict[str, object]) -> bool:
    """Whether a thing that a tool is called with stands in the place or the diff already."""
    if name in _PLACES:
        return isinstance(value, str)
    if name in _EDIT:
        return _is_edit(given)
    if name == "questions":
        return bool(list(_questions(value)))
    if name == "edits":
        return isinstance(value, list) and bool(value) and all(set(one) == _EDIT for one in _dicts(value, whole=True))
    return False


def _is_edit(given: dict[str, object]) -> bool:
    return all(isinstance(given.get(name), str) for name in _EDIT)


def _dicts(value: object, *, whole: bool = False) -> list[dict[str, object]]:
    """The objects of a list; `whole` puts an empty one for everything else."""
    each = value if isinstance(value, list) else []
    return [one if isinstance(one, dict) else {} for one in each if whole or isinstance(one, dict)]


def _block(text: str, style: str = "") -> Text:
    made = Text(safe_block(text[:LONGEST]).expandtabs(4), style=style)
    if len(text) > LONGEST:
        made.append(
            f"\n{len(text) - LONGEST:,} more signs are not shown here", style=f"bold {look.STATUS['failed'][1]}"
        )
    return made


def _diff(patch: str) -> Text:
    made = Text()
    styles = {"+": look.CACHE_READ, "-": look.STATUS["failed"][1]}
    for line in _block(patch).split("\n", allow_blank=True):
        line.style = styles.get(line.plain[:1], line.style or look.QUIET)
        made.append_text(line).append("\n")
    made.rstrip()
    return made


def written(blocks: Sequence[Writing], width: int, most: int, console: Console) -> Text:
    """Write the last lines of what is being written, as many as there is room for, each block below who writes it."""
    rows: list[Text] = []
    for block in reversed(blocks):
        room = most - len(rows)
        if rows and room < 2:  # noqa: PLR2004  a name, and one line at least
            break
        name, style = LABELS["thinking" if block.kind == "thinking" else "assistant"]
        text = Text(safe_block(block.text[-TAIL:]).expandtabs(4).rstrip("\n"))
        text.stylize("dim italic" if block.kind == "thinking" else "")
        text.append("" if rows else CARET, style=look.INPUT)
        lines = list(text.wrap(console, max(1, width), overflow="fold"))[-max(1, room - 1) :]
        rows = [*([Text(name, style=style)] if room > 1 else []), *lines, *rows]
    return Text("\n").join(rows)


def keys_line(made: Text, keys: Iterable[tuple[str, str]]) -> Text:
    """Append keys and what each of them does."""
    for place, (key, does) in enumerate(keys):
        made.append("  " if place else "").append(key, style=KEY).append(f" {does}", style=look.QUIET)
    return made

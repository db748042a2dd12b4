"""Where our data are, for the commands that cannot wait for `cli/setup.py`; both must give the same answer.

What a stranger would get wrong: nothing here fails. A settings file that cannot be read is the business of the other
commands; here it is as if there were none.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from dashcam.records.paths import in_full

SETTINGS_FILE = "settings.toml"
DATABASE_FILE = "dashcam.db"
WANTED = ("time_zone", "database_url")
SQLITE = "sqlite:///"
ON_LINUX = sys.platform.startswith("linux")


def home_of(variables: Mapping[str, str]) -> Path:
    """Name our home: DASHCAM_HOME, else the platform's directory for data of programs."""
    if named := variables.get("DASHCAM_HOME"):
        return in_full(named)
    if ON_LINUX:
        # What platformdirs says, without the 10 ms of importing it. A relative path is ignored, as XDG wants it.
        named = variables.get("XDG_DATA_HOME", "")
        return (Path(named) if named.startswith("/") else Path("~/.local/share").expanduser()) / "dashcam"
    from platformdirs import user_data_path

    return user_data_path("dashcam", appauthor=False)


def settings_of(home: Path) -> dict[str, object]:
    """Read the settings as they stand; nothing where they cannot be read, or say nothing that is asked for here."""
    try:
        text = (home / SETTINGS_FILE).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return {}
    if not any(name in text for name in WANTED):
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def database_file(home: Path, settings: Mapping[str, object], variables: Mapping[str, str]) -> str:
    """Name the file of the database; empty if it is none, but a server's."""
    named = variables.get("DASHCAM_DATABASE_URL") or settings.get("database_url")
    if not named:
        return str(home / DATABASE_FILE)
    url = str(named)
    return url.removeprefix(SQLITE) if url.startswith(SQLITE) else ""

"""Where the program begins. The two commands that agents wait for are run before click is imported.

What a stranger would get wrong: nothing may be imported at the top here but fast modules of the standard library;
tests/architecture/test_boundaries.py holds the list.
"""

import gc
import os
import sys

HELP = frozenset({"-h", "--help"})
COMPLETING = "_DASHCAM_COMPLETE"


def main() -> None:
    """Run the program."""
    words = sys.argv[1:]
    if words and not HELP.intersection(words) and COMPLETING not in os.environ:
        # Looking for garbage is a twentieth of their time, and they end before there is any worth finding.
        gc.disable()
        if words[0] == "hook":
            from dashcam.cli.quick.hook import run

            run(words[1:])
            _leave()
        if words[0] == "statusline" and (len(words) == 1 or words[1].startswith("-")):
            from dashcam.cli.quick.status_line import run

            run(words[1:])
            _leave()
    gc.enable()
    from dashcam.cli.main import main as all_commands

    all_commands()


def _leave() -> None:
    """End at once: taking the interpreter down would be a tenth of the time, and nothing is open."""
    os._exit(0)


if __name__ == "__main__":
    main()

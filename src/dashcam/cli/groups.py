"""Groups of commands: a module is imported when its command is called, so that none pays for another's imports."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from dashcam.records.errors import BadInput, DashcamError

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
Place = tuple[str, str]
"""`module:function` of a command, and its one line of help, which stands here so that `--help` imports nothing."""


class DefaultGroup(click.Group):
    """A group that does one of its commands when none is named: `dashcam sessions` is `dashcam sessions list`."""

    def __init__(self, *args: Any, default: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name before options that are not the group's own.

        Shell completion, which asks for all names, is left alone.
        """
        own = {name for option in self.get_params(ctx) for name in option.opts}
        named = bool(args) and not (args[0].startswith("-") and args[0] not in own)
        if not named and not ctx.resilient_parsing:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest commands where there is none of that name."""
        if args and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches

            known = self.list_commands(ctx)
            near = get_close_matches(args[0], known)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of {', '.join(known)}."
            raise click.UsageError(f"There is no command '{args[0]}'. {hint}", ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(DefaultGroup):
    """The program: a table of commands, and its way to end with one clear line."""

    def __init__(self, *args: Any, places: dict[str, Place], **more: Any) -> None:
        super().__init__(*args, **more)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own signature
        """List the commands in the order of the table."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in self.places:
            return None
        module, _, name = self.places[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name from the table, so that a press of the tab key imports none of them."""
        named = [
            CompletionItem(name, help=words) for name, (_, words) in self.places.items() if name.startswith(incomplete)
        ]
        return (
            named if named and not incomplete.startswith("-") else click.Command.shell_complete(self, ctx, incomplete)
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.places.items()])

    def main(  # type: ignore[override]  # it always leaves, standalone or not
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **more: Any
    ) -> NoReturn:
        """Run a command and leave with 0 for done, 1 for failed, 2 for wrong usage."""
        more["standalone_mode"] = False
        try:
            code = super().main(args, prog_name, **more)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except DashcamError as error:
            complain(error.message, error.hint)
            code = MISUSED if isinstance(error, BadInput) else FAILED
        except (click.Abort, KeyboardInterrupt):
            code = INTERRUPTED
        except BrokenPipeError:
            _forget_output()
            code = FAILED
        except OSError as error:
            complain(f"{error.filename or 'the system'}: {error.strerror or error}")
            code = FAILED
        sys.exit(code if isinstance(code, int) else 0)


def complain(message: str, hint: str = "") -> None:
    """Say on standard error what went wrong and what to do next."""
    from dashcam.writing.safe import safe_text

    click.echo(f"dashcam: {safe_text(message)}", err=True)
    if hint:
        click.echo(f"  {safe_text(hint)}", err=True)


def _forget_output() -> None:
    """Keep Python from complaining at its end that the reader of a pipe has gone."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""`dashcam otel`: what to set for agents to send OpenTelemetry to the server."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec

from dashcam.agents.telemetry import TELEMETRY, Telemetry, telemetry
from dashcam.cli.groups import DefaultGroup
from dashcam.cli.ourselves import address_of, asks_for_token
from dashcam.cli.output import print_json
from dashcam.cli.setup import read_setup
from dashcam.records.errors import BadInput


class TelemetryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What to set for one agent."""

    agent: str
    variables: dict[str, str]
    settings_file: str | None
    settings: str | None


@click.group(cls=DefaultGroup, default="env")
def otel() -> None:
    """Let agents send OpenTelemetry to `dashcam serve`."""


@otel.command()
@click.option("--agent", metavar="AGENT", help=f"One of {', '.join(TELEMETRY)}; all of them unless told.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["shell", "json", "settings"]),
    default="shell",
    show_default=True,
    help="For `eval`, as JSON, or what to put into the agent's settings file.",
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port of the server; that of the running one unless told.")
def env(agent: str | None, form: str, port: int | None) -> None:
    """Print what to set for agents to send what they do to the server."""
    rows = {agent: telemetry(agent)} if agent else dict(TELEMETRY)
    setup = read_setup()
    address, token = address_of(setup, port), asks_for_token(setup)
    answers = {name: _answer(name, row, address, token=token) for name, row in rows.items()}
    match form:
        case "json":
            print_json(list(answers.values()))
        case "settings":
            click.echo("\n\n".join(_settings(rows, answers)))
        case _:
            click.echo("\n\n".join("\n".join(_shell(rows[name], answer)) for name, answer in answers.items()))


def _answer(name: str, row: Telemetry, address: str, *, token: bool) -> TelemetryAnswer:
    return TelemetryAnswer(
        agent=name,
        variables=row.variables(address, token),
        settings_file=row.file or None,
        settings=row.settings(address, token) or None,
    )


def _shell(row: Telemetry, answer: TelemetryAnswer) -> Iterable[str]:
    yield f"# {row.title}"
    if not answer.variables:
        yield f"# It takes no variables. Put this into {answer.settings_file}:"
        yield from (f"# {line}" for line in str(answer.settings).splitlines())
    # Double quotes, so that the shell fills in the token.
    yield from (f'export {name}="{value}"' for name, value in answer.variables.items())


def _settings(rows: dict[str, Any], answers: dict[str, TelemetryAnswer]) -> list[str]:
    """Write what belongs into files. Of one agent it is that alone, to be put there as it is. Raises BadInput."""
    told = {name: answer for name, answer in answers.items() if answer.settings}
    if not told:
        title = next(iter(rows.values())).title
        raise BadInput(f"{title} takes variables only", "`--format shell` prints them.")
    if len(rows) == 1:
        return [str(answer.settings) for answer in told.values()]
    return [f"# {rows[name].title}: {answer.settings_file}\n{answer.settings}" for name, answer in told.items()]

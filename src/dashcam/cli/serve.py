"""`dashcam serve`: the web app, the API and the watching, until it is told to stop."""

import webbrowser

import click

from dashcam.cli.setup import read_setup


@click.command()
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on; any but this machine's own needs DASHCAM_TOKEN.",
)
@click.option(
    "--port",
    default=4747,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port to listen on; 0 takes any free one.",
)
@click.option("--watch/--no-watch", default=True, help="Read what agents write while it runs (the default), or not.")
def serve(*, open_browser: bool, host: str, port: int, watch: bool) -> None:
    """Start the web app and its API on this machine, and read what agents write as they write it.

    It listens on 127.0.0.1 alone. Ctrl-C or SIGTERM stops it.
    """
    from dashcam.cli.logs import log_to_stderr
    from dashcam.server.run import serve as run

    log_to_stderr()

    setup = read_setup()

    def ready(address: str) -> None:
        click.echo(f"dashcam: {address}   (Ctrl-C stops it)")
        if open_browser:
            webbrowser.open(address)

    run(setup, host=host, port=port, token=setup.variables.get("DASHCAM_TOKEN", ""), watch=watch, ready=ready)

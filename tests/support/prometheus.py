"""A real Prometheus for tests: one that is there already, else one that is installed on demand, and pages to scrape.

`python -m tests.support.prometheus` installs one where none is found. Tests never skip for want of it: they fail and
say how to get one.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

VARIABLE = "DASHCAM_PROMETHEUS"
NAME = "prometheus"
NONE_HERE = f"""no Prometheus to test with: install one (Debian: `apt-get install prometheus`; elsewhere its release),
or name the program in {VARIABLE}."""
INTERVAL = "200ms"
PATIENCE_SECONDS = 30.0


def find_prometheus() -> str | None:
    """Find the program: the one that the variable names, else one on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).is_file() else None
    return shutil.which(NAME)


def main() -> None:
    """Install one where there is none. Whether that worked is for the tests to say."""
    if find_prometheus():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        sys.stdout.write("Installing Prometheus for the tests: apt-get install prometheus\n")
        sys.stdout.flush()
        # In runlevel 1 no service is started: the tests start their own.
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", NAME]):
            subprocess.run(["apt-get", *words], check=False, env=quiet)
    if not find_prometheus():
        sys.stderr.write(f"Tests with a real Prometheus will fail: {NONE_HERE}\n")


@contextmanager
def served(page: Callable[[str], tuple[int, Mapping[str, str], bytes]]) -> Iterator[str]:
    """Serve what a function makes of each path, on this machine; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = page(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # who asked did not wait for the end

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Exporter:
    """A page of metrics that is made anew for every scrape, by the number of the scrape."""

    def __init__(self, make: Callable[[int], str]) -> None:
        self._make = make
        self.scrapes = 0

    def page(self, _path: str) -> tuple[int, Mapping[str, str], bytes]:
        text = self._make(self.scrapes)
        self.scrapes += 1
        return 200, {"content-type": "text/plain; version=0.0.4"}, text.encode()

    def wait(self, scrapes: int) -> None:
        """Wait until it was scraped so often."""
        wait_until(lambda: self.scrapes >= scrapes)


@contextmanager
def running(directory: Path, **exporters: Exporter) -> Iterator[str]:
    """Start a Prometheus that scrapes these pages, each a job of its own; gives its address."""
    program = find_prometheus()
    assert program is not None, NONE_HERE
    with _targets(exporters) as targets:
        jobs = [{"job_name": name, "static_configs": [{"targets": [target]}]} for name, target in targets.items()]
        config = directory / "prometheus.yml"
        config.write_text(
            json.dumps({"global": {"scrape_interval": INTERVAL, "scrape_timeout": INTERVAL}, "scrape_configs": jobs})
        )
        port = _free_port()
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    program,
                    f"--config.file={config}",
                    f"--storage.tsdb.path={directory / 'data'}",
                    f"--web.listen-address=127.0.0.1:{port}",
                    "--log.level=warn",
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: process.poll() is not None or _is_ready(address))
            assert process.poll() is None, (directory / "log").read_text(errors="replace")
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def _targets(exporters: Mapping[str, Exporter]) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(served(one.page)).removeprefix("http://") for name, one in exporters.items()}


def ask(address: str, query: str) -> Any:  # noqa: ANN401  what JSON holds
    """Ask a Prometheus in PromQL, without the client that is tested."""
    status, body = _get(address, f"/api/v1/query?{urlencode({'query': query})}")
    assert status == 200, body
    return json.loads(body)["data"]["result"]


def _get(address: str, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def wait_until(question: Callable[[], bool]) -> None:
    """Ask until the answer is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _is_ready(address: str) -> bool:
    try:
        return _get(address, "/-/ready")[0] == 200
    except (OSError, HTTPException):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    main()

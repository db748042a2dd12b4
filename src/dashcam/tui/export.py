"""Writing what the table shows to a file."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import ClassVar

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label

from dashcam.queries.answers import SessionAnswer
from dashcam.records.errors import DashcamError
from dashcam.tui.panel import Panel
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.safe import safe_text
from dashcam.writing.sheets import Sheet, as_csv, new_file

ROWS_AT_ONCE = 200


class ExportPanel(Panel[None]):
    """Asks for a file; its ending says whether CSV or JSON is written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]
    DEFAULT_CSS = """
    ExportPanel { align: center middle; }
    ExportPanel > Vertical {
        width: 64; max-width: 100%; height: auto; padding: 0 2; background: $surface; border: round $primary;
    }
    ExportPanel Input { height: 1; border: none; padding: 0; }
    ExportPanel #said { color: $text-muted; width: 100%; }
    """

    def __init__(self, rows: Sequence[SessionAnswer]) -> None:
        super().__init__()
        self._rows = rows
        self._is_writing = False
        self._left = Event()

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Label(f"Write {words.some(len(self._rows), 'session')} to a file that ends in .csv or .json:")
            yield Input("sessions.csv", id="path", compact=True)
            yield Label("Enter writes it, Escape does not.", id="said", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file, once; one that is there already is not touched."""
        if not self._is_writing:
            self._is_writing = True
            self.write_to(Path(event.value))

    def on_unmount(self) -> None:
        """Who leaves meanwhile wants no file."""
        self._left.set()

    @work
    async def write_to(self, path: Path) -> None:
        """Write the file in a thread, so that the keys have their answers meanwhile."""
        many = words.some(len(self._rows), "session")
        self._say(f"Writing {many}... Escape breaks it off.")
        try:
            written = await asyncio.to_thread(write, path, self._rows, self._left)
        except FileExistsError:
            self._say(f"It is there already; name another file than {path}.")
        except DashcamError as error:
            self._say(error.in_line)
        except OSError as error:
            self._say(f"{error.strerror or error}; name another file than {path}.")
        except ValueError as error:
            self._say(str(error))
        except RuntimeError:  # What Path raises where nobody is called so.
            self._say(f"Nobody has the home of {path}; name a file in full.")
        else:
            self.app.notify(safe_text(f"Wrote {many} to {written}"), markup=False)
            self.dismiss(None)
        finally:
            self._is_writing = False

    def _say(self, said: str) -> None:
        self.query_one("#said", Label).update(safe_text(said))


def write(path: Path, rows: Sequence[SessionAnswer], left: Event) -> Path:
    """Write sessions as CSV or JSON, by the file's ending, and say where; where it fails, nothing is left behind.

    Raises FileExistsError and other OSErrors, ValueError for another ending, RuntimeError for a home of nobody, and
    DashcamError where it broke off.
    """
    path = path.expanduser().absolute()
    pieces = _pieces(path.suffix.lower(), rows)
    # The name is ours from here on, so that what takes its place at the end is no file of another's.
    path.open("xb").close()
    try:
        with new_file(path) as file:
            file.writelines(_unless(left, pieces))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _unless(left: Event, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if left.is_set():
            raise DashcamError("the export was broken off", "Begin it again.")
        yield piece


def _pieces(ending: str, rows: Sequence[SessionAnswer]) -> Iterator[bytes]:
    match ending:
        case ".json":
            return _as_json(rows)
        case ".csv":
            sheet = Sheet(shape=SessionAnswer, columns=keys_of(SessionAnswer), rows=rows, closing=dict)
            return (line.encode() for line in as_csv(sheet))
        case _:
            raise ValueError("Name a file that ends in .csv or .json.")


def _as_json(rows: Sequence[SessionAnswer]) -> Iterator[bytes]:
    """Write one list, some rows at a time: nothing else in the program runs while a piece is made."""
    lead = b"["
    for at in range(0, len(rows), ROWS_AT_ONCE):
        some = msgspec.json.format(msgspec.json.encode(rows[at : at + ROWS_AT_ONCE]), indent=2)
        yield lead + some.removeprefix(b"[").removesuffix(b"\n]")
        lead = b","
    yield b"\n]\n" if rows else b"[]\n"

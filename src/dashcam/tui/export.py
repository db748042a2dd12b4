"""Writing what the table shows to a file."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from dashcam.queries.answers import SessionAnswer
from dashcam.writing import words
from dashcam.writing.cells import csv_cell, keys_of


class ExportPanel(ModalScreen[None]):
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

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Label(f"Write {words.some(len(self._rows), 'session')} to a file that ends in .csv or .json:")
            yield Input("sessions.csv", id="path", compact=True)
            yield Label("Enter writes it, Escape does not.", id="said", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file; one that is there already is not touched."""
        path = Path(event.value).expanduser()
        try:
            write(path, self._rows)
        except FileExistsError:
            self._say(f"It is there already; name another file than {path}.")
        except (OSError, ValueError) as error:
            self._say(str(error))
        else:
            self.app.notify(f"Wrote {words.some(len(self._rows), 'session')} to {path.absolute()}")
            self.dismiss(None)

    def _say(self, said: str) -> None:
        self.query_one("#said", Label).update(said)


def write(path: Path, rows: Sequence[SessionAnswer]) -> None:
    """Write sessions as CSV or JSON, by the file's ending. Raises OSError, and ValueError for another ending."""
    match path.suffix.lower():
        case ".json":
            with path.open("xb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(list(rows)), indent=2) + b"\n")
        case ".csv":
            keys = keys_of(SessionAnswer)
            with path.open("x", newline="", encoding="utf-8") as text:
                writer = csv.writer(text)
                writer.writerow(keys)
                for row in rows:
                    known = msgspec.to_builtins(row)
                    writer.writerow([csv_cell(known.get(key)) for key in keys])
        case ending:
            raise ValueError(f"'{ending}' is neither .csv nor .json")

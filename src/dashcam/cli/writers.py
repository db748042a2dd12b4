"""Writing any number of rows to a stream or a file, a row at a time: CSV, JSON, JSON lines, Parquet.

What a stranger would get wrong: a file is written beside and renamed at its end, so that an export that was broken off
never looks like a whole one.
"""

import csv
import os
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO, StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from msgspec import UNSET, UnsetType

from dashcam.cli.output import csv_cell
from dashcam.cli.safe import safe_block, safe_json
from dashcam.records.errors import DashcamError

if TYPE_CHECKING:
    import pyarrow
    from typing_extensions import Buffer

ROWS_AT_ONCE = 5_000
FILE_MODE = 0o600
Row = Mapping[str, Any]


class _Terminal(BytesIO):
    """A terminal that must not be steered by what a transcript says: it is shown, never obeyed."""

    def __init__(self, plain: BinaryIO) -> None:
        super().__init__()
        self._plain = plain

    def write(self, raw: "Buffer") -> int:
        words = bytes(raw).decode("utf-8", "replace")
        harmless = safe_json(words) if words[:1] in {"{", "[", ",", "\n"} else safe_block(words)
        self._plain.write(harmless.encode())
        return len(words)


Closing = Callable[[], Mapping[str, Any]]
"""Gives the rest of a listing, its totals and notes, once the last row is written."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Rows to be written: the Struct that each is, which of its fields are there, and what closes the listing."""

    shape: type[msgspec.Struct]
    columns: tuple[str, ...]
    rows: Iterable[msgspec.Struct]
    closing: Closing


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """Open a file to be put in its place when all is written, or the standard output. Raises DashcamError."""
    if path is None:
        plain = sys.stdout.buffer
        yield _Terminal(plain) if sys.stdout.isatty() else plain
        plain.flush()
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        beside.replace(path)
    except OSError as error:
        raise DashcamError(f"cannot write {path}: {error.strerror or error}", "Check the directory and its free room.") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def write_csv(sheet: Sheet, file: BinaryIO) -> int:
    """Write a header and a line for each row; unknown values are empty, several values stand behind each other."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\n")
    count = -1
    for values in chain([sheet.columns], ([getattr(row, name) for name in sheet.columns] for row in sheet.rows)):
        writer.writerow([None if value is UNSET else csv_cell(value) for value in values])
        file.write(line.getvalue().encode())
        line.seek(0)
        line.truncate()
        count += 1
    return count


def write_json(sheet: Sheet, file: BinaryIO) -> int:
    """Write one listing: rows, totals and notes."""
    count = 0
    file.write(b'{"rows":[')
    for row in sheet.rows:
        file.write(b",\n" if count else b"\n")
        file.write(msgspec.json.encode(row))
        count += 1
    closing = msgspec.json.encode(sheet.closing())
    file.write(b"\n]," + closing[1:] + b"\n")
    return count


def write_lines(sheet: Sheet, file: BinaryIO) -> int:
    """Write one JSON object a line, rows only."""
    count = 0
    for row in sheet.rows:
        file.write(msgspec.json.encode(row) + b"\n")
        count += 1
    return count


def write_parquet(sheet: Sheet, file: BinaryIO) -> int:
    """Write typed columns; times are timestamps. Raises DashcamError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise DashcamError("Parquet needs pyarrow, which is not installed", "Run `pip install 'dashcam[parquet]'`.") from None
    schema = _schema(pyarrow, sheet)
    rows = iter(sheet.rows)
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            columns = {name: [_value(schema.field(name).type, getattr(row, name)) for row in some] for name in sheet.columns}
            writer.write_table(pyarrow.table(columns, schema=schema))
            count += len(some)
    return count


def _schema(pyarrow: types.ModuleType, sheet: Sheet) -> "pyarrow.Schema":
    hints = typing.get_type_hints(sheet.shape)
    return pyarrow.schema([(name, _arrow_type(pyarrow, name, hints[name])) for name in sheet.columns])


def _arrow_type(pyarrow: types.ModuleType, name: str, hint: object) -> "pyarrow.DataType":
    """Choose a column's type by its field's; a field whose name ends in `at` is a time."""
    if name == "at" or name.endswith("_at"):
        return pyarrow.timestamp("us", tz="UTC")
    kinds = {bool: pyarrow.bool_(), int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
    parts = set(typing.get_args(hint)) or {hint}
    if typing.get_origin(hint) is tuple:
        return pyarrow.list_(pyarrow.string())
    return next(kind for python, kind in kinds.items() if python in parts)


def _value(kind: object, value: object) -> object:
    if value is None or isinstance(value, UnsetType):
        return None
    if str(kind).startswith("timestamp"):
        return datetime.fromisoformat(str(value)) if value else None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


WRITERS: Mapping[str, Callable[[Sheet, BinaryIO], int]] = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_lines,
    "parquet": write_parquet,
}

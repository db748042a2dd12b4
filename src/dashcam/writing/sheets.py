"""Any number of rows as CSV, JSON, JSON lines or Parquet, a few at a time.

What a stranger would get wrong: a file is written beside and renamed at its end, so that an export that was broken off
never looks like a whole one.
"""

import csv
import os
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from msgspec import UNSET, UnsetType

from dashcam.records.errors import DashcamError
from dashcam.writing.cells import csv_cell

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 5_000
FILE_MODE = 0o600


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Rows to be written: the Struct that each is, which of its fields are there, and what closes the listing."""

    shape: type[msgspec.Struct]
    columns: tuple[str, ...]
    rows: Iterable[msgspec.Struct]
    closing: Callable[[], Mapping[str, Any]]
    """Gives the totals and notes, once the last row is written."""


class Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[msgspec.Struct]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[msgspec.Struct]:
        for row in self.rows:
            self.count += 1
            yield row


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place when all is written. Raises DashcamError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        beside.replace(path)
    except OSError as error:
        hint = "Check the directory and its free room."
        raise DashcamError(f"cannot write {path}: {error.strerror or error}", hint) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def as_csv(sheet: Sheet) -> Iterator[str]:
    """Write a header and a line for each row; an unknown value is empty."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\n")
    rows = ([getattr(row, name) for name in sheet.columns] for row in sheet.rows)
    for values in chain([list(sheet.columns)], rows):
        writer.writerow([None if value is UNSET else csv_cell(value) for value in values])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def as_json(sheet: Sheet) -> Iterator[str]:
    """Write one listing: rows, totals and notes."""
    lead = '{"rows":[\n'
    for row in sheet.rows:
        yield lead + msgspec.json.encode(row).decode()
        lead = ",\n"
    rest = msgspec.json.encode(sheet.closing()).decode().removeprefix("{")
    yield ("\n" if lead == ",\n" else lead) + "]," + rest + "\n"


def as_lines(sheet: Sheet) -> Iterator[str]:
    """Write one JSON object a line, rows only."""
    for row in sheet.rows:
        yield msgspec.json.encode(row).decode() + "\n"


TEXTS: Mapping[str, Callable[[Sheet], Iterator[str]]] = {"csv": as_csv, "json": as_json, "jsonl": as_lines}


def write_parquet(sheet: Sheet, file: BinaryIO) -> None:
    """Write typed columns; times are timestamps. Raises DashcamError where pyarrow is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise DashcamError("Parquet needs pyarrow", "Run `pip install 'dashcam[parquet]'`.") from None
    schema = _schema(pa, sheet)
    rows = iter(sheet.rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            columns = {name: [_value(name, getattr(row, name)) for row in some] for name in sheet.columns}
            writer.write_table(pa.table(columns, schema=schema))


def _schema(pa: types.ModuleType, sheet: Sheet) -> "pa.Schema":
    hints = typing.get_type_hints(sheet.shape)
    return pa.schema([(name, _arrow_type(pa, name, hints[name])) for name in sheet.columns])


def _arrow_type(pa: types.ModuleType, name: str, hint: object) -> "pa.DataType":
    """Choose a column's type by its field's."""
    if _is_time(name):
        return pa.timestamp("us", tz="UTC")
    if typing.get_origin(hint) is tuple:
        return pa.list_(pa.string())
    kinds = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
    parts = set(typing.get_args(hint)) or {hint}
    return next(kind for python, kind in kinds.items() if python in parts)


def _is_time(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def _value(name: str, value: object) -> object:
    if value is None or isinstance(value, UnsetType):
        return None
    if _is_time(name):
        return datetime.fromisoformat(str(value)) if value else None
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value

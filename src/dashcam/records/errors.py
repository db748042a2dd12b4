"""One error for each thing that a caller can act on. The message says what happened, the hint what to do next."""


class DashcamError(Exception):
    """Base of every error that is shown as one clear line."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    @property
    def in_line(self) -> str:
        """What happened and what to do next, in one line."""
        return f"{self.message}. {self.hint}"


class BadInput(DashcamError):
    """The user's words make no sense: a range, a filter, an id."""


class NotFound(DashcamError):
    """Nothing has that id or name."""


class Ambiguous(DashcamError):
    """Several things begin with that prefix; `choices` are what to ask for instead."""

    def __init__(self, message: str, hint: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.choices = choices


class BadSettings(DashcamError):
    """The settings file cannot be read or holds a wrong value."""


class DatabaseError(DashcamError):
    """The database cannot be opened, read or written."""


class DatabaseLocked(DatabaseError):
    """Another process held the database for too long."""


class DatabaseDamaged(DatabaseError):
    """The file is not a sound database."""


class DatabaseNewer(DatabaseError):
    """The database was written by a newer dashcam."""


class DatabaseFull(DatabaseError):
    """No room was left to write."""

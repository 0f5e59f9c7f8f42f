"""The error tree: what a person can mend (`UserError`) against what is our own fault (`Bug`)."""

from __future__ import annotations


class GroundLabelError(Exception):
    """Root of every error that GroundLabel raises knowingly."""


class UserError(GroundLabelError):
    """Something a person can mend: says what happened, why, and what to do next, in one line.

    The command line prints `str(error)` as its only line on stderr and exits with 1.
    `why` and `next_step` are shown apart by the window.
    """

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what, why, next_step)  # positional, so that the error pickles across processes
        self.what = what
        self.why = why
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.why, self.next_step))

    def __str__(self) -> str:
        parts = [self.what, self.why, self.next_step]
        return " ".join(_sentence(part) for part in parts if part)


def _sentence(text: str) -> str:
    """One line with a capital and a full stop; a path or a name in front stays as it is written."""
    line = " ".join(text.split()).rstrip(".") + "."
    first = line.split(" ", 1)[0].rstrip(".,:;")
    return line[0].upper() + line[1:] if first.isalpha() and first.islower() else line


def _rebuild(cls: type[UserError], what: str, why: str, next_step: str) -> UserError:
    return cls(what, why=why, next_step=next_step)


class UsageError(UserError):
    """The command line was given words that make no sense together: exit code 2."""


class MediaError(UserError):
    """A medium is missing, empty, not what its name says, or cannot be decoded."""


class ProjectError(UserError):
    """A project file is missing, corrupt, locked, read-only, or of another version."""


class StaleChangeError(ProjectError):
    """A Change was built on a state that is no longer the present one; nothing was written."""


class FormatError(UserError):
    """An exchange file is malformed: names the file, the line or element, and what was expected."""


class ModelError(UserError):
    """A model is unknown, incomplete, or does not fit this machine."""


class ModelCrashedError(ModelError):
    """The child process that hosts the model ended without an answer."""


class TrainingError(UserError):
    """Training cannot start or go on: nothing to learn from, no room, or a spoiled checkpoint."""


class OutOfMemoryError(TrainingError):
    """The memory ran out while learning. `smaller`: batch and accumulation of the same steps in half of it, or None."""

    smaller: tuple[int, int] | None = None


class SettingsError(UserError):
    """A settings file or a value in it cannot be used."""


class Cancelled(GroundLabelError):
    """The person asked to stop. Not an error: never shown as one."""


class Bug(GroundLabelError):
    """A broken promise inside GroundLabel itself."""

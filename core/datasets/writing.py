"""Writes a JSON list row by row: whole at the end, or as it was."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

from core.errors import UserError


class RowWriter:
    """A JSON list with one row a line, kept beside its place until it is complete. Raises `UserError`."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._beside = out.parent / f".{out.name[:40]}.{uuid.uuid4().hex}.part"
        self._stream: TextIO | None = None
        self.count = 0

    def __enter__(self) -> RowWriter:
        try:
            if self._out.is_dir():
                raise UserError(f"{self._out} is a folder", next_step="name a file for the rows")
            self._out.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._beside.open("x", encoding="utf-8", newline="\n")
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def write(self, row: Mapping[str, object]) -> bool:
        """One row more; False when its text has half a character, which no file holds: it is not written."""
        assert self._stream is not None
        line = json.dumps(row, ensure_ascii=False, allow_nan=False)
        try:
            self._stream.write((",\n" if self.count else "[\n") + line)
        except UnicodeEncodeError:  # before a part of the row was written
            return False
        except OSError as error:
            raise self._unwritable(error) from error
        self.count += 1
        return True

    def finish(self) -> None:
        """Put the list in its place. Without it, leaving the block leaves what was there before."""
        assert self._stream is not None
        try:
            self._stream.write("\n]\n" if self.count else "[]\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._beside.replace(self._out)
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()
        self._beside.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> UserError:
        return UserError(f"{self._out} cannot be written", why=error.strerror or str(error))

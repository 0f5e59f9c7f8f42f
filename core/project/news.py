"""Who is told of Changes, and which of them another process made. Not locked: its project takes turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from core.project import facts, log, tables
from core.schema import Change

_COUNTED = (tables.changes, tables.media, tables.answers)


class News:
    """Made with a look at what stands in the file: that is no news."""

    def __init__(self, connection: Connection) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self._seen = counts(connection)
        self._polled = self._seen[0]
        self._own: set[str] = set()

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every Change that is told; returns how to stop that."""
        self._listeners.append(callback)

        def unsubscribe() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return unsubscribe

    def tell(self, change: Change) -> None:
        """To everybody who wants to know."""
        for callback in tuple(self._listeners):
            callback(change)

    def forget_listeners(self) -> None:
        """Nobody is told any more."""
        self._listeners.clear()

    def skip(self, before: Sequence[int], after: Sequence[int]) -> None:
        """What came between these counts is this process's own; what others wrote before still is news."""
        self._seen = [seen + new - old for seen, new, old in zip(self._seen, after, before, strict=True)]

    def note_own(self, change: Change) -> None:
        """This process wrote it, and tells of it itself."""
        self._own.add(change.id)

    def from_others(self, connection: Connection) -> tuple[bool, list[Change]]:
        """Whether others have written since the last call, and their Changes, which are to be told."""
        now = counts(connection)
        is_news = now != self._seen
        # Own Changes may lie between foreign ones; they were told already.
        later = log.history(connection, after=self._polled) if is_news else []
        changes = [change for change in later if change.id not in self._own]
        self._seen, self._polled = now, now[0]
        self._own.clear()
        return is_news, changes


def counts(connection: Connection) -> list[int]:
    """How many Changes, media and answers were ever written."""
    return [facts.last_seq(connection, table) for table in _COUNTED]

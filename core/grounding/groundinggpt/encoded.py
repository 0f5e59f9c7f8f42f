"""What was encoded before and may be asked about again, within bounds of number and memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

FileKey = tuple[str, int, int]

T = TypeVar("T")


def file_key(path: str) -> FileKey:
    """A file as it is now: another one under the same name has another key."""
    place = Path(path)
    status = place.stat() if place.exists() else None
    return path, status.st_mtime_ns if status else 0, status.st_size if status else 0


def _nothing(_value: object) -> int:
    return 0


class Kept(Generic[T]):
    """The values used last, at most so many and of so much weight. A reader in another process is given it as it is."""

    def __init__(self, most: int, *, weight: Callable[[T], int] = _nothing, most_weight: int = 0) -> None:
        self._most, self._weigh, self._most_weight = most, weight, most_weight
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value under a key, made now if it is not there."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = self._values[key] = make()
        self._weight += self._weigh(value)
        while len(self._values) > 1 and (len(self._values) > self._most or self._weight > self._most_weight > 0):
            self._weight -= self._weigh(self._values.popitem(last=False)[1])
        return value

    def known(self, key: Hashable) -> T | None:
        """The value under a key, if it is there."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()
        self._weight = 0

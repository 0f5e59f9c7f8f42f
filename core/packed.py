"""A long row of records that takes little memory: packed in slices, on the disk once there are many. It only grows."""

from __future__ import annotations

import gc
import marshal
import pickle
import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, Generic, TypeVar, cast, overload

from core.errors import UserError
from core.schema import Annotation, Box, Record, Region, Segment, Track, Verdict

_USUAL = gc.get_threshold()
_SELDOM = (100_000, 50, 100)
SLICE = 4096  # records that are packed together
_MOST_BYTES_IN_MEMORY = 32 << 20

R = TypeVar("R", bound=Record)


class Packed(Sequence[R], Generic[R]):
    """Records in the order in which they were appended. Reading makes them anew; walk it, as picking one is slow.

    May be read from several threads once it is complete. Raises `UserError` when the disk for temporary files is full.
    """

    def __init__(self, records: Iterable[R] = ()) -> None:
        self._slices: list[bytes] = []
        self._places: list[tuple[int, int]] = []  # offset and length in the file
        self._file: IO[bytes] | None = None
        self._turn = threading.Lock()
        self._bytes = 0
        self._open: list[R] = []  # the last slice, while it grows
        self._packed = 0
        self.media: set[str] = set()  # ids of the media of annotations and verdicts
        self.rare: list[R] = []  # those that are neither annotations nor verdicts, once more
        self.extend(records)

    def append(self, record: R) -> None:
        """One more record at the end."""
        self._open.append(record)
        if isinstance(record, Annotation | Verdict):
            self.media.add(record.media_id)
        else:
            self.rare.append(record)
        if len(self._open) == SLICE:
            self._pack()

    def extend(self, records: Iterable[R]) -> None:
        """More records at the end."""
        for record in records:
            self.append(record)

    def whole(self) -> Sequence[R]:
        """A tuple while it is short, otherwise itself."""
        return self if self._packed else tuple(self._open)

    def __len__(self) -> int:
        return self._packed + len(self._open)

    def __iter__(self) -> Iterator[R]:
        for index in range(self._packed // SLICE):
            yield from self._unpack(index)
        yield from tuple(self._open)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[R]: ...
    def __getitem__(self, index: int | slice) -> R | Sequence[R]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(index)
        if number >= self._packed:
            return self._open[number - self._packed]
        return self._unpack(number // SLICE)[number % SLICE]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Packed | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    # --- slices

    def _pack(self) -> None:
        body = zlib.compress(marshal.dumps([_flat(record) for record in self._open]), 1)
        self._packed += len(self._open)
        self._open = []
        self._bytes += len(body)
        self._slices.append(body)
        if self._bytes > _MOST_BYTES_IN_MEMORY:
            self._to_disk()

    def _to_disk(self) -> None:
        try:
            if self._file is None:
                self._file = cast("IO[bytes]", tempfile.TemporaryFile(prefix="groundlabel-"))  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            for body in self._slices:
                self._places.append((self._file.seek(0, 2), len(body)))
                self._file.write(body)
        except OSError as error:
            step = "free some space on the disk for temporary files"
            raise UserError("There is no room for what was read", why=str(error), next_step=step) from error
        self._slices = []

    def _unpack(self, index: int) -> list[R]:
        if index < len(self._places):
            assert self._file is not None
            offset, length = self._places[index]
            with self._turn:
                self._file.seek(offset)
                body = self._file.read(length)
        else:
            body = self._slices[index - len(self._places)]
        return [_full(row) for row in marshal.loads(zlib.decompress(body))]


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """While very many records are made and dropped, Python looks for cycles among them less often: there are none."""
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


def slices(records: Iterable[R], size: int) -> Iterator[list[R]]:
    """The records in lists of at most so many."""
    rest = iter(records)
    while part := list(islice(rest, size)):
        yield part


def rare(records: Sequence[R]) -> list[R]:
    """The records that are neither annotations nor verdicts, in their order."""
    if isinstance(records, Packed):
        return records.rare
    return [record for record in records if not isinstance(record, Annotation | Verdict)]


# --- one record ----------------------------------------------------------------------------------


def _flat(record: Record) -> object:
    """A record as plain values that `marshal` takes."""
    match record:
        case Annotation():
            region = _flat_region(record.region)
            words = record.expressions
            head = (record.id, record.media_id, record.label_id, words, region, record.origin)
            return (*head, record.proposal_id, record.attributes, record.extra)
        case Verdict():
            place = None if record.region is None else _flat_region(record.region)
            return (record.id, record.media_id, record.expression, record.kind, record.proposal_id, place)
    return pickle.dumps(record)


def _flat_region(region: Region) -> tuple[object, ...]:
    match region:
        case Box(x1, y1, x2, y2, at_s):
            return (x1, y1, x2, y2, at_s)
        case Segment(start_s, end_s):
            return (start_s, end_s)
        case Track(keys):
            return (tuple(_flat_region(key) for key in keys),)


def _full(row: Any) -> Any:
    if isinstance(row, bytes):
        return pickle.loads(row)  # made by this process, in `_flat`
    if len(row) == 6:
        id_, media_id, expression, kind, proposal_id, region = row
        return Verdict(id_, media_id, expression, kind, proposal_id, region and _full_region(region))
    id_, media_id, label_id, expressions, region, origin, proposal_id, attributes, extra = row
    whole = Box(*region) if len(region) == 5 else _full_region(region)
    return Annotation(id_, media_id, label_id, expressions, whole, origin, proposal_id, attributes, extra)


def _full_region(row: tuple[Any, ...]) -> Region:
    if len(row) == 5:
        return Box(*row)
    return Segment(*row) if len(row) == 2 else Track(tuple(Box(*key) for key in row[0]))

"""Frames of a video piece by piece: the next ones are decoded in other threads while those before them are encoded.

It knows no network, and of files only that a `VideoFile` can be opened once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.grounding.groundinggpt.encoded import Kept
from core.grounding.groundinggpt.video_processing import clip_pixels
from core.jobs import JobContext

if TYPE_CHECKING:  # PyAV loads with the one, and the other hands out what is defined here
    from core.grounding.groundinggpt.media_tensors import ReadMedium
    from core.media.video import VideoFile

FRAMES_A_PIECE = 16  # enough that a tower's launches cost less than its work
FIRST_FRAMES = 8  # of the first two pieces, which come sooner

Square = NDArray[np.uint8]  # [s, s, 3]
Piece = tuple[Sequence[int], NDArray[np.uint8]]  # numbers of frames, and [k, s, s, 3] of them


@dataclass(frozen=True, slots=True, eq=False)
class ComingVideo:
    """A window of a video whose frames are decoded when they are taken, as long as its reader is open.

    frames: which frame of the video each row of the clip is; one may come several times.
    pieces: frames that are named once each, in that order and a few at a time; raises `MediaError`, `Cancelled`.
    told: what is known of the window once its frames were decoded, without a tensor.
    """

    frames: tuple[int, ...]
    pieces: Callable[[Sequence[int]], Iterator[Piece]]
    told: Callable[[], ReadMedium]

    def here(self) -> ReadMedium:
        """The window with its tensor [t, 3, s, s], all of it decoded now. Raises `MediaError`, `Cancelled`."""
        tensor = clip_pixels(rows(self.frames, self.pieces))
        return replace(self.told(), tensor=tensor)


def rows(frames: Sequence[int], pieces: Callable[[Sequence[int]], Iterator[Piece]]) -> NDArray[np.uint8]:
    """[t, s, s, 3] of frames of which some may come again."""
    squares: dict[int, Square] = {}
    for numbers, part in pieces(list(dict.fromkeys(frames))):
        squares.update(zip(numbers, part, strict=True))
    return np.stack([squares[number] for number in frames])


def in_pieces(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The same frames, as many together as are decoded and encoded at once."""
    start = 0
    while start < len(numbers):
        length = FRAMES_A_PIECE if start >= 2 * FIRST_FRAMES else FIRST_FRAMES
        yield numbers[start : start + length]
        start += length


class Decoders:
    """Decodes frames of a video that is open, in the caller's thread or ahead of the caller in several.

    Each thread has a decoder of its own, opened when it is first wanted. Close it before the video.
    """

    def __init__(
        self, video: VideoFile, square: Callable[[VideoFile, int], Square], kept: Kept[Square], threads: int
    ) -> None:
        """square: decodes a frame by its number. kept: where frames stay, by path and number. threads: 0 is none."""
        self._video, self._square, self._kept = video, square, kept
        self._idle = [video]
        self._others: list[VideoFile] = []
        # A decoder that jumps into a damaged file may miss what one that comes from its beginning finds.
        sound = video.index.method == "packets" and not video.index.warnings
        self._pool = ThreadPoolExecutor(threads, "frames") if threads and sound else None

    def close(self) -> None:
        """End the threads and their decoders; harmless twice."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        while self._others:
            self._others.pop().close()

    def pieces(self, numbers: Sequence[int], *, job: JobContext) -> Iterator[Piece]:
        """Frames, each named once: those that are kept, and the others as they are decoded.

        Raises `MediaError`, `Cancelled`.
        """
        path = str(self._video.path)
        waiting: list[tuple[Sequence[int], dict[int, Square], list[int], Callable[[], list[Square]]]] = []
        for some in in_pieces(numbers):
            squares = {number: one for number in some if (one := self._kept.known((path, number))) is not None}
            new = [number for number in some if number not in squares]
            decode = partial(self._decoded, new, job)
            waiting.append((some, squares, new, self._pool.submit(decode).result if self._pool and new else decode))
        for some, squares, new, decoded in waiting:
            for number, square in zip(new, decoded(), strict=True):
                squares[number] = self._kept.get((path, number), partial(_itself, square))
            yield some, np.stack([squares[number] for number in some])

    def _decoded(self, numbers: Sequence[int], job: JobContext) -> list[Square]:
        """By a decoder that no other thread uses meanwhile."""
        try:
            video = self._idle.pop()
        except IndexError:
            video = self._video.another()
            self._others.append(video)
        try:
            squares = []
            for number in numbers:
                job.raise_if_cancelled()
                squares.append(self._square(video, number))
            return squares
        finally:
            self._idle.append(video)


def _itself(square: Square) -> Square:
    return square

"""Writes videos (H.264 in MP4, with a sound track or without) and sounds (WAV, FLAC), piece by piece in bounded memory.

The same frames and samples give the same file with the same libraries. Media of a user are never written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from core.errors import MediaError
from core.media.images import RGB

Pcm = NDArray[np.int16]  # [n], one channel

SOUND_CODECS = {".wav": "pcm_s16le", ".flac": "flac"}
_KEYFRAME_S = 4  # at most that far back lies the frame from which decoding starts
_EXACT = {"fflags": "+bitexact"}  # no version of a library in the file


def write_video(
    path: Path,
    frames: Iterable[RGB],
    *,
    size_wh: tuple[int, int],
    rate: int | Fraction,
    sound: Iterable[Pcm] | None = None,
    sound_rate: int = 16_000,
    preset: str = "veryfast",
    crf: int = 20,
) -> None:
    """Write an MP4 of `frames` ([h, w, 3], h and w even), `rate` of them a second, the first one at 0 s.

    `sound` comes in pieces of any length and becomes an AAC track that begins at 0 s, written as it is needed, so that
    neither has to be held whole. `preset` and `crf` are x264's. Raises `MediaError`.
    """
    if size_wh[0] % 2 or size_wh[1] % 2:
        raise ValueError(f"both sides must be even, not {size_wh}")
    try:
        with av.open(str(path), "w", format="mp4", container_options=_EXACT) as out:
            options = {"preset": preset, "crf": str(crf), "g": str(round(_KEYFRAME_S * rate))}
            video = out.add_stream("libx264", rate=Fraction(rate), options=options)
            video.width, video.height = size_wh
            video.pix_fmt = "yuv420p"
            video.codec_context.thread_count = 1  # as many slices on every machine
            track = _Track(out, "aac", sound_rate, sound) if sound is not None else None
            for number, rgb in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
                frame.pts, frame.time_base = number, 1 / Fraction(rate)
                out.mux(video.encode(frame))
                if track is not None:
                    track.write_until((number + 1) / float(rate))
            out.mux(video.encode())
            if track is not None:
                track.finish()
    except (OSError, FFmpegError) as error:
        raise _unwritten(path, error) from error


def write_sound(path: Path, samples: Iterable[Pcm], rate: int = 16_000) -> None:
    """Write pieces of one channel as WAV or FLAC, as the name ends; exact to the sample. Raises `MediaError`."""
    codec = SOUND_CODECS.get(path.suffix.lower())
    if codec is None:
        raise MediaError(f"{path} names no sound", next_step=f"End its name in {' or '.join(SOUND_CODECS)}")
    try:
        with av.open(str(path), "w", container_options=_EXACT) as out:
            _Track(out, codec, rate, samples).finish()
    except (OSError, FFmpegError) as error:
        raise _unwritten(path, error) from error


class _Track:
    """A sound stream that is encoded as far as it is asked for."""

    def __init__(self, out: av.container.OutputContainer, codec: str, rate: int, pieces: Iterable[Pcm]) -> None:
        self._out = out
        stream = out.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        self._stream = stream
        self._rate = rate
        self._pieces: Iterator[Pcm] = iter(pieces)
        self._written = 0

    def write_until(self, time_s: float) -> None:
        """Encode pieces until they reach a time, or the sound ends."""
        while self._written < time_s * self._rate:
            piece = next(self._pieces, None)
            if piece is None:
                return
            self._encode(piece)

    def finish(self) -> None:
        """Encode the rest."""
        for piece in self._pieces:
            self._encode(piece)
        self._out.mux(self._stream.encode())

    def _encode(self, piece: Pcm) -> None:
        if not len(piece):
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece[None]), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._written, Fraction(1, self._rate)
        self._written += len(piece)
        self._out.mux(self._stream.encode(frame))


def _unwritten(path: Path, error: Exception) -> MediaError:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return MediaError(f"{path} cannot be written", why=why, next_step="Choose a folder that can be written")

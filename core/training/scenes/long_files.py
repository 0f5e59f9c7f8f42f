"""Writes long media in which one thing happens once: a thing stands there, or a sound is heard, for seconds of minutes.

Nothing else changes, so a file of half an hour costs seconds and little memory; finding the moment is as hard as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.geometry import SpanS
from core.media.images import RGB
from core.media.writing import Pcm, write_sound, write_video
from core.training.scenes.files import picture_of
from core.training.scenes.media_files import WrittenMedium, pieces_of
from core.training.scenes.render import Renderer
from core.training.scenes.scene import Scene, sample_scene
from core.training.scenes.sound import Recording, SoundAsker, sample_recording
from core.training.scenes.sound_render import SAMPLE_RATE, wav_samples

EVENT_S = 2.0
_OPACITY = 19  # column of `Scene.strokes`
_PIECE_S, _FADE_S = 30, 0.5  # a background is drawn in pieces of this length that melt into each other
_BACKGROUNDS = ("silence", "hiss", "rumble")  # music has a beat that would break off between two pieces
# Softer events than this are drowned by some backgrounds.
_LOUD_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class LongMedium:
    """A long file, what to ask about it, and when that is seen or heard, in seconds."""

    medium: WrittenMedium
    expression: str
    span_s: SpanS


def write_long_video(
    path: Path,
    rng: np.random.Generator,
    *,
    duration_s: float,
    event_s: float = EVENT_S,
    rate: int = 10,
    side: int = 320,
) -> LongMedium:
    """An MP4 of a scene that stands still; one thing of it is there for `event_s` seconds only. Raises `MediaError`."""
    scene, index = _scene_with_one_of_its_kind(rng)
    count, shown = round(duration_s * rate), max(1, round(event_s * rate))
    first = int(rng.integers(0, count - shown + 1))
    without, whole = (_even(picture_of(one, Renderer(side))[0]) for one in (_without(scene, index), scene))
    frames = chain(repeat(without, first), repeat(whole, shown), repeat(without, count - shown - first))
    size_wh = (whole.shape[1], whole.shape[0])
    write_video(path, frames, size_wh=size_wh, rate=rate, preset="ultrafast", crf=23)
    medium = WrittenMedium(path, "video", count / rate, size_wh)
    thing = scene.things[index]
    return LongMedium(medium, f"the {thing.colour} {thing.kind.lower()}", (first / rate, (first + shown) / rate))


def write_long_sound(
    path: Path, rng: np.random.Generator, *, duration_s: float, event_s: float = EVENT_S
) -> LongMedium:
    """A WAV or FLAC of one background over which one sound is heard for `event_s` seconds. Raises `MediaError`."""
    expression, recording = _event(rng, event_s)
    count, length = round(duration_s * SAMPLE_RATE), round(event_s * SAMPLE_RATE)
    first = int(rng.integers(0, count - length + 1))
    alone = wav_samples(replace(recording, background="silence", background_gain=0.0))[:length]
    write_sound(path, _overlaid(_background(recording, count), alone, first), SAMPLE_RATE)
    span_s = (first / SAMPLE_RATE, (first + length) / SAMPLE_RATE)
    return LongMedium(WrittenMedium(path, "audio", count / SAMPLE_RATE), expression, span_s)


def _scene_with_one_of_its_kind(rng: np.random.Generator) -> tuple[Scene, int]:
    """A scene, and a thing of it, of middle size at least, that no other one resembles in both kind and colour."""
    while True:
        scene = sample_scene(rng, crowded=False, easy=True)
        keys = [(thing.kind, thing.colour) for thing in scene.things]
        fitting = [
            index
            for index, thing in enumerate(scene.things)
            if keys.count(keys[index]) == 1 and thing.side > 0.14 and thing.fill == "solid"
        ]
        if fitting:
            return scene, fitting[int(rng.integers(len(fitting)))]


def _even(picture: RGB) -> RGB:
    """One row or column less where their number is odd: H.264 needs pairs."""
    return picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]


def _without(scene: Scene, index: int) -> Scene:
    strokes = scene.strokes.copy()
    strokes[len(strokes) - len(scene.things) + index, _OPACITY] = 0
    return replace(scene, strokes=strokes)


def _event(rng: np.random.Generator, event_s: float) -> tuple[str, Recording]:
    """What to ask for, and a recording of `event_s` seconds in which that alone is heard, loud enough, all the time."""
    while True:
        recording = sample_recording(rng)
        loud = [event for event in recording.events if event.gain > _LOUD_ENOUGH]
        if loud and recording.background in _BACKGROUNDS:
            event = replace(loud[int(rng.integers(len(loud)))], start_s=0.0, end_s=event_s)
            recording = replace(recording, duration_s=event_s, events=(event,))
            question = SoundAsker(recording, rng).ask("noun")
            if question is not None:
                return question.expression, recording


def _background(recording: Recording, count: int) -> Iterator[Pcm]:
    """`count` samples of a recording's background: pieces with seeds of their own, each faded into the next."""
    fade = round(_FADE_S * SAMPLE_RATE)
    rise = np.sqrt(np.linspace(0, 1, fade, dtype=np.float32))  # equal power: the pieces are strangers to each other
    tail: NDArray[np.float32] | None = None
    for number in range(-(-count // (_PIECE_S * SAMPLE_RATE))):
        drawn = replace(recording, duration_s=_PIECE_S + _FADE_S, events=(), seed=recording.seed + number)
        piece = wav_samples(drawn).astype(np.float32)
        if tail is not None:
            piece[:fade] = piece[:fade] * rise + tail * rise[::-1]
        tail = piece[-fade:].copy()
        left = count - number * _PIECE_S * SAMPLE_RATE
        yield np.round(piece[: min(left, _PIECE_S * SAMPLE_RATE)]).astype(np.int16)


def _overlaid(pieces: Iterator[Pcm], event: Pcm, first: int) -> Iterator[Pcm]:
    """The pieces with an event added from sample `first` on."""
    begin = 0
    for piece in pieces:
        low, high = max(first, begin), min(first + len(event), begin + len(piece))
        if low < high:
            mixed = piece.astype(np.int32)
            mixed[low - begin : high - begin] += event[low - first : high - first]
            piece = np.clip(mixed, -32768, 32767).astype(np.int16)
        begin += len(piece)
        yield from pieces_of(piece)

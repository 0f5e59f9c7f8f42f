"""The sample's video and sound: what is seen and heard when, frames, samples, and the answers a person would give.

Times are seconds of the file. A frame is drawn for the middle of the time in which it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from things import COLOURS, Thing, mask_of

Span = tuple[float, float]
SAMPLE_RATE = 16_000
_HISS = 0.0004  # standard deviation; it is in every sample, and most of the file
_FADE_S = 0.01  # in and out, so that nothing clicks


@dataclass(frozen=True, slots=True)
class Actor:
    """A thing, when it is seen, and when it goes to another place (x, y in pixels)."""

    thing: Thing
    seen_s: Span
    goes_s: Span | None = None
    to: tuple[float, float] | None = None

    def at(self, time_s: float) -> Thing | None:
        """The thing where it stands at a time, or None while it is not there."""
        if not self.seen_s[0] <= time_s < self.seen_s[1]:
            return None
        if self.goes_s is None or self.to is None:
            return self.thing
        share = min(1.0, max(0.0, (time_s - self.goes_s[0]) / (self.goes_s[1] - self.goes_s[0])))
        x, y = self.thing.x, self.thing.y
        return replace(self.thing, x=x + share * (self.to[0] - x), y=y + share * (self.to[1] - y))


@dataclass(frozen=True, slots=True)
class Video:
    """A clip of things on a plain ground, and the spans that answer each expression (none: not present)."""

    file: str
    size_wh: tuple[int, int]
    rate: int
    duration_s: float
    ground: tuple[int, int, int]
    actors: tuple[Actor, ...]
    spans_s: dict[str, tuple[Span, ...]]

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """[h, w, 3] of every frame."""
        for number in range(round(self.duration_s * self.rate)):
            picture = Image.new("RGB", self.size_wh, self.ground)
            for actor in self.actors:
                thing = actor.at((number + 0.5) / self.rate)
                if thing is not None:
                    picture.paste(COLOURS[thing.colour], (0, 0, *self.size_wh), mask_of(thing, self.size_wh))
            yield np.asarray(picture)


@dataclass(frozen=True, slots=True)
class Tone:
    """Something that is heard: its kind, when, and its pitch."""

    kind: str
    heard_s: Span
    pitch_hz: float

    def samples(self) -> NDArray[np.float64]:
        """Its own samples, faded in and out."""
        length_s = self.heard_s[1] - self.heard_s[0]
        time = np.arange(round(length_s * SAMPLE_RATE)) / SAMPLE_RATE
        if self.kind == "siren":
            turns = np.cumsum(self.pitch_hz * (1 + 0.35 * np.sin(2.4 * np.pi * time))) / SAMPLE_RATE
            wave = np.sin(2 * np.pi * turns) + 0.3 * np.sin(4 * np.pi * turns)
        elif self.kind == "bell":
            partials = ((1.0, 1.0), (2.76, 0.6), (5.4, 0.35))
            wave = sum(part * np.sin(2 * np.pi * self.pitch_hz * ratio * time) for ratio, part in partials) / 2
            wave = wave * np.exp(-2.2 * time / length_s)
        else:
            wave = np.sin(2 * np.pi * self.pitch_hz * time)
        return 0.35 * wave * np.minimum(1, np.minimum(time, length_s - time) / _FADE_S)


@dataclass(frozen=True, slots=True)
class Sound:
    """Tones over a quiet hiss, and the spans that answer each expression (none: not present)."""

    file: str
    duration_s: float
    tones: tuple[Tone, ...]
    spans_s: dict[str, tuple[Span, ...]]

    def samples(self) -> NDArray[np.int16]:
        """[n], one channel at `SAMPLE_RATE`."""
        mixed = np.random.default_rng(1).standard_normal(round(self.duration_s * SAMPLE_RATE)) * _HISS
        for tone in self.tones:
            own, first = tone.samples(), round(tone.heard_s[0] * SAMPLE_RATE)
            mixed[first : first + len(own)] += own
        return np.round(mixed * 32767).astype(np.int16)


VIDEO = Video(
    "moving-shapes.mp4", (320, 240), 12, 12.0, (232, 234, 236),
    (
        Actor(Thing("triangle", "green", 160, 185, 74), (0, 12)),
        Actor(Thing("square", "blue", 258, 62, 70), (0, 8.5)),
        Actor(Thing("circle", "red", 62, 62, 66), (2, 12), (4, 7), (68, 182)),
        Actor(Thing("star", "yellow", 160, 66, 78), (5, 10)),
    ),
    {
        "the red circle": ((2, 12),), "the red circle moves": ((4, 7),), "the blue square": ((0, 8.5),),
        "the yellow star": ((5, 10),), "the purple heart": (),
    },
)  # fmt: skip

SOUND = Sound(
    "beep-siren-bell.flac", 12.0,
    (Tone("beep", (1, 2.2), 1000), Tone("siren", (4, 7), 650), Tone("bell", (8.8, 11.3), 780)),
    {"the beep": ((1, 2.2),), "the siren": ((4, 7),), "the bell": ((8.8, 11.3),), "the engine": ()},
)  # fmt: skip

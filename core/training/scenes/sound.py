"""One rendered recording as numbers: beeps, chirps, sirens, knocks, bursts, bells, engines, babble over a background.

Times are in seconds of the recording. A recording is drawn by a seed and may be a part of a longer one: an event then
begins before it or ends after it. Nothing here knows samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.geometry import SpanS
from core.training.scenes.vocabulary import ELSEWHERE

MIN_SECONDS, MAX_SECONDS = 4.0, 60.0
MAX_EVENTS = 7
KINDS = ("beep", "chirp", "siren", "knock", "noise burst", "bell", "engine", "babble")
BACKGROUNDS = ("silence", "hiss", "rumble", "music")
# Shortest and longest an event of each kind lasts, as a share of the recording, and its fundamental in Hz.
_LENGTHS = {
    "beep": (0.02, 0.35), "chirp": (0.03, 0.25), "siren": (0.05, 0.6), "knock": (0.04, 0.35),
    "noise burst": (0.02, 0.4), "bell": (0.04, 0.3), "engine": (0.06, 0.7), "babble": (0.04, 0.6),
}  # fmt: skip
_PITCHES = {
    "beep": (300, 3200), "chirp": (400, 1600), "siren": (400, 900), "knock": (90, 240),
    "noise burst": (1000, 1000), "bell": (380, 1500), "engine": (40, 110), "babble": (85, 250),
}  # fmt: skip
_BRIEFEST_S = 0.16
_LOW, _HIGH = (300.0, 750.0), (1700.0, 3200.0)  # what is called a low and a high beep
MOMENT = 0.09  # length of a beginning or an end, in 0-1 of the recording
_PAUSE = 0.05  # between two of one kind, in 0-1 of the recording
SHORTEST = 0.02  # of the recording: nothing shorter is asked for


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """Something that is heard from `start_s` to `end_s`. `tone` is "low", "high" or "" (only beeps have one)."""

    kind: str
    start_s: float
    end_s: float
    pitch_hz: float
    gain: float
    rate_hz: float  # of repetition or wobble
    seed: int
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound before rendering. `dullness`: samples of a moving average that takes the highest tones away, odd."""

    duration_s: float
    events: tuple[SoundEvent, ...]
    background: str
    background_gain: float
    seed: int
    dullness: int = 1

    def heard(self, event: SoundEvent) -> SpanS:
        """The part of an event that is in the recording."""
        return (max(0.0, event.start_s), min(self.duration_s, event.end_s))


def sample_recording(rng: np.random.Generator, *, duration_s: float | None = None) -> Recording:
    """Draw one recording, of 4 to 60 s unless given, with up to six kinds of events, some of them more than once.

    In some nothing happens.
    """
    if duration_s is None:
        duration_s = float(np.exp(rng.uniform(np.log(MIN_SECONDS), np.log(MAX_SECONDS))))
    kinds = [KINDS[i] for i in rng.permutation(len(KINDS))[: max(0, int(rng.integers(-1, 7)))]]
    cut = rng.random() < 0.35
    events: list[SoundEvent] = []
    for kind in kinds:
        for _ in range((1, 1, 1, 2, 2, 3)[int(rng.integers(6))]):
            event = _event(rng, kind, duration_s, cut=cut)
            if len(events) < MAX_EVENTS and not any(_too_near(event, other, duration_s) for other in events):
                events.append(event)
    background = BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))]
    events.sort(key=lambda event: event.start_s)
    return Recording(
        duration_s, tuple(events), background, float(rng.uniform(0.005, 0.07)), int(rng.integers(1 << 22)),
        (1, 1, 1, 3, 5)[int(rng.integers(5))],
    )  # fmt: skip


def _event(rng: np.random.Generator, kind: str, duration: float, *, cut: bool) -> SoundEvent:
    low, high = _LENGTHS[kind]
    share = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    length = min(max(_BRIEFEST_S, share * duration), 0.9 * duration)
    over = 0.6 * length if cut else 0.0  # how much of it may lie outside
    start = float(rng.uniform(-over, duration - length + over))
    tone = "" if kind != "beep" else ("low", "high", "")[int(rng.integers(3))]
    pitches = {"low": _LOW, "high": _HIGH, "": _PITCHES[kind]}[tone]
    return SoundEvent(
        kind, start, start + length, float(np.exp(rng.uniform(*np.log(pitches)))), float(rng.uniform(0.12, 0.6)),
        float(rng.uniform(1.5, 5)), int(rng.integers(1 << 22)), tone,
    )  # fmt: skip


def _too_near(a: SoundEvent, b: SoundEvent, duration: float) -> bool:
    """Two of one kind must be told apart by a pause; different kinds may sound together, not mostly so."""
    meet = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    if a.kind == b.kind:
        return meet > -max(_PAUSE * duration, 0.3) or a.tone != b.tone
    return meet > 0.3 * min(a.end_s - a.start_s, b.end_s - b.start_s)


# --- questions ---------------------------------------------------------------------------------

SoundQuestionType = Literal["noun", "verb", "several", "absent"]
SOUND_QUESTION_TYPES: tuple[SoundQuestionType, ...] = ("noun", "verb", "several", "absent")


@dataclass(frozen=True, slots=True)
class SoundQuestion:
    """An expression about a recording and the spans in seconds that answer it (none: not present)."""

    expression: str
    type: SoundQuestionType
    spans_s: tuple[SpanS, ...]


# What people call each kind, one and many of it, and what they say that it does.
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "beep": (("beep", "beeps"), ("beep", "beeps"), ("beeping", "beeps"), ("tone", "tones")),
    "chirp": (("chirp", "chirps"), ("chirp", "chirps"), ("rising chirp", "chirps"), ("sweep", "sweeps")),
    "siren": (("siren", "sirens"), ("siren", "sirens"), ("wailing siren", "sirens"), ("alarm", "alarms")),
    "knock": (("knocking", "knocks"), ("knock", "knocks"), ("knocking sound", "knocking sounds")),
    "noise burst": (("noise burst", "noise bursts"), ("burst of noise", "bursts of noise"), ("noise", "noises"),
                    ("white noise", "noise bursts")),
    "bell": (("bell", "bells"), ("bell", "bells"), ("ringing bell", "ringing bells")),
    "engine": (("engine", "engines"), ("engine", "engines"), ("motor", "motors")),
    "babble": (("babble", "babble"), ("voice", "voices"), ("talking", "voices"), ("speech", "speech"),
               ("person speaking", "people speaking"), ("someone talking", "voices")),
}  # fmt: skip
_VERBS = {
    "beep": ("beeps", "is beeping"), "siren": ("wails", "sounds"), "bell": ("rings", "is ringing", "tolls"),
    "engine": ("runs", "is running", "hums"), "babble": ("talks", "speaks", "is talking"),
    "knock": ("is heard", "sounds"), "chirp": ("chirps", "sounds"), "noise burst": ("is heard", "sounds"),
}  # fmt: skip
_SUBJECTS = {"knock": "knocking", "noise burst": "noise", "chirp": "chirp", "babble": "voice"}
_NOUN_FRAMES = (*("the {}",) * 5, "{}", "{}", "when is the {} heard", "when can you hear the {}", "the sound of the {}",
                "when do you hear the {}", "when is the {}", "when is there a {}", "a {}", "find the {}",
                "the {} is heard", "the {} sounds")  # fmt: skip
_SEVERAL_FRAMES = ("all {}", "every one of the {}", "the {}", "when are the {} heard", "{}", "all the {}",
                   "when do you hear the {}", "find all {}")  # fmt: skip
_START_FRAMES = ("the {} starts", "when does the {} start", "the beginning of the {}", "the {} begins",
                 "the start of the {}")  # fmt: skip
_END_FRAMES = ("the {} stops", "when does the {} end", "the end of the {}", "the {} ends", "when does the {} stop")


class SoundAsker:
    """Makes questions about one recording."""

    def __init__(self, recording: Recording, rng: np.random.Generator) -> None:
        self._recording = recording
        self._rng = rng

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def _words(self, kind: str) -> tuple[str, str]:
        forms = _WORDS[kind]
        return forms[int(self._rng.integers(len(forms)))]

    def _one(self) -> tuple[SoundEvent, str] | None:
        """An event with words that name it alone: its kind, its tone, or which of two it is."""
        events = self._recording.events
        if not events:
            return None
        event = events[int(self._rng.integers(len(events)))]
        same = [other for other in events if other.kind == event.kind]
        word = self._words(event.kind)[0]
        if len(same) == 1:
            tone = f"{event.tone}-pitched " if event.tone and self._rng.random() < 0.4 else ""
            return event, tone + word
        if event not in (same[0], same[-1]):
            return None
        later = ("last", "second") if len(same) == 2 else ("last",)
        return event, f"{'first' if event is same[0] else self._pick(later)} {word}"

    def _answered(self, text: str, kind: SoundQuestionType, events: Sequence[SoundEvent]) -> SoundQuestion | None:
        """A question with when its events are heard; None where one is cut so short that people would differ."""
        spans = sorted(self._recording.heard(event) for event in events)
        if any(end - start < SHORTEST * self._recording.duration_s for start, end in spans):
            return None
        return SoundQuestion(text, kind, tuple(spans))

    def noun(self) -> SoundQuestion | None:
        """`the beep`: when it is heard."""
        found = self._one()
        if found is None:
            return None
        event, words = found
        text = self._pick(_NOUN_FRAMES).format(words)
        if self._rng.random() < 0.15 and words == self._words(event.kind)[0]:
            text = f"the {_SUBJECTS.get(event.kind, event.kind)} {self._pick(_VERBS[event.kind])}"
        return self._answered(text, "noun", (event,))

    def verb(self) -> SoundQuestion | None:
        """`the siren starts`: its first moments, or its last."""
        found = self._one()
        if found is None:
            return None
        event, words = found
        moment = min(MOMENT * self._recording.duration_s, event.end_s - event.start_s)
        first = self._rng.random() < 0.5
        if (first and event.start_s < 0) or (not first and event.end_s > self._recording.duration_s):
            return None
        frames = _START_FRAMES if first else _END_FRAMES
        span = (event.start_s, event.start_s + moment) if first else (event.end_s - moment, event.end_s)
        start, end = max(0.0, span[0]), min(self._recording.duration_s, span[1])
        if end - start < max(SHORTEST * self._recording.duration_s, 0.9 * moment):
            return None
        return SoundQuestion(self._pick(frames).format(words), "verb", ((start, end),))

    def several(self) -> SoundQuestion | None:
        """`all beeps`: every time that one kind is heard."""
        events = self._recording.events
        if not events:
            return None
        kind = events[int(self._rng.integers(len(events)))].kind
        alike = [event for event in events if event.kind == kind]
        if len(alike) < 2 and self._rng.random() < 0.7:
            return None
        word = self._words(kind)
        text = self._pick(_SEVERAL_FRAMES).format(word[1])
        if self._rng.random() < 0.35:  # one name for all of them
            text = self._pick(("the {}", "{}", "when is the {} heard")).format(word[0])
        return self._answered(text, "several", alike)

    def absent(self) -> SoundQuestion | None:
        """A kind that is not heard, or something of another world, asked in any frame."""
        heard = {event.kind for event in self._recording.events}
        missing = [kind for kind in KINDS if kind not in heard]
        if self._rng.random() < 0.2 or not missing:
            words = self._pick(ELSEWHERE)
        else:
            words = self._words(self._pick(missing))[0]
            if words in ("noise", "white noise") and self._recording.background == "hiss":
                return None
        frames = (*_NOUN_FRAMES, *_START_FRAMES, *_END_FRAMES)
        return SoundQuestion(self._pick(frames).format(words), "absent", ())

    def ask(self, wanted: SoundQuestionType, tries: int = 10) -> SoundQuestion | None:
        """One question of a type, or None where the recording does not lend itself to it."""
        makers = {"noun": self.noun, "verb": self.verb, "several": self.several, "absent": self.absent}
        for _ in range(tries):
            question = makers[wanted]()
            if question is not None:
                return question
        return None


def kinds_heard(recording: Recording, times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[t, KINDS]: which kinds are heard at these times in 0-1 of the recording."""
    told = np.zeros((len(times), len(KINDS)), np.bool_)
    at = times * recording.duration_s
    for event in recording.events:
        told[:, KINDS.index(event.kind)] |= (at >= event.start_s) & (at < event.end_s)
    return told

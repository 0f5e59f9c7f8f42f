"""One rendered video as numbers: who is there when, moves, changes colour, touches whom. By a seed, no pixels yet.

Times are in 0-1 of the clip, places in 0-1 of the padded square, colours RGB 0-255. Frames are painted by the renderer
of pictures: a clip gives one `Scene` for each moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.geometry import SpanS
from core.training.scenes.scene import Scene, sample_scene
from core.training.scenes.vocabulary import COLOURS

Verb = Literal["appear", "vanish", "move", "start", "stop", "change", "touch"]
VERBS: tuple[Verb, ...] = ("appear", "vanish", "move", "start", "stop", "change", "touch")
MIN_SECONDS, MAX_SECONDS = 4.0, 60.0
MOMENT = 0.09  # length of a beginning or an end ("starts to move"), in 0-1 of the clip
_SHORTEST = 0.14  # nothing is asked for that is shorter than this, moments and passages aside


@dataclass(frozen=True, slots=True)
class Passage:
    """A gradual change from 0 before `start` to 1 after `end`."""

    start: float
    end: float

    def at(self, time: float) -> float:
        """How far the change is."""
        return min(1.0, max(0.0, (time - self.start) / max(self.end - self.start, 1e-6)))

    @property
    def middle(self) -> float:
        """When it is half done."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Actor:
    """A thing through time. `stroke` is its row in the scene; None where something does not happen to it."""

    kind: str
    colour: str
    stroke: int
    enters: Passage | None = None
    leaves: Passage | None = None
    moves: tuple[tuple[Passage, float, float], ...] = ()  # one after the other: when, and by how much (x, y)
    repaints: tuple[Passage, str, tuple[float, float, float]] | None = None  # when, name and RGB of the new colour
    touches: tuple[SpanS, int] | None = None  # when, and which actor

    def seen(self) -> SpanS:
        """When it is in view: from half faded in to half faded out."""
        return (self.enters.middle if self.enters else 0.0, self.leaves.middle if self.leaves else 1.0)

    def seen_in(self, colour: str) -> SpanS | None:
        """When it is in view in that colour."""
        start, end = self.seen()
        if self.repaints is None:
            return (start, end) if colour == self.colour else None
        turn = self.repaints[0].middle
        return (start, turn) if colour == self.colour else (turn, end) if colour == self.repaints[1] else None

    def colours(self) -> tuple[str, ...]:
        """Every colour that it has at some time."""
        return (self.colour,) if self.repaints is None else (self.colour, self.repaints[1])

    def does(self, verb: Verb) -> SpanS | None:
        """When it does what the verb says, or None."""
        moving = self.moves[0][0] if self.moves else None
        spans: dict[Verb, SpanS | None] = {
            "appear": (self.enters.start, self.enters.end) if self.enters else None,
            "vanish": (self.leaves.start, self.leaves.end) if self.leaves else None,
            "move": (moving.start, moving.end) if moving and len(self.moves) == 1 else None,
            "start": (moving.start, moving.start + MOMENT) if moving else None,
            "stop": (moving.end - MOMENT, moving.end) if moving and len(self.moves) == 1 else None,
            "change": (self.repaints[0].start, self.repaints[0].end) if self.repaints else None,
            "touch": self.touches[0] if self.touches else None,
        }
        return spans[verb]


@dataclass(frozen=True, slots=True)
class Clip:
    """A video before rendering: the still scene it begins from, its actors, and how long it lasts."""

    scene: Scene
    actors: tuple[Actor, ...]
    duration_s: float

    def frame(self, time: float) -> Scene:
        """The scene at a moment in 0-1."""
        strokes = self.scene.strokes.copy()
        for actor in self.actors:
            _pose(strokes[actor.stroke], actor, time)
        post = self.scene.post.copy()
        post[5] += round(time * 100_000)  # fresh noise in every frame
        return replace(self.scene, strokes=strokes, post=post)


def _pose(row: NDArray[np.float32], actor: Actor, time: float) -> None:
    entered = actor.enters.at(time) if actor.enters else 1.0
    left = actor.leaves.at(time) if actor.leaves else 0.0
    row[19] *= entered * (1 - left)
    for passage, dx, dy in actor.moves:
        share = passage.at(time)
        row[1] += dx * share
        row[2] += dy * share
    if actor.repaints is not None:
        passage, _, rgb = actor.repaints
        share = passage.at(time)
        row[6:9] = row[6:9] * (1 - share) + np.array(rgb) * share


def _passage(rng: np.random.Generator, low: float, high: float, length: float) -> Passage:
    start = float(rng.uniform(low, high - length))
    return Passage(start, start + length)


def _presence(rng: np.random.Generator) -> tuple[Passage | None, Passage | None]:
    """When an actor comes and goes, always in view for a while in between."""
    enters = _passage(rng, 0.04, 0.55, float(rng.uniform(0.05, 0.12))) if rng.random() < 0.6 else None
    earliest = (enters.end if enters else 0.0) + 0.2
    leaves = _passage(rng, earliest, 0.97, float(rng.uniform(0.05, 0.12))) if rng.random() < 0.6 else None
    return enters, leaves


def _free_way(scene: Scene, index: int, rng: np.random.Generator) -> tuple[float, float] | None:
    """A shift that takes a thing to another place inside the picture, far enough to be seen."""
    thing = scene.things[index]
    x1, y1, x2, y2 = scene.content
    half_w, half_h = (thing.box_norm[2] - thing.box_norm[0]) / 2, (thing.box_norm[3] - thing.box_norm[1]) / 2
    for _ in range(20):
        x = rng.uniform(x1 + half_w, max(x2 - half_w, x1 + half_w + 1e-3))
        y = rng.uniform(y1 + half_h, max(y2 - half_h, y1 + half_h + 1e-3))
        if np.hypot(x - thing.cx, y - thing.cy) > 0.25:
            return float(x - thing.cx), float(y - thing.cy)
    return None


def _actor(scene: Scene, index: int, rng: np.random.Generator) -> Actor:
    thing = scene.things[index]
    actor = Actor(thing.kind, thing.colour, len(scene.strokes) - len(scene.things) + index, *_presence(rng))
    start, end = actor.seen()
    if rng.random() < 0.6 and end - start > 0.3:
        way = _free_way(scene, index, rng)
        if way is not None:
            length = float(rng.uniform(_SHORTEST, min(0.5, end - start - 0.1)))
            when = _passage(rng, start + 0.03, end - 0.03, length)
            actor = replace(actor, moves=((when, *way),))
    if rng.random() < 0.25 and end - start > 2 * _SHORTEST + 0.12:
        colour = [name for name in COLOURS if name != thing.colour][int(rng.integers(len(COLOURS) - 1))]
        anchors = COLOURS[colour]
        rgb = tuple(float(value) for value in anchors[int(rng.integers(len(anchors)))])
        when = _passage(rng, start + _SHORTEST, end - _SHORTEST, float(rng.uniform(0.05, 0.1)))
        actor = replace(actor, repaints=(when, colour, (rgb[0], rgb[1], rgb[2])))
    return actor


def _meeting(scene: Scene, actors: Sequence[Actor], rng: np.random.Generator) -> list[Actor]:
    """Let one actor go to another, touch it for a while, and come back. Both are there the whole time."""
    first, second = (int(i) for i in rng.permutation(len(actors))[:2])
    a, b = scene.things[first], scene.things[second]
    distance = float(np.hypot(b.cx - a.cx, b.cy - a.cy))
    reach = (_extent(scene, first) + _extent(scene, second)) / 2 * 0.92
    if distance < reach + 0.12:
        return list(actors)
    share = (distance - reach) / distance
    way = ((b.cx - a.cx) * share, (b.cy - a.cy) * share)
    travel, contact = float(rng.uniform(0.1, 0.18)), float(rng.uniform(_SHORTEST, 0.24))
    begin = float(rng.uniform(0.04, 0.96 - 2 * travel - contact))
    there = Passage(begin, begin + travel)
    back = Passage(there.end + contact, there.end + contact + travel)
    meeting = (there.end, back.start)
    result = list(actors)
    for index, other, moves in (
        (first, second, ((there, *way), (back, -way[0], -way[1]))),
        (second, first, ()),
    ):
        actor = actors[index]
        result[index] = Actor(actor.kind, actor.colour, actor.stroke, moves=moves, touches=(meeting, other))
    return result


def _extent(scene: Scene, index: int) -> float:
    box = scene.things[index].box_norm
    return (box[2] - box[0] + box[3] - box[1]) / 2


def sample_clip(rng: np.random.Generator) -> Clip:
    """Draw one clip of 4 to 60 s with two to five actors that can be told apart by kind and colour."""
    while True:
        scene = sample_scene(rng, crowded=False, easy=rng.random() < 0.4)
        keys = [(thing.kind, thing.colour) for thing in scene.things]
        if 2 <= len(keys) <= 5 and len(set(keys)) == len(keys) and min(t.side for t in scene.things) > 0.07:
            break
    actors = [_actor(scene, index, rng) for index in range(len(scene.things))]
    if rng.random() < 0.3:
        actors = _meeting(scene, actors, rng)
    duration = float(np.exp(rng.uniform(np.log(MIN_SECONDS), np.log(MAX_SECONDS))))
    return Clip(scene, tuple(actors), duration)


ClipQuestionType = Literal["noun", "verb", "absent"]


@dataclass(frozen=True, slots=True)
class ClipQuestion:
    """An expression about a clip and the spans, in 0-1, that answer it (none: not present)."""

    expression: str
    type: ClipQuestionType
    spans: tuple[SpanS, ...]


_NOUN_FRAMES = ("the {}", "the {}", "the {}", "{}", "when is the {} visible", "when can the {} be seen",
                "while the {} is there", "the {} is in view")  # fmt: skip
_VERB_FRAMES: dict[Verb, tuple[str, ...]] = {
    "appear": ("the {} appears", "when does the {} appear", "the {} comes into view", "the {} shows up"),
    "vanish": ("the {} disappears", "when does the {} vanish", "the {} goes away", "the {} fades out"),
    "move": ("the {} moves", "when does the {} move", "the {} is moving", "while the {} moves"),
    "start": ("the {} starts to move", "when does the {} start moving", "the {} begins to move"),
    "stop": ("the {} stops moving", "when does the {} stop", "the {} comes to a halt"),
    "change": ("the {} changes colour", "when does the {} change colour", "the {} changes its color"),
    "touch": ("the {} touches the {}", "when does the {} collide with the {}", "the {} meets the {}"),
}


class ClipAsker:
    """Makes questions about one clip."""

    def __init__(self, clip: Clip, rng: np.random.Generator) -> None:
        self._clip = clip
        self._rng = rng

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def _named(self, colour: str, kind: str) -> list[Actor]:
        return [actor for actor in self._clip.actors if actor.kind == kind and colour in actor.colours()]

    def _name(self, actor: Actor) -> tuple[str, str] | None:
        """Colour and kind under which nobody else goes at any time, or None."""
        colour = actor.colours()[0]
        return (colour, actor.kind) if self._named(colour, actor.kind) == [actor] else None

    def _anybody(self) -> Actor:
        return self._clip.actors[int(self._rng.integers(len(self._clip.actors)))]

    def noun(self) -> ClipQuestion | None:
        """`the red circle`: the time in which it is seen in that colour."""
        actor = self._anybody()
        colour = self._pick(actor.colours())
        span = actor.seen_in(colour)
        if self._named(colour, actor.kind) != [actor] or span is None or span[1] - span[0] < _SHORTEST:
            return None
        return ClipQuestion(self._pick(_NOUN_FRAMES).format(f"{colour} {actor.kind.lower()}"), "noun", (span,))

    def verb(self) -> ClipQuestion | None:
        """`the red circle appears`: when it does what the verb says; absent where it never does."""
        actor, verb = self._anybody(), VERBS[int(self._rng.integers(len(VERBS)))]
        name = self._name(actor)
        span = actor.does(verb)
        if name is None or (span is None and self._rng.random() < 0.6):
            return None
        if verb in ("move", "start", "stop") and len(actor.moves) > 1:
            return None  # it moves twice: a person would have to say which time
        if verb == "touch" and span is None:
            return None  # things may meet by chance: nobody could swear that these never do
        words = f"{name[0]} {name[1].lower()}"
        if verb == "touch":
            other = self._clip.actors[actor.touches[1]] if actor.touches else self._anybody()
            other_name = self._name(other)
            if other is actor or other_name is None:
                return None
            text = self._pick(_VERB_FRAMES[verb]).format(words, f"{other_name[0]} {other_name[1].lower()}")
        else:
            text = self._pick(_VERB_FRAMES[verb]).format(words)
        return ClipQuestion(text, "verb" if span else "absent", (span,) if span else ())

    def absent(self) -> ClipQuestion | None:
        """Something that is never there: a near miss in colour or kind."""
        first, second = self._anybody(), self._anybody()
        colour = self._pick((*second.colours(), self._pick(tuple(COLOURS))))
        if self._named(colour, first.kind):
            return None
        words = f"{colour} {first.kind.lower()}"
        if self._rng.random() < 0.6:
            return ClipQuestion(self._pick(_NOUN_FRAMES).format(words), "absent", ())
        verb = VERBS[int(self._rng.integers(6))]
        return ClipQuestion(self._pick(_VERB_FRAMES[verb]).format(words), "absent", ())

    def ask(self, wanted: ClipQuestionType, tries: int = 12) -> ClipQuestion | None:
        """One question of a type, or None where the clip does not lend itself to it."""
        for _ in range(tries):
            question = {"noun": self.noun, "verb": self.verb, "absent": self.absent}[wanted]()
            if question is not None and question.type == wanted:
                return question
        return None

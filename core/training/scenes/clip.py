"""One rendered video as numbers: who is there when, moves, changes colour, touches whom. By a seed, no pixels yet.

A clip is a window of a longer course of things, so that what is asked about may begin before it or end after it. Times
are in 0-1 of that course, or of the window where a name says so; places in 0-1 of the padded square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.geometry import SpanS
from core.training.scenes.scene import Scene, sample_scene
from core.training.scenes.vocabulary import COLOURS, SHAPES

Verb = Literal["appear", "vanish", "move", "start", "stop", "change", "touch"]
VERBS: tuple[Verb, ...] = ("appear", "vanish", "move", "start", "stop", "change", "touch")
State = Literal["seen", "moving", "changing", "touching"]
STATES: tuple[State, ...] = ("seen", "moving", "changing", "touching")
MIN_SECONDS, MAX_SECONDS = 4.0, 60.0
MAX_ACTORS = 6
MOMENT = 0.09  # length of a beginning or an end ("starts to move"), in 0-1 of the window
_SUDDEN = 1e-4  # length of a change that takes no time
_FAR = 0.22  # how far a thing must go to be said to move
_SMALLEST = 0.085  # side of the smallest actor
_CONTRAST = 65  # between a new colour and the ground, in the channel that differs most


@dataclass(frozen=True, slots=True)
class Passage:
    """A gradual change from 0 before `start` to 1 after `end`."""

    start: float
    end: float

    def at(self, time: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """How far the change is, at one time or at many."""
        share: NDArray[np.float64] = np.clip((time - self.start) / max(self.end - self.start, 1e-6), 0, 1)
        return share

    @property
    def middle(self) -> float:
        """When it is half done."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in view. A thing fades in and out, at once or gradually; or it comes and goes over the edge."""

    enters: Passage | None = None
    leaves: Passage | None = None
    slides_in: bool = False
    slides_out: bool = False

    @property
    def span(self) -> SpanS:
        """From half in view to half out of it."""
        return (self.enters.middle if self.enters else 0.0, self.leaves.middle if self.leaves else 1.0)

    def opacity(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """[t] how much of it is painted."""
        here = np.ones_like(times)
        if self.enters:
            here *= times >= self.enters.start if self.slides_in else self.enters.at(times)
        if self.leaves:
            here *= times <= self.leaves.end if self.slides_out else 1 - self.leaves.at(times)
        return here


@dataclass(frozen=True, slots=True)
class Move:
    """A way gone in a passage of time, in 0-1 of the square; `in_view` is the part of the passage that is in view."""

    when: Passage
    dx: float
    dy: float
    in_view: SpanS


@dataclass(frozen=True, slots=True)
class Repaint:
    """A change of colour: when, and the new one's name and RGB."""

    when: Passage
    colour: str
    rgb: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Actor:
    """A thing through time. `stroke` is its row in the scene; `origin` where it begins, seen from its place there."""

    kind: str
    colour: str
    stroke: int
    visits: tuple[Visit, ...] = (Visit(),)
    origin: tuple[float, float] = (0.0, 0.0)
    moves: tuple[Move, ...] = ()
    repaint: Repaint | None = None
    touches: tuple[SpanS, int] | None = None  # when, and which actor

    def colours(self) -> tuple[str, ...]:
        """Every colour that it has at some time."""
        return (self.colour,) if self.repaint is None else (self.colour, self.repaint.colour)

    def seen(self, colour: str | None = None) -> tuple[SpanS, ...]:
        """When it is in view, in that colour or in any."""
        spans = tuple(visit.span for visit in self.visits)
        if colour is None or self.repaint is None:
            return spans if colour in (None, self.colour) else ()
        turn = self.repaint.when.middle
        low, high = (0.0, turn) if colour == self.colour else (turn, 1.0) if colour == self.repaint.colour else (1, 0)
        cut = [(max(start, low), min(end, high)) for start, end in spans]
        return tuple((start, end) for start, end in cut if start < end)

    def does(self, verb: Verb, moment: float = MOMENT) -> tuple[SpanS, ...]:
        """When it does what the verb says; a beginning or an end lasts at least a `moment`."""
        enters = [visit.enters for visit in self.visits if visit.enters]
        leaves = [visit.leaves for visit in self.visits if visit.leaves]
        moving = [move.in_view for move in self.moves]
        spans: dict[Verb, list[SpanS]] = {
            "appear": [(one.start, max(one.end, one.start + moment)) for one in enters],
            "vanish": [(min(one.start, one.end - moment), one.end) for one in leaves],
            "move": moving,
            "start": [(start, start + moment) for start, _ in moving],
            "stop": [(end - moment, end) for _, end in moving],
            "change": [_at_least(self.repaint.when, moment)] if self.repaint else [],
            "touch": [self.touches[0]] if self.touches else [],
        }
        return tuple(spans[verb])

    def is_in(self, state: State) -> tuple[SpanS, ...]:
        """When it is in that state: what the dense labels say of a moment."""
        if state == "seen":
            return self.seen()
        verb: Verb = "move" if state == "moving" else "change" if state == "changing" else "touch"
        return self.does(verb, 0.0)


def _at_least(passage: Passage, moment: float) -> SpanS:
    half = max(passage.end - passage.start, moment) / 2
    return (passage.middle - half, passage.middle + half)


@dataclass(frozen=True, slots=True)
class Clip:
    """A video before rendering: the still scene, its actors, which window of their course it shows, how long that is.

    `frame` and `strokes` take times in 0-1 of the window.
    """

    scene: Scene
    actors: tuple[Actor, ...]
    duration_s: float
    window: SpanS = (0.0, 1.0)

    def frame(self, time: float) -> Scene:
        """The scene at a moment in 0-1 of the window."""
        post = self.scene.post.copy()
        post[5] += round(time * 100_000)  # fresh noise in every frame
        return replace(self.scene, strokes=self.strokes(np.array([time]))[0], post=post)

    def strokes(self, times: NDArray[np.float64]) -> NDArray[np.float32]:
        """[t, n, f]: `Scene.strokes` at each of these times."""
        inner = self.window[0] + times * (self.window[1] - self.window[0])
        strokes = np.repeat(self.scene.strokes[None], len(times), 0)
        for actor in self.actors:
            _pose(strokes[:, actor.stroke], actor, inner)
        return strokes

    def states(self, times: NDArray[np.float64]) -> NDArray[np.bool_]:
        """[t, STATES, SHAPES, COLOURS]: whether anything of that kind and colour is in that state at these times."""
        inner = self.window[0] + times * (self.window[1] - self.window[0])
        told = np.zeros((len(times), len(STATES), len(SHAPES), len(COLOURS)), np.bool_)
        names = tuple(COLOURS)
        for actor in self.actors:
            kind = SHAPES.index(actor.kind)
            for colour in actor.colours():
                there = _within(inner, actor.seen(colour))
                for index, state in enumerate(STATES):
                    told[:, index, kind, names.index(colour)] |= there & _within(inner, actor.is_in(state))
        return told

    def in_window(self, spans: Sequence[SpanS]) -> tuple[SpanS, ...]:
        """Spans of the course as 0-1 of the window, cut to it; what is outside is gone."""
        start, length = self.window[0], self.window[1] - self.window[0]
        cut = [(max(0.0, (a - start) / length), min(1.0, (b - start) / length)) for a, b in spans]
        return tuple((a, b) for a, b in cut if b > a)


def _within(times: NDArray[np.float64], spans: Sequence[SpanS]) -> NDArray[np.bool_]:
    inside = np.zeros(len(times), np.bool_)
    for start, end in spans:
        inside |= (times >= start) & (times < end)
    return inside


def _pose(rows: NDArray[np.float32], actor: Actor, times: NDArray[np.float64]) -> None:
    """Change one actor's stroke [t, f] to what it is at these times of the course."""
    rows[:, 19] *= np.max([visit.opacity(times) for visit in actor.visits], 0)
    rows[:, 1:3] += np.array(actor.origin, np.float32)
    for move in actor.moves:
        share = move.when.at(times)
        rows[:, 1] += move.dx * share
        rows[:, 2] += move.dy * share
    if actor.repaint is not None:
        share = actor.repaint.when.at(times)[:, None]
        rows[:, 6:9] = rows[:, 6:9] * (1 - share) + np.array(actor.repaint.rgb) * share


# --- drawing by lot ------------------------------------------------------------------------------


def _passage(rng: np.random.Generator, low: float, high: float, length: float) -> Passage:
    start = float(rng.uniform(low, max(high - length, low + 1e-6)))
    return Passage(start, start + length)


def _fade(rng: np.random.Generator, longest: float) -> float:
    """How long coming or going takes: half of the time no time at all."""
    return _SUDDEN if rng.random() < 0.5 else float(rng.uniform(0.01, max(min(0.1, longest), 0.011)))


def _visit(rng: np.random.Generator, low: float, high: float) -> Visit:
    """A stay between two times, open towards the ends of the course."""
    room = high - low
    brief = rng.random() < 0.35
    length = float(np.exp(rng.uniform(np.log(0.025), np.log(0.16)))) if brief else float(rng.uniform(0.16, 0.95))
    length = min(length, room)
    start = float(rng.uniform(low, max(high - length, low)))
    enters = None if start < 0.02 else Passage(start, start + _fade(rng, length / 3))
    end = start + length
    leaves = None if end > 0.98 else Passage(end - _fade(rng, length / 3), end)
    return Visit(enters, leaves)


def _visits(rng: np.random.Generator) -> tuple[Visit, ...]:
    roll = rng.random()
    if roll < 0.2:
        return (Visit(),)
    if roll < 0.82:
        return (_visit(rng, 0.0, 1.0),)
    middle = float(rng.uniform(0.35, 0.65))
    both = (_visit(rng, 0.0, middle - 0.04), _visit(rng, middle + 0.04, 1.0))
    first, second = both
    if first.leaves is None or second.enters is None:
        return (first,)
    return both


def _free_way(scene: Scene, index: int, rng: np.random.Generator) -> tuple[float, float] | None:
    """A shift that takes a thing to another place inside the picture, far enough to be seen."""
    thing = scene.things[index]
    x1, y1, x2, y2 = scene.content
    half_w, half_h = (thing.box_norm[2] - thing.box_norm[0]) / 2, (thing.box_norm[3] - thing.box_norm[1]) / 2
    for _ in range(20):
        x = rng.uniform(x1 + half_w, max(x2 - half_w, x1 + half_w + 1e-3))
        y = rng.uniform(y1 + half_h, max(y2 - half_h, y1 + half_h + 1e-3))
        if np.hypot(x - thing.cx, y - thing.cy) > _FAR:
            return float(x - thing.cx), float(y - thing.cy)
    return None


def _with_move(actor: Actor, scene: Scene, index: int, rng: np.random.Generator) -> Actor:
    """Let an actor go somewhere during its longest stay."""
    start, end = max(actor.seen(), key=lambda span: span[1] - span[0])
    way = _free_way(scene, index, rng)
    room = end - start - 0.04
    if way is None or room < 0.05:
        return actor
    if rng.random() < 0.2:  # it moves as long as it is there
        when = Passage(start - 0.02, end + 0.02)
        return replace(actor, moves=(Move(when, *way, (start, end)),))
    length = float(np.exp(rng.uniform(np.log(0.045), np.log(max(min(0.6, room), 0.046)))))
    when = _passage(rng, start + 0.02, end - 0.02, length)
    return replace(actor, moves=(Move(when, *way, (when.start, when.end)),))


def _with_slide(actor: Actor, scene: Scene, index: int, rng: np.random.Generator) -> Actor:
    """Let an actor come in over the edge, or go out over it."""
    thing = scene.things[index]
    x1, y1, x2, y2 = scene.content
    half_w, half_h = (thing.box_norm[2] - thing.box_norm[0]) / 2, (thing.box_norm[3] - thing.box_norm[1]) / 2
    ways = ((-1, 0, thing.cx - x1, half_w), (1, 0, x2 - thing.cx, half_w), (0, -1, thing.cy - y1, half_h),
            (0, 1, y2 - thing.cy, half_h))  # fmt: skip
    dx, dy, inside, half = ways[int(rng.integers(4))]
    way = inside + half
    crossing = float(np.clip(2 * half / way, 0.05, 1.0))  # share of the way in which it is partly in view
    length = float(rng.uniform(0.06, 0.35))
    when = _passage(rng, 0.02, 0.98, length)
    if rng.random() < 0.5:
        edge = Passage(when.start, when.start + crossing * length)
        visit = Visit(enters=edge, slides_in=True)
        move = Move(when, -dx * way, -dy * way, (edge.middle, when.end))
        return replace(actor, visits=(visit,), origin=(dx * way, dy * way), moves=(move,))
    edge = Passage(when.end - crossing * length, when.end)
    visit = Visit(leaves=edge, slides_out=True)
    return replace(actor, visits=(visit,), moves=(Move(when, dx * way, dy * way, (when.start, edge.middle)),))


def _with_repaint(actor: Actor, scene: Scene, rng: np.random.Generator) -> Actor:
    """Let an actor change its colour during its longest stay, to one that stands out from the ground."""
    start, end = max(actor.seen(), key=lambda span: span[1] - span[0])
    if end - start < 0.12:
        return actor
    grounds = scene.background[1:10].reshape(3, 3)
    names = [name for name in COLOURS if name != actor.colour]
    colour = names[int(rng.integers(len(names)))]
    anchors = COLOURS[colour]
    rgb = anchors[int(rng.integers(len(anchors)))]
    if np.abs(grounds - np.array(rgb)).max(1).min() < _CONTRAST:
        return actor
    when = _passage(rng, start + 0.05, end - 0.05, min(_fade(rng, 0.1), end - start - 0.1))
    return replace(actor, repaint=Repaint(when, colour, (float(rgb[0]), float(rgb[1]), float(rgb[2]))))


def _actor(scene: Scene, index: int, rng: np.random.Generator) -> Actor:
    thing = scene.things[index]
    actor = Actor(thing.kind, thing.colour, len(scene.strokes) - len(scene.things) + index)
    if rng.random() < 0.12:
        return _with_slide(actor, scene, index, rng)
    actor = replace(actor, visits=_visits(rng))
    if rng.random() < 0.5:
        actor = _with_move(actor, scene, index, rng)
    if rng.random() < 0.25:
        actor = _with_repaint(actor, scene, rng)
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
    travel, contact = float(rng.uniform(0.06, 0.18)), float(rng.uniform(0.06, 0.24))
    begin = float(rng.uniform(0.04, 0.96 - 2 * travel - contact))
    there = Passage(begin, begin + travel)
    back = Passage(there.end + contact, there.end + contact + travel)
    meeting = (there.end, back.start)
    goes = Move(there, *way, (there.start, there.end)), Move(back, -way[0], -way[1], (back.start, back.end))
    result = list(actors)
    for index, other, moves in ((first, second, goes), (second, first, ())):
        actor = actors[index]
        result[index] = Actor(actor.kind, actor.colour, actor.stroke, moves=moves, touches=(meeting, other))
    return result


def _extent(scene: Scene, index: int) -> float:
    box = scene.things[index].box_norm
    return (box[2] - box[0] + box[3] - box[1]) / 2


def _without_specks(scene: Scene) -> Scene:
    """The scene without things too small to be followed at the size that videos are seen at."""
    large = np.array([thing.side > _SMALLEST for thing in scene.things])
    kept = np.concatenate([np.ones(len(scene.strokes) - len(large), np.bool_), large])
    things = tuple(thing for thing, stays in zip(scene.things, large, strict=True) if stays)
    return replace(scene, things=things, strokes=scene.strokes[kept])


def _window(rng: np.random.Generator) -> SpanS:
    """Mostly the whole course; else a part of it, in which things may have begun and not end."""
    if rng.random() < 0.7:
        return (0.0, 1.0)
    length = float(rng.uniform(0.3, 0.9))
    start = float(rng.uniform(0, 1 - length))
    return (start, start + length)


def sample_clip(rng: np.random.Generator, *, easy: bool | None = None) -> Clip:
    """Draw one clip of 4 to 60 s with one to six actors, most of which can be told apart by kind and colour.

    `easy` fixes whether nothing disturbs the picture.
    """
    easy = rng.random() < 0.45 if easy is None else easy
    while True:
        count = int(rng.integers(1, MAX_ACTORS + 1))
        scene = sample_scene(rng, crowded=False, easy=easy, count=count, glyphs=False)
        scene = _without_specks(scene)
        if scene.things:
            break
    actors = [_actor(scene, index, rng) for index in range(len(scene.things))]
    if len(actors) >= 2 and rng.random() < 0.2:
        actors = _meeting(scene, actors, rng)
    duration = float(np.exp(rng.uniform(np.log(MIN_SECONDS), np.log(MAX_SECONDS))))
    return Clip(scene, tuple(actors), duration, _window(rng))

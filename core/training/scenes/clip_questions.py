"""What can truthfully be asked of a clip: when a thing is seen, when it does something, and what never happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.geometry import SpanS
from core.training.scenes.clip import MOMENT, VERBS, Actor, Clip, Verb
from core.training.scenes.vocabulary import ANY_WORDS, COLOUR_WORDS, COLOURS, ELSEWHERE, SHAPES, kind_words

ClipQuestionType = Literal["noun", "verb", "absent"]
CLIP_QUESTION_TYPES: tuple[ClipQuestionType, ...] = ("noun", "verb", "absent")
SHORTEST = 0.022  # of the window: nothing shorter is asked for


@dataclass(frozen=True, slots=True)
class ClipQuestion:
    """An expression about a clip and the spans, in 0-1 of its window, that answer it (none: not present)."""

    expression: str
    type: ClipQuestionType
    spans: tuple[SpanS, ...]


_NOUN_FRAMES = (
    *("the {}",) * 5, "{}", "{}", "when is the {} visible", "when can the {} be seen", "while the {} is there",
    "the {} is in view", "when is the {} there", "when do you see the {}", "the {} is visible", "when is there a {}",
    "the time when the {} is shown", "when is the {} on the screen", "find the {}",
)  # fmt: skip
_VERB_FRAMES: dict[Verb, tuple[str, ...]] = {
    "appear": ("the {} appears", "the {} appears", "when does the {} appear", "the {} comes into view",
               "the {} shows up", "the {} enters", "when does the {} come in", "{} appears", "the {} appearing"),
    "vanish": ("the {} disappears", "the {} disappears", "when does the {} vanish", "the {} vanishes",
               "the {} goes away", "the {} leaves", "when does the {} disappear", "{} disappears",
               "the {} disappearing"),
    "move": ("the {} moves", "the {} moves", "when does the {} move", "the {} is moving", "while the {} moves",
             "the moving {}", "{} moves", "when is the {} moving"),
    "start": ("the {} starts to move", "when does the {} start moving", "the {} begins to move", "the {} starts moving",
              "when does the {} start to move"),
    "stop": ("the {} stops moving", "when does the {} stop moving", "the {} comes to a halt", "the {} stops"),
    "change": ("the {} changes colour", "when does the {} change colour", "the {} changes its color",
               "the {} changes color", "when does the {} change color", "the {} turns into another colour"),
    "touch": ("the {} touches the {}", "when does the {} touch the {}", "when does the {} collide with the {}",
              "the {} meets the {}", "the {} hits the {}", "the {} collides with the {}"),
}  # fmt: skip


class ClipAsker:
    """Makes questions about one clip."""

    def __init__(self, clip: Clip, rng: np.random.Generator) -> None:
        self._clip = clip
        self._rng = rng
        self._moment = MOMENT * (clip.window[1] - clip.window[0])

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def _anybody(self) -> Actor:
        return self._clip.actors[int(self._rng.integers(len(self._clip.actors)))]

    def _called(self, colour: str | None, kind: str | None) -> list[Actor]:
        """Everybody who goes by that at some time."""
        actors = self._clip.actors
        return [a for a in actors if kind in (None, a.kind) and (colour is None or colour in a.colours())]

    def _name(self, actor: Actor) -> tuple[str, str | None] | None:
        """Words that name nobody else at any time, and the colour they claim; None where there are none."""
        roll = self._rng.random()
        colour = self._pick(actor.colours())
        if roll < 0.14 and self._called(None, actor.kind) == [actor]:
            return self._noun(None, actor.kind), None
        if roll < 0.24 and self._called(colour, None) == [actor]:
            return self._noun(colour, None), colour
        return (self._noun(colour, actor.kind), colour) if self._called(colour, actor.kind) == [actor] else None

    def _noun(self, colour: str | None, kind: str | None) -> str:
        noun = self._pick([one for one, _ in ANY_WORDS]) if kind is None else self._shape_word(kind)
        return noun if colour is None else f"{self._pick(COLOUR_WORDS[colour])} {noun}"

    def _shape_word(self, kind: str) -> str:
        return kind_words(kind, int(self._rng.integers(12)))[0]

    def _answered(self, text: str, kind: ClipQuestionType, spans: Sequence[SpanS]) -> ClipQuestion | None:
        """A question with its spans in the window; None where they are cut so short that people would differ."""
        inside = sorted(self._clip.in_window(spans))
        if any(end - start < SHORTEST for start, end in inside):
            return None
        merged: list[SpanS] = []
        for start, end in inside:
            if merged and start - merged[-1][1] < SHORTEST:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return ClipQuestion(text, kind if merged else "absent", tuple(merged))

    def noun(self) -> ClipQuestion | None:
        """`the red circle`: the time in which it is seen in that colour."""
        actor = self._anybody()
        name = self._name(actor)
        if name is None:
            return None
        return self._answered(self._pick(_NOUN_FRAMES).format(name[0]), "noun", actor.seen(name[1]))

    def verb(self) -> ClipQuestion | None:
        """`the red circle appears`: when it does what the verb says; absent where it never does."""
        actor, verb = self._anybody(), VERBS[int(self._rng.integers(len(VERBS)))]
        if actor.touches and self._rng.random() < 0.4:
            verb = "touch"
        name = self._name(actor)
        spans = actor.does(verb, self._moment)
        if name is None or (not spans and (verb == "touch" or self._rng.random() < 0.6)):
            return None  # things may meet by chance: nobody could swear that two never do
        if name[1] not in (None, actor.colour) or (actor.repaint and name[1] and verb not in ("change", "touch")):
            return None  # what it does under one of two colours is for nobody to say
        if verb == "touch":
            assert actor.touches is not None
            other = self._name(self._clip.actors[actor.touches[1]])
            if other is None:
                return None
            return self._answered(self._pick(_VERB_FRAMES[verb]).format(name[0], other[0]), "verb", spans)
        return self._answered(self._pick(_VERB_FRAMES[verb]).format(name[0]), "verb", spans)

    def absent(self) -> ClipQuestion | None:
        """Something that is never there: a near miss in colour or kind, or a thing of another world."""
        first, second = self._anybody(), self._anybody()
        roll = self._rng.random()
        if roll < 0.25:
            words = self._pick(ELSEWHERE)
        else:
            colour = self._pick((*second.colours(), self._pick(tuple(COLOURS))))
            kind: str | None = first.kind if roll < 0.7 else self._pick(SHAPES)
            if roll > 0.9:
                kind = None
            if self._called(colour, kind):
                return None
            words = self._noun(colour, kind)
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

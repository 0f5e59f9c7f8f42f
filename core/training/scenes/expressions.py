"""What can truthfully be asked of a scene: expressions of every type with the things that answer them.

A "the" phrase is only made where exactly one thing fits; relations and superlatives only with a margin
that a person would see. Everything is lower case: the model's processing lowers what people type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.training.scenes.scene import Scene, Thing
from core.training.scenes.vocabulary import (
    ANY_WORDS,
    COLOUR_WORDS,
    COLOURS,
    FILL_WORDS,
    FILLS,
    KINDS,
    SIZE_WORDS,
    SIZES,
    Description,
    confusable_with,
    family,
    kind_words,
)

QuestionType = Literal["attribute", "superlative", "relation", "position", "plural", "absent"]
QUESTION_TYPES: tuple[QuestionType, ...] = ("attribute", "superlative", "relation", "position", "plural", "absent")


@dataclass(frozen=True, slots=True)
class Question:
    """An expression and the indices of the scene's things that answer it (none: not present)."""

    expression: str
    type: QuestionType
    targets: tuple[int, ...]


_ONE_FRAMES = ("the {}",) * 10 + ("{}", "{}", "find the {}", "where is the {}", "locate the {}", "show me the {}",
               "the {} in the picture", "please find the {}", "which one is the {}")  # fmt: skip
_MANY_FRAMES = ("all {}", "all {}", "all the {}", "the {}", "{}", "every one of the {}", "all of the {}",
                "find all {}", "where are the {}", "show me all {}", "{} in the picture")  # fmt: skip
_EACH_FRAMES = ("every {}", "each {}", "{}", "any {}", "find every {}")

_SUPERLATIVES: dict[str, tuple[str, ...]] = {
    "left": ("leftmost {}", "{} furthest to the left", "{} on the far left", "left-most {}", "furthest left {}"),
    "right": ("rightmost {}", "{} furthest to the right", "{} on the far right", "right-most {}", "furthest right {}"),
    "top": ("topmost {}", "highest {}", "uppermost {}", "{} at the very top", "{} nearest the top"),
    "bottom": ("lowest {}", "bottommost {}", "lowermost {}", "{} at the very bottom", "{} nearest the bottom"),
    "largest": ("largest {}", "biggest {}", "largest of the {p}", "biggest {}"),
    "smallest": ("smallest {}", "tiniest {}", "smallest of the {p}", "smallest {}"),
}
_RELATIONS: dict[str, tuple[str, ...]] = {
    "left": ("left of", "to the left of", "on the left of", "on the left side of"),
    "right": ("right of", "to the right of", "on the right of", "on the right side of"),
    "above": ("above", "over", "higher than"),
    "below": ("below", "under", "beneath", "underneath", "lower than"),
    "near": ("closest to", "nearest to", "nearest", "next to"),
}
_POSITIONS: dict[str, tuple[str, ...]] = {
    "left": ("on the left", "on the left side", "in the left half"),
    "right": ("on the right", "on the right side", "in the right half"),
    "top": ("at the top", "in the upper half", "in the top half"),
    "bottom": ("at the bottom", "in the lower half", "in the bottom half"),
    "top left": ("in the top left corner", "at the top left", "in the upper left"),
    "top right": ("in the top right corner", "at the top right", "in the upper right"),
    "bottom left": ("in the bottom left corner", "at the bottom left", "in the lower left"),
    "bottom right": ("in the bottom right corner", "at the bottom right", "in the lower right"),
    "centre": ("in the middle", "in the centre", "in the center"),
}


class Asker:
    """Makes questions about one scene. Holds the random generator and what the scene has; no pixels."""

    def __init__(self, scene: Scene, rng: np.random.Generator) -> None:
        self._rng = rng
        self._things = scene.things
        self._kinds = {thing.kind for thing in scene.things}
        self._claims = [(t.kind, family(t.kind), t.colour, t.fill, t.size) for t in scene.things]
        self._fitting: dict[Description, list[int]] = {}
        x1, y1, x2, y2 = scene.content
        self._places = [((t.cx - x1) / (x2 - x1), (t.cy - y1) / (y2 - y1)) for t in scene.things]

    # --- words -----------------------------------------------------------------------------

    def _pick(self, options: tuple[str, ...]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def phrase(self, described: Description, *, plural: bool = False) -> str:
        """A noun phrase without a determiner: `small red striped circle`."""
        rng = self._rng
        index = 1 if plural else 0
        if described.kind == "any":
            noun = ANY_WORDS[int(rng.integers(len(ANY_WORDS)))][index]
        elif described.kind in ("letter", "digit", "shape"):
            noun = {"letter": ("letter", "letters"), "digit": ("digit", "digits"), "shape": ("shape", "shapes")}[
                described.kind
            ][index]
        else:
            noun = kind_words(described.kind, int(rng.integers(12)))[index].lower()
        colour = self._pick(COLOUR_WORDS[described.colour]) if described.colour else ""
        fill = self._pick(FILL_WORDS[described.fill]) if described.fill else ""
        size = self._pick(SIZE_WORDS[described.size]) if described.size else ""
        style = rng.random()
        if colour and style < 0.06:
            return " ".join(word for word in (size, fill, noun, "in", colour) if word)
        if size and style < 0.1 and not plural:
            return " ".join(word for word in (fill, colour, noun, "that is", size) if word)
        return " ".join(word for word in (size, fill, colour, noun) if word)

    def fitting(self, described: Description) -> list[int]:
        """Indices of the things that may be called so."""
        found = self._fitting.get(described)
        if found is None:
            kind, colour, fill, size = described.kind, described.colour, described.fill, described.size
            found = [
                i
                for i, claim in enumerate(self._claims)
                if (kind == "any" or kind in claim[:2])
                and colour in (None, claim[2])
                and fill in (None, claim[3])
                and size in (None, claim[4])
            ]
            self._fitting[described] = found
        return found

    def _describe(self, thing: Thing, *, loose: float = 0.5) -> Description:
        """Some true description of a thing; `loose` is the chance of leaving each property out."""
        rng = self._rng
        kind = thing.kind
        if rng.random() < 0.12:
            kind = "any" if family(kind) == "shape" or rng.random() < 0.4 else family(kind)
        return Description(
            kind,
            thing.colour if rng.random() > loose else None,
            thing.fill if rng.random() > loose + 0.35 and (thing.fill != "solid" or rng.random() < 0.2) else None,
            thing.size if rng.random() > loose + 0.3 else None,
        )

    def _unique(self, index: int) -> Description | None:
        for loose in (0.6, 0.5, 0.3, 0.1):
            described = self._describe(self._things[index], loose=loose)
            if self.fitting(described) == [index]:
                return described
        return None

    def _any_index(self) -> int:
        return int(self._rng.integers(len(self._things)))

    # --- types -----------------------------------------------------------------------------

    def attribute(self) -> Question | None:
        """`the small red circle`: one thing by what it is."""
        index = self._any_index()
        described = self._unique(index)
        if described is None:
            return None
        return Question(self._pick(_ONE_FRAMES).format(self.phrase(described)), "attribute", (index,))

    def plural(self) -> Question | None:
        """`all red circles`: every thing that fits, one or many."""
        described = self._describe(self._things[self._any_index()], loose=0.55)
        targets = self.fitting(described)
        if len(targets) < 2 and self._rng.random() < 0.7:
            return None
        if self._rng.random() < 0.75:
            text = self._pick(_MANY_FRAMES).format(self.phrase(described, plural=True))
        else:
            text = self._pick(_EACH_FRAMES).format(self.phrase(described))
        return Question(text, "plural", tuple(targets))

    def _superlative_text(self, described: Description, way: str) -> str:
        frame = self._pick(_SUPERLATIVES[way])
        text = frame.format(self.phrase(described), p=self.phrase(described, plural=True))
        return self._pick(_ONE_FRAMES[:14]).format(text)

    def superlative(self) -> Question | None:
        """`the leftmost square`: the extreme one of a class of at least two."""
        described = self._describe(self._things[self._any_index()], loose=0.65)
        if described.size is not None:
            return None
        group = self.fitting(described)
        if len(group) < 2:
            return None
        way = self._pick(tuple(_SUPERLATIVES))
        if way in ("largest", "smallest"):
            keys = [np.log(self._things[i].side) * (-1 if way == "largest" else 1) for i in group]
            margin = 0.16
        else:
            axis = 0 if way in ("left", "right") else 1
            centre = [(self._things[i].cx, self._things[i].cy)[axis] for i in group]
            keys = [value if way in ("left", "top") else -value for value in centre]
            margin = 0.025
        order = np.argsort(keys)
        if keys[order[1]] - keys[order[0]] < margin:
            return None
        return Question(self._superlative_text(described, way), "superlative", (group[int(order[0])],))

    def _related(self, way: str, anchor: Thing, group: list[int]) -> tuple[list[int], bool]:
        """Things of a group in a relation to the anchor, and whether all others clearly are not."""
        offsets = [(self._things[i].cx - anchor.cx, self._things[i].cy - anchor.cy) for i in group]
        if way == "near":
            distances = np.array([np.hypot(*offset) for offset in offsets])
            order = np.argsort(distances)
            clear = len(group) >= 2 and distances[order[1]] > distances[order[0]] * 1.2 + 0.01
            return [group[int(order[0])]], bool(clear)
        axis, sign = {"left": (0, -1), "right": (0, 1), "above": (1, -1), "below": (1, 1)}[way]
        values = [offset[axis] * sign for offset in offsets]
        inside = [i for i, value in zip(group, values, strict=True) if value > 0.045]
        return inside, all(value > 0.045 or value < 0.005 for value in values)

    def _relation_text(self, described: Description, way: str, anchor: Description) -> str:
        text = f"{self.phrase(described)} {self._pick(_RELATIONS[way])} the {self.phrase(anchor)}"
        return self._pick(_ONE_FRAMES[:14]).format(text)

    def relation(self) -> Question | None:
        """`the star left of the blue ring`: one thing by where it is from another that is named uniquely."""
        anchor_index = self._any_index()
        anchor = self._unique(anchor_index)
        if anchor is None:
            return None
        described = self._describe(self._things[self._any_index()], loose=0.6)
        group = [i for i in self.fitting(described) if i != anchor_index]
        if not group or (len(group) == 1 and self._rng.random() < 0.5):
            return None
        way = self._pick(tuple(_RELATIONS))
        targets, clear = self._related(way, self._things[anchor_index], group)
        if not clear or len(targets) != 1:
            return None
        return Question(self._relation_text(described, way, anchor), "relation", tuple(targets))

    def _inside(self, index: int, where: str) -> bool | None:
        """In that part of the picture: yes, no, or None where people would differ."""
        x, y = self._places[index]
        low, high = (0.42, 0.5) if " " not in where else (0.36, 0.5)
        if where == "centre":
            away = max(abs(x - 0.5), abs(y - 0.5))
            return True if away < 0.13 else False if away > 0.22 else None
        verdicts: list[bool | None] = []
        for word in where.split():
            value = {"left": x, "right": 1 - x, "top": y, "bottom": 1 - y}[word]
            verdicts.append(True if value < low else False if value > high else None)
        return False if False in verdicts else None if None in verdicts else True

    def position(self) -> Question | None:
        """`the circle in the top left corner`: one thing by the part of the picture it is in."""
        described = self._describe(self._things[self._any_index()], loose=0.65)
        group = self.fitting(described)
        where = self._pick(tuple(_POSITIONS))
        verdicts = {i: self._inside(i, where) for i in group}
        targets = [i for i, verdict in verdicts.items() if verdict]
        if len(targets) != 1 or None in verdicts.values():
            return None
        text = f"{self.phrase(described)} {self._pick(_POSITIONS[where])}"
        return Question(self._pick(_ONE_FRAMES[:14]).format(text), "position", tuple(targets))

    # --- absence ---------------------------------------------------------------------------

    def _missing(self) -> Description | None:
        """A description that nothing fits, mostly a near miss, and that nobody could dispute."""
        rng = self._rng
        thing, other = self._things[self._any_index()], self._things[self._any_index()]
        base = self._describe(thing, loose=0.3)
        roll = rng.random()
        if roll < 0.4:
            described = Description(base.kind, other.colour, base.fill, base.size)
        elif roll < 0.55:
            described = Description(base.kind, self._pick(tuple(COLOURS)), base.fill, None)
        elif roll < 0.8:
            described = Description(self._pick(KINDS), base.colour, None, None)
        elif roll < 0.9:
            described = Description(base.kind, base.colour, None, self._pick(tuple(SIZES)))
        else:
            described = Description(base.kind, base.colour, self._pick(FILLS), None)
        if described.kind == "any" and described.colour is None:
            return None
        if confusable_with(described.kind) & self._kinds or self.fitting(described):
            return None
        return described

    def _missing_relation(self) -> str | None:
        anchor_index = self._any_index()
        anchor = self._unique(anchor_index)
        described = self._describe(self._things[self._any_index()], loose=0.5)
        group = [i for i in self.fitting(described) if i != anchor_index]
        way = self._pick(tuple(_RELATIONS)[:4])
        if anchor is None or not group or anchor_index in self.fitting(described):
            return None
        targets, clear = self._related(way, self._things[anchor_index], group)
        return self._relation_text(described, way, anchor) if clear and not targets else None

    def absent(self) -> Question | None:
        """Something that is not there, asked in the frames of every other type."""
        rng = self._rng
        roll = rng.random()
        if roll < 0.2:
            text = self._missing_relation()
            return Question(text, "absent", ()) if text else None
        missing = self._missing()
        if missing is None:
            return None
        if roll < 0.55:
            text = self._pick(_ONE_FRAMES).format(self.phrase(missing))
        elif roll < 0.75:
            text = self._pick(_MANY_FRAMES).format(self.phrase(missing, plural=True))
        elif roll < 0.85:
            text = self._superlative_text(missing, self._pick(tuple(_SUPERLATIVES)))
        elif roll < 0.92:
            text = f"the {self.phrase(missing)} {self._pick(_POSITIONS[self._pick(tuple(_POSITIONS))])}"
        else:
            anchor = self._describe(self._things[self._any_index()], loose=0.3)
            text = self._relation_text(missing, self._pick(tuple(_RELATIONS)), anchor)
        return Question(text, "absent", ())

    def ask(self, wanted: QuestionType, tries: int = 12) -> Question | None:
        """One question of a type, or None where the scene does not lend itself to it."""
        maker: Callable[[], Question | None] = getattr(self, wanted)
        for _ in range(tries):
            question = maker()
            if question is not None:
                return question
        return None

"""What rendered scenes are made of and what people call it: kinds of shape, colours, fills, sizes, and their words."""

from __future__ import annotations

from dataclasses import dataclass

SHAPES = ("circle", "square", "rectangle", "triangle", "ring", "diamond", "cross", "star", "heart")
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = tuple("0123456789")
KINDS = SHAPES + LETTERS + DIGITS

# Kinds that a person could take for one another: never two of one group in a scene, and none of a
# group is asked for while another of it is in the picture.
CONFUSABLE: tuple[frozenset[str], ...] = (
    frozenset({"ring", "circle", "O", "0", "Q", "D"}) - {"circle"},
    frozenset({"circle", "O", "0"}),
    frozenset({"I", "1", "L"}),
    frozenset({"S", "5"}),
    frozenset({"Z", "2", "N"}),
    frozenset({"B", "8"}),
    frozenset({"6", "9", "G"}),
    frozenset({"cross", "X", "T"}),
    frozenset({"U", "V"}),
    frozenset({"M", "W"}),
    frozenset({"C", "G"}),
    frozenset({"1", "7"}),
)

# Anchors in RGB, 0-255, from the named colours of CSS and of common plotting palettes; a scene mixes two
# anchors of one name and adds a little noise, which fills the region that people call by that name.
COLOURS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "red": ((255, 0, 0), (220, 20, 60), (205, 25, 25), (230, 40, 40), (214, 39, 40), (244, 67, 54)),
    "green": ((0, 128, 0), (0, 255, 0), (34, 139, 34), (46, 204, 113), (44, 160, 44), (50, 205, 50), (0, 100, 0)),
    "blue": ((0, 0, 255), (31, 119, 180), (65, 105, 225), (30, 144, 255), (0, 0, 139), (52, 120, 219), (30, 60, 200)),
    "yellow": ((255, 255, 0), (255, 235, 59), (250, 220, 30), (240, 230, 40), (255, 225, 25)),
    "orange": ((255, 165, 0), (255, 140, 0), (255, 127, 14), (243, 146, 18), (245, 130, 48)),
    "purple": ((128, 0, 128), (155, 89, 182), (148, 0, 211), (106, 13, 173), (142, 68, 173), (160, 32, 240)),
    "pink": ((255, 192, 203), (255, 105, 180), (255, 130, 170), (247, 129, 191), (250, 160, 200), (255, 60, 160)),
    "brown": ((139, 69, 19), (165, 42, 42), (101, 67, 33), (150, 75, 0), (121, 75, 50), (140, 86, 75)),
    "grey": ((128, 128, 128), (160, 160, 160), (105, 105, 105), (145, 145, 145)),
    "black": ((0, 0, 0), (20, 20, 20), (34, 34, 34)),
    "white": ((255, 255, 255), (240, 240, 240), (250, 248, 245)),
}
# How far shading may darken a colour before it would be called by another name.
SHADE_DEPTH: dict[str, float] = {
    "red": 0.22, "green": 0.35, "blue": 0.35, "yellow": 0.12, "orange": 0.12, "purple": 0.3,
    "pink": 0.15, "brown": 0.2, "grey": 0.12, "black": 0.0, "white": 0.05,
}  # fmt: skip

FILLS = ("solid", "outline", "striped", "dotted")
# Side lengths as a share of the picture's longer side; the gaps keep the words apart.
SIZES: dict[str, tuple[float, float]] = {
    "small": (0.05, 0.095),
    "medium": (0.125, 0.19),
    "large": (0.235, 0.42),
}

COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in COLOURS},
    "grey": ("grey", "gray"),
    "purple": ("purple", "purple", "violet"),
}
SHAPE_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "circle": (("circle", "circles"), ("circle", "circles"), ("disc", "discs")),
    "square": (("square", "squares"),),
    "rectangle": (("rectangle", "rectangles"),),
    "triangle": (("triangle", "triangles"),),
    "ring": (("ring", "rings"), ("ring", "rings"), ("donut", "donuts")),
    "diamond": (("diamond", "diamonds"), ("diamond", "diamonds"), ("rhombus", "rhombuses")),
    "cross": (("cross", "crosses"), ("cross", "crosses"), ("plus sign", "plus signs")),
    "star": (("star", "stars"),),
    "heart": (("heart", "hearts"),),
}
ANY_WORDS: tuple[tuple[str, str], ...] = (("shape", "shapes"), ("object", "objects"), ("thing", "things"))
# Things that no scene shows and no recording holds: asked for, they are not present.
ELSEWHERE = (
    "dog", "cat", "car", "person", "man", "woman", "child", "ball", "bottle", "bird", "horse", "cow", "tree", "house",
    "door", "window", "chair", "table", "phone", "cup", "book", "hand", "face", "bus", "train", "bicycle", "boat",
    "aeroplane", "flower", "apple", "banana", "cake", "shoe", "hat", "clock", "lamp", "key", "knife", "river", "cloud",
    "fish", "elephant", "sheep", "bear", "street", "wheel", "sign", "cell", "man in the red jacket", "white dog",
    "woman with a bag", "running dog", "traffic light", "computer", "screen", "guitar", "piano", "baby", "rain",
    "wind", "thunder", "water", "fire", "glass", "applause", "laughter", "footsteps", "cough", "whistle", "drum",
)  # fmt: skip
FILL_WORDS: dict[str, tuple[str, ...]] = {
    "solid": ("solid", "filled"),
    "outline": ("outlined", "hollow", "unfilled"),
    "striped": ("striped",),
    "dotted": ("dotted", "spotted"),
}
SIZE_WORDS: dict[str, tuple[str, ...]] = {
    "small": ("small", "little", "tiny"),
    "medium": ("medium", "medium-sized"),
    "large": ("large", "big"),
}


def family(kind: str) -> str:
    """`shape`, `letter` or `digit`."""
    return "letter" if kind in LETTERS else "digit" if kind in DIGITS else "shape"


def confusable_with(kind: str) -> frozenset[str]:
    """Every kind that must not stand beside this one, without the kind itself."""
    return frozenset().union(*(group for group in CONFUSABLE if kind in group)) - {kind}


def kind_words(kind: str, variant: int) -> tuple[str, str]:
    """Singular and plural of a kind; `variant` chooses among its names (any non-negative number)."""
    group = family(kind)
    if group == "shape":
        names = SHAPE_WORDS[kind]
        return names[variant % len(names)]
    if group == "letter":
        forms = ((f"letter {kind}", f"letters {kind}"), (kind, f"{kind}s"), (f"{kind}", f"letters {kind}"))
    else:
        forms = ((f"digit {kind}", f"digits {kind}"), (f"number {kind}", f"numbers {kind}"), (kind, f"{kind}s"))
    return forms[variant % 3]


@dataclass(frozen=True, slots=True)
class Description:
    """What a noun phrase claims about a thing; None claims nothing.

    `kind` may be a family: `shape`, `letter`, `digit`, or `any`.
    """

    kind: str = "any"
    colour: str | None = None
    fill: str | None = None
    size: str | None = None

"""The visual language as numbers: spacing, type scale, colours. Plain data and colour arithmetic, no Qt.

`docs/visual-language.md` says what each is for. Colours are `#rrggbb`; contrast is WCAG 2's ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.project.acts import LABEL_COLOURS
from core.schema import ReviewState

Scheme = Literal["light", "dark"]
TextRole = Literal["title", "heading", "body", "small", "caption"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in logical pixels, all on a 4 px grid."""

    xs: int = 4
    s: int = 8
    m: int = 12
    l: int = 16  # noqa: E741 the t-shirt sizes are the field's names
    xl: int = 24
    xxl: int = 32


SPACING = Spacing()
RADIUS_PX = 6
RADIUS_SMALL_PX = 4
FOCUS_RING_PX = 2
CONTROL_HEIGHT_PX = 32
ICON_PX = 18

# Factors on the person's own system font, so that a large system font stays large here.
TYPE_SCALE: MappingProxyType[TextRole, float] = MappingProxyType(
    {"title": 1.6, "heading": 1.2, "body": 1.0, "small": 0.92, "caption": 0.85}
)


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of one scheme that is painted by name."""

    scheme: Scheme
    window: str
    surface: str
    raised: str
    sunken: str
    hover: str
    pressed: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    selection: str
    selection_text: str
    link: str
    danger: str
    warning: str
    success: str
    canvas: str
    canvas_text: str
    canvas_text_muted: str
    state_new: str
    state_proposed: str
    state_in_work: str
    state_done: str
    state_needs_review: str

    def state(self, review_state: ReviewState) -> str:
        """The colour of a state of work; its shape differs too, so colour is never the only sign."""
        return {
            "new": self.state_new,
            "proposed": self.state_proposed,
            "in_work": self.state_in_work,
            "done": self.state_done,
            "needs_review": self.state_needs_review,
        }[review_state]


LIGHT = Colours(
    scheme="light",
    window="#f4f5f7",
    surface="#ffffff",
    raised="#ffffff",
    sunken="#eceef1",
    hover="#e9ebef",
    pressed="#dde0e6",
    border="#dcdfe4",
    border_strong="#7f8692",
    text="#1b1e23",
    text_muted="#5b626d",
    text_disabled="#9aa1ab",
    accent="#2563c9",
    accent_hover="#1d55b3",
    accent_text="#ffffff",
    selection="#dbe7fb",
    selection_text="#12305f",
    link="#1d55b3",
    danger="#c2332b",
    warning="#9a5b00",
    success="#1a774a",
    canvas="#e3e5e9",
    canvas_text="#24282e",
    canvas_text_muted="#555c66",
    state_new="#7a828e",
    state_proposed="#7a54c7",
    state_in_work="#a86400",
    state_done="#1a774a",
    state_needs_review="#c8402f",
)

DARK = Colours(
    scheme="dark",
    window="#1b1d21",
    surface="#212429",
    raised="#2a2e34",
    sunken="#16181b",
    hover="#2e3239",
    pressed="#383d45",
    border="#33383f",
    border_strong="#767e8a",
    text="#e7e9ec",
    text_muted="#a3aab4",
    text_disabled="#686f79",
    accent="#6ea2f5",
    accent_hover="#8ab4f8",
    accent_text="#0d1b33",
    selection="#2b4470",
    selection_text="#eef4ff",
    link="#8ab4f8",
    danger="#f2796f",
    warning="#e3a64a",
    success="#57c08d",
    canvas="#121316",
    canvas_text="#e2e5e9",
    canvas_text_muted="#9aa2ad",
    state_new="#8b93a0",
    state_proposed="#ab8cf0",
    state_in_work="#e3a64a",
    state_done="#57c08d",
    state_needs_review="#f2796f",
)

SCHEMES: MappingProxyType[Scheme, Colours] = MappingProxyType({"light": LIGHT, "dark": DARK})

# Expressions on a picture have the colours of their labels. Each line lies on a dark halo, so light ones work too.
EXPRESSION_COLOURS: tuple[str, ...] = LABEL_COLOURS

CHIP_DARK_TEXT = "#101216"
CHIP_LIGHT_TEXT = "#ffffff"


def expression_colour(number: int) -> str:
    """The colour of the label with this number; the cycle repeats."""
    return EXPRESSION_COLOURS[number % len(EXPRESSION_COLOURS)]


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rgb`, `#rrggbb` or `#aarrggbb` as three numbers 0-255. Raises ValueError for anything else."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) == 8:
        digits = digits[2:]
    if len(digits) != 6 or not colour.startswith("#"):
        raise ValueError(f"not a colour: {colour!r}")
    return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, 1 (equal) to 21 (black on white)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def text_on(background: str) -> str:
    """The text colour, dark or white, that reads better on a chip of this colour (never below 4.3:1)."""
    if contrast(CHIP_DARK_TEXT, background) >= contrast(CHIP_LIGHT_TEXT, background):
        return CHIP_DARK_TEXT
    return CHIP_LIGHT_TEXT


def mix(a: str, b: str, share_of_b: float) -> str:
    """A colour between two, in plain sRGB."""
    pairs = zip(rgb(a), rgb(b), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share_of_b):02x}" for x, y in pairs)


def readable(colour: str, background: str, ratio: float = 3.0) -> str:
    """The colour itself, or the nearest shade of it that reaches this contrast on the background.

    For dots and swatches in panels, where a bright yellow would vanish on white.
    """
    goal = "#000000" if luminance(background) > 0.18 else "#ffffff"
    for step in range(21):
        shade = mix(colour, goal, step / 20)
        if contrast(shade, background) >= ratio:
            return shade
    return goal

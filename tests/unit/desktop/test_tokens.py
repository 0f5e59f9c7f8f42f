"""The colours: readable in both schemes, and apart for people who see fewer of them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.style_sheet import style_sheet
from desktop.tokens import (
    DARK,
    EXPRESSION_COLOURS,
    LIGHT,
    Colours,
    contrast,
    expression_colour,
    mix,
    readable,
    rgb,
    text_on,
)

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))
schemes = pytest.mark.parametrize("named", [LIGHT, DARK], ids=["light", "dark"])


@schemes
def test_text_reads_well_on_every_ground(named: Colours) -> None:
    for ground in (named.window, named.surface, named.raised, named.hover):
        assert contrast(named.text, ground) >= 7
        assert contrast(named.text_muted, ground) >= 4.5
        for words in (named.link, named.danger, named.warning, named.success):
            assert contrast(words, ground) >= 4.5
    assert contrast(named.text_muted, named.sunken) >= 4.5 and contrast(named.text, named.sunken) >= 7
    assert contrast(named.accent_text, named.accent_hover) >= 4.5
    assert contrast(named.accent_text, named.accent) >= 4.5
    assert contrast(named.selection_text, named.selection) >= 4.5
    assert contrast(named.canvas_text, named.canvas) >= 7
    assert contrast(named.canvas_text_muted, named.canvas) >= 4.5


@schemes
def test_states_signs_and_the_focus_ring_stand_out(named: Colours) -> None:
    signs = [named.accent, named.danger, named.warning, named.success, named.link, named.border_strong]
    states = [named.state(state) for state in ("new", "proposed", "in_work", "done", "needs_review")]
    for colour in signs + states:
        assert contrast(colour, named.surface) >= 3
        assert contrast(colour, named.window) >= 3


def test_text_on_every_expression_colour_reads() -> None:
    for colour in EXPRESSION_COLOURS:
        assert contrast(text_on(colour), colour) >= 4.5


@given(colours)
def test_text_on_any_colour_a_person_chooses_reads(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.3


@given(colours, st.sampled_from([LIGHT.surface, LIGHT.window, DARK.surface, DARK.window]))
def test_any_colour_has_a_shade_for_panels(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground), ground) >= 3


def test_a_colour_that_reads_already_is_left_alone() -> None:
    assert readable("#0072b2", LIGHT.surface) == "#0072b2"


# What people without one kind of cone see, on linear light: Machado, Oliveira and Fernandes (2009), severity 1.
VISION: dict[str, tuple[tuple[float, ...], ...]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@pytest.mark.parametrize("vision", VISION)
def test_label_colours_stay_apart_for_everybody(vision: str) -> None:
    seen = [_lab(colour, VISION[vision]) for colour in EXPRESSION_COLOURS]
    assert len(seen) == 8
    assert min(_distance(a, b) for a, b in combinations(seen, 2)) > 15
    assert min(_distance(a, b) for a, b in zip(seen, [*seen[1:], seen[0]], strict=True)) > 17  # given one after another


@schemes
@pytest.mark.parametrize("vision", VISION)
def test_states_stay_apart_even_before_their_shapes_do(named: Colours, vision: str) -> None:
    states = [named.state(state) for state in ("new", "proposed", "in_work", "done", "needs_review")]
    seen = [_lab(colour, VISION[vision]) for colour in states]
    assert min(_distance(a, b) for a, b in combinations(seen, 2)) > 8


def _distance(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """ΔE of CIE 1976; about 2.3 is just noticeable."""
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)


def _lab(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as seen through a simulation matrix."""
    light = [(c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in rgb(colour)]
    r, g, b = (min(1.0, max(0.0, sum(m * v for m, v in zip(row, light, strict=True)))) for row in matrix)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def test_the_cycle_of_expression_colours_repeats() -> None:
    assert expression_colour(0) == expression_colour(len(EXPRESSION_COLOURS))
    assert len(set(EXPRESSION_COLOURS)) == len(EXPRESSION_COLOURS)


def test_colour_texts() -> None:
    assert rgb("#fff") == (255, 255, 255)
    assert rgb("#80102030") == (16, 32, 48)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    with pytest.raises(ValueError, match="not a colour"):
        rgb("red")


@schemes
def test_the_style_sheet_has_no_colour_left_to_fill_in(named: Colours) -> None:
    assert "$" not in style_sheet(named)

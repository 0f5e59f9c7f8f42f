"""A box from a conversation is called by what was looked for, in the person's own words."""

from __future__ import annotations

import pytest

from core.sought import sought_in


@pytest.mark.parametrize(
    ("question", "sought"),
    [
        ("Where is the red circle?", "red circle"),
        ("where are all red circles", "all red circles"),
        ("Where's the dog on the left?", "dog on the left"),
        ("Could you please find a white cell in this image?", "white cell"),
        ("Can you see any traffic lights in the picture?", "traffic lights"),
        ("Show me where the keys are", "where the keys are"),
        ("Please draw a box around the man in the hat.", "man in the hat"),
        ("When does a person open the door?", "person open the door"),
        ("Is there an umbrella?", "umbrella"),
        ("red car", "red car"),
        ("anchor", "anchor"),
        ("The Beatles poster", "Beatles poster"),
        ("  the   big\n dog ", "big dog"),
        ("Find the bird that is in the picture frame", "bird that is in the picture frame"),
        ("红色的圆圈在哪里？", "红色的圆圈"),
        ("请找出白色的猫", "白色的猫"),
        ("Where is it?", "it"),
        ("Describe what happens.", "Describe what happens"),
        ("Where?", "Where"),
        ("?", "?"),
        ("", ""),
    ],
)
def test_what_a_question_looks_for(question: str, sought: str) -> None:
    assert sought_in(question) == sought


def test_what_is_sought_is_sought_in_itself() -> None:
    once = sought_in("Please tell me: where is the second cup from the left in this photo?")
    assert once == "second cup from the left"
    assert sought_in(once) == once

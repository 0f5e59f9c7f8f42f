"""An answer as it is written: what people were shown of it is never taken back, whatever comes next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.grounding.groundinggpt.answers import ParsedBox, ParsedRegion, parse_answer
from core.grounding.groundinggpt.chat_text import for_people, settled, until
from core.grounding.groundinggpt.configuration import AnswerGrammar
from core.schema import Box, Region, Segment

GRAMMAR = AnswerGrammar(forced=False)
STOP = "###"
PIECES = (
    "[0.100, 0.2, 0.5, 1]", "{0.25,0.5}", "[0.9, 0.1, 0.2, 0.3]", "[0.1, ", "]", "{", "}", "[", "word ", "w", " ", "\n",
    "#", "##", "\ufffd", "é", "0.5",
)  # fmt: skip


def place(parsed: ParsedRegion) -> Region:
    if isinstance(parsed, ParsedBox):
        x1, y1, x2, y2 = parsed.box_norm
        return Box(x1 * 200, y1 * 100, x2 * 200, y2 * 100)
    return Segment(parsed.span_norm[0] * 8, parsed.span_norm[1] * 8)


def shown(text: str) -> str:
    return for_people(text, parse_answer(text, GRAMMAR), place)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.booleans())
def test_nothing_that_was_shown_is_taken_back(pieces: list[str], stopped: bool) -> None:
    text = "".join(pieces) + ("\n###" if stopped else "")
    final = until(text, STOP)
    whole = shown(final)
    before = ""
    for length in range(len(final) + 1):
        now = shown(settled(text[:length], STOP))
        assert now.startswith(before), "only ever more"
        before = now
    assert whole.startswith(before)


def test_regions_are_shown_whole_and_where_they_are() -> None:
    text = " At [0.100, 0.2, 0.5, 1] from {0.25,0.5}, not [0.9, 0.1, 0.2, 0.3].\n"
    assert shown(text) == "At [20, 20, 100, 100] from {2.00 s, 4.00 s}, not [0.9, 0.1, 0.2, 0.3]."
    assert shown(settled(" At [0.100, 0.2, 0.5", STOP)) == "At"
    assert settled("It is ##", STOP) == "It is"
    assert settled("see [a note that goes on and on " + "and on " * 10, STOP).endswith("and on"), "prose is not held"
    assert until("a\n### Human: b", STOP) == "a\n" and until("a", "") == "a"

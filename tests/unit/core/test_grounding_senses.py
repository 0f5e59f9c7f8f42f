"""Which senses are asked, how their answers become one, and what is kept of what was encoded."""

from pathlib import Path

import pytest

from core.errors import MediaError, ModelError
from core.grounding.groundinggpt.encoded import Kept, file_key
from core.grounding.groundinggpt.senses import combined, senses_for
from core.grounding.groundinggpt.sweep import SenseAnswer
from core.grounding.groundinggpt.windows import FoundSpan
from core.schema import Query, Segment

QUERY = Query("q", "m", "the beep")
SPAN = FoundSpan((1.0, 2.0), 0.25, 0.8)
FOUND = SenseAnswer((SPAN,), True, 0.9, "{0.1,0.2}")
ABSENT = SenseAnswer((), False, 0.1, "not present")
FAILED = SenseAnswer((), None, None, "mumble", error="cannot be read", dropped=("{",))


@pytest.mark.parametrize(
    ("wanted", "has", "can", "senses"),
    [
        ("auto", {"see", "hear"}, {"see", "hear"}, ["see", "hear"]),
        ("auto", {"see", "hear"}, {"hear"}, ["hear"]),
        ("auto", {"see"}, {"see", "hear"}, ["see"]),
        ("both", {"see", "hear"}, {"see", "hear"}, ["see", "hear"]),
        ("hear", {"see", "hear"}, {"see", "hear"}, ["hear"]),
    ],
)
def test_senses_that_file_and_model_have(wanted: str, has: set, can: set, senses: list[str]) -> None:
    assert senses_for(wanted, Path("x.mp4"), has=has, can=can, model="mini") == senses  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "has", "can", "error", "complaint"),
    [
        ("hear", {"see"}, {"see", "hear"}, MediaError, "silent video"),
        ("both", {"see"}, {"see", "hear"}, MediaError, "silent video"),
        ("see", {"hear"}, {"see", "hear"}, MediaError, "It is a sound"),
        ("hear", {"see", "hear"}, {"see"}, ModelError, "mini cannot hear"),
        ("auto", {"hear"}, {"see"}, ModelError, "have to hear"),
    ],
)
def test_senses_that_are_lacking(wanted: str, has: set, can: set, error: type[Exception], complaint: str) -> None:
    with pytest.raises(error, match=complaint):
        senses_for(wanted, Path("x.mp4"), has=has, can=can, model="mini")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("see", "hear", "present", "has_error", "presence"),
    [
        (FOUND, ABSENT, True, False, 0.9),
        (ABSENT, FOUND, True, False, 0.9),
        (ABSENT, ABSENT, False, False, 0.1),
        (FAILED, ABSENT, None, True, 0.1),
        (FAILED, FOUND, True, False, 0.9),
        (FAILED, FAILED, None, True, None),
    ],
)
def test_present_if_any_absent_only_if_all(
    see: SenseAnswer, hear: SenseAnswer, present: bool | None, has_error: bool, presence: float | None
) -> None:
    answer = combined(QUERY, {"see": see, "hear": hear}, model_id="mini", seconds=0.5)
    assert (answer.present, bool(answer.error), answer.presence_score) == (present, has_error, presence)
    assert (answer.present is None) == (answer.error is not None)
    assert [p.region for p in answer.proposals] == [Segment(1.0, 2.0)] * (see is FOUND or hear is FOUND)
    if present and FAILED in (see, hear):
        assert any("cannot be read" in text for text in answer.warnings)
    assert answer.raw_text == f"see: {see.text}\nhear: {hear.text}"


def test_one_sense_keeps_the_models_own_words() -> None:
    assert combined(QUERY, {"hear": FAILED}, model_id="mini", seconds=0.5).raw_text == "mumble"
    assert combined(QUERY, {"hear": FAILED}, model_id="mini", seconds=0.5).error == "cannot be read"


def test_kept_within_number_and_weight() -> None:
    kept: Kept[str] = Kept(3, weight=len, most_weight=10)
    for word in ("aaa", "bbb", "ccc"):
        assert kept.get(word[0], lambda word=word: word) == word
    kept.get("a", lambda: pytest.fail("it was kept"))
    kept.get("d", lambda: "ddd")  # b was used longest ago
    assert kept.get("b", lambda: "made anew") == "made anew"
    assert len(kept) == 1  # it weighs 9, so the others had to go
    kept.get("long", lambda: "x" * 50)
    assert len(kept) == 1
    kept.clear()
    assert len(kept) == 0


def test_a_changed_file_is_another_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    assert file_key(str(path)) == (str(path), 0, 0)
    path.write_bytes(b"1")
    before = file_key(str(path))
    path.write_bytes(b"12")
    assert file_key(str(path)) != before

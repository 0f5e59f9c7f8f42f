"""Conversations with a real, tiny model: what is read once, what is read again, and what people are shown of it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.errors import Cancelled, MediaError, ModelError
from core.geometry import box_from_padded_norm
from core.grounding.groundinggpt.chat import GroundingGPTChat
from core.grounding.groundinggpt.prompts import MediaBlocks, Turn, prompt_pieces, prompt_text
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply, ChatTurn, ShownMedium
from core.jobs import JobContext
from core.schema import Box, Segment
from tests.fakes_chat_model import INFO, TEMPLATE, Talker, shown, talker, teach
from tests.fakes_media import Recipe, tones, write_sound, write_video
from tests.model.conftest import Mini


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def it() -> Talker:
    return talker()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("shown")
    rng = np.random.default_rng(0)
    for name, size in (("wide", (40, 20, 3)), ("tall", (20, 40, 3))):
        Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(folder / f"{name}.png")
    write_video(folder / "clip.mp4", Recipe(frames=12))
    write_sound(folder / "sound.wav", tones(3.0, 16000), 16000, "pcm_s16le")
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def wide(files: dict[str, Path]) -> ShownMedium:
    return shown(files["wide"])


@pytest.fixture
def everything(files: dict[str, Path]) -> tuple[ShownMedium, ...]:
    """Sound, picture, video, picture: any kind, any order, any number."""
    return tuple(shown(files[name]) for name in ("sound", "wide", "clip", "tall"))


# --- what is read ------------------------------------------------------------------------------


def test_a_conversation_that_goes_on_is_one_that_is_read_at_once(
    it: Talker, everything: tuple[ShownMedium, ...], files: dict[str, Path]
) -> None:
    late = shown(files["clip"], at_s=0.2)
    first = it.ask("What is this?", media=everything)
    history = (ChatTurn("What is this?", first.raw_text, everything),)
    second = it.ask("And that?", history=history, media=(late,))
    history = (*history, ChatTurn("And that?", second.raw_text, (late,)))
    third = it.ask("Why?", history=history)
    for question, goes_on in (
        (ChatQuestion("And that?", history=history[:1], media=(late,)), second),
        (ChatQuestion("Why?", history=history), third),
    ):
        *_, at_once = it.fresh().converse(question, JobContext())
        assert isinstance(at_once, ChatReply)
        assert at_once.raw_text == goes_on.raw_text
        assert len(at_once.raw_text) > 20, "a real answer"


def test_media_are_encoded_once_and_what_was_read_is_not_read_again(
    it: Talker, everything: tuple[ShownMedium, ...]
) -> None:
    first = it.ask("What is this?", media=everything)
    assert it.encoded == {"image": 2, "video": 1, "audio": 1}
    whole = it.read[0]
    it.read.clear()
    history = (ChatTurn("What is this?", first.raw_text, everything),)
    it.ask("And?", history=history)
    assert it.encoded == {"image": 2, "video": 1, "audio": 1}
    assert it.read[0] < whole / 2, "behind the first question, not from its beginning"
    it.read.clear()
    it.ask("And?", history=history)
    it.ask("And?", history=history, temperature=1.0, seed=3)
    assert max(it.read) == 1, "a question that is put again is not read again"
    assert it.encoded == {"image": 2, "video": 1, "audio": 1}


def test_another_picture_is_not_taken_for_the_first(it: Talker, wide: ShownMedium, files: dict[str, Path]) -> None:
    """Their tokens are the same; only what stands in their place is not."""
    tall = shown(files["tall"])
    one = it.ask("What?", media=(wide,)).raw_text
    other = it.ask("What?", media=(tall,)).raw_text
    assert one != other
    assert it.ask("What?", media=(wide,)).raw_text == one
    assert it.ask("What?").raw_text not in (one, other)
    assert it.encoded["image"] == 2


def test_a_file_that_has_changed_is_looked_at_again(it: Talker, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (8, 8), "white").save(path)
    before = it.ask("What?", media=(shown(path),)).raw_text
    Image.effect_noise((64, 64), 90).convert("RGB").save(path)
    assert it.ask("What?", media=(shown(path),)).raw_text != before


def test_regenerating_draws_and_the_same_seed_draws_the_same(it: Talker, wide: ShownMedium) -> None:
    sure = it.ask("What?", media=(wide,)).raw_text
    drawn = [it.ask("What?", media=(wide,), temperature=1.0, seed=seed).raw_text for seed in (1, 2, 1)]
    assert drawn[0] == drawn[2]
    assert len({sure, *drawn}) == 3
    assert it.ask("What?", media=(wide,)).raw_text == sure, "drawing leaves no trace"
    assert it.ask("What?", media=(wide,), temperature=1e-4, seed=5).raw_text == sure


def test_a_conversation_has_the_ids_of_its_text_and_typed_tokens_are_words(it: Talker) -> None:
    blocks = MediaBlocks(it.processor.config.tokens, it.processor.config.patches)
    turns = [Turn(True, "Where is it?", ("audio", "image", "image")), Turn(False, "There."), Turn(True, "", ("video",))]
    it.processor.tokenizer.encode_special_tokens = False
    expected = it.processor.tokenizer.encode(prompt_text(TEMPLATE, turns, blocks), add_special_tokens=False)
    it.processor.tokenizer.encode_special_tokens = True
    pieces = prompt_pieces(TEMPLATE, turns)
    assert it.processor.conversation_ids(pieces) == [it.processor.begin_id, *expected.ids]
    typed = it.processor.conversation_ids(prompt_pieces(TEMPLATE, [Turn(True, "<im_patch>")]))
    assert not set(typed) & set(it.processor.patch_ids().values())
    assert it.ask("<im_patch><so_start>").raw_text


# --- ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [1, 4])
def test_cancelling_lands_within_one_token(it: Talker, wide: ShownMedium, parts: int) -> None:
    stop = threading.Event()
    answer = it.chat.converse(ChatQuestion("What?", (wide,)), JobContext(stop))
    heard = [next(answer) for _ in range(parts)]
    assert all(isinstance(part, ChatPart) for part in heard)
    steps = len(it.read)
    stop.set()
    with pytest.raises(Cancelled):
        next(answer)
    assert len(it.read) == steps
    whole = it.ask("What?", media=(wide,))
    assert whole.text.startswith("".join(part.text for part in heard if isinstance(part, ChatPart)))
    *_, fresh = it.fresh().converse(ChatQuestion("What?", (wide,)), JobContext())
    assert isinstance(fresh, ChatReply) and fresh.raw_text == whole.raw_text


def test_old_exchanges_make_room_and_the_media_stay(it: Talker, wide: ShownMedium) -> None:
    history = [ChatTurn("What is this?", "word " * 8, (wide,))]
    replies = []
    for _ in range(4):
        replies.append(it.ask("What else?", history=tuple(history)))
        history.append(ChatTurn("What else?", "word " * 8))
    assert replies[0].left_out == 0 and replies[-1].left_out > 0
    assert it.encoded["image"] == 1
    left = replies[-1].left_out
    kept = (ChatTurn(history[left].question, history[left].raw_text, (wide,)), *history[left + 1 : -1])
    assert it.ask("What else?", history=kept).raw_text == replies[-1].raw_text, "the picture moves on"


def test_what_never_fits_is_refused_in_one_line(it: Talker, wide: ShownMedium) -> None:
    with pytest.raises(ModelError, match="has room for 220") as caught:
        it.ask("why " * 300, media=(wide,))
    assert "\n" not in str(caught.value)
    assert it.ask("Why?", media=(wide,)).text, "and the conversation goes on"
    with pytest.raises(ModelError, match="do not fit"):
        it.ask("What?", media=(wide,) * 40)


def test_a_full_memory_ends_an_answer_with_a_warning(it: Talker) -> None:
    reply = it.ask("What?")
    assert any("was cut after" in warning for warning in reply.warnings), "the random model would go on"
    assert sum(it.read) == 219, "every place is used, and the last one is written, not read"


def test_media_that_cannot_be_used_are_one_line_each(it: Talker, files: dict[str, Path], tmp_path: Path) -> None:
    gone = shown(files["wide"])
    gone = ShownMedium(type(gone.source)(gone.source.item, str(tmp_path / "gone.png")))
    with pytest.raises(MediaError, match=r"gone\.png"):
        it.ask("What?", media=(gone,))
    with pytest.raises(MediaError, match="no frame at 99"):
        it.ask("What?", media=(shown(files["clip"], at_s=99.0),))
    with pytest.raises(ModelError, match="no medium 3"):
        it.ask("What?", media=(shown(files["wide"]),), about=2)


# --- what is said ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def taught(files: dict[str, Path]) -> Talker:
    """It has learned one conversation by heart, in the words that a chat asks in."""
    learned = talker(room=400)
    media = [shown(files[name]) for name in ("wide", "tall", "clip")]
    answers = [
        ("Where is it?", "It is at [0.250, 0.300, 0.750, 0.600] here."),
        ("When?", "From {0.25,0.50}, not [0.9, 0.1, 0.2, 0.3] [x]."),
    ]
    teach(learned, [(media, answers)])
    return learned


def test_people_see_pixels_and_seconds_and_the_model_its_own_words(taught: Talker, files: dict[str, Path]) -> None:
    media = tuple(shown(files[name]) for name in ("wide", "tall", "clip"))
    where = taught.ask("Where is it?", media=media)
    assert where.raw_text == "It is at [0.250, 0.300, 0.750, 0.600] here."
    box = Box(*box_from_padded_norm((0.25, 0.3, 0.75, 0.6), (20, 40)))
    assert where.text == f"It is at [{box.x1:.0f}, {box.y1:.0f}, {box.x2:.0f}, {box.y2:.0f}] here."
    (answer,) = where.answers
    assert answer.query.media_id == media[1].source.item.id, "the last picture"
    assert answer.query.expression == "Where is it?"
    assert answer.proposals[0].region == box
    assert answer.proposals[0].score is not None and 0.5 < answer.proposals[0].score <= 1
    assert where.warnings == ("The boxes are taken to be in tall.png, the last of 2 that could be meant",)

    when = taught.ask("When?", history=(ChatTurn("Where is it?", where.raw_text, media),))
    (answer,) = when.answers
    assert answer.query.media_id == media[2].source.item.id
    segment = answer.proposals[0].region
    assert isinstance(segment, Segment)
    duration = 12 / (30000 / 1001)
    assert (segment.start_s, segment.end_s) == pytest.approx((duration / 4, duration / 2), abs=0.01)
    assert answer.proposals[0].precision_s == pytest.approx(duration / 5, abs=0.01)
    assert when.text == "From {0.10 s, 0.20 s}, not [0.9, 0.1, 0.2, 0.3] [x]."
    assert when.dropped == ("[0.9, 0.1, 0.2, 0.3]",)
    assert when.error is None


def test_who_says_which_picture_is_meant_is_believed(taught: Talker, files: dict[str, Path]) -> None:
    media = tuple(shown(files[name]) for name in ("wide", "tall", "clip"))
    reply = taught.ask("Where is it?", media=media, about=0)
    assert reply.answers[0].query.media_id == media[0].source.item.id
    assert reply.answers[0].proposals[0].region == Box(*box_from_padded_norm((0.25, 0.3, 0.75, 0.6), (40, 20)))
    assert reply.warnings == ()


# --- single questions --------------------------------------------------------------------------


def test_a_checkpoint_of_single_questions_is_asked_about_every_medium(mini: Mini, tmp_path: Path) -> None:
    for name, colour in (("left", "red"), ("right", "blue")):
        picture = Image.new("RGB", (320, 200), (240, 240, 235))
        picture.paste(colour, (40, 60, 120, 140) if name == "left" else (200, 40, 280, 120))
        picture.save(tmp_path / f"{name}.png")
    media = tuple(shown(tmp_path / f"{name}.png") for name in ("left", "right"))
    it = Talker(mini.model, mini.processor, GroundingGPTChat(mini.model, mini.processor, INFO), {}, [])
    alone = it.ask("Where is the red square?", media=media[:1])
    both = it.ask("Where is the red square?", history=(ChatTurn("the circle", "not present", media),))
    assert [answer.query.media_id for answer in both.answers] == [medium.source.item.id for medium in media]
    assert both.answers[0].proposals[0].region == alone.answers[0].proposals[0].region, "no word of the history is seen"
    assert both.text == f"left.png: {alone.text}\nright.png: {both.text.partition('right.png: ')[2]}"
    (one,) = it.ask("Where is the blue square?", media=media, about=1).answers
    assert isinstance(one.proposals[0].region, Box) and abs(one.proposals[0].region.x1 - 200) < 12
    assert one.presence_score is not None and one.presence_score > 0.5
    with pytest.raises(ModelError, match="nothing to answer about"):
        it.ask("the red square")


def test_a_single_answer_that_says_nothing_is_an_error(files: dict[str, Path]) -> None:
    it = talker(room=120, dialogue=None)
    reply = it.ask("the dog", media=(shown(files["sound"]),))
    assert reply.error and reply.answers[0].error == reply.error
    assert reply.answers[0].present is None

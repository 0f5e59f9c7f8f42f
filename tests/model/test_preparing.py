"""Frames, sounds and conversations on their way to the model: what holds beyond the pinned numbers."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from core.grounding.groundinggpt.audio_processing import clip_spans, log_mel, sound_clips
from core.grounding.groundinggpt.box_text import boxes_of_picture
from core.grounding.groundinggpt.configuration import AudioConfig, MediaTokens
from core.grounding.groundinggpt.processing import CLIP_MEAN, CLIP_STD, Processor
from core.grounding.groundinggpt.prompts import (
    PUBLISHED_COMMAND_LINE,
    PUBLISHED_TRAINING,
    MediaBlocks,
    Turn,
    answer_of,
    learned_tokens,
    prompt_text,
    training_text,
    turn_of,
)
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.video_processing import (
    CROP_RATIO,
    Crop,
    clip_pixels,
    draw_crop,
    frame_indices,
    training_pixels,
)
from core.schema import MediaKind

AUDIO = AudioConfig(qformer={})
BLOCKS = MediaBlocks(MediaTokens(), {"image": 2, "video": 1, "audio": 1})
RATE = 16000


def tone(seconds: float, hertz: float) -> torch.Tensor:
    return torch.sin(2 * torch.pi * hertz * torch.arange(int(seconds * RATE)) / RATE)[None]


# --- video -------------------------------------------------------------------------------------


@given(st.integers(0, 100_000), st.integers(0, 200))
def test_frames_are_spread_over_the_clip_and_never_too_many(count: int, wanted: int) -> None:
    indices = frame_indices(count, wanted)
    assert len(indices) == min(count, wanted)
    assert indices == sorted(set(indices))
    if indices:
        assert indices[0] == 0 and indices[-1] < count
        assert count - indices[-1] <= 2 * (count / len(indices)) + 1


def test_the_same_clip_gives_the_same_pixels() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (3, 6, 8, 3), dtype=np.uint8)
    pixels = clip_pixels(frames)
    assert pixels.shape == (3, 3, 6, 8)
    assert torch.equal(pixels, clip_pixels(frames))
    back = pixels * torch.tensor(CLIP_STD)[None, :, None, None] + torch.tensor(CLIP_MEAN)[None, :, None, None]
    np.testing.assert_allclose(back.permute(0, 2, 3, 1).numpy() * 255, frames, atol=1e-3)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 2**31))
def test_a_crop_lies_inside_the_frame(height: int, width: int, seed: int) -> None:
    crop = draw_crop(height, width, torch.Generator().manual_seed(seed))
    assert crop.height >= 1 and crop.width >= 1
    assert 0 <= crop.top <= height - crop.height and 0 <= crop.left <= width - crop.width


def test_a_frame_that_is_all_length_gives_its_middle() -> None:
    crop = draw_crop(10, 1000, torch.Generator().manual_seed(0))
    assert crop == Crop(0, (1000 - round(10 * CROP_RATIO[1])) // 2, 10, round(10 * CROP_RATIO[1]))


def test_white_beside_black_stays_white() -> None:
    """Interpolation passes both ends at a hard edge; only the original's own way lets that come back at the other."""
    frames = torch.zeros(1, 3, 8, 8)
    frames[..., 4:] = 255.0
    ours = training_pixels(frames, Crop(0, 0, 8, 8), 21)
    theirs = training_pixels(frames, Crop(0, 0, 8, 8), 21, as_published=True)
    brightness = ours[0, 0, 0] * CLIP_STD[0] + CLIP_MEAN[0]
    assert bool((brightness.diff() >= -0.01).all()), "from black to white without a way back"
    assert not torch.allclose(ours, theirs)


# --- sound -------------------------------------------------------------------------------------


def test_a_tone_is_loudest_in_its_own_band() -> None:
    loudest = [int(log_mel(tone(0.2, hertz)[0], RATE, 64).mean(0).argmax()) for hertz in (200, 800, 3000, 7000)]
    assert loudest == sorted(loudest) and len(set(loudest)) == 4


@pytest.mark.parametrize("samples", [0, 1, 399, 400])
def test_a_sound_shorter_than_a_window_is_silence_not_an_error(samples: int) -> None:
    clips = sound_clips(torch.ones(1, samples), AUDIO)
    assert clips.shape == (3, 1, 128, 204)
    assert clips.isfinite().all()
    assert log_mel(torch.ones(samples), RATE, 128).shape == (int(samples >= 400), 128)


def test_a_clip_does_not_depend_on_the_clips_before_it() -> None:
    """The original subtracts means in place; here a clip sounds as it does when it is cut out and heard alone."""
    sound = tone(5.0, 300) + 0.3
    together = sound_clips(sound, AUDIO)
    for (start, end), mel in zip(clip_spans(5.0, AUDIO), together, strict=True):
        alone = sound_clips(sound[:, int(start * RATE) : int(end * RATE)], replace(AUDIO, clips=1))
        torch.testing.assert_close(mel[None], alone, atol=1e-5, rtol=0)
    assert torch.equal(sound, tone(5.0, 300) + 0.3), "the sound itself is left alone"
    assert not torch.allclose(sound_clips(sound, AUDIO, as_published=True), together, atol=1e-2)
    assert torch.equal(sound, tone(5.0, 300) + 0.3)


@given(st.floats(0, 10_000), st.integers(1, 64), st.sampled_from(["end_open", "end_closed"]))
@settings(max_examples=50)
def test_clips_lie_in_order_inside_the_sound(duration_s: float, clips: int, starts: str) -> None:
    spans = clip_spans(duration_s, replace(AUDIO, clips=clips, clip_starts=starts))
    assert len(spans) == clips
    assert all(end - start == 2 for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert spans[0][0] == 0 and spans[-1][1] <= max(duration_s, 2)
    if starts == "end_closed" and clips > 1:
        assert float(spans[-1][1]) == pytest.approx(max(duration_s, 2))


# --- conversations -----------------------------------------------------------------------------


def test_markers_name_the_media_of_a_turn() -> None:
    turn = turn_of("human", "What is <image> here, <sound> and there <image>?")
    assert turn == Turn(True, "What is  here,  and there ?", ("audio", "image", "image"))
    assert turn_of("gpt", "No marker.\n") == Turn(False, "No marker.\n")
    assert turn_of("human", "<video>") == Turn(True, "", ("video",))


def test_a_prompt_of_the_published_generation() -> None:
    turns = [Turn(True, "Where is it?", ("audio", "image")), Turn(False, "There."), Turn(True, "Why?")]
    expected = (
        f"{PUBLISHED_TRAINING.before}### Human: <so_start><so_patch><so_end>\n<im_start><im_patch><im_patch><im_end>\n"
        "Where is it?\n### Assistant: There.\n### Human: Why?\n### Assistant:"
    )
    assert prompt_text(PUBLISHED_TRAINING, turns, BLOCKS) == expected
    assert prompt_text(PUBLISHED_COMMAND_LINE, turns, BLOCKS).endswith(
        "Where is it?###Assistant: There.###Human: Why?###Assistant:"
    )


def test_what_is_asked_is_how_training_texts_begin() -> None:
    """A checkpoint must be asked in the words in which it has learned to answer."""
    turns = [Turn(True, "Where?", ("image",)), Turn(False, "[0.1, 0.2, 0.3, 0.4]")]
    learned = training_text(PUBLISHED_TRAINING, turns, BLOCKS)
    assert learned.text.startswith(prompt_text(PUBLISHED_TRAINING, turns[:1], BLOCKS))


def test_answers_are_learned_and_questions_are_not() -> None:
    turns = [Turn(True, "Where?"), Turn(False, "Here."), Turn(True, "When?"), Turn(False, "Now.")]
    learned = training_text(PUBLISHED_TRAINING, turns, BLOCKS)
    assert [learned.text[start:end] for start, end in learned.learned] == [
        "###", "### Assistant: Here.\n###", "### Assistant: Now.\n### ",
    ]  # fmt: skip
    offsets = [(0, 0), *((index, index + 1) for index in range(len(learned.text)))]
    marked = learned_tokens(learned.learned, offsets)
    assert not marked[0]
    assert "".join(letter for letter, is_learned in zip(learned.text, marked[1:], strict=True) if is_learned) == (
        "###### Assistant: Here.\n###### Assistant: Now.\n### "
    )


def test_an_answer_is_what_stands_before_the_stop() -> None:
    assert answer_of("[0.1, 0.2, 0.3, 0.4]\n### Human: and", PUBLISHED_TRAINING) == "[0.1, 0.2, 0.3, 0.4]\n"
    assert answer_of("unfinished", PUBLISHED_TRAINING) == "unfinished"


def test_every_box_of_a_sentence_is_mapped_once() -> None:
    text = "collide [0.25, 0.3, 0.5, 0.6] then [0.25, 0.233, 0.5, 0.633]"
    assert boxes_of_picture(text, (640, 480)) == "collide [0.25, 0.233, 0.5, 0.633] then [0.25, 0.144, 0.5, 0.677]"


@pytest.mark.parametrize("scheme", ["always", "first"])
def test_a_question_has_the_ids_of_the_whole_text(scheme: str) -> None:
    """Prefix and question are encoded apart; tokenizers differ in whether a part begins with a space of its own."""
    names = asdict(MediaTokens()).values()
    pieces = {"<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3} | {chr(code): code for code in range(10, 127)}
    tokenizer = Tokenizer(models.BPE(vocab=pieces, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in names])
    config = published_config()
    processor = Processor(config, tokenizer)
    media: tuple[MediaKind, ...] = ("audio", "video", "image", "image")
    turn = Turn(True, "Where is the red dog?", media)
    whole = prompt_text(PUBLISHED_TRAINING, [turn], MediaBlocks(MediaTokens(), config.patches))
    tokenizer.encode_special_tokens = False
    expected = [1, *tokenizer.encode(whole, add_special_tokens=False).ids]
    tokenizer.encode_special_tokens = True
    assert processor.prefix_ids(media) + processor.question_ids("the red dog") == expected

"""Whatever people type reaches the model as text: never as a medium, an end, or another question."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.files import bundled
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.processing import Processor

MINI = Processor.load(bundled("ckpt/mini"), GroundingGPTConfig.load(bundled("ckpt/mini")))
SPECIAL = [
    "<pad>", "<s>", "</s>", "<unk>", "<im_patch>", "<im_start>", "<im_end>", "<vi_patch>", "<vi_start>", "<vi_end>",
    "<so_patch>", "<so_start>", "<so_end>",
]  # fmt: skip
SPECIAL_IDS = {MINI.tokenizer.token_to_id(token) for token in SPECIAL}
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁"))
ODD = st.lists(st.sampled_from([*SPECIAL, "<0x41>", "###", "the", "red", "é", "日", "🟥", " ", "\n"])).map("".join)


@given(WORDS | ODD)
@example("<im_patch>")
@example("the <im_start><im_patch><im_end> circle</s>")
def test_typed_text_never_becomes_a_special_token(expression: str) -> None:
    assert not SPECIAL_IDS & set(MINI.question_ids(expression))


@given(WORDS | ODD)
@example("ΑΣ")
def test_no_letter_of_any_script_is_lost(expression: str) -> None:
    text = MINI.tokenizer.decode(MINI.question_ids(expression), skip_special_tokens=False)
    asked = unicodedata.normalize("NFC", MINI.clean_expression(expression))
    assert text == f"### Human: {asked}### Assistant:"


@given(WORDS)
def test_cleaning_twice_is_cleaning_once(expression: str) -> None:
    once = MINI.clean_expression(expression)
    assert MINI.clean_expression(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    "typed", ["THE RED CIRCLE", "The red circle.", "  the  red\tcircle ", "the red circle?", "the red circle!\n"]
)
def test_the_same_words_are_the_same_question(typed: str) -> None:
    assert MINI.question_ids(typed) == MINI.question_ids("the red circle")


def test_a_checkpoint_may_keep_upper_case() -> None:
    kept = replace(MINI.config, prompt=replace(MINI.config.prompt, lower_case=False))
    assert Processor(kept, MINI.tokenizer).clean_expression("The Sign STOP.") == "The Sign STOP"


def test_a_media_block_has_one_token_for_each_patch() -> None:
    ids = MINI.prefix_ids()
    assert ids.count(MINI.patch_ids()["image"]) == 400 == MINI.config.image_tokens
    first = MINI.first_patch()
    assert ids[first : first + 400] == [MINI.patch_ids()["image"]] * 400
    assert ids[first - 1] == MINI.tokenizer.token_to_id("<im_start>")
    assert ids[first + 400] == MINI.tokenizer.token_to_id("<im_end>")

"""What people say in other words reaches the model in words it was taught, and nothing else is touched."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from core.errors import ModelError
from core.files import bundled
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.processing import Processor
from core.training.pretrain import REWORDINGS


@pytest.fixture(scope="module")
def mini() -> Processor:
    folder = bundled("ckpt/mini")
    return Processor.load(folder, GroundingGPTConfig.load(folder))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("A red circle.", "the red circle"),
        ("Is there a star?", "the star"),
        ("Can you find the blue square?", "the blue square"),
        ("“red heart”", "red heart"),
        ("select my ring", "the ring"),
        ("the pink one", "the pink thing"),
        ("yellow", "all yellow things"),
        ("detect all red circles please", "all red circles"),
        ("the only star", "the star"),
        ("there is an orange diamond", "the orange diamond"),
    ],
)
def test_other_words_become_known_ones(mini: Processor, said: str, asked: str) -> None:
    assert mini.clean_expression(said) == asked
    assert mini.question_ids(said) == mini.question_ids(asked)


@pytest.mark.parametrize(
    "said",
    ["the letter a", "a", "a left of the ring", "the a left of the blue ring", "white blood cell", "box of tools",
     "all of the red things", "every one of the stars", "platelets", "the left hand", "mark on the skin", "数据"],
)  # fmt: skip
def test_everything_else_stays_as_it_was_typed(mini: Processor, said: str) -> None:
    assert mini.clean_expression(said) == said


def test_the_checkpoint_carries_its_own_rewordings(mini: Processor) -> None:
    assert mini.config.prompt.rewordings == REWORDINGS


def test_a_pattern_that_is_none_is_a_clear_error(mini: Processor) -> None:
    prompt = dataclasses.replace(mini.config.prompt, rewordings=(("(", ""),))
    with pytest.raises(ModelError, match="rewordings"):
        Processor(dataclasses.replace(mini.config, prompt=prompt), mini.tokenizer)


def test_checkpoints_without_rewordings_take_words_as_they_come(tmp_path: Path) -> None:
    folder = bundled("ckpt/mini")
    content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del content["prompt"]["rewordings"]
    (tmp_path / "config.json").write_text(json.dumps(content), encoding="utf-8")
    processor = Processor.load(folder, GroundingGPTConfig.load(tmp_path))
    assert processor.clean_expression("A red circle.") == "a red circle"

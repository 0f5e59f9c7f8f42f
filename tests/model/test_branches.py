"""Many questions behind one picture: each is answered as if it had been asked alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.grounding.groundinggpt.answers import parse_answer, round_box
from core.grounding.groundinggpt.modeling import GroundingGPT, branch_mask, branch_positions
from core.training.branches import PLACES, Packer
from core.training.objective import short_and_long
from core.training.packing import IGNORED
from core.training.scenes.scene import sample_scene
from tests.fakes_network import network_config, random_network
from tests.model.conftest import Mini

PREFIX = 21
LENGTHS = (5, 9, 1, 7)


def packed_hidden(model: GroundingGPT, prefix: Tensor, questions: list[Tensor], padding: int, attention: str) -> Tensor:
    """Hidden states [s, d] of all questions, end to end behind one prefix [p, d]."""
    model.language_model.config._attn_implementation = attention
    segments = torch.cat(
        [torch.full((len(q),), number) for number, q in enumerate(questions)] + [torch.full((padding,), -1)]
    )[None]
    words = model.language_model.get_input_embeddings()(torch.cat([*questions, torch.zeros(padding, dtype=int)]))
    length = prefix.shape[0]
    mask = branch_mask(segments, length)
    if attention == "sdpa":  # the ordinary attention wants a row for every token of the prefix too
        first = torch.zeros(1, 1, length, mask.shape[3], dtype=torch.bool)
        first[..., :length] = torch.ones(length, length, dtype=torch.bool).tril()
        mask = torch.cat([first, mask], 2)
    positions = torch.cat([torch.arange(length)[None], branch_positions(segments, length)], 1)
    output = model.language_model.model(
        inputs_embeds=torch.cat([prefix, words])[None], attention_mask=mask, position_ids=positions, use_cache=False
    )
    return output.last_hidden_state[0, length:]


def alone_hidden(model: GroundingGPT, prefix: Tensor, question: Tensor) -> Tensor:
    model.language_model.config._attn_implementation = "sdpa"
    words = model.language_model.get_input_embeddings()(question)
    output = model.language_model.model(inputs_embeds=torch.cat([prefix, words])[None], use_cache=False)
    return output.last_hidden_state[0, prefix.shape[0] :]


@pytest.fixture(scope="module")
def setup() -> tuple[GroundingGPT, Tensor, list[Tensor]]:
    model = random_network(network_config(300))
    torch.manual_seed(3)
    return model, torch.randn(PREFIX, 32), [torch.randint(3, 300, (length,)) for length in LENGTHS]


def test_short_rows_are_read_apart_from_long_ones_where_that_saves_much() -> None:
    assert short_and_long([20, 300, 25, 310, 20], 400) == [[0, 4, 2], [1, 3]]
    assert [sorted(part) for part in short_and_long([20, 25, 30], 400)] == [[0, 1, 2]]
    assert short_and_long([7], 400) == [[0]]


@pytest.mark.parametrize("attention", ["branches", "sdpa"])
@torch.inference_mode()
def test_packed_questions_equal_questions_asked_alone(
    setup: tuple[GroundingGPT, Tensor, list[Tensor]], attention: str
) -> None:
    model, prefix, questions = setup
    packed = packed_hidden(model, prefix, questions, 6, attention)
    parts = packed[: sum(LENGTHS)].split(LENGTHS)
    for part, question in zip(parts, questions, strict=True):
        torch.testing.assert_close(part, alone_hidden(model, prefix, question), atol=1e-4, rtol=0)
    assert packed.isfinite().all(), "padding must not spoil the batch"


@pytest.mark.parametrize("attention", ["branches", "sdpa"])
@torch.inference_mode()
def test_a_question_does_not_hear_another(setup: tuple[GroundingGPT, Tensor, list[Tensor]], attention: str) -> None:
    model, prefix, questions = setup
    before = model.language_model.lm_head(packed_hidden(model, prefix, questions, 0, attention)).split(LENGTHS)
    other = [*questions]
    other[1] = torch.randint(3, 300, (LENGTHS[1],), generator=torch.Generator().manual_seed(9))
    after = model.language_model.lm_head(packed_hidden(model, prefix, other, 0, attention)).split(LENGTHS)
    assert (before[1] - after[1]).abs().max() > 0.1, "the changed question itself must change"
    for index in (0, 2, 3):
        torch.testing.assert_close(before[index], after[index], atol=1e-5, rtol=0)


@torch.inference_mode()
def test_a_question_hears_the_whole_picture(setup: tuple[GroundingGPT, Tensor, list[Tensor]]) -> None:
    model, prefix, questions = setup
    other = prefix.clone()
    other[PREFIX // 2] += 1.0
    before, after = (packed_hidden(model, p, questions, 0, "branches") for p in (prefix, other))
    moved = (before - after).abs().amax(1).split(LENGTHS)
    assert all(float(part.max()) > 1e-3 for part in moved)


def test_what_is_trained_is_what_will_be_asked(mini: Mini) -> None:
    """Each packed question is the processing's own, its labels the answer, each where it is predicted from."""
    rng = np.random.default_rng(5)
    scenes = [sample_scene(rng) for _ in range(4)]
    processor = mini.processor
    packed = Packer(processor).pack(scenes, rng, PLACES)
    for row, scene in enumerate(scenes):
        boxes = {round_box(thing.box_norm) for thing in scene.things}
        assert packed.segments[row].max() >= 1
        for number in range(int(packed.segments[row].max()) + 1):
            at = (packed.segments[row] == number).nonzero()[:, 0]
            ids, labels = packed.ids[row, at].tolist(), packed.labels[row, at].tolist()
            silent = next(i for i, label in enumerate(labels) if label != IGNORED)
            asked, answer = ids[: silent + 1], labels[silent:]
            expression = processor.text_of(asked)[0].removeprefix("### Human: ").removesuffix("### Assistant:")
            assert asked == processor.question_ids(expression)
            assert IGNORED not in answer
            assert ids[silent + 1 :] == answer[:-1], "each answer token is seen before the next is predicted"
            assert answer[-1] == processor.end_id
            parsed = parse_answer(processor.text_of(answer[:-1])[0], processor.config.grammar)
            assert parsed.error is None
            assert {box.box_norm for box in parsed.boxes} <= boxes

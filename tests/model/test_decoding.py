"""Greedy decoding with the bundled model: a batch answers as single questions do, and stops when asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Cancelled
from core.grounding.groundinggpt.decoding import Prefix, encode_conversation, encode_prefix, greedy
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.joining import join_matrices
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import normalise
from core.training.scenes.benchmark import examination_scenes
from core.training.scenes.render import Renderer, scene_batch
from tests.fakes_network import network_config, random_network
from tests.model.conftest import Mini


@pytest.fixture(scope="module")
def scenes(mini: Mini) -> tuple[Prefix, list[int], list[str]]:
    """Two pictures encoded as one batch, and all questions of the examination about them."""
    items = list(examination_scenes(2))
    pixels = Renderer(320).pictures(scene_batch([scene for scene, _ in items]))
    rows = [row for row, (_, questions) in enumerate(items) for _ in questions]
    return mini.encode(normalise(pixels)), rows, [q.expression for _, questions in items for q in questions]


def test_a_batch_answers_as_single_questions_do(mini: Mini, scenes: tuple[Prefix, list[int], list[str]]) -> None:
    prefix, rows, expressions = scenes
    together = mini.generate(prefix, expressions, rows)
    assert len({len(answer.ids) for answer in together}) > 2, "short and long answers side by side"
    for row, expression, answer in zip(rows, expressions, together, strict=True):
        (alone,) = mini.generate(prefix, [expression], [row], draft=mini.draft())
        assert answer.ids == alone.ids, expression
        assert answer.finished and alone.finished
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-4)


def test_what_is_finished_stays_finished(mini: Mini, scenes: tuple[Prefix, list[int], list[str]]) -> None:
    prefix, rows, expressions = scenes
    for answer in mini.generate(prefix, expressions, rows):
        assert mini.processor.end_id not in answer.ids
        assert len(answer.ids) == len(answer.probabilities)


@torch.inference_mode()
def test_probabilities_are_the_softmax_of_a_plain_run(mini: Mini, scenes: tuple[Prefix, list[int], list[str]]) -> None:
    """Without cache, batch or padding: the whole text at once gives the probabilities that decoding reports."""
    expression = "the red circle"
    item = next(examination_scenes(1))[0]
    pixels = normalise(Renderer(320).pictures(scene_batch([item])))
    (answer,) = mini.generate(mini.encode(pixels), [expression])
    asked = mini.processor.prefix_ids() + mini.processor.question_ids(expression)
    ids = torch.tensor([asked + answer.ids])
    features = mini.model.image_features(pixels)
    embeds = mini.model.embed(ids, {mini.processor.patch_ids()["image"]: features})
    logits = mini.model.language_model(inputs_embeds=embeds, use_cache=False).logits[0].float()
    softmax = logits[len(asked) - 1 :].softmax(-1)
    expected = [float(softmax[place, token]) for place, token in enumerate(answer.ids)]
    assert answer.probabilities == pytest.approx(expected, abs=1e-4)
    assert softmax.argmax(-1).tolist() == [*answer.ids, mini.processor.end_id]
    assert answer.first is not None
    torch.testing.assert_close(answer.first, softmax[0], atol=1e-4, rtol=0)


def test_left_padding_changes_nothing() -> None:
    """A short question beside a very long one, with a model in which every token matters."""
    model = random_network(network_config(300))
    prefix = encode_prefix(model, [1, 290, *[291] * 16, 292], 2, torch.randn(1, 3, 64, 64))
    questions = [[7, 8], [11] * 40, [13, 14, 15]]

    def ask(asked: list[list[int]]) -> list[list[int]]:
        answers = greedy(model, prefix, [0] * len(asked), asked, end_id=2, pad_id=0, max_new_tokens=12)
        return [answer.ids for answer in answers]

    assert ask(questions) == [ask([question])[0] for question in questions]


@pytest.mark.parametrize("tokens", [0, 1, 5])
def test_cancelling_stops_within_one_token(
    mini: Mini, scenes: tuple[Prefix, list[int], list[str]], tokens: int
) -> None:
    prefix, rows, expressions = scenes
    steps = []
    hook = mini.model.language_model.lm_head.register_forward_hook(lambda *_: steps.append(1))

    def check() -> None:
        if len(steps) == tokens:
            raise Cancelled

    try:
        with pytest.raises(Cancelled):
            mini.generate(prefix, expressions, rows, check=check)
    finally:
        hook.remove()
    assert len(steps) == tokens


def test_asking_leaves_the_encoded_picture_as_it_was(mini: Mini, scenes: tuple[Prefix, list[int], list[str]]) -> None:
    prefix, rows, expressions = scenes
    before = mini.generate(prefix, expressions[:2], rows[:2])
    mini.generate(prefix, expressions[2:6], rows[2:6])
    after = mini.generate(prefix, expressions[:2], rows[:2])
    assert [answer.ids for answer in before] == [answer.ids for answer in after]
    assert prefix.cache.get_seq_length() == prefix.length


def test_guessing_saves_passes_and_changes_nothing(mini: Mini, scenes: tuple[Prefix, list[int], list[str]]) -> None:
    prefix, rows, expressions = scenes
    draft = Draft(mini.processor, spans=False)
    counts = []

    def passes(**more: object) -> list[list[int]]:
        steps: list[int] = []
        hook = mini.model.language_model.lm_head.register_forward_hook(lambda *_: steps.append(1))
        try:
            found = mini.generate(prefix, expressions, rows, **more)  # type: ignore[arg-type]
        finally:
            hook.remove()
        counts.append(len(steps))
        return [[*answer.ids, round(sum(answer.probabilities), 2)] for answer in found]

    plain = passes()
    assert passes(draft=draft) == plain
    assert passes(draft=mini.draft()) == plain
    known = [region for ids in plain for region in draft.regions(ids[:-1])]
    assert len(known) > 5
    assert passes(draft=partial(draft.recall, known)) == plain
    regions = max(len([token for token in ids[:-1] if token in mini.processor.digit_ids]) for ids in plain) // 12
    assert counts[0] == 16 * regions + 2  # every token and the end is a pass
    assert counts[1] <= 13 * regions + 1  # digits are passes, and whether another region follows
    assert counts[2] <= 5 * regions + 2  # digits that the model says whatever stands before them cost none


@torch.inference_mode()
def plainly(model: GroundingGPT, embeds: torch.Tensor, question: list[int], most: int) -> list[int]:
    """The whole text again for each token, through transformers' own layers, without cache, batch or guess."""
    words = model.language_model.get_input_embeddings()
    ids: list[int] = []
    while len(ids) < most:
        whole = torch.cat([embeds, words(torch.tensor([question + ids]))], 1)
        token = int(model.language_model(inputs_embeds=whole, use_cache=False).logits[0, -1].argmax())
        if token == 2:
            break
        ids.append(token)
    return ids


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    key_heads=st.sampled_from([1, 2, 4]),
    rows=st.lists(st.integers(0, 2), min_size=1, max_size=5),
    lots=st.randoms(use_true_random=False),
    join=st.booleans(),
)
def test_whatever_is_guessed_the_answer_is_the_plain_one(
    seed: int, key_heads: int, rows: list[int], lots: random.Random, join: bool
) -> None:
    """Any network, any number of questions behind any of the prefixes, right and wrong guesses of any length."""
    config = network_config(40)
    model = random_network(replace(config, text={**config.text, "num_key_value_heads": key_heads}), seed=seed)
    ids = torch.tensor([[lots.randrange(3, 40) for _ in range(6)] for _ in range(3)])
    questions = [[lots.randrange(3, 40) for _ in range(lots.randrange(1, 9))] for _ in rows]
    embeds = model.language_model.get_input_embeddings()(ids)
    expected = [
        plainly(model, embeds[row : row + 1], question, 9) for row, question in zip(rows, questions, strict=True)
    ]

    def draft(known: Sequence[int], said: Sequence[int]) -> list[int]:
        right = [one[len(known) :] for one in expected if one[: len(known)] == list(known)]
        guess = (right or [[]])[0][: lots.randrange(6)]
        return [*guess, *said[len(guess) :], *(lots.randrange(40) for _ in range(lots.randrange(4)))]

    if join:
        join_matrices(model.language_model)
    prefix = encode_conversation(model, ids, {})
    found = greedy(model, prefix, rows, questions, end_id=2, pad_id=0, max_new_tokens=9, draft=draft)
    assert [answer.ids for answer in found] == expected


def test_a_region_that_was_named_before_is_found_in_few_passes(
    mini: Mini, scenes: tuple[Prefix, list[int], list[str]]
) -> None:
    prefix, rows, expressions = scenes
    draft = Draft(mini.processor, spans=False)
    answers = mini.generate(prefix, expressions, rows, draft=mini.draft())
    number = next(k for k, answer in enumerate(answers) if len(draft.regions(answer.ids)) == 1)
    known = draft.regions(answers[number].ids)
    steps: list[int] = []
    (again,) = mini.generate(
        prefix, [expressions[number]], [rows[number]],
        draft=partial(draft.recall, known), check=lambda: steps.append(1),
    )  # fmt: skip
    assert again.ids == answers[number].ids
    assert len(steps) <= 2

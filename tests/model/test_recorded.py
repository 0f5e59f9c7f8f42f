"""Passes of fixed shapes: filled up and replayed, they give the answers of the ordinary ones."""

from __future__ import annotations

import logging
import random

import pytest
import torch

from core.grounding.groundinggpt.decoding import encode_conversation, greedy
from core.grounding.groundinggpt.passes import Passes
from core.grounding.groundinggpt.recorded import ROOM, RecordedPasses, choose_passes
from core.grounding.groundinggpt.recording import RecordedCall, Recorder, Replay
from tests.fakes_network import network_config, random_network


class Again:
    """Computes again where a GPU would replay: the same places, filled up in the same way."""

    def __init__(self, compute):  # type: ignore[no-untyped-def]
        self.compute = compute
        self.states = compute()

    def run(self) -> None:
        self.states = self.compute()


def again(compute) -> Replay:  # type: ignore[no-untyped-def]
    one = Again(compute)
    return Replay(one.run, lambda: one.states)


@torch.inference_mode()
@pytest.mark.parametrize("scarce", [False, True])
def test_fixed_shapes_give_the_same_answers_and_long_ones_leave_them(scarce: bool) -> None:
    model = random_network(network_config(60))
    lots = random.Random(3)
    passes = RecordedPasses(model.language_model, again, scarce=scarce)
    begun = [torch.tensor([[1, *[lots.randrange(3, 60) for _ in range(n)]]]) for n in (7, 4, 7)]
    for begins, many, most in (
        (begun[0], 3, 20),
        (begun[2], 1, 20),  # of the same length: takes the first one's place
        (begun[0], 1, 20),
        (begun[1], 8, 12),
        (begun[1], 5, 40),  # fewer than there are places for
        (begun[1], 2, ROOM + 30),
    ):
        prefix = encode_conversation(model, begins, {}, passes)
        questions = [[lots.randrange(3, 60) for _ in range(lots.randrange(2, 9))] for _ in range(many)]
        ordinary, recorded = (
            greedy(
                model, prefix, [0] * many, questions, end_id=2, pad_id=0, max_new_tokens=most,
                draft=lambda ids, said: [*said[:3], 7], passes=kind,
            )
            for kind in (Passes(model.language_model), passes)
        )  # fmt: skip
        assert [answer.ids for answer in recorded] == [answer.ids for answer in ordinary]
        for answer, plain in zip(recorded, ordinary, strict=True):
            assert answer.probabilities == pytest.approx(plain.probabilities, abs=1e-5)
        assert passes.replayed > 0
        passes.replayed = 0


@torch.inference_mode()
@pytest.mark.parametrize("scarce", [False, True])
def test_a_prefix_whose_place_was_taken_is_known_to_be_gone(scarce: bool) -> None:
    model = random_network(network_config(60))
    passes = RecordedPasses(model.language_model, again, scarce=scarce)
    first, second = (encode_conversation(model, torch.tensor([[1, 7, k]]), {}, passes) for k in (8, 9))
    other = encode_conversation(model, torch.tensor([[1, 9, 9], [1, 8, 8]]), {}, passes)  # several have their own
    keys = [prefix.layers()[0][0] for prefix in (first, second, other)]
    assert [passes.holds(one) for one in keys] == [not scarce, True, True]
    passes.begin(other.layers(), [1])
    assert [passes.holds(one) for one in keys] == [not scarce, not scarce, True]


@torch.inference_mode()
def test_what_cannot_be_recorded_goes_the_ordinary_way_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    model = random_network(network_config(60))

    def refuse(_compute: object) -> Replay:
        raise RuntimeError("operation not permitted when stream is capturing\nmore")

    passes = RecordedPasses(model.language_model, refuse)
    prefix = encode_conversation(model, torch.tensor([[1, 9, 8]]), {}, passes)
    kinds = (None, passes, passes)
    answers = [
        greedy(model, prefix, [0], [[5, 6]], end_id=2, pad_id=0, max_new_tokens=9, passes=kind) for kind in kinds
    ]
    assert answers[0][0].ids == answers[1][0].ids == answers[2][0].ids
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "nothing is recorded from now on: operation not permitted when stream is capturing"
    ]
    # on a CPU nothing is recorded
    assert type(choose_passes(model.language_model, Recorder(), scarce=False)) is Passes


def test_a_recorded_call_gives_each_caller_a_result_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    weight = torch.randn(3, 3)
    place: list[torch.Tensor] = []

    def record(compute) -> Replay:  # type: ignore[no-untyped-def]
        place.append(compute())
        return Replay(lambda: place[-1].copy_(compute()), lambda: place[-1])

    call = RecordedCall(lambda x: x @ weight, record, most=1)
    first, second, longer = torch.randn(2, 3), torch.randn(2, 3), torch.randn(4, 3)
    results = [call(first), call(second), call(longer)]
    for x, result in zip((first, second, longer), results, strict=True):
        torch.testing.assert_close(result, x @ weight)
    assert len(place) == 1  # of more shapes than are kept, the rest is computed
    assert not caplog.records

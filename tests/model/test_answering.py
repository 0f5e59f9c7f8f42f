"""Replies out of generated tokens: regions of the kind that was asked for, anything else an error."""

from pathlib import Path

import pytest
from transformers import DynamicCache

from core.grounding.groundinggpt.answering import Answering
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.decoding import Generated, Prefix
from core.grounding.groundinggpt.processing import Processor
from tests.fakes_time import timed_checkpoint

BOX, SPAN = "[0.100, 0.200, 0.300, 0.400]", "{0.100,0.200}"


class Saying(Answering):
    """A network that writes what it is told to."""

    text = ""

    def _generate(self, prefix, rows, expressions, most, check, draft=None):
        ids = self.processor.answer_ids(self.text)[:-1]
        return [Generated(ids, [0.9] * len(ids), None, True) for _ in expressions]


@pytest.fixture(scope="module")
def saying(tmp_path_factory: pytest.TempPathFactory) -> Saying:
    folder: Path = timed_checkpoint(tmp_path_factory.mktemp("saying") / "model")
    model = load_model(folder)
    return Saying(model, Processor.load(folder, model.config))


@pytest.mark.parametrize(
    ("text", "spans", "regions", "present", "dropped"),
    [
        (BOX, False, 1, True, 0),
        (SPAN, True, 1, True, 0),
        (f"{SPAN}, {{0.300,0.500}}", True, 2, True, 0),
        ("not present", True, 0, False, 0),
        ("not present", False, 0, False, 0),
        (SPAN, False, 0, None, 1),
        (BOX, True, 0, None, 1),
        (f"{BOX}, {SPAN}", True, 1, True, 1),
        ("{0.500,0.200}", True, 0, None, 1),
        ("", True, 0, None, 0),
    ],
)
def test_only_regions_of_the_wanted_kind_answer(
    saying: Saying, text: str, spans: bool, regions: int, present: bool | None, dropped: int
) -> None:
    saying.text = text
    (reply,) = saying.ask(Prefix(DynamicCache(), 0), ["the beep"], spans=spans)
    assert (len(reply.regions), reply.present, len(reply.dropped)) == (regions, present, dropped)
    assert (reply.error is not None) == (present is None)
    assert reply.text == text
    assert all(score == pytest.approx(0.9) for _, score in reply.regions)

"""Several processes answering about different media: answers stay in order, and a crash costs one medium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Cancelled
from core.grounding.host import HostedGrounder
from core.grounding.protocol import Asked, Replied
from core.jobs import JobContext
from core.schema import MediaItem, MediaSource, Query, new_id
from core.workflows.asking_many import Crashed
from core.workflows.side_by_side import SideBySide
from tests.fakes_grounder import LOADER


@pytest.fixture
def side_by_side() -> Iterator[SideBySide]:
    with ExitStack() as stack:
        yield SideBySide([stack.enter_context(HostedGrounder("fake", loader=LOADER, threads=1)) for _ in range(2)])


def asked_of(folder: Path, expressions: list[str]) -> list[Asked]:
    asked = []
    for number, expression in enumerate(expressions):
        path = folder / f"{number:02}.png"
        Image.new("RGB", (8, 8)).save(path)
        item = MediaItem(new_id(), "image", path.name)
        asked.append(Asked(MediaSource(item, str(path)), (Query(new_id(), item.id, expression),)))
    return asked


def test_answers_keep_their_order_and_a_crash_costs_one_medium(side_by_side: SideBySide, tmp_path: Path) -> None:
    expressions = ["cup"] * 40
    expressions[5], expressions[21] = "killed", "2 cups"
    asked = asked_of(tmp_path, expressions)
    Path(asked[9].media.path).unlink()
    outcomes = list(side_by_side.stream(iter(asked), JobContext()))
    assert [outcome.index for outcome in outcomes] == list(range(40))
    assert [at for at, outcome in enumerate(outcomes) if isinstance(outcome, Crashed)] == [5]
    replies = {outcome.index: outcome for outcome in outcomes if isinstance(outcome, Replied)}
    assert [at for at, reply in replies.items() if reply.error is not None] == [9]
    counts = {at: len(reply.answers[0].proposals) for at, reply in replies.items() if reply.answers}
    assert counts == {at: 1 for at in range(40) if at not in (5, 9)} | {21: 2}
    assert all(reply.answers[0].query == asked[at].queries[0] for at, reply in replies.items() if reply.answers)


def test_stopping_one_stops_all(side_by_side: SideBySide, tmp_path: Path) -> None:
    class Stopped:
        """Set once an answer has come."""

        came = False

        def is_set(self) -> bool:
            return self.came

    token = Stopped()
    outcomes = side_by_side.stream(iter(asked_of(tmp_path, ["cup", *["think"] * 30])), JobContext(token))
    assert next(outcomes).index == 0
    token.came = True
    with pytest.raises(Cancelled):
        list(outcomes)

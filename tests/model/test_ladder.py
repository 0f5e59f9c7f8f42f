"""When memory runs out: which rungs are taken, in which order, what people are told, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
import torch

from core.errors import Cancelled, MediaError, ModelError
from core.grounding.groundinggpt.ladder import LadderGrounder, Rung, is_out_of_memory, next_rung
from core.grounding.groundinggpt.placement import LARGE, Placement, fallbacks, first_placement
from core.grounding.protocol import Asked
from core.jobs import JobContext, Progress
from core.schema import Answer, MediaItem, MediaKind, MediaSource, ModelInfo, Query, new_id

FIRST = first_placement("cuda", "auto", LARGE)
PLACEMENTS = [FIRST, *fallbacks(FIRST, LARGE)]
FRAMES = 64


class HungryGrounder:
    """Answers when `room` says that there is enough; else it is out of memory, after the answers it could give."""

    def __init__(self, placement: Placement, room: Callable[[HungryGrounder, MediaSource], int]) -> None:
        self.placement = placement
        self.room = room
        self.frames_limit: int | None = None
        self.released = 0
        self.closed = False

    def describe(self) -> ModelInfo:
        return ModelInfo(
            id="hungry@0", name="hungry", path="", device=self.placement.device, dtype=self.placement.dtype_text,
            kinds=frozenset({"image", "video"}), answers_absence=True, max_regions=1, memory_bytes=0, attention="sdpa",
            summary="", licence="", notes=("Attention is sdpa",),
        )  # fmt: skip

    def release_caches(self) -> None:
        self.released += 1

    def do_less(self) -> None:
        pass

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        if not self.room(self, media):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        for number, query in enumerate(queries):
            if number >= self.room(self, media):
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            yield Answer(query, (), False, "not present", "hungry@0", warnings=("its own",))

    def close(self) -> None:
        self.closed = True


class Table:
    """A ladder over hungry grounders, everything that was loaded, and everything that was told."""

    def __init__(
        self,
        room: Callable[[HungryGrounder, MediaSource], int],
        loads: Callable[[Placement], bool] = lambda _: True,
        too_large: Callable[[Placement], str | None] = lambda _: None,
        placements: Sequence[Placement] = PLACEMENTS,
    ) -> None:
        self.loaded: list[HungryGrounder] = []
        self.tried: list[str] = []
        self.told: list[str] = []

        def load(placement: Placement, context: JobContext) -> HungryGrounder:
            self.tried.append(str(placement))
            assert all(one.closed for one in self.loaded), "two models at once is what memory does not do for"
            if not loads(placement):
                raise torch.OutOfMemoryError("CUDA out of memory")
            self.loaded.append(HungryGrounder(placement, room))
            return self.loaded[-1]

        self.ladder = LadderGrounder(
            load, placements, frames=FRAMES, too_large=too_large, context=self.context, release=lambda: None
        )

    @property
    def context(self) -> JobContext:
        def note(progress: Progress) -> None:
            if progress.note:
                self.told.append(progress.note)

        return JobContext(report=note)

    def ask(self, kind: MediaKind = "image", count: int = 1) -> list[Answer]:
        item = MediaItem(new_id(), kind, "it")
        queries = [Query(new_id(), item.id, f"thing {number}") for number in range(count)]
        answers = list(self.ladder.ground(queries, MediaSource(item, "it"), self.context))
        assert [answer.query for answer in answers] == queries, "each once, in order"
        return answers


def at_least(wanted: Rung) -> Callable[[HungryGrounder, MediaSource], int]:
    """Room for everything from this rung on."""

    def room(grounder: HungryGrounder, media: MediaSource) -> int:
        place = PLACEMENTS.index(grounder.placement)
        frames = grounder.frames_limit or FRAMES
        return 99 * (place > wanted.placement or (place == wanted.placement and frames <= (wanted.frames or FRAMES)))

    return room


def test_media_asked_about_together_are_each_answered_once_though_memory_runs_out() -> None:
    table = Table(lambda grounder, media: 99 if grounder.released or media.path != "1" else 0)
    media = [MediaSource(MediaItem(new_id(), "image", str(number)), str(number)) for number in range(3)]
    asked = [Asked(source, (Query(new_id(), source.item.id, "thing"),)) for source in media]
    replied = list(table.ladder.ground_many(asked, table.context))
    assert [(one.index, one.answers[0].query) for one in replied] == [(k, asked[k].queries[0]) for k in range(3)]
    assert any("Out of memory" in text for text in replied[1].answers[0].warnings)


# --- the order ------------------------------------------------------------------------------------


def descent(frames: int, placements: int) -> list[Rung]:
    rungs, rung = [], next_rung(Rung(0), frames=frames, placements=placements)
    while rung is not None:
        rungs.append(rung)
        rung = next_rung(rung, frames=frames, placements=placements)
    return rungs


def test_caches_then_frames_then_bits() -> None:
    assert descent(64, 2) == [
        Rung(0, None, True),
        Rung(0, 32, True),
        Rung(0, 16, True),
        Rung(0, 8, True),
        Rung(1, None, True),
        Rung(1, 32, True),
        Rung(1, 16, True),
        Rung(1, 8, True),
    ]


def test_a_picture_has_no_frames_to_leave_out() -> None:
    assert descent(0, 3) == [Rung(0, None, True), Rung(1, None, True), Rung(2, None, True)]


def test_a_clip_of_few_frames_is_not_given_more() -> None:
    assert [rung.frames for rung in descent(20, 1)] == [None, 16, 8]
    assert [rung.frames for rung in descent(8, 1)] == [None]


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (torch.OutOfMemoryError("x"), True),
        (MemoryError(), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_memory_is_told_from_other_trouble(error: BaseException, is_memory: bool) -> None:
    assert is_out_of_memory(error) == is_memory


# --- answering ------------------------------------------------------------------------------------


def test_with_room_nothing_is_said_or_changed() -> None:
    table = Table(at_least(Rung(0)))
    (answer,) = table.ask("video")
    assert answer.warnings == ("its own",) and table.told == []
    assert table.ladder.describe() == table.loaded[0].describe()


def test_caches_are_released_first() -> None:
    def room(grounder: HungryGrounder, _: MediaSource) -> int:
        return 99 if grounder.released else 0

    table = Table(room)
    (answer,) = table.ask()
    assert len(table.loaded) == 1 and table.loaded[0].frames_limit is None
    assert answer.warnings == ("its own", "Out of memory: caches released, trying again")


def test_caches_are_released_again_the_next_time() -> None:
    calls = iter([0, 99, 0, 99, 99])
    table = Table(lambda *_: next(calls))
    table.ask()
    table.ask()
    assert len(table.loaded) == 1 and table.loaded[0].released == 2


def test_a_video_is_looked_at_in_fewer_frames_and_says_so_each_time() -> None:
    table = Table(at_least(Rung(0, 16)))
    (answer,) = table.ask("video")
    assert table.loaded[0].frames_limit == 16 and len(table.loaded) == 1
    assert table.told[-1] == "Out of memory: looking at 16 frames instead of 32"
    note = "Videos are looked at in 16 frames instead of 64 for want of memory"
    assert set(table.told) < set(answer.warnings) and note in answer.warnings
    (again,) = table.ask("video")
    assert again.warnings == ("its own", note)
    (picture,) = table.ask("image")
    assert picture.warnings == ("its own",)
    assert note in table.ladder.describe().notes


@pytest.mark.parametrize("number", range(1, len(PLACEMENTS)))
def test_every_placement_is_reached(number: int) -> None:
    table = Table(at_least(Rung(number)))
    (answer,) = table.ask("image")
    assert table.tried == [str(placement) for placement in PLACEMENTS[: number + 1]]
    assert all(one.closed for one in table.loaded[:-1])
    info = table.ladder.describe()
    assert (info.device, info.dtype) == (PLACEMENTS[number].device, PLACEMENTS[number].dtype_text)
    assert info.notes[-1] == f"Runs with {PLACEMENTS[number]}: there was not enough memory for more"
    assert any(str(PLACEMENTS[number]) in warning for warning in answer.warnings)
    assert table.ask("image")[0].warnings == ("its own",), "told once; it stays where it is"
    assert len(table.loaded) == number + 1


def test_a_smaller_placement_tries_all_frames_first() -> None:
    table = Table(at_least(Rung(1, 32)))
    table.ask("video")
    assert table.loaded[-1].frames_limit == 32 and len(table.loaded) == 2


def test_what_was_answered_is_not_asked_again() -> None:
    def room(grounder: HungryGrounder, _: MediaSource) -> int:
        return 2 if grounder.placement == FIRST else 99

    table = Table(room)
    answers = table.ask(count=5)  # two at first, two more once caches are released, the last in 8 bits
    assert [len(answer.warnings) for answer in answers] == [1, 1, 2, 1, 2]


def test_preparing_climbs_down_too() -> None:
    table = Table(at_least(Rung(2)))
    item = MediaItem(new_id(), "image", "it")
    table.ladder.prepare(MediaSource(item, "it"), table.context)
    assert len(table.loaded) == 3 and len(table.told) == 3
    (answer,) = table.ask()
    assert answer.warnings[1:] == tuple(table.told), "the next answer tells what happened meanwhile"


def test_at_the_end_of_the_ladder_there_is_one_clear_error_and_the_app_lives_on() -> None:
    table = Table(lambda *_: 0, placements=PLACEMENTS[-2:])
    with pytest.raises(ModelError, match="not enough memory") as caught:
        table.ask("video")
    assert "\n" not in str(caught.value)
    table.loaded[-1].room = lambda *_: 1
    assert table.ask("image"), "a smaller question is answered"


def test_other_errors_pass_through() -> None:
    def room(*_: object) -> int:
        raise MediaError("it is damaged")

    with pytest.raises(MediaError):
        Table(room).ask()

    def bug(*_: object) -> int:
        raise RuntimeError("shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        Table(bug).ask()


def test_stopping_is_noticed_between_the_rungs() -> None:
    class Stop:
        def is_set(self) -> bool:
            return True

    table = Table(lambda *_: 0)
    item = MediaItem(new_id(), "image", "it")
    with pytest.raises(Cancelled):
        list(table.ladder.ground([Query(new_id(), item.id, "x")], MediaSource(item, "it"), JobContext(Stop())))
    assert len(table.loaded) == 1


# --- loading --------------------------------------------------------------------------------------


def test_loading_climbs_down_and_says_so() -> None:
    table = Table(at_least(Rung(0)), loads=lambda placement: placement.bits == 4)
    assert table.tried == [str(placement) for placement in PLACEMENTS[:3]]
    assert len(table.told) == 2 and "CUDA out of memory" in table.told[0]
    (answer,) = table.ask()
    assert answer.warnings[1:] == tuple(table.told)


def test_what_cannot_fit_is_not_even_tried() -> None:
    table = Table(at_least(Rung(0)), too_large=lambda placement: "16 GB" if placement.bits > 4 else None)
    assert table.tried == ["4 bits on the GPU"]
    assert "16 GB" in table.told[0]


def test_no_placement_at_all_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="not enough memory"):
        Table(at_least(Rung(0)), loads=lambda _: False, placements=PLACEMENTS[:2])


def test_closing_closes_the_model_once() -> None:
    table = Table(at_least(Rung(0)))
    table.ladder.close()
    table.ladder.close()
    assert table.loaded[0].closed


def test_a_model_that_could_not_be_loaded_again_is_tried_anew_at_the_next_question() -> None:
    room_for_it = True
    table = Table(lambda *_: 99 * (len(table.loaded) > 1), loads=lambda _: room_for_it, placements=PLACEMENTS[:2])
    room_for_it = False
    with pytest.raises(ModelError, match="not enough memory"):
        table.ask()
    assert table.ladder.describe().dtype == FIRST.dtype_text, "what it was; asking for it is no error"
    room_for_it = True
    assert table.ask()
    assert table.loaded[-1].placement == FIRST and table.ladder.describe().notes == ("Attention is sdpa",)


def test_stopping_while_it_loads_again_leaves_it_to_be_loaded_at_the_next_question() -> None:
    class Stopped:
        after = 2  # the look before the step, and the one that loading takes

        def is_set(self) -> bool:
            self.after -= 1
            return self.after < 0

    def loads(placement: Placement) -> bool:
        context.raise_if_cancelled()
        context.raise_if_cancelled()
        return True

    context = JobContext()
    table = Table(at_least(Rung(1)), loads=loads)
    context = JobContext(Stopped())
    item = MediaItem(new_id(), "image", "it")
    with pytest.raises(Cancelled):
        list(table.ladder.ground([Query(new_id(), item.id, "x")], MediaSource(item, "it"), context))
    assert table.loaded[0].closed
    context = JobContext()
    (answer,) = table.ask()
    assert any("8 bits" in warning for warning in answer.warnings)
